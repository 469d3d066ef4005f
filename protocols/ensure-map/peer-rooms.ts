/**
 * In the name of which room a peer is asked for a block: first of the room that the block is for, then
 * of others, one after the other, as a peer that does not give a block for one room may for another.
 */
import type { PeerId, RoomId } from '../wire/ids.ts'
import type { Absence, Want } from './wants.ts'

/** Places of rooms that were left, beyond as many as there are rooms; then all are numbered anew. */
const MAX_LEFT = 64

/** The rooms of one peer; it takes the same time for one room and for thousands. */
export class PeerRooms {
  readonly #peer: PeerId
  /** Tells what is known to be absent in these rooms from what was before they were numbered anew. */
  readonly #term: number
  /** In the order in which they are tried; undefined where it was left. */
  readonly #order: (RoomId | undefined)[] = []
  readonly #places = new Map<RoomId, number>()
  /** All places before are of rooms that were left. */
  #start = 0

  constructor(peer: PeerId, term: number, rooms: Iterable<RoomId>) {
    this.#peer = peer
    this.#term = term
    for (const room of rooms) this.join(room)
  }

  get size(): number {
    return this.#places.size
  }

  [Symbol.iterator](): Iterator<RoomId> {
    return this.#places.keys()
  }

  /** Whether so many rooms were left that they are to be numbered anew. */
  get isSparse(): boolean {
    return this.#order.length > 2 * this.#places.size + MAX_LEFT
  }

  /** Adds a room, as the last to be tried. */
  join(room: RoomId): void {
    if (this.#places.has(room)) return
    this.#places.set(room, this.#order.length)
    this.#order.push(room)
  }

  /** Forgets a room; what is known to be absent in it may be there if the peer joins it again. */
  leave(room: RoomId): void {
    const place = this.#places.get(room)
    if (place === undefined) return
    this.#places.delete(room)
    this.#order[place] = undefined
    while (this.#start < this.#order.length && this.#order[this.#start] === undefined) this.#start++
  }

  /** The room that a block is for, where the peer is in it and may have the block there. */
  home(want: Want): RoomId | undefined {
    const place = want.scope === undefined ? undefined : this.#places.get(want.scope)
    if (place === undefined || this.#absence(want)?.home === place) return undefined
    return want.scope
  }

  /** Another room where the peer may have a block, or `only` that one; undefined where there is none. */
  elsewhere(want: Want, only: RoomId | undefined): RoomId | undefined {
    const absence = this.#absence(want)
    let place = Math.max(absence?.next ?? 0, this.#start)
    if (only !== undefined) {
      return only !== want.scope && (this.#places.get(only) ?? -1) >= place ? only : undefined
    }
    for (; place < this.#order.length; place++) {
      const room = this.#order[place]
      if (room !== undefined && room !== want.scope) break
    }
    if (absence !== undefined) absence.next = place
    return this.#order[place]
  }

  /** The peer does not have a block in a room, or gives it to nobody there. */
  lacks(want: Want, room: RoomId): void {
    const place = this.#places.get(room)
    if (place === undefined) return
    let absence = this.#absence(want)
    if (absence === undefined) {
      absence = { peer: this.#peer, term: this.#term, home: undefined, next: 0 }
      want.absentAt = [...this.#othersOf(want), absence]
    }
    if (room === want.scope) absence.home = place
    else absence.next = Math.max(absence.next, place + 1)
  }

  /** The peer may have a block again. */
  forget(want: Want): void {
    want.absentAt = this.#othersOf(want)
  }

  /** What is known of other peers. */
  #othersOf({ absentAt }: Want): Absence[] {
    return absentAt.filter(({ peer }) => peer !== this.#peer)
  }

  #absence({ absentAt }: Want): Absence | undefined {
    return absentAt.find(({ term }) => term === this.#term)
  }
}
