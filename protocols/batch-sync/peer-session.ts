/**
 * What is on its way to one peer in all rooms while its stream is open: documents within the peer's credit,
 * and offers, each until it is acknowledged.
 */
import type { Frontier } from '../wire/frontier.ts'
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { comparePositions, type Position } from '../wire/order.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import {
  COMPARE_AGAIN_MS,
  LAZY_OFFER_MS,
  MAX_CREDIT_BYTES,
  MAX_IDS,
  MAX_MESSAGE_BYTES,
  MAX_PENDING_OFFERS,
  MAX_RESEND_MS,
  MAX_SAVED_UNACKED,
  MIN_CREDIT_BYTES,
  OFFER_PATIENCE_MS,
  RESEND_BYTES,
  RESEND_JITTER,
  RESEND_MS,
  SAVE_FRONTIER_MS,
  SMALL_MESSAGES_PER_SECOND,
} from './constants.ts'
import type { NewDocument } from './author-lines.ts'
import type { BatchSyncEffects, BatchSyncPorts, BatchSyncTimer, HeldDocument } from './ports.ts'
import { RoomSession } from './room-session.ts'
import type { PeerWork } from './work.ts'

export interface InFlight extends Position {
  room: RoomId
  isOffer: boolean
  /** Of the document; 0 for an offer. */
  sizeBytes: number
  sends: number
  /** Since when it is on its way, and when it was last sent. */
  sinceMs: number
  sentMs: number
}

/** Timers of which each room has at most one. */
export type RoomTimer = Extract<BatchSyncTimer, { room: RoomId }>['type']

export interface PeerSessionInit {
  peer: PeerId
  /** Distinguishes the timers of this session from those of earlier ones. */
  number: number
  creditBytes: number
  ports: BatchSyncPorts
  random: Random
  effects: BatchSyncEffects
  work: PeerWork
  nowMs: number
}

/** After this, there may be another MESSAGE of a few new documents. */
const COLLECT_MS = 1_000 / SMALL_MESSAGES_PER_SECOND

const NOTHING: Frontier = { ids: [] }

/** One peer while its stream is open. */
export class PeerSession {
  readonly peer: PeerId
  readonly number: number
  readonly rooms = new Map<RoomId, RoomSession>()
  readonly #init: PeerSessionInit
  readonly #creditBytes: number
  /** Oldest first. */
  readonly #inFlight = new Map<DocumentId, InFlight>()
  readonly #inFlightByRoom = new Map<RoomId, Set<InFlight>>()
  /** Rooms of which something changed since they were looked at. */
  readonly #changed = new Set<RoomId>()
  /** Rooms with something to send, in the order of their turns. */
  readonly #sending = new Set<RoomId>()
  readonly #savedFrontiers = new Map<RoomId, { ids: readonly DocumentId[]; atMs: number }>()
  /** Room timers that are set: their type and room. */
  readonly #roomTimers = new Set<string>()
  #inFlightBytes = 0
  #offers = 0
  #isSendTimerSet = false
  #lastProgressMs: number
  #resendMs = RESEND_MS
  #resendDueMs: number | undefined

  constructor(init: PeerSessionInit) {
    this.peer = init.peer
    this.number = init.number
    this.#init = init
    this.#creditBytes = Math.min(Math.max(init.creditBytes, MIN_CREDIT_BYTES), MAX_CREDIT_BYTES)
    this.#lastProgressMs = init.nowMs
  }

