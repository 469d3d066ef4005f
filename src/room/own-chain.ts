/**
 * How far a node's own chain in a room is here. If documents of it are missing, because the store lost them or is an
 * older copy, the node would write others in their place: a fork.
 */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { OwnMark, StoreReads } from '../store/store.ts'
import type { RoomStore } from './room-store.ts'

/** How many documents of the chain are here. */
export function ownDocuments(store: Pick<StoreReads, 'authorHead'>, room: RoomId, self: PeerId): number {
  return (store.authorHead(room, self)?.seq ?? -1) + 1
}

/** Whether documents of the chain are known to be missing, and the user has not given them up. */
export function isOwnMissing(store: Pick<StoreReads, 'authorHead' | 'ownMark'>, room: RoomId, self: PeerId): boolean {
  const { documents, givenUp } = store.ownMark(room)
  return documents === 'unknown' || (documents > givenUp && documents > ownDocuments(store, room, self))
}

/** The chain in one room, and how far it is known to have got. */
export class OwnChain {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #self: PeerId

  constructor(room: RoomId, store: RoomStore, self: PeerId) {
    this.#room = room
    this.#store = store
    this.#self = self
  }

  get mark(): OwnMark {
    return this.#store.ownMark(this.#room)
  }

  /** How many of its documents are here. */
  get documents(): number {
    return ownDocuments(this.#store, this.#room, this.#self)
  }

  get isMissing(): boolean {
    return isOwnMissing(this.#store, this.#room, this.#self)
  }

  /** There are so many documents, here or with others. */
  raise(documents: number): void {
    const { mark } = this
    if (mark.documents !== 'unknown' && documents > mark.documents) this.#put({ ...mark, documents })
  }

  /** What is here is all there is, if nothing tells. */
  settle(): void {
    const { documents, givenUp } = this.mark
    if (documents === 'unknown') this.#put({ documents: this.documents, givenUp })
  }

  #put(mark: OwnMark): void {
    this.#store.apply({ type: 'put-own-mark', room: this.#room, mark })
  }
}
