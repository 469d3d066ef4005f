/**
 * Keeps every neighbour's latest metadata of every shared room, and makes ours known to them: sent
 * with a serial, again with doubling waits until the serial comes back. What is kept of a peer lives
 * as long as its stream; a new stream starts anew on both sides.
 *
 * Invariants
 * 1. A peer is a neighbour of a room exactly while both have it open and its proof was right.
 * 2. Metadata is resent until acknowledged, with at most one timer per peer.
 * 3. Nothing is kept for rooms that this node does not know.
 * 4. Suggestions go only to, and name only, neighbours of the same room.
 * 5. The id of a room leaves this node in no record.
 */
import type { PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Machine } from '../wire/machine.ts'
import { isRoomProof, proveRoom, topicKeyOf } from '../wire/room-keys.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import {
  ANNOUNCE_DELAY_MS,
  MAX_PEER_RECORD_BYTES,
  MAX_RESEND_MS,
  MAX_SUGGESTIONS,
  METADATA_BURST,
  METADATA_PER_SECOND,
  RESEND_MS,
  SUGGESTIONS_PER_SECOND,
  SUGGESTION_BURST,
} from './constants.ts'
import type {
  RoomStateCommand,
  RoomStateEffect,
  RoomStateEvent,
  RoomStateInput,
  RoomStatePorts,
  RoomStateTimer,
  Standing,
} from './ports.ts'
import type { MetadataRecord, RoomStateRecord } from './records.ts'

/** One room as it stands between us and one peer. */
interface Link {
  /** Serial of our latest metadata, and the one the peer has seen. */
  serial: number
  ackedSerial: number
  /** The peer said that it does not know the room. */
  isUnknownThere: boolean
  /** Serial of the peer's latest metadata; 0 before the first: not a neighbour. */
  theirSerial: number
  theirs: Standing
  /** Our proof for this peer, once it was needed. */
  proof?: Uint8Array
}

interface Peer {
  session: number
  links: Map<RoomId, Link>
  /** Rooms left, whose goodbye the peer has not acknowledged. */
  goodbyes: Set<TopicKey>
  resendMs: number
  /** When the timer that counts is due; undefined where none is set. */
  timerDueMs: number | undefined
  metadataBucket: TokenBucket
  suggestionBucket: TokenBucket
}

