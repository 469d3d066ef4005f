/**
 * Brings every document of a room to every neighbour that shares it, however long it takes: MESSAGE
 * until ACK, under the receiver's credit, forwarded on first receipt. It is the only thing that
 * moves history. What is kept of a peer lives as long as its stream: its frontier says the rest.
 *
 * Invariants
 * 1. Bytes in flight to a peer stay within its credit.
 * 2. A document is in flight, waiting, or known to be held by each neighbour that is compared.
 * 3. A document is forwarded once, on first receipt, and not to whom it came from.
 * 4. Documents go only to peers that proved to know the room.
 */
import type { DocumentId, PeerKey, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine, Random } from '../wire/machine.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import {
  COMPARE_AGAIN_MS,
  FORWARD_FANOUT,
  LOCATORS_PER_SECOND,
  LOCATOR_BURST,
  MAX_CREDIT_BYTES,
  MAX_IDS,
  MAX_LOCATOR_IDS,
  MAX_MESSAGE_BYTES,
  MAX_RESEND_MS,
  MIN_CREDIT_BYTES,
  RESEND_BYTES,
  RESEND_JITTER,
  RESEND_MS,
} from './constants.ts'
import type {
  BatchSyncCommand,
  BatchSyncEffect,
  BatchSyncEvent,
  BatchSyncInput,
  BatchSyncPorts,
  BatchSyncTimer,
  HeldDocument,
} from './ports.ts'
import type { AckRecord, BatchSyncRecord } from './records.ts'
import { Share } from './share.ts'

interface InFlight {
  room: RoomId
  sizeBytes: number
  sentMs: number
}

interface Peer {
  session: number
  creditBytes: number
  inFlight: Map<DocumentId, InFlight>
  inFlightBytes: number
  shares: Map<RoomId, Share>
  lastProgressMs: number
  resendMs: number
  isResendTimerSet: boolean
  locatorBucket: TokenBucket
  /** Room timers that are set: their type and room. */
  roomTimers: Set<string>
}

/** Batch sync without IO: see README.md for the rules it keeps. */
export class BatchSyncMachine implements Machine<
  BatchSyncCommand,
  BatchSyncRecord,
  never,
  BatchSyncEvent,
  BatchSyncTimer
