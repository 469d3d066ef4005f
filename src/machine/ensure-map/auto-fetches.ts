/**
 * What is fetched automatically at a time, and in a day: places for roots, counted by room and author, and a
 * budget of bytes. Whoever writes documents decides how much they link to, so no author and no room may take
 * all of it.
 */
import type { BlockId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import {
  AUTO_FETCH_PLACES,
  AUTO_FETCH_PLACES_PER_AUTHOR,
  AUTO_FETCH_PLACES_PER_ROOM,
  AUTO_FETCHED_PER_AUTHOR,
  AUTO_FETCHED_PER_ROOM,
} from '../constants.ts'
import { RateLimits } from '../../../protocols/wire/rate-limits.ts'

/** Undefined: nobody knows any more which document the root came from. */
type Author = PeerId | undefined

/** A root that is being fetched automatically. */
interface Place {
  id: BlockId
  author: Author
  sinceMs: number
  /** Nobody who was asked has something of it. */
  isAbsent: boolean
  /** What was taken from the budget for it. */
  budgetedBytes: number
  largestBytes: number
}

/** Whose budget: sizes are in files of the largest size that the room fetches automatically. */
export interface Spending {
  room: RoomId
  author: Author
  largestBytes: number
  nowMs: number
}

export class AutoFetches {
  /** Oldest first. */
  readonly #rooms = new Map<RoomId, Map<BlockId, Place>>()
  readonly #spentByRoom = new RateLimits<RoomId>(AUTO_FETCHED_PER_ROOM)
  readonly #spentByAuthor = new RateLimits<string>(AUTO_FETCHED_PER_AUTHOR)
  #size = 0

  /** Whether a room may fetch one more root. */
  hasPlaceIn(room: RoomId): boolean {
    return this.#size < AUTO_FETCH_PLACES && this.#in(room).size < AUTO_FETCH_PLACES_PER_ROOM
  }

  /** Whether a room has a place taken. */
  isFetchingIn(room: RoomId): boolean {
    return this.#rooms.has(room)
  }

  /** Whether an author in a room may have one more root fetched. */
  hasPlaceFor(room: RoomId, author: Author): boolean {
    return this.hasPlaceIn(room) && this.#countOf(room, author) < AUTO_FETCH_PLACES_PER_AUTHOR
  }

  /**
   * A root whose place a new one of `author` may have: one that nobody has, of the same author if that one has
   * all it may have, or else of whoever has most; or the oldest of somebody who has clearly more.
   */
  displaceable(room: RoomId, author: Author): BlockId | undefined {
    const places = [...this.#in(room).values()]
    const own = this.#countOf(room, author)
    if (own >= AUTO_FETCH_PLACES_PER_AUTHOR) return places.find((each) => each.isAbsent && each.author === author)?.id
    const counts = new Map<Author, number>()
    for (const each of places) counts.set(each.author, (counts.get(each.author) ?? 0) + 1)
    const byLoad = places.toSorted((a, b) => (counts.get(b.author) ?? 0) - (counts.get(a.author) ?? 0))
    const absent = byLoad.find(({ isAbsent }) => isAbsent)
    if (absent !== undefined) return absent.id
    const [oldest] = byLoad
    return oldest !== undefined && (counts.get(oldest.author) ?? 0) > own + 1 ? oldest.id : undefined
  }

  /** Whether an author or a room has used up its budget. */
  isOverBudget({ room, author, nowMs }: Spending): boolean {
    return this.#spentByRoom.isOver(room, nowMs) || this.#spentByAuthor.isOver(accountOf(room, author), nowMs)
  }

  begin(id: BlockId, sizeBytes: number, spending: Spending): void {
    const { room, author, largestBytes, nowMs } = spending
    const places = this.#in(room)
    if (places.has(id)) return
    this.#spend(spending, sizeBytes)
    places.set(id, { id, author, sinceMs: nowMs, isAbsent: false, budgetedBytes: sizeBytes, largestBytes })
    this.#rooms.set(room, places)
    this.#size++
  }

  /**
   * A root has gone or is complete; what was not fetched of it is given back to the budget. `sizeBytes`: what was
   * fetched; undefined: as much as it was allowed. Returns false if it had no place.
   */
  end(room: RoomId, id: BlockId, sizeBytes: number | undefined, nowMs: number): boolean {
    const places = this.#rooms.get(room)
    const place = places?.get(id)
    if (places === undefined || place === undefined) return false
    const { author, budgetedBytes, largestBytes } = place
    const leftBytes = Math.max(0, budgetedBytes - (sizeBytes ?? budgetedBytes))
    this.#spend({ room, author, largestBytes, nowMs }, -leftBytes)
    places.delete(id)
    if (places.size === 0) this.#rooms.delete(room)
    this.#size--
    return true
  }

  /** Nobody has something of a root. Returns since when it has been looked for; undefined if it has no place. */
  absent(room: RoomId, id: BlockId): number | undefined {
    const place = this.#rooms.get(room)?.get(id)
    if (place === undefined) return undefined
    place.isAbsent = true
    return place.sinceMs
  }

  #spend({ room, author, largestBytes, nowMs }: Spending, sizeBytes: number): void {
    const amount = sizeBytes / Math.max(1, largestBytes)
    this.#spentByRoom.spend(room, nowMs, amount)
    this.#spentByAuthor.spend(accountOf(room, author), nowMs, amount)
  }

  #countOf(room: RoomId, author: Author): number {
    let count = 0
    for (const place of this.#in(room).values()) if (place.author === author) count++
    return count
  }

  #in(room: RoomId): Map<BlockId, Place> {
    return this.#rooms.get(room) ?? new Map<BlockId, Place>()
  }
}

/** An author has a budget of its own in each room. */
function accountOf(room: RoomId, author: Author): string {
  return `${room}/${author ?? ''}`
}
