/** The store contract in its most naive form: what a store is compared with on random writes. */
import { compareDocumentIds, digestOfDocumentId } from '../../protocols/wire/ids.ts'
import type { AuthorId, DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type {
  AddressRow,
  AuthorHead,
  DocumentRow,
  ListOptions,
  ParkedRow,
  RoomRecord,
  RoomTotals,
  StateRow,
  Store,
  Write,
} from '../../src/store/store.ts'
import type { Position } from '../../protocols/wire/order.ts'

interface Tables {
  rooms: RoomRecord[]
  documents: DocumentRow[]
  heads: { room: RoomId; position: Position }[]
  authorHeads: { room: RoomId; head: AuthorHead }[]
  parked: ParkedRow[]
  states: { room: RoomId; state: StateRow }[]
  addresses: AddressRow[]
}

/** Flat lists, searched from end to end; a transaction is a copy of all of them. */
export class StoreModel implements Store {
  #tables: Tables = { rooms: [], documents: [], heads: [], authorHeads: [], parked: [], states: [], addresses: [] }
  #committed: Tables = structuredClone(this.#tables)

  commit(): void {
    this.#committed = structuredClone(this.#tables)
  }

  rollback(): void {
    this.#tables = structuredClone(this.#committed)
  }

  close(): void {
    this.rollback()
  }

  apply(write: Write): void {
    const t = this.#tables
    switch (write.type) {
      case 'put-room':
        t.rooms = [...t.rooms.filter((room) => room.id !== write.room.id), write.room]
        break
      case 'put-document': {
        const { id, room, clock } = write.document
        if (this.hasDocument(id)) break
        t.documents.push(write.document)
        t.heads = t.heads.filter((head) => head.room !== room || !write.removedHeads.includes(head.position.id))
        t.heads.push({ room, position: { clock, id } })
        break
      }
      case 'put-author-head': {
        const { room, head } = write
        t.authorHeads = t.authorHeads.filter((other) => other.room !== room || other.head.author !== head.author)
        t.authorHeads.push({ room, head })
        break
      }
      case 'park-document':
        if (!t.parked.some((row) => row.id === write.document.id)) t.parked.push(write.document)
        break
      case 'unpark-document':
        t.parked = t.parked.filter((row) => row.id !== write.id)
        break
      case 'put-state':
        t.states = [...t.states.filter((row) => row.room !== write.room), { room: write.room, state: write.state }]
        break
      case 'delete-state':
        t.states = t.states.filter((row) => row.room !== write.room)
        break
      case 'put-address':
        t.addresses = [...t.addresses.filter((row) => row.peer !== write.address.peer), write.address]
        break
      case 'delete-address':
        t.addresses = t.addresses.filter((row) => row.peer !== write.peer)
        break
    }
  }

  rooms(): RoomRecord[] {
    return this.#tables.rooms.toSorted((a, b) => a.joinedAtMs - b.joinedAtMs || compareDocumentIds(a.id, b.id))
  }

  document(id: DocumentId): DocumentRow | undefined {
    return this.#tables.documents.find((row) => row.id === id)
  }

  hasDocument(id: DocumentId): boolean {
    return this.document(id) !== undefined
  }

  documents(room: RoomId, { after, before, descending, limit }: ListOptions): DocumentRow[] {
    const rows = this.#tables.documents
      .filter((row) => row.room === room)
      .filter((row) => !after || compare(row, after) > 0)
      .filter((row) => !before || compare(row, before) < 0)
      .toSorted((a, b) => (descending ? compare(b, a) : compare(a, b)))
    return rows.slice(0, limit)
  }

  heads(room: RoomId): Position[] {
    const heads = this.#tables.heads.filter((head) => head.room === room)
    return heads.map(({ position }) => position).toSorted(compare)
  }

  authorHead(room: RoomId, author: AuthorId): AuthorHead | undefined {
    return this.authorHeads(room).find((head) => head.author === author)
  }

  authorHeads(room: RoomId): AuthorHead[] {
    const heads = this.#tables.authorHeads.filter((row) => row.room === room)
    return heads.map(({ head }) => head).toSorted((a, b) => (a.author < b.author ? -1 : 1))
  }

  totals(room: RoomId): RoomTotals {
    const rows = this.documents(room, { limit: Infinity })
    return { documents: rows.length, sizeBytes: rows.reduce((sum, { block }) => sum + block.length, 0) }
  }

  parked(room: RoomId): ParkedRow[] {
    return this.#tables.parked.filter((row) => row.room === room)
  }

  state(room: RoomId): StateRow | undefined {
    return this.#tables.states.find((row) => row.room === room)?.state
  }

  addresses(): AddressRow[] {
    return this.#tables.addresses.toSorted((a, b) => b.lastSeenMs - a.lastSeenMs || (a.peer < b.peer ? -1 : 1))
  }
}

/** Independent of compareDocumentIds' shortcut: ids differ only in their digest, compared as bytes. */
function compare(a: Position, b: Position): number {
  return a.clock - b.clock || Buffer.compare(digestOfDocumentId(a.id), digestOfDocumentId(b.id))
}
