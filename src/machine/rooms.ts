/** The rooms of this node: creates, joins and leaves them, and limits what peers and authors may add to them. */
import type { Document } from '../../protocols/document/document.ts'
import type { Frontier } from '../../protocols/wire/frontier.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { KithError } from '../kith.ts'
import { MAX_ROOM_NAME_BYTES } from '../../protocols/room/constants.ts'
import { documentReader, type DocumentReader } from '../room/document-reader.ts'
import type { Admission } from '../room/graph.ts'
import { Room, type RoomChange, type RoomInit } from '../room/room.ts'
import { newName, shownName } from '../names.ts'
import { encodeRoot } from '../room/root.ts'
import type { RoomRecord } from '../store/store.ts'
import { BYTES_RATE_PER_PEER, NEW_FOR_MS, RATE_PER_AUTHOR } from './constants.ts'
import type { Now } from './io.ts'
import { RateLimits } from './rate-limits.ts'

export interface RoomsInit extends Omit<RoomInit, 'reader' | 'onFault'> {
  random: Random
  /** Default: decodes each block every time. */
  reader?: DocumentReader
}

export class Rooms {
  /** Called if a room's app throws at an update; set by whoever runs the machine. */
  onFault: RoomInit['onFault'] = () => undefined
  readonly #init: RoomInit & { random: Random }
  readonly #rooms = new Map<RoomId, Room>()
  readonly #authors = new RateLimits<PeerId>(RATE_PER_AUTHOR)
  readonly #peers = new RateLimits<PeerId>(BYTES_RATE_PER_PEER)

  constructor({ reader = documentReader, ...init }: RoomsInit) {
    this.#init = { ...init, reader, onFault: (fault) => this.onFault(fault) }
    for (const record of init.store.rooms()) if (record.status !== 'left') this.#load(record)
  }

  list(): Room[] {
    return [...this.#rooms.values()]
  }

  get(id: RoomId): Room | undefined {
    return this.#rooms.get(id)
  }

  /** Throws a KithError `no-such-room`. */
  require(id: RoomId): Room {
    const room = this.#rooms.get(id)
    if (room === undefined) throw new KithError('no-such-room', 'this node is not in that room')
    return room
  }

  /** Empty for rooms that this node is not in. */
  frontier(room: RoomId): Frontier {
    return this.#rooms.get(room)?.graph.heads.frontier() ?? { ids: [] }
  }

  /** Of all heads of a room, if they are too many to be named. */
  headsDigest(room: RoomId): HeadsDigest | undefined {
    return this.#rooms.get(room)?.graph.heads.digest
  }

  /** What was accepted into a room since its heads had a digest; undefined if they did not have it lately. */
  acceptedSince(room: RoomId, digest: HeadsDigest): Position[] | undefined {
    return this.#rooms.get(room)?.graph.heads.acceptedSince(digest)
  }

  /** Whether a document of a room is waiting for ancestors. */
  isPending(room: RoomId, id: DocumentId): boolean {
    return this.#rooms.get(room)?.graph.isPending(id) === true
  }

  /** Creates a room and its root document. Throws a KithError `bad-name` or `unknown-app`. */
  create(text: string, app: string, timeMs: number): RoomChange {
    const name = newName(text, MAX_ROOM_NAME_BYTES, "a room's")
    const { signer, random, apps } = this.#init
    if (!apps.has(app)) {
      throw new KithError(
        'unknown-app',
        `there is no app '${app}'; known apps: ${[...apps.keys()].join(', ')}. Others come with kith start --app FILE`,
      )
    }
    const root = encodeRoot({ name, app }, signer, timeMs, random)
    return this.#put({ id: root.id, status: 'waiting', name: '', app: '', joinedAtMs: timeMs }).begin(root)
  }

  /** Joins a room, which may have been carried before; returns false if this node is already a member. */
  join(id: RoomId, joinedAtMs: number, newestFirst = false): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !room.isCarried) return false
    const { carriedBytesMax: _, ...record } = this.#recordOf(id, joinedAtMs)
    this.#put({ ...record, newestFirst })
    return true
  }

  /**
   * Stores and relays up to `carriedBytesMax` bytes of a room's documents without reading them; returns false
   * if that changes nothing.
   */
  carry(id: RoomId, carriedBytesMax: number, joinedAtMs: number): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !room.isCarried) {
      throw new KithError(
        'is-member',
        `this node is a member of '${shownName(room.record.name) || id}': it keeps all of it anyway`,
      )
    }
    if (room?.record.carriedBytesMax === carriedBytesMax) return false
    this.#put({ ...this.#recordOf(id, joinedAtMs), carriedBytesMax })
    // A carrier does not fold new documents, so the state from its membership would become stale.
    this.#init.store.apply({ type: 'delete-state', room: id })
    return true
  }

  /** Leaves a room; its documents stay in the store. */
  leave(id: RoomId): void {
    const room = this.require(id)
    room.view.persist()
    this.#init.store.apply({ type: 'put-room', room: { ...room.record, status: 'left' } })
    this.#rooms.delete(id)
  }

  /**
   * Receives blocks from a peer, as far as there is space and the peer is not too fast; undefined if the node
   * is not in the room.
   */
  receive(id: RoomId, blocks: readonly Uint8Array[], from: PeerId, now: Now): RoomChange | undefined {
    const room = this.#rooms.get(id)
    return room && this.#received(room.receive(blocks, from, this.#admission(room, from, now)), from, now)
  }

  /** Receives a decoded document from a peer, in the same way. */
  receiveDocument(id: RoomId, document: Document, from: PeerId, now: Now): RoomChange | undefined {
    const room = this.#rooms.get(id)
    return room && this.#received(room.receiveDocument(document, from, this.#admission(room, from, now)), from, now)
  }

  #received(change: RoomChange, from: PeerId, now: Now): RoomChange {
    const brought = new Set(change.intake.durable)
    for (const document of change.intake.accepted) {
      if (brought.has(document.id)) this.#peers.spend(from, now.monotonicMs, document.block.length)
      if (isNew(document, now)) this.#authors.spend(document.author, now.monotonicMs)
    }
    return change
  }

  #admission(room: Room, from: PeerId, now: Now): Admission {
    let { freeBytes } = room
    return (document) => {
      if (this.#peers.isOver(from, now.monotonicMs)) return 'too-fast'
      if (isNew(document, now) && this.#authors.isOver(document.author, now.monotonicMs)) return 'too-fast'
      freeBytes -= document.block.length
      return freeBytes < 0 ? 'carrier-full' : 'welcome'
    }
  }

  /** Stores all states, for a quick start. */
  persistStates(): void {
    for (const { view } of this.#rooms.values()) view.persist()
  }

  /** The stored record of a room that is being entered, or a new one. */
  #recordOf(id: RoomId, joinedAtMs: number): RoomRecord {
    const known = this.#init.store.rooms().find((record) => record.id === id)
    const status = this.#init.store.document(id)?.room === id ? 'open' : 'waiting'
    return { name: '', app: '', joinedAtMs, ...known, id, status }
  }

  #put(record: RoomRecord): Room {
    this.#init.store.apply({ type: 'put-room', room: record })
    return this.#load(record)
  }

  #load(record: RoomRecord): Room {
    const room = new Room(record, this.#init)
    this.#rooms.set(record.id, room)
    return room
  }
}

/** Relies on the author's own clock: documents dated long ago count as history. */
function isNew({ timeMs }: Document, { wallMs }: Now): boolean {
  return wallMs - timeMs < NEW_FOR_MS
}
