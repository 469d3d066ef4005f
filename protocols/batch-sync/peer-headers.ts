/**
 * Headers of dropped documents, with one peer while its stream is open: gives those of this node's base, and asks for
 * those of the peer's. One request of a room is open at a time, and what comes without one is refused.
 */
import type { PeerId, RoomId } from '../wire/ids.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { MAX_HEADERS } from './constants.ts'
import type { BatchSyncEffects, BatchSyncPorts, HeaderRequest } from './ports.ts'
import type { HeaderRequestRecord, HeadersRecord } from './records.ts'
import type { PeerWork } from './work.ts'

/** The peer, and what its headers need. */
export interface PeerHeadersInit {
  peer: PeerId
  ports: BatchSyncPorts
  effects: BatchSyncEffects
  work: PeerWork
}

/** The requests for headers between this node and one peer. */
export class PeerHeaders {
  readonly #init: PeerHeadersInit
  readonly #asked = new Map<RoomId, HeaderRequest>()

  constructor(init: PeerHeadersInit) {
    this.#init = init
  }

  /** A later request takes the place of one that is not answered. */
  ask(room: RoomId, { base, after, ids = [] }: HeaderRequest): void {
    const { effects, peer } = this.#init
    this.#asked.set(room, { base, after, ids })
    effects.send(peer, { type: 'header-request', topic: topicKeyOf(room), base, after, ids })
  }

  end(room: RoomId): void {
    this.#asked.delete(room)
  }

  receive(room: RoomId, record: HeaderRequestRecord | HeadersRecord): void {
    if (record.type === 'headers') this.#take(room, record)
    else this.#answer(room, record)
  }

  /** Every request is answered, unless the peer makes this node look at more than it may. */
  #answer(room: RoomId, { topic, base, after, ids }: HeaderRequestRecord): void {
    const { ports, effects, peer, work } = this.#init
    if (work.waitMs() > 0) return effects.misbehaviour(peer, 'headers-flood')
    if (ports.sharing(room, peer).policy !== 'share') {
      return effects.send(peer, { type: 'headers', topic, headers: [], isLast: true })
    }
    if (base === undefined) {
      work.looked(ids.length)
      const headers = ids.flatMap((id) => ports.header(room, id) ?? [])
      return effects.send(peer, { type: 'headers', topic, headers, isLast: true })
    }
    work.looked(MAX_HEADERS)
    const headers = ports.headers(room, base, after, MAX_HEADERS)
    const isLast = headers === undefined || headers.length < MAX_HEADERS
    effects.send(peer, { type: 'headers', topic, ...(headers && { base }), headers: headers ?? [], isLast })
  }

  #take(room: RoomId, { base, headers, isLast }: HeadersRecord): void {
    const { effects, peer } = this.#init
    const asked = this.#asked.get(room)
    const isAnswer = asked !== undefined && (base === undefined || base === asked.base)
    // Whoever does not have the base has nothing to give.
    if (!isAnswer || (base !== asked.base && headers.length > 0)) {
      return effects.misbehaviour(peer, 'headers-unasked')
    }
    this.#asked.delete(room)
    effects.emit({ type: 'headers', room, from: peer, isOfBase: base === asked.base, headers, isLast })
  }
}
