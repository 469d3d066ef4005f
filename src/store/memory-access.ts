/** What the store in memory has of who may write in rooms with members. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Journal } from './journal.ts'
import type { AccessRow } from './store.ts'

export class MemoryAccess {
  readonly #rows = new Map<RoomId, Map<number, AccessRow>>()
  readonly #known = new Map<RoomId, Map<DocumentId, number>>()

  rows(room: RoomId): AccessRow[] {
    return [...(this.#rows.get(room)?.values() ?? [])].sort((a, b) => a.version - b.version)
  }

  knownVersion(room: RoomId, id: DocumentId): number | undefined {
    return this.#known.get(room)?.get(id)
  }

  put(journal: Journal, room: RoomId, row: AccessRow): void {
    let rows = this.#rows.get(room)
    if (rows === undefined) this.#rows.set(room, (rows = new Map()))
    journal.set(rows, row.version, row)
  }

  putKnown(journal: Journal, room: RoomId, id: DocumentId, version: number): void {
    journal.set(this.#knownIn(room), id, version)
  }

  forget(journal: Journal, room: RoomId, ids: readonly DocumentId[]): void {
    for (const id of ids) journal.delete(this.#knownIn(room), id)
  }

  empty(journal: Journal, room: RoomId): void {
    journal.delete(this.#rows, room)
    journal.delete(this.#known, room)
  }

  #knownIn(room: RoomId): Map<DocumentId, number> {
    let known = this.#known.get(room)
    if (known === undefined) this.#known.set(room, (known = new Map()))
    return known
  }
}
