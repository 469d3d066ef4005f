/** The rooms of this node: creates, joins and leaves them, and limits what peers may add to them. */
import type { Access } from '../../protocols/access/constants.ts'
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { Frontier } from '../../protocols/wire/frontier.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position, SortKey } from '../../protocols/wire/order.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { RateLimits } from '../../protocols/wire/rate-limits.ts'
import { KithError } from '../kith.ts'
import { CHILD_KIND, MAX_ROOM_NAME_BYTES, MOVED_KIND } from '../../protocols/room/constants.ts'
import { childLinkBody } from '../room/children.ts'
import { documentReader, type DocumentReader } from '../room/document-reader.ts'
import type { Admission } from '../room/intake.ts'
import { markOf } from '../room/moves.ts'
import type { RoomChange } from '../room/room-change.ts'
import { Room, type RoomInit } from '../room/room.ts'
import { newRoomName, shownName } from '../names.ts'
import type { Personal } from '../store/personal.ts'
import type { RoomRecord } from '../store/store.ts'
import { BYTES_RATE_PER_PEER, DISK_BYTES_PER_BYTE } from './constants.ts'
import { found, type Founded, type NewChild } from './founding.ts'
import { Inheritance } from './inheritance.ts'
import type { Now } from './io.ts'
import { RemovedPeers } from './removed-peers.ts'
import { sharingOf } from './sharing.ts'

export interface RoomsInit extends Omit<RoomInit, 'reader' | 'onFault' | 'isBehind'> {
  random: Random
  /** The key came from a backup: it may have written in rooms of which nothing is here. */
  isKeyRestored?: boolean
  /** Called if a room's app throws at an update. */
  onFault?: RoomInit['onFault']
  /** Default: decodes each block every time. */
  reader?: DocumentReader
}

/** What the disk leaves for documents. */
export interface DocumentSpace {
  /** What others may add, until it is looked at again; 0 or less: nothing. */
  documentBytes: number
  /** Not even this node's own documents are written. */
  isReadOnly: boolean
}

interface JoinOptions {
  newestFirst?: boolean | undefined
  /** Of the invite that is to be accepted, in hex. */
  inviteSeed?: string | undefined
  /** What is known of the room then that concerns its user. */
  personal?: Personal | undefined
  /** A secret in hex to which the keys of the room may be sealed. */
  boxSecret?: string | undefined
  /** The room above: what is sealed for this node there may be here, too. */
  below?: RoomId | undefined
}

