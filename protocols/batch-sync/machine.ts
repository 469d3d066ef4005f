/**
 * Delivers every document of a room to every neighbour that shares it, however long that takes: MESSAGE until ACK,
 * within the receiver's credit, or OFFER and REQUEST first; forwarded on first receipt. What a peer lacks is derived
 * from its frontier, or found by comparing ranges if neither side knows the other's.
 *
 * Invariants
 * 1. Bytes in flight to a peer stay within its credit.
 * 2. For each neighbour that is compared, a document is in flight, waiting, or known to be held.
 * 3. A document is forwarded once, on first receipt, and never to the peer it came from.
 * 4. Documents are sent only to peers that proved to know the room and with which it is shared.
 */
import { Effects } from '../wire/effects.ts'
import type { DocumentId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { Neighbours } from '../wire/neighbours.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { Comparison } from './comparison.ts'
import { MAX_DEFER_MS } from './constants.ts'
import { PeerHeaders } from './peer-headers.ts'
import { progressOf } from './peer-progress.ts'
import { PeerSession, type RoomTimer } from './peer-session.ts'
import type {
  BatchSyncCommand,
  BatchSyncEffect,
  BatchSyncEffects,
  BatchSyncEvent,
  BatchSyncInit,
  BatchSyncInput,
  BatchSyncPorts,
  BatchSyncTimer,
  BatchSyncWrite,
  NeighbourStanding,
  PeerProgress,
} from './ports.ts'
import type { AckRecord, BatchSyncRecord, DeferRecord, IdsRecord } from './records.ts'
import { sendIds } from './send-ids.ts'
import { Requests, type RequestBatch } from './requests.ts'
import { spread, type Target } from './spreading.ts'
import type { RoomSession } from './room-session.ts'
import { Work } from './work.ts'

/** A peer whose stream is open. */
interface Peer {
  session: PeerSession
  comparison: Comparison
  headers: PeerHeaders
}

/** A peer and the state of one room with it. */
type RoomPeer = Peer & Target

/** Batch sync without IO; README.md has its rules. */
export class BatchSyncMachine implements Machine<
  BatchSyncCommand,
  BatchSyncRecord,
  BatchSyncWrite,
  BatchSyncEvent,
  BatchSyncTimer
> {
  readonly #self: PeerId
  readonly #ports: BatchSyncPorts
  readonly #random: Random
  readonly #effects: BatchSyncEffects = new Effects()
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #neighbours = new Neighbours<NeighbourStanding>()
  /** Those of them that are sent what is new from time to time only. */
  readonly #aside = new Neighbours<true>()
  /** Peers whose stream is open. */
  readonly #peers = new Map<PeerId, Peer>()
  readonly #requests = new Requests()
  #isRequestTimerSet = false
  readonly #work = new Work()
  #sessions = 0

  constructor({ self, ports, random }: BatchSyncInit) {
    this.#self = self
    this.#ports = ports
    this.#random = random
  }

  /** The progress of a room's neighbours, as far as it is known without comparing. */
  progress(room: RoomId): PeerProgress[] {
    return [...this.#roomPeers(room)].map(({ session, roomSession }) => progressOf(room, session, roomSession))
  }

  handle(input: BatchSyncInput, nowMs: number): readonly BatchSyncEffect[] {
    this.#work.begin(nowMs)
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, input.creditBytes, nowMs)
        break
      case 'peer-down':
        this.#peerDown(input.peer, nowMs)
        break
      case 'records':
        this.#receiveAll(input.from, input.records, nowMs)
        break
      case 'timer':
        this.#timer(input.timer, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
        break
    }
    return this.#effects.take()
  }

  #peerUp(id: PeerId, creditBytes: number, nowMs: number): void {
    const work = this.#work.of(id)
    const parts = { ports: this.#ports, random: this.#random, effects: this.#effects, work, nowMs }
    const session = new PeerSession({ peer: id, number: ++this.#sessions, creditBytes, ...parts })
    const comparison = new Comparison({ self: this.#self, session, ...parts })
    const peer = { session, comparison, headers: new PeerHeaders({ peer: id, ...parts }) }
    this.#peers.set(id, peer)
    for (const room of this.#neighbours.roomsOf(id)) this.#meet(peer, room, nowMs)
    session.pump(nowMs)
  }

  #peerDown(id: PeerId, nowMs: number): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    for (const room of [...peer.session.rooms.keys()]) peer.session.endRoom(room, nowMs)
    this.#peers.delete(id)
    this.#request(this.#requests.peerLeft(id, undefined, nowMs), nowMs)
  }

  #command(command: BatchSyncCommand, nowMs: number): void {
    switch (command.type) {
      case 'open':
        this.#rooms.set(topicKeyOf(command.room), command.room)
        break
      case 'close':
        this.#close(command.room, nowMs)
        break
      case 'neighbour':
        this.#neighbour(command, nowMs)
        break
      case 'neighbour-left':
        this.#neighbours.delete(command.room, command.peer)
        this.#aside.delete(command.room, command.peer)
        this.#endRoom(command.peer, command.room, nowMs)
        break
      case 'aside':
        this.#setAside(command, nowMs)
        break
      case 'stored':
        this.#forward(command, nowMs)
        break
      case 'acknowledge':
        this.#acknowledge(command, nowMs)
        break
      case 'defer':
        sendIds(this.#effects, command.to, command.room, { type: 'defer', ids: command.ids, afterMs: command.afterMs })
        break
      case 'ask-headers':
        this.#roomPeer(command.to, command.room)?.headers.ask(command.room, command)
        break
      case 'sharing-changed':
        this.#sharingChanged(command.room, nowMs)
        break
    }
  }

  #close(room: RoomId, nowMs: number): void {
    this.#rooms.delete(topicKeyOf(room))
    this.#neighbours.close(room)
    this.#aside.close(room)
    this.#requests.closed(room)
    for (const id of this.#peers.keys()) this.#endRoom(id, room, nowMs)
  }

  #endRoom(id: PeerId, room: RoomId, nowMs: number): void {
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    peer.comparison.end(room)
    peer.headers.end(room)
    peer.session.endRoom(room, nowMs)
    this.#request(this.#requests.peerLeft(id, room, nowMs), nowMs)
  }

  #neighbour(command: BatchSyncCommand & { type: 'neighbour' }, nowMs: number): void {
    const { room, peer: id } = command
    this.#neighbours.set(room, id, command)
    const peer = this.#peers.get(id)
    if (peer === undefined) return
    this.#meet(peer, room, nowMs)
    peer.session.pump(nowMs)
  }

  /** Handles the state of a neighbour's copy of a room, if the room is shared with it. */
  #meet({ session, comparison }: Peer, room: RoomId, nowMs: number): void {
    const standing = this.#neighbours.of(room).get(session.peer)
    if (standing === undefined) return
    const isNew = !session.rooms.has(room)
    if (isNew && this.#ports.sharing(room, session.peer).policy === 'none') return
    const roomSession = session.room(room)
    roomSession.learn(standing)
    if (isNew) roomSession.isAside = this.#aside.has(room, session.peer)
    if (!roomSession.isSending) session.withdraw(room)
    session.saveFrontier(room, nowMs)
    comparison.awaitFrontier(room, roomSession, isNew)
  }

  /** Who is not aside any more is sent what it lacks at once. */
  #setAside({ room, peer, isAside }: BatchSyncCommand & { type: 'aside' }, nowMs: number): void {
    if (isAside) this.#aside.set(room, peer, true)
    else this.#aside.delete(room, peer)
    const roomPeer = this.#roomPeer(peer, room)
    if (roomPeer === undefined) return
    roomPeer.roomSession.isAside = isAside
    if (!isAside) roomPeer.roomSession.compareAgain()
    roomPeer.session.pump(nowMs)
  }

  #forward({ room, documents, from }: BatchSyncCommand & { type: 'stored' }, nowMs: number): void {
    if (from !== 'self' && from !== 'gossip') this.#peers.get(from)?.comparison.brought(room, documents.length)
    for (const { id } of documents) this.#requests.forget(room, id)
    spread({ room, documents, from }, [...this.#roomPeers(room)], this.#random, nowMs)
  }

  #acknowledge({ room, ids, hadBefore, to }: BatchSyncCommand & { type: 'acknowledge' }, nowMs: number): void {
    for (const id of ids) this.#requests.forget(room, id)
    const roomPeer = this.#roomPeer(to, room)
    if (roomPeer === undefined) return
    const { session, roomSession } = roomPeer
    // What was on its way to the peer, it had.
    for (const id of ids) session.acknowledged(room, roomSession, id, nowMs, true)
    const before = new Set(hadBefore)
    const fresh = before.size === 0 ? ids : ids.filter((id) => !before.has(id))
    sendIds(this.#effects, to, room, { type: 'ack', ids: fresh })
    sendIds(this.#effects, to, room, { type: 'ack', ids: hadBefore, hadBefore: true })
    session.pump(nowMs)
  }

  /** Starts, changes or ends sharing with each neighbour of a room. */
  #sharingChanged(room: RoomId, nowMs: number): void {
    for (const id of this.#neighbours.of(room).keys()) {
      const peer = this.#peers.get(id)
      if (peer === undefined) continue
      const { session } = peer
      const sharing = this.#ports.sharing(room, id)
      if (sharing.policy === 'none') {
        this.#endRoom(id, room, nowMs)
        continue
      }
      session.rooms.get(room)?.changeSharing(sharing)
      this.#meet(peer, room, nowMs)
      session.pump(nowMs)
    }
  }

  /**
   * Sends only once for all records of a frame, so that whatever they acknowledge or defer, no more than the
   * credit is sent.
   */
  #receiveAll(from: PeerId, records: readonly BatchSyncRecord[], nowMs: number): void {
    for (const record of records) this.#receive(from, record, nowMs)
    this.#peers.get(from)?.session.pump(nowMs)
  }

  #receive(from: PeerId, record: BatchSyncRecord, nowMs: number): void {
    const room = this.#rooms.get(record.topic)
    const roomPeer = room === undefined ? undefined : this.#roomPeer(from, room)
    if (room === undefined || roomPeer === undefined) {
      // Also happens to records on their way when either side leaves a room, so it is no reason to close a
      // stream.
      this.#effects.misbehaviour(from, `${record.type}-outside-room`)
      return
    }
    switch (record.type) {
      case 'message':
        this.#effects.emit({ type: 'received', room, from, blocks: record.blocks })
        break
      case 'ack':
        this.#receiveAck(roomPeer, room, record, nowMs)
        break
      case 'offer':
        this.#receiveOffer(roomPeer, room, record, nowMs)
        break
      case 'request':
        this.#receiveRequest(roomPeer, room, record)
        break
      case 'defer':
        this.#receiveDefer(roomPeer, room, record, nowMs)
        break
      case 'ranges':
        roomPeer.comparison.receive(room, roomPeer.roomSession, record)
        break
      case 'header-request':
      case 'headers':
        roomPeer.headers.receive(room, record)
        break
    }
  }

  #receiveAck({ session, roomSession }: RoomPeer, room: RoomId, record: AckRecord, nowMs: number): void {
    const { ids, hadBefore } = record
    const unsent = ids.filter((id) => !session.acknowledged(room, roomSession, id, nowMs, hadBefore))
    if (unsent.length > 0) this.#effects.misbehaviour(session.peer, 'ack-of-unsent')
  }

  #receiveOffer({ session, roomSession }: RoomPeer, room: RoomId, { ids }: IdsRecord, nowMs: number): void {
    const { peer } = session
    const held: DocumentId[] = []
    const requested: DocumentId[] = []
    let isFlood = false
    for (const id of ids) {
      roomSession.markHeld(id)
      if (this.#ports.isDurable(room, id)) held.push(id)
      else {
        const answer = this.#requests.offered(room, id, peer, nowMs)
        if (answer === 'request') requested.push(id)
        isFlood ||= answer === 'full'
      }
    }
    if (isFlood) this.#effects.misbehaviour(peer, 'offer-flood')
    sendIds(this.#effects, peer, room, { type: 'ack', ids: held, hadBefore: true })
    this.#request([{ peer, room, ids: requested }], nowMs)
  }

  #receiveRequest({ session, roomSession }: RoomPeer, room: RoomId, { ids }: IdsRecord): void {
    // Documents in flight arrive anyway, and those that are no longer offered will be offered again.
    for (const document of session.takeBack(room, ids, 'offer')) roomSession.request(document)
    const isShared = roomSession.isSending && ids.every((id) => this.#ports.has(room, id))
    if (!isShared) this.#effects.misbehaviour(session.peer, 'request-of-unshared')
  }

  #receiveDefer({ session, roomSession }: RoomPeer, room: RoomId, record: DeferRecord, nowMs: number): void {
    const putOff = session.takeBack(room, record.ids, 'message')
    if (putOff.length === 0) return
    roomSession.defer(putOff, nowMs + Math.min(record.afterMs, MAX_DEFER_MS))
    this.#resume(session, room, roomSession, nowMs)
  }

  /** Continues sending if the peer's deferral is over, or else sets a timer. */
  #resume(session: PeerSession, room: RoomId, roomSession: RoomSession, nowMs: number): void {
    const waitMs = roomSession.resume(nowMs)
    if (waitMs > 0) session.setRoomTimer('deferred', room, waitMs)
  }

  #timer(timer: BatchSyncTimer, nowMs: number): void {
    if (timer.type === 'request') return this.#requestIsDue(nowMs)
    const peer = this.#peers.get(timer.peer)
    if (peer?.session.number !== timer.session) return
    const { session, comparison } = peer
    if (timer.type === 'resend') return session.resend(nowMs)
    if (timer.type === 'scan') comparison.scanIsDue()
    else if (timer.type === 'send') session.sendIsDue()
    else this.#roomTimer(peer, timer.type, timer.room, nowMs)
    session.pump(nowMs)
  }

  #roomTimer({ session, comparison }: Peer, type: RoomTimer, room: RoomId, nowMs: number): void {
    session.roomTimerIsDue(type, room)
    const roomSession = session.rooms.get(room)
    if (roomSession === undefined) return
    switch (type) {
      case 'compare':
      case 'aside':
        return roomSession.compareAgain()
      case 'walk':
        return roomSession.walkOn()
      case 'deferred':
        return this.#resume(session, room, roomSession, nowMs)
      case 'offer':
        return roomSession.offerWaiting()
      case 'chase':
        return session.chaseOffers(room, roomSession, nowMs)
      case 'reconcile':
        return comparison.frontierIsDue(room, roomSession)
    }
  }

  #requestIsDue(nowMs: number): void {
    this.#isRequestTimerSet = false
    this.#request(this.#requests.due(nowMs), nowMs)
  }

  #request(batches: readonly RequestBatch[], nowMs: number): void {
    for (const { peer, room, ids } of batches) sendIds(this.#effects, peer, room, { type: 'request', ids })
    if (this.#requests.isEmpty || this.#isRequestTimerSet) return
    this.#isRequestTimerSet = true
    this.#effects.setTimer({ type: 'request' }, Math.max(0, this.#requests.nextDueMs() - nowMs))
  }

  #roomPeer(id: PeerId, room: RoomId): RoomPeer | undefined {
    const peer = this.#peers.get(id)
    const roomSession = peer?.session.rooms.get(room)
    return peer && roomSession && { ...peer, roomSession }
  }

  *#roomPeers(room: RoomId): Generator<RoomPeer> {
    for (const id of this.#neighbours.of(room).keys()) {
      const roomPeer = this.#roomPeer(id, room)
      if (roomPeer !== undefined) yield roomPeer
    }
  }
}
