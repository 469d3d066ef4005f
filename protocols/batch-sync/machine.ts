/**
 * Brings every document of a room to every neighbour that shares it, however long it takes: MESSAGE
 * until ACK, under the receiver's credit, or OFFER and REQUEST first; forwarded on first receipt. It
 * is the only thing that moves history. What a peer lacks is read from its frontier, or found by
 * comparing ranges where neither side knows the other's.
 *
 * Invariants
 * 1. Bytes in flight to a peer stay within its credit.
 * 2. A document is in flight, waiting, or known to be held by each neighbour that is compared.
 * 3. A document is forwarded once, on first receipt, and not to whom it came from.
 * 4. Documents go only to peers that proved to know the room and that it is shared with.
 */
import type { DocumentId, PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import {
  COMPARE_AGAIN_MS,
  FORWARD_FANOUT,
  MAX_DEFER_MS,
  MAX_IDS,
  MAX_RECONCILE_MS,
  RECONCILE_MS,
  SALT_BYTES,
  SCAN_WAIT_MS,
} from './constants.ts'
import type {
  BatchSyncCommand,
  BatchSyncEffect,
  BatchSyncEvent,
  BatchSyncInput,
  BatchSyncPorts,
  BatchSyncTimer,
  BatchSyncWrite,
  PeerProgress,
} from './ports.ts'
import { answerRanges, openRanges, type Finding } from './reconcile.ts'
import type { BatchSyncRecord, DeferRecord, IdsRecord, RangesRecord } from './records.ts'
import { Requests, type RequestBatch } from './requests.ts'
import { Scans } from './scans.ts'
import { PeerSession } from './peer-session.ts'
import type { RoomSession } from './room-session.ts'

interface Peer {
  number: number
  session: PeerSession
  scans: Scans
  isScanTimerSet: boolean
  /** Per room, ids of its frontier that are awaited, and how long until ranges are compared. */
  awaited: Map<RoomId, { ids: readonly DocumentId[]; waitMs: number }>
}

/** A peer and how one room stands with it. */
interface RoomPeer {
  key: PeerId
  peer: Peer
  roomSession: RoomSession
}

export interface BatchSyncInit {
  self: PeerId
  ports: BatchSyncPorts
  random: Random
}

/** Batch sync without IO: see README.md for the rules it keeps. */
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
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #peers = new Map<PeerId, Peer>()
  readonly #requests = new Requests()
  #isRequestTimerSet = false
  #sessions = 0

  constructor({ self, ports, random }: BatchSyncInit) {
    this.#self = self
    this.#ports = ports
    this.#random = random
  }

  /** How far neighbours of a room have got, as far as it is known without comparing. */
  progress(room: RoomId): PeerProgress[] {
    return [...this.#peers].flatMap(([key, { session }]) => {
      const roomSession = session.rooms.get(room)
      if (roomSession === undefined) return []
      const { frontier, refusesDocuments } = roomSession
      const inFlight = session.inFlight(room)
      const nextSendMs = inFlight.length > 0 ? session.resendDueMs : undefined
      return [{ peer: key, frontier, refusesDocuments, inFlight, nextSendMs, isHeld: (id) => roomSession.isHeld(id) }]
    })
  }

  handle(input: BatchSyncInput, nowMs: number): BatchSyncEffect[] {
    switch (input.type) {
      case 'peer-up':
        return this.#peerUp(input.peer, input.creditBytes, nowMs)
      case 'peer-down':
        return this.#peerDown(input.peer, nowMs)
      case 'records':
        return this.#receiveAll(input.from, input.records, nowMs)
      case 'timer':
        return this.#timer(input.timer, nowMs)
      case 'command':
        return this.#command(input.command, nowMs)
    }
  }

  #peerUp(key: PeerId, creditBytes: number, nowMs: number): BatchSyncEffect[] {
    const number = ++this.#sessions
    const random = this.#random
    this.#peers.set(key, {
      number,
      session: new PeerSession({ peer: key, number, creditBytes, ports: this.#ports, random, nowMs }),
      scans: new Scans(nowMs),
      isScanTimerSet: false,
      awaited: new Map(),
    })
    return []
  }

  #peerDown(key: PeerId, nowMs: number): BatchSyncEffect[] {
    const peer = this.#peers.get(key)
    if (peer === undefined) return []
    const effects = [...peer.session.rooms.keys()].flatMap((room) => peer.session.endRoom(room, nowMs))
    this.#peers.delete(key)
    return [...effects, ...this.#request(this.#requests.peerLeft(key, undefined, nowMs), nowMs)]
  }

  #command(command: BatchSyncCommand, nowMs: number): BatchSyncEffect[] {
    switch (command.type) {
      case 'open':
        this.#rooms.set(topicKeyOf(command.room), command.room)
        return []
      case 'close':
        return this.#close(command.room, nowMs)
      case 'neighbour':
        return this.#neighbour(command, nowMs)
      case 'neighbour-left':
        return this.#endRoom(command.peer, command.room, nowMs)
      case 'stored':
        return this.#forward(command, nowMs)
      case 'acknowledge':
        return this.#acknowledge(command, nowMs)
      case 'defer':
        return this.#sendIds(command.to, command.room, command.ids, (topic, ids) => {
          return { type: 'defer', topic, ids, afterMs: command.afterMs }
        })
      case 'sharing-changed':
        return this.#sharingChanged(command.room, nowMs)
    }
  }

  #close(room: RoomId, nowMs: number): BatchSyncEffect[] {
    this.#rooms.delete(topicKeyOf(room))
    this.#requests.closed(room)
    return [...this.#peers.keys()].flatMap((key) => this.#endRoom(key, room, nowMs))
  }

  #endRoom(key: PeerId, room: RoomId, nowMs: number): BatchSyncEffect[] {
    const peer = this.#peers.get(key)
    if (peer === undefined) return []
    peer.awaited.delete(room)
    peer.scans.end(room)
    const effects = peer.session.endRoom(room, nowMs)
    return [...effects, ...this.#request(this.#requests.peerLeft(key, room, nowMs), nowMs)]
  }

  #neighbour(command: BatchSyncCommand & { type: 'neighbour' }, nowMs: number): BatchSyncEffect[] {
    const { room, peer: key } = command
    const peer = this.#peers.get(key)
    if (peer === undefined) return []
    const isNew = !peer.session.rooms.has(room)
    if (isNew && this.#ports.sharing(room, key).policy === 'none') return []
    const roomSession = peer.session.room(room)
    roomSession.learn(command)
    if (!roomSession.isSending) peer.session.withdraw(room)
    return [
      ...peer.session.saveFrontier(room, nowMs),
      ...this.#await({ key, peer, roomSession }, room, isNew, nowMs),
      ...peer.session.pump(nowMs),
    ]
  }

  /** What a frontier names and is not here is mostly on its way; if it does not come, ranges are compared. */
  #await({ key, peer, roomSession }: RoomPeer, room: RoomId, isNew: boolean, nowMs: number): BatchSyncEffect[] {
    if (peer.awaited.has(room)) return []
    const ids = roomSession.unheldFrontier()
    if (ids.length === 0) return []
    peer.awaited.set(room, { ids, waitMs: RECONCILE_MS })
    const timer = peer.session.setRoomTimer('reconcile', room, RECONCILE_MS)
    // Nothing is on its way yet when two meet: one of them begins at once.
    return isNew && this.#self < key ? [...timer, ...this.#openRanges(key, peer, room, nowMs)] : timer
  }

  #reconcileIsDue({ key, peer, roomSession }: RoomPeer, room: RoomId, nowMs: number): BatchSyncEffect[] {
    const awaited = peer.awaited.get(room)
    peer.awaited.delete(room)
    if (awaited === undefined) return []
    if (awaited.ids.every((id) => this.#ports.has(room, id))) {
      roomSession.compareAgain()
      return this.#await({ key, peer, roomSession }, room, false, nowMs)
    }
    const waitMs = Math.min(2 * awaited.waitMs, MAX_RECONCILE_MS)
    peer.awaited.set(room, { ids: awaited.ids, waitMs })
    return [...peer.session.setRoomTimer('reconcile', room, waitMs), ...this.#openRanges(key, peer, room, nowMs)]
  }

  #forward(command: BatchSyncCommand & { type: 'stored' }, nowMs: number): BatchSyncEffect[] {
    const { room, documents, from } = command
    for (const { id } of documents) this.#requests.forget(room, id)
    const roomPeers = [...this.#roomPeers(room)].filter(({ roomSession }) => {
      return roomSession.isSending && !documents.every(({ id }) => roomSession.isHeld(id))
    })
    const now = new Set(from === 'self' ? roomPeers : from === 'gossip' ? [] : this.#some(roomPeers, FORWARD_FANOUT))
    return roomPeers.flatMap((roomPeer) => {
      const { peer, roomSession } = roomPeer
      if (!now.has(roomPeer)) return peer.session.setRoomTimer('compare', room, COMPARE_AGAIN_MS)
      for (const document of documents) if (!roomSession.isHeld(document.id)) roomSession.add(document)
      return peer.session.pump(nowMs)
    })
  }

  /** Up to `count` of some items, any of them. */
  #some<Item>(items: readonly Item[], count: number): readonly Item[] {
    if (items.length <= count) return items
    const first = Math.floor(this.#random() * items.length)
    return [...items.slice(first), ...items.slice(0, first)].slice(0, count)
  }

  #acknowledge(command: BatchSyncCommand & { type: 'acknowledge' }, nowMs: number): BatchSyncEffect[] {
    const { room, ids, to } = command
    for (const id of ids) this.#requests.forget(room, id)
    const roomPeer = this.#roomPeer(to, room)
    if (roomPeer === undefined) return []
    const { session } = roomPeer.peer
    return [
      ...ids.flatMap((id) => session.acknowledged(room, roomPeer.roomSession, id, nowMs).effects),
      ...this.#sendIds(to, room, ids, (topic, some) => ({ type: 'ack', topic, ids: some })),
      ...session.pump(nowMs),
    ]
  }

  #sharingChanged(room: RoomId, nowMs: number): BatchSyncEffect[] {
    return [...this.#roomPeers(room)].flatMap(({ key, peer, roomSession }) => {
      const sharing = this.#ports.sharing(room, key)
      if (sharing.policy === 'none') return this.#endRoom(key, room, nowMs)
      roomSession.changeSharing(sharing)
      if (!roomSession.isSending) peer.session.withdraw(room)
      return peer.session.pump(nowMs)
    })
  }

  /** Sends once for all records of a frame: whatever they acknowledge or put off, no more leaves than the credit. */
  #receiveAll(from: PeerId, records: readonly BatchSyncRecord[], nowMs: number): BatchSyncEffect[] {
    const effects = records.flatMap((record) => this.#receive(from, record, nowMs))
    return [...effects, ...(this.#peers.get(from)?.session.pump(nowMs) ?? [])]
  }

  #receive(from: PeerId, record: BatchSyncRecord, nowMs: number): BatchSyncEffect[] {
    const room = this.#rooms.get(record.topic)
    const roomPeer = room === undefined ? undefined : this.#roomPeer(from, room)
    if (room === undefined || roomPeer === undefined) {
      // Also what is still on its way when either side leaves a room: nothing to close a stream for.
      return [fault(from, `${record.type}-outside-room`)]
    }
    switch (record.type) {
      case 'message':
        return [{ type: 'emit', event: { type: 'received', room, from, blocks: record.blocks } }]
      case 'ack':
        return this.#receiveAck(roomPeer, room, record, nowMs)
      case 'offer':
        return this.#receiveOffer(roomPeer, room, record, nowMs)
      case 'request':
        return this.#receiveRequest(roomPeer, room, record)
      case 'defer':
        return this.#receiveDefer(roomPeer, room, record, nowMs)
      case 'ranges':
        return this.#receiveRanges(roomPeer, room, record, nowMs)
    }
  }

  #receiveAck(
    { key, peer, roomSession }: RoomPeer,
    room: RoomId,
    { ids }: IdsRecord,
    nowMs: number,
  ): BatchSyncEffect[] {
    const acknowledged = ids.map((id) => peer.session.acknowledged(room, roomSession, id, nowMs))
    return [
      ...acknowledged.flatMap(({ effects }) => effects),
      ...(acknowledged.every(({ isExpected }) => isExpected) ? [] : [fault(key, 'ack-of-unsent')]),
    ]
  }

  #receiveOffer({ key, roomSession }: RoomPeer, room: RoomId, { ids }: IdsRecord, nowMs: number): BatchSyncEffect[] {
    const held: DocumentId[] = []
    const requested: DocumentId[] = []
    let isFlood = false
    for (const id of ids) {
      roomSession.markHeld(id)
      if (this.#ports.isDurable(room, id)) held.push(id)
      else {
        const answer = this.#requests.offered(room, id, key, nowMs)
        if (answer === 'request') requested.push(id)
        isFlood ||= answer === 'full'
      }
    }
    return [
      ...(isFlood ? [fault(key, 'offer-flood')] : []),
      ...this.#sendIds(key, room, held, (topic, some) => ({ type: 'ack', topic, ids: some })),
      ...this.#request([{ peer: key, room, ids: requested }], nowMs),
    ]
  }

  #receiveRequest({ key, peer, roomSession }: RoomPeer, room: RoomId, { ids }: IdsRecord): BatchSyncEffect[] {
    // What is on its way comes by itself, and what is not offered any more will be again.
    for (const document of peer.session.takeBack(room, ids, 'offer')) roomSession.request(document)
    const isShared = roomSession.isSending && ids.every((id) => this.#ports.has(room, id))
    return isShared ? [] : [fault(key, 'request-of-unshared')]
  }

  #receiveDefer(
    { key, peer, roomSession }: RoomPeer,
    room: RoomId,
    record: DeferRecord,
    nowMs: number,
  ): BatchSyncEffect[] {
    const putOff = peer.session.takeBack(room, record.ids, 'message')
    if (putOff.length === 0) return []
    roomSession.defer(putOff, nowMs + Math.min(record.afterMs, MAX_DEFER_MS))
    return this.#resume({ key, peer, roomSession }, room, nowMs)
  }

  /** Goes on sending where the peer's time is over, else asks to be called then. */
  #resume({ peer, roomSession }: RoomPeer, room: RoomId, nowMs: number): BatchSyncEffect[] {
    const waitMs = roomSession.resume(nowMs)
    return waitMs > 0 ? peer.session.setRoomTimer('deferred', room, waitMs) : []
  }

  #receiveRanges(
    { key, peer, roomSession }: RoomPeer,
    room: RoomId,
    record: RangesRecord,
    nowMs: number,
  ): BatchSyncEffect[] {
    const { salt } = record
    const work = { ports: this.#ports, room, topic: topicKeyOf(room), salt }
    if (!peer.scans.add(room, answerRanges(work, record))) return [fault(key, 'ranges-flood')]
    roomSession.forgetComparison()
    return this.#scan(key, peer, nowMs)
  }

  #openRanges(key: PeerId, peer: Peer, room: RoomId, nowMs: number): BatchSyncEffect[] {
    const salt = Uint8Array.from({ length: SALT_BYTES }, () => Math.floor(this.#random() * 256))
    const work = { ports: this.#ports, room, topic: topicKeyOf(room), salt }
    return peer.scans.add(room, openRanges(work)) ? this.#scan(key, peer, nowMs) : []
  }

  /** Goes on comparing ranges with a peer, for a bounded number of documents. */
  #scan(key: PeerId, peer: Peer, nowMs: number): BatchSyncEffect[] {
    if (peer.isScanTimerSet) return []
    const { found, isOverRate } = peer.scans.step(nowMs)
    const effects = found.flatMap(({ room, finding }) => this.#found(key, peer, room, finding))
    if (!peer.scans.isEmpty) {
      peer.isScanTimerSet = true
      const timer = { type: 'scan', peer: key, session: peer.number } as const
      effects.push({ type: 'timer', timer, afterMs: isOverRate ? SCAN_WAIT_MS : 0 })
    }
    return effects
  }

  #found(to: PeerId, peer: Peer, room: RoomId, finding: Finding): BatchSyncEffect[] {
    const { reply, lacking = [], wanted = [], common = [] } = finding
    const roomSession = peer.session.rooms.get(room)
    for (const { id } of common) roomSession?.markHeld(id)
    for (const { id } of wanted) roomSession?.markLacking(id)
    for (const document of [...lacking, ...wanted]) roomSession?.add(document)
    return reply === undefined ? [] : [{ type: 'send', to, record: reply }]
  }

  #timer(timer: BatchSyncTimer, nowMs: number): BatchSyncEffect[] {
    if (timer.type === 'request') return this.#requestIsDue(nowMs)
    const key = timer.peer
    const peer = this.#peers.get(key)
    if (peer?.number !== timer.session) return []
    const { session } = peer
    if (timer.type === 'resend') return session.resend(nowMs)
    if (timer.type === 'scan') {
      peer.isScanTimerSet = false
      return [...this.#scan(key, peer, nowMs), ...session.pump(nowMs)]
    }
    const { type, room } = timer
    session.roomTimerIsDue(type, room)
    const roomSession = session.rooms.get(room)
    if (roomSession === undefined) return []
    const effects: BatchSyncEffect[] = []
    if (type === 'compare') roomSession.compareAgain()
    else if (type === 'walk') roomSession.walkOn()
    else if (type === 'deferred') effects.push(...this.#resume({ key, peer, roomSession }, room, nowMs))
    else effects.push(...this.#reconcileIsDue({ key, peer, roomSession }, room, nowMs))
    return [...effects, ...session.pump(nowMs)]
  }

  #requestIsDue(nowMs: number): BatchSyncEffect[] {
    this.#isRequestTimerSet = false
    return this.#request(this.#requests.due(nowMs), nowMs)
  }

  #request(batches: readonly RequestBatch[], nowMs: number): BatchSyncEffect[] {
    const effects = batches.flatMap(({ peer, room, ids }) =>
      this.#sendIds(peer, room, ids, (topic, some) => ({ type: 'request', topic, ids: some })),
    )
    if (this.#requests.isEmpty || this.#isRequestTimerSet) return effects
    this.#isRequestTimerSet = true
    const afterMs = Math.max(0, this.#requests.nextDueMs() - nowMs)
    return [...effects, { type: 'timer', timer: { type: 'request' }, afterMs }]
  }

  #sendIds(
    to: PeerId,
    room: RoomId,
    ids: readonly DocumentId[],
    record: (topic: TopicKey, ids: DocumentId[]) => BatchSyncRecord,
  ): BatchSyncEffect[] {
    const topic = topicKeyOf(room)
    const effects: BatchSyncEffect[] = []
    for (let start = 0; start < ids.length; start += MAX_IDS) {
      effects.push({ type: 'send', to, record: record(topic, ids.slice(start, start + MAX_IDS)) })
    }
    return effects
  }

  #roomPeer(key: PeerId, room: RoomId): RoomPeer | undefined {
    const peer = this.#peers.get(key)
    const roomSession = peer?.session.rooms.get(room)
    return peer && roomSession && { key, peer, roomSession }
  }

  *#roomPeers(room: RoomId): Generator<RoomPeer> {
    for (const [key, peer] of this.#peers) {
      const roomSession = peer.session.rooms.get(room)
      if (roomSession !== undefined) yield { key, peer, roomSession }
    }
  }
}

function fault(peer: PeerId, code: string): BatchSyncEffect {
  return { type: 'misbehaviour', peer, reason: { code, fatal: false } }
}