export class Rooms {
  readonly #init: RoomInit & { random: Random; isKeyRestored?: boolean }
  readonly #rooms = new Map<RoomId, Room>()
  readonly #peers = new RateLimits<PeerId>(BYTES_RATE_PER_PEER)
  #space: DocumentSpace = { documentBytes: Infinity, isReadOnly: false }
  readonly inheritance: Inheritance
  readonly removedPeers = new RemovedPeers((room) => this.#rooms.get(room)?.graph.gate.control)

  constructor({ reader = documentReader, onFault = () => undefined, ...init }: RoomsInit) {
    this.inheritance = new Inheritance(this, init.store, init.signer.author)
    this.#init = { ...init, reader, onFault, isBehind: (room) => this.inheritance.isBehind(room) }
    for (const record of init.store.rooms()) if (record.status !== 'left') this.#load(record)
  }

  /** The author of what is written here. */
  get author(): PeerId {
    return this.#init.signer.author
  }

  /** What this node is called. */
  get authorName(): string {
    return this.#init.authorName?.() ?? this.author
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

  /** How much space there is from now on. Returns whether documents of others pause, or go on. */
  setSpace(space: DocumentSpace): boolean {
    const wasPaused = this.#space.documentBytes <= 0
    this.#space = { ...space }
    return wasPaused !== space.documentBytes <= 0
  }

  /** Whether documents that others send to a room are not accepted now. */
  refusesDocuments(id: RoomId): boolean {
    return this.#space.documentBytes <= 0 || this.#rooms.get(id)?.isQuotaReached() === true
  }

  /** Whether nothing is written. */
  get isReadOnly(): boolean {
    return this.#space.isReadOnly
  }

  /** Throws a KithError `disk-full` if there is no space for documents of this node. */
  requireSpace(): void {
    if (!this.#space.isReadOnly) return
    throw new KithError(
      'disk-full',
      'the disk is almost full, so nothing is written: free some space, with kith file unpin and kith gc for example',
    )
  }

  /** Sets how much of a room is accepted from others; undefined: no limit. */
  limit(id: RoomId, limits: { documentsBytesMax: number | undefined; authorBytesMax: number | undefined }): void {
    const room = this.require(id)
    const { documentsBytesMax: _, authorBytesMax: _author, ...record } = room.record
    room.record = {
      ...record,
      ...(limits.documentsBytesMax !== undefined && { documentsBytesMax: limits.documentsBytesMax }),
      ...(limits.authorBytesMax !== undefined && { authorBytesMax: limits.authorBytesMax }),
    }
    this.#init.store.apply({ type: 'put-room', room: room.record })
  }

  /** How a room is shared with a peer: not at all if it was removed from a private one. */
  sharing(room: RoomId, peer: PeerId): Sharing {
    const sharing = sharingOf(this.#init.store, room, peer)
    return this.removedPeers.isShutOut(room, peer) ? { ...sharing, policy: 'none' } : sharing
  }

  /** Empty for rooms that this node is not in. */
  frontier(room: RoomId): Frontier {
    const graph = this.#rooms.get(room)?.graph
    return graph?.withheld.without(graph.heads.frontier()) ?? { ids: [] }
  }

  /** Whether a document is here that no other node takes. */
  isWithheld(room: RoomId, id: DocumentId): boolean {
    return this.#rooms.get(room)?.graph.withheld.has(id) === true
  }

  /** Of all heads of a room, if they are too many to be named. */
  headsDigest(room: RoomId): HeadsDigest | undefined {
    return this.#rooms.get(room)?.graph.heads.digest
  }

  /** What was accepted into a room since its heads had a digest; undefined if they did not have it lately. */
  acceptedSince(room: RoomId, digest: HeadsDigest): Position[] | undefined {
    return this.#rooms.get(room)?.graph.heads.acceptedSince(digest)
  }

  /** See `Room.historyFrom`; 0: all documents of the room are wanted. */
  historyFrom(room: RoomId): number {
    return this.#rooms.get(room)?.historyFrom ?? 0
  }

  /** The checkpoint before which documents of a room were dropped. */
  base(room: RoomId): DocumentId | undefined {
    return this.#rooms.get(room)?.record.base?.position.id
  }

  /** Whether a document of a room is waiting for ancestors. */
  isPending(room: RoomId, id: DocumentId): boolean {
    return this.#rooms.get(room)?.graph.isPending(id) === true
  }

  /** What this node wrote in a room on top of a history that is still to come. */
  ahead(room: RoomId, id: DocumentId): Document | undefined {
    return this.#rooms.get(room)?.graph.ahead(id)
  }

  /** Sort keys of documents that wait in a room: see `BatchSyncPorts`. */
  pendingKeys(room: RoomId, lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    return this.#rooms.get(room)?.graph.pendingKeys(lower, upper, limit) ?? []
  }

  /** Creates a room and its root document; `personal` is noted of it from the beginning. Throws a KithError `bad-name` or `unknown-app`. */
  create(text: string, app: string, timeMs: number, access?: Access, personal?: Personal): RoomChange {
    const founded = found({ name: newRoomName(text, MAX_ROOM_NAME_BYTES), app, access }, this.#init, timeMs)
    return this.#begin({ ...founded, record: { ...founded.record, ...(personal && { personal }) } })
  }

  /**
   * Creates a private room that a room of this node goes on in, and says so in that. `isCopied`: entries are to be copied
   * into the new one. Throws like `create` and `Room.write`, before anything is written.
   */
  makePrivate(id: RoomId, timeMs: number, isCopied: boolean): { created: RoomChange; moved: RoomChange } {
    const room = this.require(id)
    const { name, app } = room.record
    const founded = found({ name, app, access: 'private' }, this.#init, timeMs)
    const moved = room.write({ kind: MOVED_KIND, body: markOf(id, founded.root.id) }, timeMs)
    const { alias } = room.record
    const record = { ...founded.record, ...(alias !== undefined && { alias }), ...(isCopied && { copiedFrom: id }) }
    return { created: this.#begin({ ...founded, record }), moved }
  }

  /** Creates a room below one of this node, and links to it there. Throws like `create` and `Room.write`, before anything is written. */
  createChild(parent: RoomId, child: NewChild, timeMs: number): { created: RoomChange; linked: RoomChange } {
    const { app, about } = child
    const room = this.require(parent)
    const inherits = child.access === undefined && room.record.access !== undefined
    const access = child.access === 'open' ? undefined : (child.access ?? room.record.access)
    const name = newRoomName(child.name, MAX_ROOM_NAME_BYTES)
    const founded = found({ name, app, parent, inherits, ...(access && { access }) }, this.#init, timeMs)
    const link = { child: founded.root.id, title: founded.name, ...(about !== undefined && { about }) }
    const linked = room.write({ kind: CHILD_KIND, body: childLinkBody(link) }, timeMs)
    return { created: this.#begin(founded), linked }
  }

  /** The entries of another room are in this one. */
  endCopying(id: RoomId): void {
    const room = this.require(id)
    const { copiedFrom: _, ...record } = room.record
    room.put(record)
  }

  #begin({ root, keys, record }: Founded): RoomChange {
    const room = this.#put(record)
    if (keys !== undefined) room.keys.keep(keys.key)
    return room.begin(root)
  }

  /** Joins a room, which may have been carried before; returns false if this node is already in it. */
  join(id: RoomId, joinedAtMs: number, options: JoinOptions = {}): boolean {
    const { newestFirst = false, inviteSeed, personal = {}, boxSecret, below } = options
    const room = this.#rooms.get(id)
    const invited = inviteSeed === undefined ? {} : { inviteSeed }
    if (room !== undefined && !room.isCarried) {
      if (inviteSeed !== undefined) room.put({ ...room.record, ...invited })
      this.note(id, { ...personal, isLeftHere: undefined }, boxSecret)
      return false
    }
    const { carriedBytesMax: _, ...record } = this.#recordOf(id, joinedAtMs)
    const noted = noteIn(record, { ...personal, isLeftHere: undefined }, boxSecret)
    const boxSecrets = noted.boxSecrets ?? (below && this.#rooms.get(below)?.record.boxSecrets)
    const own = { ...invited, ...(boxSecrets && { boxSecrets }) }
    this.#put({ ...noted, ...own, newestFirst, joining: record.status === 'waiting' ? 'new' : 'again' })
    return true
  }

  /**
   * Notes what concerns the user of a room, also of one that was left; what is undefined is noted no more. `boxSecret`: in
   * hex, to which keys of the room may be sealed from now on. Does nothing for a room that was never here.
   */
  note(id: RoomId, personal: { [Key in keyof Personal]: Personal[Key] | undefined }, boxSecret?: string): void {
    const room = this.#rooms.get(id)
    const before = room?.record ?? this.#init.store.rooms().find((known) => known.id === id)
    if (before === undefined) return
    const record = noteIn(before, personal, boxSecret)
    if (room === undefined) this.#init.store.apply({ type: 'put-room', room: record })
    else room.put(record)
  }

  /**
   * Stores and relays up to `carriedBytesMax` bytes of a room's documents without reading them, and accepts an invite to
   * that; returns false if that changes nothing.
   */
  carry(id: RoomId, carriedBytesMax: number, joinedAtMs: number, inviteSeed?: string): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !room.isCarried) {
      throw new KithError(
        'is-member',
        `this node has joined '${shownName(room.record.alias ?? room.record.name) || id}', and keeps all of it anyway: to carry it instead, leave it first`,
      )
    }
    if (room?.record.carriedBytesMax === carriedBytesMax && inviteSeed === undefined) return false
    const { joining: _, ...record } = this.#recordOf(id, joinedAtMs)
    this.#put({ ...record, carriedBytesMax, ...(inviteSeed !== undefined && { inviteSeed }) })
    // A carrier does not fold new documents, so the state from its membership would become stale.
    this.#init.store.apply({ type: 'delete-state', room: id })
    return true
  }

  /** Calls a room something else on this node, or by its own name again. Throws a KithError `no-such-room` or `bad-name`. */
  setAlias(id: RoomId, text: string | undefined): void {
    const room = this.require(id)
    const { alias: _, ...record } = room.record
    room.record = text === undefined ? record : { ...record, alias: newRoomName(text, MAX_ROOM_NAME_BYTES) }
    this.#init.store.apply({ type: 'put-room', room: room.record })
  }

  /** Leaves a room; its documents stay in the store. */
  leave(id: RoomId): void {
    const room = this.require(id)
    room.view.persist()
    this.#init.store.apply({ type: 'put-room', room: { ...room.record, status: 'left' } })
    this.#rooms.delete(id)
    this.inheritance.left(id)
  }

  /**
   * Deletes all that is stored of a room that was left. What stays says that the room was here, for the user's other
   * devices, and how far this node had written in it: after joining again, it goes on behind that instead of writing others
   * in its place.
   */
  delete(id: RoomId): void {
    const { store } = this.#init
    const record = store.rooms().find((known) => known.id === id)
    if (record === undefined) return
    const { joinedAtMs, personal } = record
    const room: RoomRecord = { id, status: 'left', name: '', app: '', joinedAtMs, ...(personal && { personal }) }
    store.apply({ type: 'empty-room', room })
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
    }
    return change
  }

  #admission(room: Room, from: PeerId, now: Now): Admission {
    let { freeBytes } = room
    const freeBytesOf = new Map<PeerId, number>()
    return ({ author, block }) => {
      if (this.#peers.isOver(from, now.monotonicMs)) return 'too-fast'
      if (this.#space.documentBytes <= 0) return 'disk-full'
      const authorBytes = (freeBytesOf.get(author) ?? room.freeBytesOf(author)) - block.length
      if (authorBytes < 0) return 'author-full'
      if (freeBytes < block.length) return room.isCarried ? 'carrier-full' : 'room-full'
      freeBytes -= block.length
      freeBytesOf.set(author, authorBytes)
      this.#space.documentBytes -= block.length * DISK_BYTES_PER_BYTE
      return 'welcome'
    }
  }

  /** Stores all states, for a quick start. */
  persistStates(): void {
    for (const { view } of this.#rooms.values()) view.persist()
  }

  /** The stored record of a room that is being entered, or a new one. */
  #recordOf(id: RoomId, joinedAtMs: number): RoomRecord {
    const { store, isKeyRestored = false } = this.#init
    const known = store.rooms().find((record) => record.id === id)
    if (known === undefined && isKeyRestored) {
      store.apply({ type: 'put-own-mark', room: id, mark: { documents: 'unknown', givenUp: 0 } })
    }
    const status = store.document(id)?.room === id ? 'open' : 'waiting'
    return { name: '', app: '', joinedAtMs, ...known, id, status }
  }

  #put(record: RoomRecord): Room {
    this.#init.store.apply({ type: 'put-room', room: record })
    return this.#load(record)
  }

  #load(record: RoomRecord): Room {
    const room = new Room(record, this.#init)
    this.#rooms.set(record.id, room)
    this.inheritance.entered(record.id)
    return room
  }
}

function noteIn(
  { personal: before, ...record }: RoomRecord,
  changes: { [Key in keyof Personal]: Personal[Key] | undefined },
  boxSecret: string | undefined,
): RoomRecord {
  const known = Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined)
  const { boxSecrets = [] } = record
  const isNew = boxSecret !== undefined && !boxSecrets.includes(boxSecret)
  return {
    ...record,
    ...(isNew && { boxSecrets: [...boxSecrets, boxSecret] }),
    ...(known.length > 0 && { personal: Object.fromEntries(known) as Personal }),
  }
}