  /** What was sent in a room and not acknowledged, oldest first. */
  inFlight(room: RoomId): InFlight[] {
    return [...(this.#inFlightByRoom.get(room) ?? [])]
  }

  /** When unacknowledged documents are resent; undefined if nothing is in flight. */
  get resendDueMs(): number | undefined {
    return this.#resendDueMs
  }

  /** The state of a room with the peer, created if it was not a neighbour there. */
  room(room: RoomId): RoomSession {
    let roomSession = this.rooms.get(room)
    if (roomSession === undefined) {
      roomSession = new RoomSession(room, this.#init.peer, this.#init, () => this.#changed.add(room))
      this.rooms.set(room, roomSession)
    }
    return roomSession
  }

  /** The peer left a room, or its stream ended: saves what is not known to have arrived. */
  endRoom(room: RoomId, nowMs: number): void {
    const roomSession = this.rooms.get(room)
    if (roomSession === undefined) return
    const unacked = this.inFlight(room)
    for (const { id } of unacked) this.#remove(id)
    this.saveFrontier(room, nowMs, 0)
    this.#save(roomSession, unacked)
    this.rooms.delete(room)
    this.#changed.delete(room)
    this.#sending.delete(room)
  }

  /** A document of somebody else is new here, and this peer may lack it. */
  pass(room: RoomId, document: NewDocument): void {
    const passed = this.rooms.get(room)?.pass(document)
    if (passed === 'waits') this.setRoomTimer('offer', room, LAZY_OFFER_MS)
    if (passed === 'full') this.setRoomTimer('compare', room, COMPARE_AGAIN_MS)
  }

  /** Something that is decided about a room may be decided otherwise now: documents are here that were not. */
  documentsChanged(room: RoomId): void {
    if (this.rooms.has(room)) this.#changed.add(room)
  }

  /**
   * Decides for the rooms that changed, then sends what waits, a MESSAGE of each room in turn, as far
   * as the credit goes. Visits no room in which nothing changed and nothing waits.
   */
  pump(nowMs: number): void {
    for (const room of this.#changed) this.#decide(room, nowMs)
    this.#changed.clear()
    // A room that sent something comes again behind the others.
    for (const room of this.#sending) {
      if (this.#inFlightBytes >= this.#creditBytes) break
      if (!this.#init.work.maySend) {
        this.#sendLater(0)
        break
      }
      if (this.rooms.get(room)?.mustCollect(nowMs) === true) {
        this.#sendLater(COLLECT_MS)
        continue
      }
      const hasSent = this.#sendOf(room, nowMs)
      const canSend = this.rooms.get(room)?.canSend === true
      if (hasSent || !canSend) this.#sending.delete(room)
      if (hasSent && canSend) this.#sending.add(room)
    }
    this.#setResendTimer(nowMs)
  }

  /** The time to go on with what was left to send is here. */
  sendIsDue(): void {
    this.#isSendTimerSet = false
  }

  #sendLater(afterMs: number): void {
    if (this.#isSendTimerSet) return
    this.#isSendTimerSet = true
    const { effects, peer, number: session } = this.#init
    effects.setTimer({ type: 'send', peer, session }, afterMs)
  }

  #decide(room: RoomId, nowMs: number): void {
    const roomSession = this.rooms.get(room)
    if (roomSession === undefined) return
    if (roomSession.compare(() => this.#inFlightByRoom.has(room))) this.#acknowledgedAll(room, roomSession, nowMs)
    if (roomSession.isWalking) this.setRoomTimer('walk', room, this.#init.work.waitMs())
    if (roomSession.canSend) this.#sending.add(room)
    else this.#sending.delete(room)
  }

  /** Sends one MESSAGE and one OFFER of a room at most; false where nothing waits or fits. */
  #sendOf(room: RoomId, nowMs: number): boolean {
    const roomSession = this.rooms.get(room)
    if (roomSession === undefined) return false
    const freeBytes = Math.min(MAX_MESSAGE_BYTES, this.#creditBytes - this.#inFlightBytes)
    const freeOffers = Math.min(MAX_IDS, MAX_PENDING_OFFERS - this.#offers)
    const { documents, offers } = roomSession.take(freeBytes, MAX_IDS, freeOffers, (id) => this.#inFlight.has(id))
    this.#init.work.sent(documents.length + offers.length)
    if (documents.length > 0) this.#sendDocuments(room, documents, nowMs)
    if (offers.length > 0) this.#sendOffers(room, offers, nowMs)
    return documents.length > 0 || offers.length > 0
  }

  /**
   * The peer is known to hold a document, since before it was sent if it `hadBefore`; false where it was neither sent nor
   * offered, nor known to be held before.
   */
  acknowledged(room: RoomId, roomSession: RoomSession, id: DocumentId, nowMs: number, hadBefore = false): boolean {
    const isExpected = this.#remove(id) || roomSession.isHeld(id)
    if (isExpected) {
      this.#lastProgressMs = nowMs
      this.#resendMs = RESEND_MS
    }
    roomSession.acknowledged(id, hadBefore)
    this.documentsChanged(room)
    if (!roomSession.saved.delete(id)) return isExpected
    const { effects, peer } = this.#init
    effects.persist({ type: 'delete-unacked', room, peer, id })
    return true
  }

  /** Removes documents from flight that the peer requested or deferred; returns those that were offered or sent. */
  takeBack(room: RoomId, ids: readonly DocumentId[], as: 'offer' | 'message'): InFlight[] {
    return ids.flatMap((id) => {
      const entry = this.#inFlight.get(id)
      if (entry?.room !== room || entry.isOffer !== (as === 'offer')) return []
      this.#remove(id)
      return [entry]
    })
  }

  /** Sends no more of a room; what is in flight is compared again when that changes. */
  withdraw(room: RoomId): void {
    for (const { id } of this.inFlight(room)) this.#remove(id)
    this.rooms.get(room)?.compareAgain()
  }

  /** The resend timer fired: resends the oldest documents if nothing was acknowledged for too long. */
  resend(nowMs: number): void {
    this.#resendDueMs = undefined
    const [oldest] = this.#inFlight.values()
    if (oldest === undefined) return
    const waitedMs = nowMs - Math.max(oldest.sentMs, this.#lastProgressMs)
    if (waitedMs >= this.#resendMs) {
      this.#resendMs = Math.min(2 * this.#resendMs, MAX_RESEND_MS)
      this.#resendOldest(nowMs)
    }
    this.#setResendTimer(nowMs)
  }

  #resendOldest(nowMs: number): void {
    for (const [room, all] of this.#oldest()) {
      const entries = all.filter(({ id }) => !this.#hasLeft(room, id))
      const offers = entries.filter(({ isOffer }) => isOffer)
      const sent = entries.filter(({ isOffer }) => !isOffer)
      const documents = sent.flatMap(({ id }) => this.#init.ports.document(room, id) ?? [])
      if (documents.length > 0) this.#sendDocuments(room, documents, nowMs)
      if (offers.length > 0) this.#sendOffers(room, offers, nowMs)
      const roomSession = this.rooms.get(room)
      if (roomSession !== undefined) this.#save(roomSession, sent)
    }
  }

  /** What has left its room is on its way no more. */
  #hasLeft(room: RoomId, id: DocumentId): boolean {
    return this.#init.ports.document(room, id) === undefined && this.#remove(id)
  }

  /** Repeats offers that were not answered, and sends what was offered twice in vain, as far as the last of these has gone. */
  chaseOffers(room: RoomId, roomSession: RoomSession, nowMs: number): void {
    const offers = this.inFlight(room).filter(({ isOffer }) => isOffer)
    const since = (beforeMs: number): InFlight[] =>
      offers.filter(({ sinceMs }) => nowMs - sinceMs >= beforeMs).slice(0, MAX_IDS)
    const isFull = roomSession.hasRequested
    const inVain = isFull ? [] : since(2 * OFFER_PATIENCE_MS)
    const sent = this.takeBack(
      room,
      inVain.map(({ id }) => id),
      'offer',
    )
    for (const document of sent) roomSession.request(document)
    const repeated = since(OFFER_PATIENCE_MS).filter(({ id, sends }) => sends === 1 && this.#inFlight.has(id))
    if (repeated.length > 0) this.#sendOffers(room, repeated, nowMs)
    // A peer that takes nothing is looked at as seldom as it is sent something again.
    const afterMs = isFull ? Math.max(OFFER_PATIENCE_MS, this.#resendMs) : OFFER_PATIENCE_MS
    if (offers.length > sent.length) this.setRoomTimer('chase', room, afterMs)
  }

  /** Saves the peer's frontier, unless it was saved less than `everyMs` ago. */
  saveFrontier(room: RoomId, nowMs: number, everyMs = SAVE_FRONTIER_MS): void {
    const { ids, headsDigest } = this.rooms.get(room)?.frontier ?? NOTHING
    const saved = this.#savedFrontiers.get(room)
    if (saved !== undefined && (saved.ids === ids || nowMs - saved.atMs < everyMs)) return
    this.#savedFrontiers.set(room, { ids, atMs: nowMs })
    const { effects, peer } = this.#init
    effects.persist({ type: 'put-peer-frontier', room, peer, frontier: ids, headsDigest, seenMs: nowMs })
  }

  /** Sets a timer of a room, unless it is set already. */
  setRoomTimer(type: RoomTimer, room: RoomId, afterMs: number): void {
    const name = `${type} ${room}`
    if (this.#roomTimers.has(name)) return
    this.#roomTimers.add(name)
    const { effects, peer, number: session } = this.#init
    effects.setTimer({ type, peer, session, room }, afterMs)
  }

  roomTimerIsDue(type: RoomTimer, room: RoomId): void {
    this.#roomTimers.delete(`${type} ${room}`)
  }

  #sendDocuments(room: RoomId, documents: HeldDocument[], nowMs: number): void {
    for (const { id, clock, block } of documents) {
      this.#add({ id, clock, room, isOffer: false, sizeBytes: block.length, sends: 1, sinceMs: nowMs, sentMs: nowMs })
    }
    const blocks = documents.map(({ block }) => block)
    this.#init.effects.send(this.#init.peer, { type: 'message', topic: topicKeyOf(room), blocks })
  }

  #sendOffers(room: RoomId, offers: readonly Position[], nowMs: number): void {
    for (const { id, clock } of offers) {
      this.#add({ id, clock, room, isOffer: true, sizeBytes: 0, sends: 1, sinceMs: nowMs, sentMs: nowMs })
    }
    this.setRoomTimer('chase', room, OFFER_PATIENCE_MS)
    const ids = offers.map(({ id }) => id)
    this.#init.effects.send(this.#init.peer, { type: 'offer', topic: topicKeyOf(room), ids })
  }

  #add(entry: InFlight): void {
    const before = this.#inFlight.get(entry.id)
    if (before !== undefined) {
      before.sends++
      before.sentMs = entry.sentMs
      return
    }
    this.#inFlight.set(entry.id, entry)
    const inRoom = this.#inFlightByRoom.get(entry.room)
    if (inRoom === undefined) this.#inFlightByRoom.set(entry.room, new Set([entry]))
    else inRoom.add(entry)
    this.#inFlightBytes += entry.sizeBytes
    if (entry.isOffer) this.#offers++
  }

  #remove(id: DocumentId): boolean {
    const entry = this.#inFlight.get(id)
    if (entry === undefined) return false
    this.#inFlight.delete(id)
    const inRoom = this.#inFlightByRoom.get(entry.room)
    if (inRoom?.delete(entry) === true && inRoom.size === 0) this.#inFlightByRoom.delete(entry.room)
    this.#changed.add(entry.room)
    this.#inFlightBytes -= entry.sizeBytes
    if (entry.isOffer) this.#offers--
    return true
  }

  /** The peer's frontier acknowledges all that was in flight. */
  #acknowledgedAll(room: RoomId, roomSession: RoomSession, nowMs: number): void {
    const ids = new Set([...this.inFlight(room).map(({ id }) => id), ...roomSession.saved])
    for (const id of ids) this.acknowledged(room, roomSession, id, nowMs)
  }

  /** The oldest in flight by room, up to RESEND_BYTES, in the room's order. */
  #oldest(): Map<RoomId, InFlight[]> {
    const byRoom = new Map<RoomId, InFlight[]>()
    let sizeBytes = 0
    let count = 0
    for (const entry of this.#inFlight.values()) {
      sizeBytes += entry.sizeBytes
      if (sizeBytes > RESEND_BYTES && count > 0) break
      if (++count > MAX_IDS) break
      const entries = byRoom.get(entry.room)
      if (entries === undefined) byRoom.set(entry.room, [entry])
      else entries.push(entry)
    }
    for (const entries of byRoom.values()) entries.sort(comparePositions)
    return byRoom
  }

  /** Saves over a restart which documents were sent; those that were only offered are offered again. */
  #save(roomSession: RoomSession, unacknowledged: readonly InFlight[]): void {
    const { effects, peer } = this.#init
    const { saved } = roomSession
    for (const { room, id, isOffer, sends, sentMs } of unacknowledged) {
      if (isOffer || (!saved.has(id) && saved.size >= MAX_SAVED_UNACKED)) continue
      saved.add(id)
      effects.persist({ type: 'put-unacked', room, peer, id, sends, sentMs })
    }
  }

  #setResendTimer(nowMs: number): void {
    if (this.#resendDueMs !== undefined || this.#inFlight.size === 0) return
    const { effects, peer, number: session, random } = this.#init
    const afterMs = this.#resendMs * (1 + RESEND_JITTER * random())
    this.#resendDueMs = nowMs + afterMs
    effects.setTimer({ type: 'resend', peer, session }, afterMs)
  }
}