/** Room state without IO: see README.md for the rules it keeps. */
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
  #sessions = 0

  constructor(ports: RoomStatePorts) {
    this.#ports = ports
  }

  /** Peers that are in the room now. */
  neighbours(room: RoomId): PeerId[] {
    return [...this.#peers].filter(([, peer]) => isNeighbour(peer, room)).map(([key]) => key)
  }

  /** What a peer told last of a room; undefined where it is not in it. */
  standingOf(peer: PeerId, room: RoomId): Standing | undefined {
    const link = this.#peers.get(peer)?.links.get(room)
    return link !== undefined && link.theirSerial > 0 ? link.theirs : undefined
  }

  /** Rooms that a peer is in, with what it told last. */
  roomsOf(peer: PeerId): { room: RoomId; standing: Standing }[] {
    const links = [...(this.#peers.get(peer)?.links ?? [])].filter(([, link]) => link.theirSerial > 0)
    return links.map(([room, { theirs }]) => ({ room, standing: theirs }))
  }

  handle(input: RoomStateInput, nowMs: number): RoomStateEffect[] {
    switch (input.type) {
      case 'peer-up':
        return this.#peerUp(input.peer, nowMs)
      case 'peer-down':
        return this.#peerDown(input.peer)
      case 'records':
        return input.records.flatMap((record) => this.#receive(input.from, record, nowMs))
      case 'timer':
        return this.#announceDue(input.timer, nowMs)
      case 'command':
        return this.#command(input.command, nowMs)
    }
  }

  #command(command: RoomStateCommand, nowMs: number): RoomStateEffect[] {
    switch (command.type) {
      case 'open':
        return this.#open(command.room, nowMs)
      case 'close':
        return this.#close(command.room, nowMs)
      case 'changed':
        return this.#changed(command.room, nowMs)
    }
  }

  #open(room: RoomId, nowMs: number): RoomStateEffect[] {
    const topic = topicKeyOf(room)
    this.#rooms.set(topic, room)
    return [...this.#peers].flatMap(([key, peer]) => {
      const link = newLink()
      peer.goodbyes.delete(topic)
      peer.links.set(room, link)
      peer.resendMs = RESEND_MS
      return [this.#tell(key, room, link), ...this.#setResendTimer(key, peer, nowMs)]
    })
  }

  #close(room: RoomId, nowMs: number): RoomStateEffect[] {
    const topic = topicKeyOf(room)
    this.#rooms.delete(topic)
    return [...this.#peers].flatMap(([key, peer]) => {
      const link = peer.links.get(room)
      peer.links.delete(room)
      if (link === undefined || link.isUnknownThere) return []
      peer.goodbyes.add(topic)
      peer.resendMs = RESEND_MS
      const left: RoomStateEffect = { type: 'emit', event: { type: 'neighbour-left', room, peer: key } }
      const goodbye: RoomStateEffect = { type: 'send', to: key, record: { type: 'goodbye', topic } }
      return [...(link.theirSerial > 0 ? [left] : []), goodbye, ...this.#setResendTimer(key, peer, nowMs)]
    })
  }

  #changed(room: RoomId, nowMs: number): RoomStateEffect[] {
    return [...this.#peers].flatMap(([key, peer]) => {
      const link = peer.links.get(room)
      if (link === undefined || link.isUnknownThere) return []
      link.serial += 1
      peer.resendMs = RESEND_MS
      return this.#setTimer(key, peer, ANNOUNCE_DELAY_MS, nowMs)
    })
  }

  #peerUp(key: PeerId, nowMs: number): RoomStateEffect[] {
    const peer: Peer = {
      session: ++this.#sessions,
      links: new Map([...this.#rooms.values()].map((room) => [room, newLink()])),
      goodbyes: new Set(),
      resendMs: RESEND_MS,
      timerDueMs: undefined,
      metadataBucket: new TokenBucket(METADATA_BURST, METADATA_PER_SECOND, nowMs),
      suggestionBucket: new TokenBucket(SUGGESTION_BURST, SUGGESTIONS_PER_SECOND, nowMs),
    }
    this.#peers.set(key, peer)
    return this.#announce(key, peer, nowMs)
  }

  #peerDown(key: PeerId): RoomStateEffect[] {
    const peer = this.#peers.get(key)
    this.#peers.delete(key)
    if (peer === undefined) return []
    return [...peer.links]
      .filter(([, link]) => link.theirSerial > 0)
      .map(([room]) => ({ type: 'emit', event: { type: 'neighbour-left', room, peer: key } }))
  }

  #announceDue(timer: RoomStateTimer, nowMs: number): RoomStateEffect[] {
    const peer = this.#peers.get(timer.peer)
    if (peer?.session !== timer.session || peer.timerDueMs !== timer.dueMs) return []
    peer.timerDueMs = undefined
    return this.#announce(timer.peer, peer, nowMs)
  }

  /** Sends the peer all it has not acknowledged, and asks for a timer to do so again. */
  #announce(key: PeerId, peer: Peer, nowMs: number): RoomStateEffect[] {
    const effects: RoomStateEffect[] = []
    for (const [room, link] of peer.links) {
      if (link.ackedSerial === link.serial || link.isUnknownThere) continue
      effects.push(this.#tell(key, room, link))
    }
    for (const topic of peer.goodbyes) effects.push({ type: 'send', to: key, record: { type: 'goodbye', topic } })
    return effects.length === 0 ? [] : [...effects, ...this.#setResendTimer(key, peer, nowMs)]
  }

  #tell(to: PeerId, room: RoomId, link: Link): RoomStateEffect {
    return { type: 'send', to, record: this.#metadata(room, link, to) }
  }

  #setResendTimer(key: PeerId, peer: Peer, nowMs: number): RoomStateEffect[] {
    const afterMs = peer.resendMs
    peer.resendMs = Math.min(2 * peer.resendMs, MAX_RESEND_MS)
    return this.#setTimer(key, peer, afterMs, nowMs)
  }

  #setTimer(key: PeerId, peer: Peer, afterMs: number, nowMs: number): RoomStateEffect[] {
    const dueMs = nowMs + afterMs
    if (peer.timerDueMs !== undefined && peer.timerDueMs <= dueMs) return []
    peer.timerDueMs = dueMs
    return [{ type: 'timer', timer: { type: 'announce', peer: key, session: peer.session, dueMs }, afterMs }]
  }

  #metadata(room: RoomId, link: Link, to: PeerId): MetadataRecord {
    const { ids, clock } = this.#ports.frontier(room)
    link.proof ??= proveRoom(room, this.#ports.self, to)
    // Metadata also goes to strangers, and the root's id is what lets somebody into the room.
    const frontier = ids.filter((id) => id !== room)
    return {
      type: 'metadata',
      topic: topicKeyOf(room),
      serial: link.serial,
      proof: link.proof,
      frontier,
      clock,
      refusesDocuments: this.#ports.refusesDocuments(room, to),
      isNewestFirst: this.#ports.isNewestFirst(room),
    }
  }

  #receive(from: PeerId, record: RoomStateRecord, nowMs: number): RoomStateEffect[] {
    const peer = this.#peers.get(from)
    if (peer === undefined) return []
    const room = this.#rooms.get(record.topic)
    const link = room === undefined ? undefined : peer.links.get(room)
    switch (record.type) {
      case 'metadata':
        if (!peer.metadataBucket.take(nowMs)) return [fault(from, 'metadata-flood')]
        if (room === undefined || link === undefined) return [ack(from, record, true)]
        return this.#learn(from, peer, room, link, record, nowMs)
      case 'metadata-ack':
        if (link === undefined || record.serial > link.serial) return []
        // A peer that joined since answers its own metadata's way: the resend reaches it.
        if (record.unknown) link.isUnknownThere = link.theirSerial === 0
        else link.ackedSerial = Math.max(link.ackedSerial, record.serial)
        return []
      case 'goodbye':
        return [
          ...this.#leave(from, room, link),
          { type: 'send', to: from, record: { type: 'goodbye-ack', topic: record.topic } },
        ]
      case 'goodbye-ack':
        peer.goodbyes.delete(record.topic)
        return []
      case 'suggestion':
        if (link === undefined || link.theirSerial === 0) return [fault(from, 'suggestion-from-stranger')]
        if (!peer.suggestionBucket.take(nowMs)) return [fault(from, 'suggestion-flood')]
        return [{ type: 'emit', event: { type: 'suggestion', from, peerRecord: record.peerRecord } }]
    }
  }

  #learn(from: PeerId, peer: Peer, room: RoomId, link: Link, record: MetadataRecord, nowMs: number): RoomStateEffect[] {
    // Who proved it once on this stream has proven it: the stream is authenticated.
    const isProven = link.theirSerial > 0 || isRoomProof(room, from, this.#ports.self, record.proof)
    if (!isProven) return [fault(from, 'bad-room-proof')]
    const effects: RoomStateEffect[] = [ack(from, record, false)]
    if (record.serial <= link.theirSerial) return effects
    const isNew = link.theirSerial === 0
    const { frontier, clock, refusesDocuments, isNewestFirst } = record
    link.theirSerial = record.serial
    link.theirs = { frontier, clock, refusesDocuments, isNewestFirst }
    effects.push({ type: 'emit', event: { type: 'neighbour', isNew, room, peer: from, ...link.theirs } })
    if (isNew) {
      effects.push(...this.#suggest(from, room))
      if (link.isUnknownThere) {
        link.isUnknownThere = false
        link.serial += 1
        peer.resendMs = RESEND_MS
        effects.push(...this.#announce(from, peer, nowMs))
      }
    }
    return effects
  }

  /** Introduces a new neighbour and the others to each other. */
  #suggest(newcomer: PeerId, room: RoomId): RoomStateEffect[] {
    const topic = topicKeyOf(room)
    const others = this.neighbours(room).filter((peer) => peer !== newcomer)
    const suggest = (to: PeerId, about: PeerId): RoomStateEffect[] => {
      const peerRecord = this.#ports.peerRecord(about)
      // A larger one would be a fault of ours, however it came to be.
      if (peerRecord === undefined || peerRecord.length > MAX_PEER_RECORD_BYTES) return []
      return [{ type: 'send', to, record: { type: 'suggestion', topic, peerRecord } }]
    }
    return others.slice(-MAX_SUGGESTIONS).flatMap((other) => [...suggest(newcomer, other), ...suggest(other, newcomer)])
  }

  #leave(from: PeerId, room: RoomId | undefined, link: Link | undefined): RoomStateEffect[] {
    if (room === undefined || link === undefined) return []
    const wasNeighbour = link.theirSerial > 0
    Object.assign(link, newLink(), { isUnknownThere: true, serial: link.serial })
    return wasNeighbour ? [{ type: 'emit', event: { type: 'neighbour-left', room, peer: from } }] : []
  }
}

function newLink(): Link {
  return {
    serial: 1,
    ackedSerial: 0,
    isUnknownThere: false,
    theirSerial: 0,
    theirs: { frontier: [], clock: 0, refusesDocuments: false, isNewestFirst: false },
  }
}

function isNeighbour(peer: Peer, room: RoomId): boolean {
  return (peer.links.get(room)?.theirSerial ?? 0) > 0
}

function ack(to: PeerId, { topic, serial }: MetadataRecord, unknown: boolean): RoomStateEffect {
  return { type: 'send', to, record: { type: 'metadata-ack', topic, serial, unknown } }
}

function fault(peer: PeerId, code: string): RoomStateEffect {
  return { type: 'misbehaviour', peer, reason: { code, fatal: false } }
}
