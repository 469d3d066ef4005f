/** What the store in memory has of directories. */
import type { Place } from '../../protocols/directory/index.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { DirectoryReads, DirectoryWrite } from './directories.ts'
import type { Journal } from './journal.ts'

interface StoredRecord {
  prefix: Place
  author: PeerId
  packed: Uint8Array
}

/** Of one room. */
class Stored {
  readonly nodes = new Map<Place, Uint8Array>()
  /** By prefix and row. */
  readonly records = new Map<string, StoredRecord>()
}

export class MemoryDirectories implements DirectoryReads {
  readonly #rooms = new Map<RoomId, Stored>()

  apply(journal: Journal, write: DirectoryWrite): void {
    const { nodes, records } = this.#of(write.room)
    switch (write.type) {
      case 'put-directory-node':
        return journal.set(nodes, write.prefix, write.packed)
      case 'delete-directory-node':
        return journal.delete(nodes, write.prefix)
      case 'put-directory-record':
        return journal.set(records, keyOf(write), write)
      case 'delete-directory-record':
        return journal.delete(records, keyOf(write))
    }
  }

  readonly directoryNode: DirectoryReads['directoryNode'] = (room, prefix) => this.#of(room).nodes.get(prefix)

  readonly directoryRecords: DirectoryReads['directoryRecords'] = (room, prefix) =>
    [...this.#of(room).records.values()].filter((record) => record.prefix === prefix).map(({ packed }) => packed)

  readonly directoryNodes: DirectoryReads['directoryNodes'] = (room, after, limit) =>
    [...this.#of(room).nodes]
      .map(([key, packed]) => ({ key, packed }))
      .filter(({ key }) => after === undefined || key > after)
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, limit)

  readonly directorySize: DirectoryReads['directorySize'] = (room) => {
    const all = room === undefined ? [...this.#rooms.values()] : [this.#of(room)]
    return {
      nodes: all.reduce((sum, { nodes }) => sum + nodes.size, 0),
      records: all.reduce((sum, { records }) => sum + records.size, 0),
    }
  }

  readonly directoryAuthorRecords: DirectoryReads['directoryAuthorRecords'] = (room, author) =>
    [...this.#of(room).records.values()].filter((record) => record.author === author).length

  empty(journal: Journal, room: RoomId): void {
    journal.delete(this.#rooms, room)
  }

  #of(room: RoomId): Stored {
    let stored = this.#rooms.get(room)
    if (stored === undefined) this.#rooms.set(room, (stored = new Stored()))
    return stored
  }
}

function keyOf({ prefix, row }: { prefix: Place; row: Place }): string {
  return `${prefix.length} ${prefix}${row}`
}
