/** What the store in memory has of who may write in rooms with members. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Journal } from './journal.ts'
import type { AccessRow, AccessWrite, EpochRow } from './access.ts'

export class MemoryAccess {
  readonly #rows = new Map<RoomId, Map<number, AccessRow>>()
  readonly #known = new Map<RoomId, Map<DocumentId, number>>()
  readonly #epochs = new Map<RoomId, Map<string, EpochRow>>()

  rows(room: RoomId): AccessRow[] {
    return [...(this.#rows.get(room)?.values() ?? [])].sort((a, b) => a.version - b.version)
  }

  knownVersion(room: RoomId, id: DocumentId): number | undefined {
    return this.#known.get(room)?.get(id)
  }

  epochs(room: RoomId): EpochRow[] {
    return [...(this.#epochs.get(room)?.values() ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  put(journal: Journal, write: AccessWrite): void {
    const { room } = write
    if (write.type === 'put-access') journal.set(mapOf(this.#rows, room), write.row.version, write.row)
    else if (write.type === 'put-known') journal.set(mapOf(this.#known, room), write.id, write.version)
    else journal.set(mapOf(this.#epochs, room), write.row.id, write.row)
  }

  forget(journal: Journal, room: RoomId, ids: readonly DocumentId[]): void {
    for (const id of ids) journal.delete(mapOf(this.#known, room), id)
  }

  empty(journal: Journal, room: RoomId): void {
    journal.delete(this.#rows, room)
    journal.delete(this.#known, room)
    journal.delete(this.#epochs, room)
  }
}

function mapOf<Key, Value>(rooms: Map<RoomId, Map<Key, Value>>, room: RoomId): Map<Key, Value> {
  let rows = rooms.get(room)
  if (rows === undefined) rooms.set(room, (rows = new Map()))
  return rows
}
