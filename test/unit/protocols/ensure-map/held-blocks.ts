/** A store in memory, as the ensure map reads and writes it; counts the reads. */
import type { Document } from '../../../../protocols/document/document.ts'
import type { Ensured, EnsureMapPorts, EnsureMapWrite, Scope } from '../../../../protocols/ensure-map/ports.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Block } from './dags.ts'

const rowKey = (scope: Scope, id: BlockId): string => `${scope ?? ''}/${id}`

export class HeldBlocks {
  readonly blocks = new Map<BlockId, Uint8Array>()
  readonly documents = new Map<DocumentId, Document>()
  /** Documents that wait for their ancestors. */
  readonly pending = new Map<DocumentId, Document>()
  readonly rows = new Map<string, Ensured>()
  /** How often each block was written. */
  readonly written = new Map<BlockId, number>()
  /** Rooms of which a peer is given nothing, as pairs of room and peer. */
  readonly #unshared = new Set<string>()
  /** By root, everything it needs, and how deep that is. */
  readonly #needs = new Map<string, Map<BlockId, number>>()
  /** How many roots of a scope need a block. */
  readonly #needing = new Map<string, number>()
  readonly #clocks = new Map<RoomId, number>()
  /** How often the store was read. */
  reads = 0

  /** Each is a function of its own, because the machine passes them on one by one. */
  readonly ports: EnsureMapPorts = {
    sizeBytes: (id) => this.#read(id)?.length,
    block: (id) => this.#read(id),
    given: (room, id) => {
      const document = this.documents.get(id as DocumentId)
      if (document !== undefined && (document.room ?? document.id) === room) return document.block
      return this.#needing.has(rowKey(room, id)) ? this.#read(id) : undefined
    },
    isGiving: (room, peer) => !this.#unshared.has(room + peer),
    isPending: (room, id) => this.pending.get(id as DocumentId)?.room === room,
    clock: (room) => this.#clocks.get(room) ?? 0,
    ancestors: (id) => {
      const parents = this.documents.get(id)?.parents ?? []
      return parents.flatMap((parent) => this.documents.get(parent) ?? [])
    },
    ensured: (scope, id) => this.rows.get(rowKey(scope, id)),
    searching: (scope) => [...this.rows.values()].filter((row) => row.room === scope && row.state === 'searching'),
  }

  /** Keeps blocks as what members of a room may have. */
  hold(scope: Scope, blocks: readonly Block[]): void {
    for (const { id, data } of blocks) {
      this.blocks.set(id, data)
      this.#need(scope, rowKey(scope, id), [{ id, depth: 0 }])
    }
  }

  /** Accepts documents into their room. */
  accept(documents: readonly Document[]): void {
    for (const document of documents) {
      const room = document.room ?? document.id
      this.documents.set(document.id, document)
      this.pending.delete(document.id)
      this.#clocks.set(room, Math.max(this.#clocks.get(room) ?? 0, document.clock))
    }
  }

  unshare(room: RoomId, peer: PeerId): void {
    this.#unshared.add(room + peer)
  }

  apply(write: EnsureMapWrite): void {
    switch (write.type) {
      case 'put-ensured':
        this.rows.set(rowKey(write.row.room, write.row.id), write.row)
        return
      case 'delete-ensured':
        return this.#forget(write.room, write.id)
      case 'put-needs': {
        const key = rowKey(write.room, write.root)
        if (!this.rows.has(key)) throw new Error('needs of a root that is not kept')
        return this.#need(write.room, key, write.needs)
      }
      case 'put-block':
        this.blocks.set(write.id, write.block)
        this.written.set(write.id, (this.written.get(write.id) ?? 0) + 1)
    }
  }

  row(scope: Scope, { id }: Block): Ensured | undefined {
    return this.rows.get(rowKey(scope, id))
  }

  /** What a root is known to need. */
  needs(scope: Scope, { id }: Block): BlockId[] {
    return [...(this.#needs.get(rowKey(scope, id))?.keys() ?? [])]
  }

  /** How many roots, of all scopes, are noted as needing something. */
  get needed(): number {
    return this.#needing.size
  }

  #read(id: BlockId): Uint8Array | undefined {
    this.reads++
    return this.blocks.get(id) ?? this.documents.get(id as DocumentId)?.block
  }

  #need(scope: Scope, root: string, needs: readonly { id: BlockId; depth: number }[]): void {
    const known = this.#needs.get(root) ?? new Map<BlockId, number>()
    this.#needs.set(root, known)
    for (const { id, depth } of needs) {
      if (known.has(id)) continue
      known.set(id, depth)
      this.#needing.set(rowKey(scope, id), (this.#needing.get(rowKey(scope, id)) ?? 0) + 1)
    }
  }

  #forget(scope: Scope, id: BlockId): void {
    const key = rowKey(scope, id)
    for (const need of this.#needs.get(key)?.keys() ?? []) {
      const count = (this.#needing.get(rowKey(scope, need)) ?? 0) - 1
      if (count > 0) this.#needing.set(rowKey(scope, need), count)
      else this.#needing.delete(rowKey(scope, need))
    }
    this.#needs.delete(key)
    this.rows.delete(key)
  }
}
