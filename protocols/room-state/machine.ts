/**
 * Keeps every neighbour's latest metadata of every shared room, and announces ours to them: sent with a
 * serial, and resent with doubling waits until the serial comes back. State about a peer lives as long as
 * its stream; with a new stream, both sides start anew.
 *
 * Invariants
 * 1. A peer is a neighbour of a room exactly while both have it open and the peer's proof was valid.
 * 2. Metadata is resent until acknowledged, with at most one timer per peer.
 * 3. Nothing is kept about rooms that this node does not know.
 * 4. Suggestions are sent only to neighbours of a room, and name only neighbours of the same room.
 * 5. No record that leaves this node contains the id of a room, but for what removed a peer, which knows it.
 */
import { Effects } from '../wire/effects.ts'
import type { PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine } from '../wire/machine.ts'
import { Neighbours } from '../wire/neighbours.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { isRoomProof, proveRoom, topicKeyOf } from '../wire/room-keys.ts'
import {
  MAX_PEER_RECORD_BYTES,
  MAX_RESEND_MS,
  MAX_SUGGESTIONS,
  METADATA_STEPS,
  METADATA_STEPS_BURST,
  METADATA_STEPS_PER_SECOND,
  NOTICE_BURST,
  NOTICES_PER_SECOND,
  RESEND_MS,
  SUGGESTIONS_PER_SECOND,
  SUGGESTION_BURST,
} from './constants.ts'
import { metadataSteps } from './costs.ts'
import { announceAfterMs, isMutual, newLink, toldAgain, type Link } from './link.ts'
import type {
  RoomStateCommand,
  RoomStateEffect,
  RoomStateEffects,
  RoomStateEvent,
  RoomStateInput,
  RoomStatePorts,
  RoomStateTimer,
  Standing,
} from './ports.ts'
import type { MetadataRecord, RoomStateRecord } from './records.ts'

interface Peer {
  session: number
  links: Map<RoomId, Link>
  /** Rooms that we left and whose goodbye the peer has not acknowledged. */
  goodbyes: Set<TopicKey>
  resendMs: number
  /** When the valid timer is due; undefined if none is set. */
  timerDueMs: number | undefined
}

/** All peers that share no room with this node. */
const STRANGERS = 'strangers'

/** Room state without IO; README.md has its rules. */
export class RoomStateMachine implements Machine<
  RoomStateCommand,
  RoomStateRecord,
  never,
  RoomStateEvent,
  RoomStateTimer
