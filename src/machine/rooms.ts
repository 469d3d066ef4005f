/** The rooms of this node: making, joining and leaving them, and how much peers and authors may bring into them. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
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
  /** Default: each block is read anew. */
  reader?: DocumentReader
}

export class Rooms {
  /** The app of a room threw an error at an update; set by whoever runs the machine. */
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

  /** Whether a document waits in its room for its ancestors. */
  isPending(room: RoomId, id: DocumentId): boolean {
    return this.#rooms.get(room)?.graph.isPending(id) === true
  }

  /** Makes a room with its root document. Throws a KithError `bad-name` or `unknown-app`. */
  create(text: string, app: string, timeMs: number): RoomChange {
    const name = newName(text, MAX_ROOM_NAME_BYTES, "a room's")
    const { signer, random, apps } = this.#init
    if (!apps.has(app)) {
      throw new KithError('unknown-app', `there is no app '${app}'; known are ${[...apps.keys()].join(', ')}`)
    }
    const root = encodeRoot({ name, app }, signer, timeMs, random)
    return this.#put({ id: root.id, status: 'waiting', name: '', app: '', joinedAtMs: timeMs }).begin(root)
  }

  /** Joins a room, also one that was only carried; false where this node is a member already. */
  join(id: RoomId, joinedAtMs: number, newestFirst = false): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !room.isCarried) return false
    const { carriedBytesMax: _, ...record } = this.#recordOf(id, joinedAtMs)
    this.#put({ ...record, newestFirst })
    return true
  }

  /** Keeps and passes on a room's documents, so many bytes of them, without reading them; false where nothing changes by it. */
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
    // The state of a member that left: what comes from now on is not folded into it.
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

  /** Takes blocks that came from a peer, as far as there is space and it is not too fast; nothing where the node is not in the room. */
  receive(id: RoomId, blocks: readonly Uint8Array[], from: PeerId, now: Now): RoomChange | undefined {
    const room = this.#rooms.get(id)
    return room && this.#received(room.receive(blocks, from, this.#admission(room, from, now)), from, now)
  }

  /** Takes a decoded document that came from a peer, likewise. */
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

  /** Keeps all states in the store, for a quick start. */
  persistStates(): void {
    for (const { view } of this.#rooms.values()) view.persist()
  }

  /** What the store knows of a room, as that of one that is entered now. */
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

/** An author's own clock says so: documents that claim to be old are taken for history. */
function isNew({ timeMs }: Document, { wallMs }: Now): boolean {
  return wallMs - timeMs < NEW_FOR_MS
}
