/** What one node of a simulated network stores of directories, in memory. */
import type { DirectoryPorts, DirectoryWrite, Place } from '../../../protocols/directory/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'

type Reads = Pick<DirectoryPorts, 'node' | 'records' | 'nodes' | 'held' | 'authorRecords'>

interface StoredNode {
  packed: Uint8Array
  records: Map<Place, { packed: Uint8Array; author: PeerId }>
}

/** Of one directory. */
export class DirectoryStore implements Reads {
  readonly #nodes = new Map<Place, StoredNode>()
  readonly #authors = new Map<PeerId, number>()
  #size = 0

  get size(): number {
    return this.#size
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  apply(write: DirectoryWrite): void {
    const node = this.#nodes.get(write.prefix)
    switch (write.type) {
      case 'put-directory-node':
        if (node === undefined) this.#nodes.set(write.prefix, { packed: write.packed, records: new Map() })
        else node.packed = write.packed
        return
      case 'delete-directory-node':
        this.#nodes.delete(write.prefix)
        return
      case 'put-directory-record':
        this.#putRecord(write)
        return
      case 'delete-directory-record': {
        const record = node?.records.get(write.row)
        if (record === undefined) return
        node?.records.delete(write.row)
        this.#size--
        this.#authors.set(record.author, (this.#authors.get(record.author) ?? 0) - 1)
      }
    }
  }

  node(_room: RoomId, prefix: Place): Uint8Array | undefined {
    const packed = this.#nodes.get(prefix)?.packed
    return packed?.length === 0 ? undefined : packed
  }

  records(_room: RoomId, prefix: Place): Uint8Array[] {
    return [...(this.#nodes.get(prefix)?.records.values() ?? [])].map(({ packed }) => packed)
  }

  held(): { nodes: number; records: number } {
    return { nodes: this.nodeCount, records: this.#size }
  }

  authorRecords(_room: RoomId, author: PeerId): number {
    return this.#authors.get(author) ?? 0
  }

  nodes(_room: RoomId, after: string | undefined, limit: number): { key: string; packed: Uint8Array }[] {
    const keys = [...this.#nodes.keys()].sort()
    const from = after === undefined ? keys : keys.filter((key) => key > after)
    return from.slice(0, limit).map((key) => ({ key, packed: this.#nodes.get(key)?.packed ?? new Uint8Array(0) }))
  }

  #putRecord({ prefix, row, author, packed }: DirectoryWrite & { type: 'put-directory-record' }): void {
    const node = this.#nodes.get(prefix) ?? { packed: new Uint8Array(0), records: new Map<Place, never>() }
    this.#nodes.set(prefix, node)
    if (!node.records.has(row)) {
      this.#size++
      this.#authors.set(author, (this.#authors.get(author) ?? 0) + 1)
    }
    node.records.set(row, { packed, author })
  }
}