> {
  readonly #ports: RoomStatePorts
  readonly #rooms = new Map<TopicKey, RoomId>()
  readonly #peers = new Map<PeerId, Peer>()
  readonly #neighbours = new Neighbours<true>()
  readonly #metadataLimits = new RateLimits<PeerId | typeof STRANGERS>({
    burst: METADATA_STEPS_BURST,
    perSecond: METADATA_STEPS_PER_SECOND,
  })
  readonly #suggestionLimits = new RateLimits<PeerId>({ burst: SUGGESTION_BURST, perSecond: SUGGESTIONS_PER_SECOND })
  readonly #noticeLimits = new RateLimits<PeerId>({ burst: NOTICE_BURST, perSecond: NOTICES_PER_SECOND })
  readonly #effects: RoomStateEffects = new Effects()
  #sessions = 0

  constructor(ports: RoomStatePorts) {
    this.#ports = ports
  }

  /** Peers that are in the room now. */
  neighbours(room: RoomId): PeerId[] {
    return [...this.#peers].filter(([, peer]) => isNeighbour(peer, room)).map(([id]) => id)
  }

  /** The last state of a room that a peer sent; undefined if the peer is not in the room. */
  standingOf(peer: PeerId, room: RoomId): Standing | undefined {
    const link = this.#peers.get(peer)?.links.get(room)
    return link !== undefined && link.theirSerial > 0 ? link.theirs : undefined
  }

  handle(input: RoomStateInput, nowMs: number): readonly RoomStateEffect[] {
    switch (input.type) {
      case 'peer-up':
        this.#peerUp(input.peer, nowMs)
        break
      case 'peer-down':
        this.#peerDown(input.peer)
        break
      case 'records':
        for (const record of input.records) this.#receive(input.from, record, nowMs)
        break
      case 'timer':
        this.#announceDue(input.timer, nowMs)
        break
      case 'command':
        this.#command(input.command, nowMs)
        break
    }
    return this.#effects.take()
  }

  #command(command: RoomStateCommand, nowMs: number): void {
    switch (command.type) {
      case 'open':
        return this.#open(command.room, nowMs)
      case 'close':
        return this.#close(command.room, nowMs)
      case 'changed':
        return this.#changed(command.room, command.isUrgent === true, nowMs)
      case 'aside':
        return this.#setAside(command, nowMs)
    }
  }

  #open(room: RoomId, nowMs: number): void {
    const topic = topicKeyOf(room)
    this.#rooms.set(topic, room)
    for (const [id, peer] of this.#peers) {
      const link = newLink()
      peer.goodbyes.delete(topic)
      peer.links.set(room, link)
      peer.resendMs = RESEND_MS
      this.#sendMetadata(id, room, link)
      this.#setResendTimer(id, peer, nowMs)
    }
  }

  #close(room: RoomId, nowMs: number): void {
    const topic = topicKeyOf(room)
    this.#rooms.delete(topic)
    this.#neighbours.close(room)
    for (const [id, peer] of this.#peers) {
      const link = peer.links.get(room)
      peer.links.delete(room)
      if (link === undefined || link.isUnknownThere) continue
      peer.goodbyes.add(topic)
      peer.resendMs = RESEND_MS
      if (link.theirSerial > 0) this.#effects.emit({ type: 'neighbour-left', room, peer: id })
      this.#effects.send(id, { type: 'goodbye', topic })
      this.#setResendTimer(id, peer, nowMs)
    }
  }

  #changed(room: RoomId, isUrgent: boolean, nowMs: number): void {
    for (const [id, peer] of this.#peers) {
      const link = peer.links.get(room)
      if (link === undefined || link.isUnknownThere) continue
      link.serial += 1
      peer.resendMs = RESEND_MS
      if (isUrgent) {
        this.#sendMetadata(id, room, link)
        this.#setResendTimer(id, peer, nowMs)
      } else this.#setTimer(id, peer, announceAfterMs(link, nowMs), nowMs)
    }
  }

  #setAside({ room, peer: id, isAside }: RoomStateCommand & { type: 'aside' }, nowMs: number): void {
    const peer = this.#peers.get(id)
    const link = peer?.links.get(room)
    if (peer === undefined || link === undefined) return
    link.isAside = isAside
    link.heldUntilMs = 0
    if (!isAside) this.#announce(id, peer, nowMs)
  }

  #peerUp(id: PeerId, nowMs: number): void {
    const peer: Peer = {
      session: ++this.#sessions,
      links: new Map([...this.#rooms.values()].map((room) => [room, newLink()])),
      goodbyes: new Set(),
      resendMs: RESEND_MS,
      timerDueMs: undefined,
    }
    this.#peers.set(id, peer)
    this.#announce(id, peer, nowMs)
  }

  #peerDown(id: PeerId): void {
    const links = this.#peers.get(id)?.links ?? []
    this.#peers.delete(id)
    for (const [room, { theirSerial }] of links) {
      if (theirSerial === 0) continue
      this.#neighbours.delete(room, id)
      this.#effects.emit({ type: 'neighbour-left', room, peer: id })
    }
  }

  #announceDue(timer: RoomStateTimer, nowMs: number): void {
    const peer = this.#peers.get(timer.peer)
    if (peer?.session !== timer.session || peer.timerDueMs !== timer.dueMs) return
    peer.timerDueMs = undefined
    this.#announce(timer.peer, peer, nowMs)
  }

  /** Sends the peer everything it has not acknowledged, and sets a timer to repeat that. */
  #announce(id: PeerId, peer: Peer, nowMs: number): void {
    let isUnacknowledged = peer.goodbyes.size > 0
    for (const [room, link] of peer.links) {
      if (link.ackedSerial === link.serial || link.isUnknownThere) continue
      if (link.heldUntilMs > nowMs) this.#setTimer(id, peer, link.heldUntilMs - nowMs, nowMs)
      else {
        this.#sendMetadata(id, room, link)
        isUnacknowledged = true
      }
    }
    for (const topic of peer.goodbyes) this.#effects.send(id, { type: 'goodbye', topic })
    if (isUnacknowledged) this.#setResendTimer(id, peer, nowMs)
  }

  #sendMetadata(to: PeerId, room: RoomId, link: Link): void {
    this.#effects.send(to, this.#metadata(room, link, to))
  }

  #setResendTimer(id: PeerId, peer: Peer, nowMs: number): void {
    const afterMs = peer.resendMs
    peer.resendMs = Math.min(2 * peer.resendMs, MAX_RESEND_MS)
    this.#setTimer(id, peer, afterMs, nowMs)
  }

  #setTimer(id: PeerId, peer: Peer, afterMs: number, nowMs: number): void {
    const dueMs = nowMs + afterMs
    if (peer.timerDueMs !== undefined && peer.timerDueMs <= dueMs) return
    peer.timerDueMs = dueMs
    this.#effects.setTimer({ type: 'announce', peer: id, session: peer.session, dueMs }, afterMs)
  }

  #metadata(room: RoomId, link: Link, to: PeerId): MetadataRecord {
    const { ids, headsDigest, clock, documents } = this.#ports.frontier(room)
    link.proof ??= proveRoom(room, this.#ports.self, to)
    // Metadata also goes to strangers, and the root's id would let them into the room.
    const frontier = ids.filter((id) => id !== room)
    return {
      type: 'metadata',
      topic: topicKeyOf(room),
      serial: link.serial,
      proof: link.proof,
      frontier,
      headsDigest,
      clock,
      documents,
      refusesDocuments: this.#ports.refusesDocuments(room, to),
      isNewestFirst: this.#ports.isNewestFirst(room),
      checkpoint: this.#ports.checkpoint(room),
      historyFrom: this.#ports.historyFrom(room),
      base: this.#ports.base(room),
    }
  }

  #receive(from: PeerId, record: RoomStateRecord, nowMs: number): void {
    const peer = this.#peers.get(from)
    if (peer === undefined) return
    const room = this.#rooms.get(record.topic)
    const link = room === undefined ? undefined : peer.links.get(room)
    switch (record.type) {
      case 'metadata':
        this.#receiveMetadata(from, peer, room, link, record, nowMs)
        break
      case 'metadata-ack':
        if (link === undefined || record.serial > link.serial) break
        // If the peer has joined since, this is out of date: the resend reaches it.
        if (record.unknown) link.isUnknownThere = link.theirSerial === 0
        else {
          link.ackedSerial = Math.max(link.ackedSerial, record.serial)
          if (room !== undefined) this.#explain(from, room, link)
        }
        break
      case 'goodbye':
        this.#leave(from, room, link)
        this.#effects.send(from, { type: 'goodbye-ack', topic: record.topic })
        break
      case 'goodbye-ack':
        peer.goodbyes.delete(record.topic)
        break
      case 'suggestion':
        if (link === undefined || link.theirSerial === 0) this.#effects.misbehaviour(from, 'suggestion-from-stranger')
        else if (!this.#suggestionLimits.take(from, nowMs)) this.#effects.misbehaviour(from, 'suggestion-flood')
        else this.#effects.emit({ type: 'suggestion', from, peerRecord: record.peerRecord })
        break
      case 'removal':
      case 'invited':
        if (room === undefined || link === undefined || link.theirSerial === 0) {
          this.#effects.misbehaviour(from, `${record.type}-from-stranger`)
        } else if (!this.#noticeLimits.take(from, nowMs)) this.#effects.misbehaviour(from, `${record.type}-flood`)
        else if (record.type === 'removal') this.#effects.emit({ type: 'removal', room, from, block: record.block })
        else this.#effects.emit({ type: 'invited', room, peer: from, key: record.key, proof: record.proof })
        break
    }
  }

  /** What strangers send is charged to all of them together: a new key brings nothing new. */
  #receiveMetadata(
    from: PeerId,
    peer: Peer,
    room: RoomId | undefined,
    link: Link | undefined,
    record: MetadataRecord,
    nowMs: number,
  ): void {
    // A proof costs less to check than it tells: who knows a room is let in however many strangers there are.
    const known = room !== undefined && link !== undefined && this.#isProven(from, room, link, record)
    const isStranger = !known && this.#neighbours.roomsOf(from).size === 0
    const steps = known ? metadataSteps(record) : METADATA_STEPS
    if (!this.#metadataLimits.take(isStranger ? STRANGERS : from, nowMs, steps)) {
      this.#effects.misbehaviour(from, 'metadata-flood')
    } else if (room === undefined || link === undefined) this.#acknowledge(from, record, true)
    else if (known) this.#learn(from, peer, room, link, record, nowMs)
    else this.#effects.misbehaviour(from, 'bad-room-proof')
  }

  /** One proof per stream is enough, because the stream is authenticated. */
  #isProven(from: PeerId, room: RoomId, link: Link, { proof }: MetadataRecord): boolean {
    return link.theirSerial > 0 || isRoomProof(room, from, this.#ports.self, proof)
  }

  #learn(from: PeerId, peer: Peer, room: RoomId, link: Link, record: MetadataRecord, nowMs: number): void {
    this.#acknowledge(from, record, false)
    if (record.serial <= link.theirSerial) return
    const isNew = link.theirSerial === 0
    const { type: _, topic: _topic, serial, proof: _proof, ...theirs } = record
    link.theirSerial = serial
    link.theirs = theirs
    this.#neighbours.set(room, from, true)
    this.#effects.emit({ type: 'neighbour', isNew, room, peer: from, ...link.theirs })
    this.#explain(from, room, link)
    if (!isNew) return
    this.#suggest(from, room)
    if (!link.isUnknownThere) return
    link.isUnknownThere = false
    link.serial += 1
    peer.resendMs = RESEND_MS
    this.#announce(from, peer, nowMs)
  }

  /** Why the peer gets nothing, or that this node was invited though it gets nothing. */
  #explain(to: PeerId, room: RoomId, link: Link): void {
    if (!isMutual(link)) return
    const topic = topicKeyOf(room)
    const removal = this.#ports.removal(room, to)
    const told = removal && toldAgain(link.removal, removal.id)
    if (removal !== undefined && told !== undefined) {
      link.removal = told
      this.#effects.send(to, { type: 'removal', topic, block: removal.block })
    }
    const invitation = link.theirs.refusesDocuments ? this.#ports.invitation(room) : undefined
    const shown = invitation && toldAgain(link.invite, Buffer.from(invitation.key).toString('hex'))
    if (invitation === undefined || shown === undefined) return
    link.invite = shown
    this.#effects.send(to, { type: 'invited', topic, ...invitation })
  }

  #acknowledge(to: PeerId, { topic, serial }: MetadataRecord, unknown: boolean): void {
    this.#effects.send(to, { type: 'metadata-ack', topic, serial, unknown })
  }

  /** Introduces a new neighbour to the others, and them to it. */
  #suggest(newcomer: PeerId, room: RoomId): void {
    const others = this.neighbours(room).filter((peer) => peer !== newcomer)
    for (const other of others.slice(-MAX_SUGGESTIONS)) {
      this.#suggestTo(newcomer, other, room)
      this.#suggestTo(other, newcomer, room)
    }
  }

  #suggestTo(to: PeerId, about: PeerId, room: RoomId): void {
    const peerRecord = this.#ports.peerRecord(about)
    // A larger record would be our own fault, whatever its origin.
    if (peerRecord === undefined || peerRecord.length > MAX_PEER_RECORD_BYTES) return
    this.#effects.send(to, { type: 'suggestion', topic: topicKeyOf(room), peerRecord })
  }

  #leave(from: PeerId, room: RoomId | undefined, link: Link | undefined): void {
    if (room === undefined || link === undefined) return
    const wasNeighbour = this.#neighbours.delete(room, from)
    Object.assign(link, newLink(), { isUnknownThere: true, serial: link.serial })
    if (wasNeighbour) this.#effects.emit({ type: 'neighbour-left', room, peer: from })
  }
}

function isNeighbour(peer: Peer, room: RoomId): boolean {
  return (peer.links.get(room)?.theirSerial ?? 0) > 0
}
