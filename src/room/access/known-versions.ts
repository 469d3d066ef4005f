/** Which version of the acts each accepted document knows, by its number: in the store, and of the latest ones here. */
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { BoundedCache } from '../../../protocols/wire/bounded-cache.ts'
import type { RoomStore } from '../room-store.ts'

/** Most that is asked is about what was just written or arrived, several times for each document. */
const MAX_CACHED = 1_024

export class KnownVersions {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #latest = new BoundedCache<DocumentId, number>(MAX_CACHED)

  constructor(room: RoomId, store: RoomStore) {
    this.#room = room
    this.#store = store
  }

  /** Undefined for a document that is not here. */
  of(id: DocumentId): number | undefined {
    return this.#latest.getOrRead(id, () => this.#store.knownVersion(this.#room, id))
  }

  put(id: DocumentId, version: number): void {
    this.#store.apply({ type: 'put-known', room: this.#room, id, version })
    this.#latest.set(id, version)
  }

  /** Documents have left the store. */
  forget(): void {
    this.#latest.clear()
  }
}
