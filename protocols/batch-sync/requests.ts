/** Offered documents that have not arrived yet: which peer each was requested from, and which others offered it. */
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import { MAX_OFFERERS, MAX_PENDING_OFFERS, MAX_REQUEST_MS, MAX_REQUESTS, REQUEST_MS } from './constants.ts'

interface Wanted {
  room: RoomId
  id: DocumentId
  /** The first is the one that was asked last. */
  offerers: PeerId[]
  dueMs: number
  waitMs: number
  /** How often it was requested. */
  requests: number
}

/** Documents to request from one peer, in one room. */
export interface RequestBatch {
  peer: PeerId
  room: RoomId
  ids: DocumentId[]
}

/** Requests to all peers, until their documents arrive. */
export class Requests {
  /** By room and id: who offers a document in one room says nothing about another. */
  readonly #wanted = new Map<string, Wanted>()
  readonly #counts = new Map<PeerId, number>()

  get isEmpty(): boolean {
    return this.#wanted.size === 0
  }

  /**
   * Notes that a peer offers a document that is not here. Returns `request` to request it from this peer,
   * `wait` if another peer was asked already, `full` if too many of the peer's offers wait.
   */
  offered(room: RoomId, id: DocumentId, peer: PeerId, nowMs: number): 'request' | 'wait' | 'full' {
    const key = room + id
    const wanted = this.#wanted.get(key)
    if (wanted?.offerers.includes(peer)) return 'wait'
    const count = this.#counts.get(peer) ?? 0
    if (count >= MAX_PENDING_OFFERS) return 'full'
    if (wanted !== undefined) {
      if (wanted.offerers.length >= MAX_OFFERERS) return 'wait'
      wanted.offerers.push(peer)
      this.#counts.set(peer, count + 1)
      return 'wait'
    }
    this.#wanted.set(key, { room, id, offerers: [peer], dueMs: nowMs + REQUEST_MS, waitMs: REQUEST_MS, requests: 1 })
    this.#counts.set(peer, count + 1)
    return 'request'
  }

  /** A document arrived, or is no longer wanted. */
  forget(room: RoomId, id: DocumentId): void {
    if (this.#wanted.size === 0) return
    const key = room + id
    for (const peer of this.#wanted.get(key)?.offerers ?? []) this.#countDown(peer)
    this.#wanted.delete(key)
  }

  /** A peer left a room, or all rooms: returns what to request from the other peers that offered its documents. */
  peerLeft(peer: PeerId, room: RoomId | undefined, nowMs: number): RequestBatch[] {
    const again: RequestBatch[] = []
    for (const [key, wanted] of this.#wanted) {
      if (room !== undefined && wanted.room !== room) continue
      const index = wanted.offerers.indexOf(peer)
      if (index === -1) continue
      wanted.offerers.splice(index, 1)
      this.#countDown(peer)
      const [next] = wanted.offerers
      if (next === undefined) this.#wanted.delete(key)
      else if (index === 0) ask(again, next, wanted, nowMs)
    }
    return again
  }

  closed(room: RoomId): void {
    for (const wanted of this.#wanted.values()) if (wanted.room === room) this.forget(room, wanted.id)
  }

  /** Documents to request again, each from the next peer that offered it. */
  due(nowMs: number): RequestBatch[] {
    const again: RequestBatch[] = []
    for (const wanted of this.#wanted.values()) {
      if (wanted.dueMs > nowMs) continue
      const [asked] = wanted.offerers
      if (asked === undefined) continue
      if (wanted.requests >= MAX_REQUESTS) {
        this.forget(wanted.room, wanted.id)
        continue
      }
      wanted.offerers = [...wanted.offerers.slice(1), asked]
      wanted.waitMs = Math.min(2 * wanted.waitMs, MAX_REQUEST_MS)
      ask(again, wanted.offerers[0] ?? asked, wanted, nowMs)
    }
    return again
  }

  /** When the next request is due. */
  nextDueMs(): number {
    let dueMs = Infinity
    for (const wanted of this.#wanted.values()) dueMs = Math.min(dueMs, wanted.dueMs)
    return dueMs
  }

  #countDown(peer: PeerId): void {
    const count = (this.#counts.get(peer) ?? 1) - 1
    if (count === 0) this.#counts.delete(peer)
    else this.#counts.set(peer, count)
  }
}

function ask(batches: RequestBatch[], peer: PeerId, wanted: Wanted, nowMs: number): void {
  wanted.dueMs = nowMs + wanted.waitMs
  wanted.requests++
  const batch = batches.find((each) => each.peer === peer && each.room === wanted.room)
  if (batch === undefined) batches.push({ peer, room: wanted.room, ids: [wanted.id] })
  else batch.ids.push(wanted.id)
}
