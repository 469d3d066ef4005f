/**
 * Chooses the room in whose name a peer is asked for a block: first the room that the block is for, then the
 * others one by one, because a peer that refuses a block in one room may give it in another.
 */
import type { PeerId, RoomId } from '../wire/ids.ts'
import type { Absence, Want } from './wants.ts'

/** Empty places allowed beyond one for each room; if there are more, the rooms are numbered again. */
const MAX_LEFT = 64

/** The rooms of one peer. Its methods take as long for thousands of rooms as for one. */
export class PeerRooms {
  readonly #peer: PeerId
  /** Identifies this numbering: what is known about absent blocks only counts for the numbering it came from. */
  readonly #term: number
  /** In the order in which they are tried; undefined for a room that the peer has left. */
  readonly #order: (RoomId | undefined)[] = []
  readonly #places = new Map<RoomId, number>()
  /** All places before this one are empty. */
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

  /** Whether so many places are empty that the rooms should be numbered again. */
  get isSparse(): boolean {
    return this.#order.length > 2 * this.#places.size + MAX_LEFT
  }

  /** Adds a room, to be tried last. */
  join(room: RoomId): void {
    if (this.#places.has(room)) return
    this.#places.set(room, this.#order.length)
    this.#order.push(room)
  }

  /** Forgets a room. If the peer joins it again, blocks that were absent in it are asked for again. */
  leave(room: RoomId): void {
    const place = this.#places.get(room)
    if (place === undefined) return
    this.#places.delete(room)
    this.#order[place] = undefined
    while (this.#start < this.#order.length && this.#order[this.#start] === undefined) this.#start++
  }

  /** The room that a block is for, if the peer is in it and may have the block there. */
  home(want: Want): RoomId | undefined {
    const place = want.scope === undefined ? undefined : this.#places.get(want.scope)
    if (place === undefined || this.#absence(want)?.home === place) return undefined
    return want.scope
  }

  /** Another room in which the peer may have a block; with `only`, no other than that one. */
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

  /** Notes that the peer does not have a block in a room, or does not give it there. */
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

  /** Notes that the peer may have a block again. */
  forget(want: Want): void {
    want.absentAt = this.#othersOf(want)
  }

  /** What is known about other peers. */
  #othersOf({ absentAt }: Want): Absence[] {
    return absentAt.filter(({ peer }) => peer !== this.#peer)
  }

  #absence({ absentAt }: Want): Absence | undefined {
    return absentAt.find(({ term }) => term === this.#term)
  }
}