> {
  readonly #ports: BatchSyncPorts
  readonly #random: Random
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #peers = new Map<PeerKey, Peer>()
  #sessions = 0

  constructor(ports: BatchSyncPorts, random: Random) {
    this.#ports = ports
    this.#random = random
  }

  handle(input: BatchSyncInput, nowMs: number): BatchSyncEffect[] {
    switch (input.type) {
      case 'peer-up':
        this.#peers.set(input.peer, {
          session: ++this.#sessions,
          creditBytes: Math.min(Math.max(input.creditBytes, MIN_CREDIT_BYTES), MAX_CREDIT_BYTES),
          inFlight: new Map(),
          inFlightBytes: 0,
          shares: new Map(),
          lastProgressMs: nowMs,
          resendMs: RESEND_MS,
          isResendTimerSet: false,
          locatorBucket: new TokenBucket(LOCATOR_BURST, LOCATORS_PER_SECOND, nowMs),
          roomTimers: new Set(),
        })
        return []
      case 'peer-down':
        this.#peers.delete(input.peer)
        return []
      case 'records':
        return input.records.flatMap((record) => this.#receive(input.from, record, nowMs))
      case 'timer':
        return this.#timer(input.timer, nowMs)
      case 'command':
        return this.#command(input.command, nowMs)
    }
  }

  #command(command: BatchSyncCommand, nowMs: number): BatchSyncEffect[] {
    switch (command.type) {
      case 'open':
        this.#rooms.set(topicKeyOf(command.room), command.room)
        return []
      case 'close':
        this.#rooms.delete(topicKeyOf(command.room))
        for (const peer of this.#peers.values()) this.#endShare(peer, command.room)
        return []
      case 'neighbour':
        return this.#neighbour(command, nowMs)
      case 'neighbour-left': {
        const peer = this.#peers.get(command.peer)
        if (peer !== undefined) this.#endShare(peer, command.room)
        return []
      }
      case 'stored':
        return this.#forward(command, nowMs)
      case 'acknowledge':
        return this.#acknowledge(command, nowMs)
    }
  }

  #neighbour(command: BatchSyncCommand & { type: 'neighbour' }, nowMs: number): BatchSyncEffect[] {
    const { room, peer: key, frontier } = command
    const peer = this.#peers.get(key)
    if (peer === undefined) return []
    let share = peer.shares.get(room)
    if (share === undefined) {
      share = new Share(room, this.#ports)
      peer.shares.set(room, share)
    }
    share.learn(frontier)
    const asks = share.isFrontierUnknown ? [this.#locator(key, room)] : []
    return [...asks, ...this.#pump(key, peer, nowMs)]
  }

  #forward(command: BatchSyncCommand & { type: 'stored' }, nowMs: number): BatchSyncEffect[] {
    const { room, documents, from } = command
    const sharing = [...this.#peers].flatMap(([key, peer]) => {
      const share = peer.shares.get(room)
      if (share === undefined) return []
      if (key === from) for (const { id } of documents) share.markHeld(id)
      return documents.every(({ id }) => share.isHeld(id)) ? [] : [{ key, peer, share }]
    })
    const now = new Set(from === 'self' ? sharing : from === 'gossip' ? [] : this.#some(sharing, FORWARD_FANOUT))
    return sharing.flatMap((entry) => {
      const { key, peer, share } = entry
      if (!now.has(entry)) return this.#setRoomTimer('compare', COMPARE_AGAIN_MS, key, peer, room)
      for (const document of documents) if (!share.isHeld(document.id)) share.add(document)
      return this.#pump(key, peer, nowMs)
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
    const peer = this.#peers.get(to)
    const share = peer?.shares.get(room)
    if (peer === undefined || share === undefined) return []
    for (const id of ids) {
      share.markHeld(id)
      this.#land(peer, id, nowMs)
    }
    const topic = topicKeyOf(room)
    const effects: BatchSyncEffect[] = []
    for (let start = 0; start < ids.length; start += MAX_IDS) {
      effects.push({ type: 'send', to, record: { type: 'ack', topic, ids: ids.slice(start, start + MAX_IDS) } })
    }
    return [...effects, ...this.#pump(to, peer, nowMs)]
  }

  #receive(from: PeerKey, record: BatchSyncRecord, nowMs: number): BatchSyncEffect[] {
    const peer = this.#peers.get(from)
    const room = this.#rooms.get(record.topic)
    const share = room === undefined ? undefined : peer?.shares.get(room)
    if (peer === undefined || room === undefined || share === undefined) {
      // Also what is still on its way when either side leaves a room: nothing to close a stream for.
      return [fault(from, `${record.type}-outside-room`)]
    }
    switch (record.type) {
      case 'message':
        return [{ type: 'emit', event: { type: 'received', room, from, blocks: record.blocks } }]
      case 'ack':
        return this.#receiveAck(from, peer, share, record, nowMs)
      case 'locator':
        if (!peer.locatorBucket.take(nowMs)) return [fault(from, 'locator-flood')]
        share.learnLocator(record.ids)
        return this.#pump(from, peer, nowMs)
    }
  }

  #receiveAck(from: PeerKey, peer: Peer, share: Share, { ids }: AckRecord, nowMs: number): BatchSyncEffect[] {
    let strange = 0
    for (const id of ids) {
      if (this.#land(peer, id, nowMs)) share.markHeld(id)
      else if (!share.isHeld(id)) strange++
    }
    return [...(strange > 0 ? [fault(from, 'ack-of-unsent')] : []), ...this.#pump(from, peer, nowMs)]
  }

  #timer(timer: BatchSyncTimer, nowMs: number): BatchSyncEffect[] {
    const peer = this.#peers.get(timer.peer)
    if (peer?.session !== timer.session) return []
    if (timer.type === 'resend') return this.#resend(timer.peer, peer, nowMs)
    const { room } = timer
    peer.roomTimers.delete(`${timer.type} ${room}`)
    const share = peer.shares.get(room)
    if (share === undefined) return []
    if (timer.type === 'compare') share.leaveOut()
    else share.walkOn()
    return this.#pump(timer.peer, peer, nowMs)
  }

  /** Sends what waits, a MESSAGE of each room in turn, as far as the credit goes. */
  #pump(key: PeerKey, peer: Peer, nowMs: number): BatchSyncEffect[] {
    const effects: BatchSyncEffect[] = []
    const rooms = [...peer.shares]
    for (let next = rooms.shift(); next !== undefined; next = rooms.shift()) {
      const [room, share] = next
      if (share.compare(() => isInFlight(peer, room))) this.#landRoom(peer, room, share, nowMs)
      if (share.isWalking) effects.push(...this.#setRoomTimer('walk', 0, key, peer, room))
      const freeBytes = Math.min(MAX_MESSAGE_BYTES, peer.creditBytes - peer.inFlightBytes)
      const documents = share.take(freeBytes, MAX_IDS, (id) => peer.inFlight.has(id))
      if (documents.length === 0) continue
      effects.push(this.#sendDocuments(key, peer, room, documents, nowMs))
      rooms.push(next)
    }
    return [...effects, ...this.#setResendTimer(key, peer)]
  }

  #sendDocuments(key: PeerKey, peer: Peer, room: RoomId, documents: HeldDocument[], nowMs: number): BatchSyncEffect {
    for (const { id, block } of documents) {
      if (!peer.inFlight.has(id)) peer.inFlightBytes += block.length
      peer.inFlight.set(id, { room, sizeBytes: block.length, sentMs: nowMs })
    }
    const blocks = documents.map(({ block }) => block)
    return { type: 'send', to: key, record: { type: 'message', topic: topicKeyOf(room), blocks } }
  }

  #resend(key: PeerKey, peer: Peer, nowMs: number): BatchSyncEffect[] {
    peer.isResendTimerSet = false
    const [oldest] = peer.inFlight.values()
    const waitedMs = nowMs - Math.max(oldest?.sentMs ?? 0, peer.lastProgressMs)
    if (waitedMs < peer.resendMs) return this.#setResendTimer(key, peer)
    peer.resendMs = Math.min(2 * peer.resendMs, MAX_RESEND_MS)
    const asks = [...peer.shares]
      .filter(([, share]) => share.isFrontierUnknown)
      .map(([room]) => this.#locator(key, room))
    const byRoom = new Map<RoomId, HeldDocument[]>()
    let sizeBytes = 0
    for (const [id, { room }] of peer.inFlight) {
      const document = this.#ports.document(id)
      if (document === undefined) continue
      sizeBytes += document.block.length
      if (sizeBytes > RESEND_BYTES && byRoom.size > 0) break
      byRoom.set(room, [...(byRoom.get(room) ?? []), document])
    }
    const sends = [...byRoom].map(([room, documents]) => this.#sendDocuments(key, peer, room, documents, nowMs))
    return [...asks, ...sends, ...this.#setResendTimer(key, peer)]
  }

  #setResendTimer(key: PeerKey, peer: Peer): BatchSyncEffect[] {
    const isWaiting = peer.inFlight.size > 0 || [...peer.shares.values()].some((share) => share.isFrontierUnknown)
    if (peer.isResendTimerSet || !isWaiting) return []
    peer.isResendTimerSet = true
    const afterMs = peer.resendMs * (1 + RESEND_JITTER * this.#random())
    return [{ type: 'timer', timer: { type: 'resend', peer: key, session: peer.session }, afterMs }]
  }

  /** Takes a document out of flight, as the peer is known to hold it; false where it was not in flight. */
  #land(peer: Peer, id: DocumentId, nowMs: number): boolean {
    const document = peer.inFlight.get(id)
    if (document === undefined) return false
    peer.inFlight.delete(id)
    peer.inFlightBytes -= document.sizeBytes
    peer.lastProgressMs = nowMs
    peer.resendMs = RESEND_MS
    return true
  }

  /** The peer's frontier acknowledges all that was in flight. */
  #landRoom(peer: Peer, room: RoomId, share: Share, nowMs: number): void {
    for (const [id, document] of peer.inFlight) {
      if (document.room !== room) continue
      this.#land(peer, id, nowMs)
      share.markHeld(id)
    }
  }

  #setRoomTimer(type: 'walk' | 'compare', afterMs: number, key: PeerKey, peer: Peer, room: RoomId): BatchSyncEffect[] {
    const name = `${type} ${room}`
    if (peer.roomTimers.has(name)) return []
    peer.roomTimers.add(name)
    return [{ type: 'timer', timer: { type, peer: key, session: peer.session, room }, afterMs }]
  }

  /** Names documents we hold: our heads, then the last ones before clocks ever further back. */
  #locator(to: PeerKey, room: RoomId): BatchSyncEffect {
    const heads = this.#ports.heads(room)
    const ids = heads.slice(-MAX_LOCATOR_IDS / 2).map(({ id }) => id)
    const newest = heads.reduce((clock, head) => Math.max(clock, head.clock), 0)
    for (let distance = 1; distance < 2 * newest && ids.length < MAX_LOCATOR_IDS; distance *= 2) {
      const document = this.#ports.documentBefore(room, Math.max(2, newest - distance + 1))
      if (document !== undefined && !ids.includes(document.id)) ids.push(document.id)
    }
    return { type: 'send', to, record: { type: 'locator', topic: topicKeyOf(room), ids } }
  }

  #endShare(peer: Peer, room: RoomId): void {
    peer.shares.delete(room)
    for (const [id, document] of peer.inFlight) {
      if (document.room !== room) continue
      peer.inFlight.delete(id)
      peer.inFlightBytes -= document.sizeBytes
    }
  }
}

function isInFlight(peer: Peer, room: RoomId): boolean {
  for (const document of peer.inFlight.values()) if (document.room === room) return true
  return false
}

function fault(peer: PeerKey, code: string): BatchSyncEffect {
  return { type: 'misbehaviour', peer, reason: { code, fatal: false } }
}
