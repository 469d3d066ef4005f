/** The rooms of this node: making, joining and leaving them, writing into them, taking what peers send. */
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import { MAX_DOCUMENT_BYTES, MAX_PARENTS } from '../../protocols/document/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import {
  compareDocumentIds,
  type BlockId,
  type DocumentId,
  type PeerId,
  type RoomId,
} from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { appNames, appOf } from '../apps/index.ts'
import { KithError } from '../kith.ts'
import type { RoomRecord } from '../store/store.ts'
import { carriedView } from './carried-view.ts'
import { BYTES_RATE_PER_PEER, MAX_ROOM_NAME_BYTES, MAX_SHARING_ROWS, NEW_FOR_MS, RATE_PER_AUTHOR } from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import { RoomGraph, type Admission, type Intake } from './graph.ts'
import { RateLimits } from './rate-limits.ts'
import type { RoomStore } from './room-store.ts'
import { sharingOf } from './protocol-ports.ts'
import { decodeRoot, encodeRoot, isRoomName } from './root.ts'
import { PROFILE_KIND, profileBody } from './roster.ts'
import { RoomView, type View } from './view.ts'
import { unknownApp, wholeApp, type WholeState } from './whole-state.ts'

export interface OpenRoom {
  record: RoomRecord
  graph: RoomGraph
  view: View<WholeState<unknown>>
}

/** What changed in a room. */
export interface RoomChange {
  room: RoomId
  intake: Intake
  /** Documents that the state refuses, as it would pass its cap. */
  refused: DocumentId[]
  /** The root document arrived: the room has a name and an app now. */
  hasOpened: boolean
}

export interface RoomsInit {
  store: RoomStore
  signer: Signer
  random: Random
  /** How this node's author wants to be called; undefined: it introduces itself to no room. */
  authorName: string | undefined
  /** Default: each block is read anew. */
  reader?: DocumentReader
}

/** What a document is to say. */
export interface Content {
  kind: string
  body: Uint8Array
  /** Blocks that it needs. */
  links?: readonly BlockId[] | undefined
}

export class Rooms {
  readonly #init: RoomsInit
  readonly #rooms = new Map<RoomId, OpenRoom>()
  readonly #authors = new RateLimits<PeerId>(RATE_PER_AUTHOR)
  readonly #peers = new RateLimits<PeerId>(BYTES_RATE_PER_PEER)

  constructor(init: RoomsInit) {
    this.#init = init
    for (const record of init.store.rooms()) if (record.status !== 'left') this.#load(record)
  }

  list(): OpenRoom[] {
    return [...this.#rooms.values()]
  }

  get(id: RoomId): OpenRoom | undefined {
    return this.#rooms.get(id)
  }

  /** Makes a room with its root document. Throws a KithError `bad-name` or `unknown-app`. */
  create(name: string, app: string, nowMs: number): RoomChange {
    if (!isRoomName(name))
      throw new KithError('bad-name', `a room's name has 1 to ${MAX_ROOM_NAME_BYTES} bytes and no control characters`)
    if (appOf(app) === undefined) {
      throw new KithError('unknown-app', `there is no app '${app}'; known are ${appNames.join(', ')}`)
    }
    const { store, signer, random } = this.#init
    const root = encodeRoot({ name, app }, signer, nowMs, random)
    const record: RoomRecord = { id: root.id, status: 'waiting', name: '', app: '', joinedAtMs: nowMs }
    store.apply({ type: 'put-room', room: record })
    return this.#changed(this.#load(record), (graph) => graph.append(root))
  }

  /** Joins a room, also one that was only carried; false where this node is a member already. */
  join(id: RoomId, nowMs: number, newestFirst = false): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !isCarried(room.record)) return false
    const { carriedBytesMax: _, ...record } = this.#recordOf(id, nowMs)
    this.#put({ ...record, newestFirst })
    return true
  }

  /** Keeps and passes on a room's documents, so many bytes of them, without reading them; false where nothing changes by it. */
  carry(id: RoomId, carriedBytesMax: number, nowMs: number): boolean {
    const room = this.#rooms.get(id)
    if (room !== undefined && !isCarried(room.record)) {
      throw new KithError(
        'is-member',
        `this node is a member of '${room.record.name || id}': it keeps all of it anyway`,
      )
    }
    if (room?.record.carriedBytesMax === carriedBytesMax) return false
    this.#put({ ...this.#recordOf(id, nowMs), carriedBytesMax })
    // Of a member that left: what comes from now on is not folded into it.
    this.#init.store.apply({ type: 'delete-state', room: id })
    return true
  }

  /** Whether a room that is carried has reached its quota: another document might not fit. */
  isQuotaReached(id: RoomId): boolean {
    const { carriedBytesMax } = this.#rooms.get(id)?.record ?? {}
    if (carriedBytesMax === undefined) return false
    return this.#init.store.totals(id).sizeBytes + MAX_DOCUMENT_BYTES > carriedBytesMax
  }

  /** Decides how a room is shared, with one peer or with all about whom nothing else was decided. */
  share(id: RoomId, peer: PeerId | undefined, sharing: Partial<Sharing>): void {
    this.require(id)
    const { store } = this.#init
    const before = store.sharing(id)
    if (peer !== undefined && before.length >= MAX_SHARING_ROWS && !before.some((row) => row.peer === peer)) {
      throw new KithError('too-many', `sharing was decided for ${MAX_SHARING_ROWS} peers of this room already`)
    }
    const now = { ...sharingOf(store, id, peer), ...sharing }
    store.apply({ type: 'put-sharing', room: id, row: { peer, ...now } })
  }

  /** Leaves a room; its documents stay in the store. */
  leave(id: RoomId): void {
    const room = this.require(id)
    room.view.persist()
    this.#init.store.apply({ type: 'put-room', room: { ...room.record, status: 'left' } })
    this.#rooms.delete(id)
  }

  /** Writes a document. Throws a KithError `waiting`, `too-large` or `state-full`, and has written nothing then. */
  write(id: RoomId, content: Content, nowMs: number): RoomChange {
    const room = this.require(id)
    if (isCarried(room.record)) {
      throw new KithError('carried', 'this node only carries the room for others: join it to write')
    }
    if (room.record.status !== 'open') {
      throw new KithError('waiting', 'the room is not here yet: its root document has not arrived from a peer')
    }
    const document = this.#compose(id, content, nowMs)
    if (room.view.wouldRefuse(document)) {
      throw new KithError('state-full', `the state of '${room.record.name}' is full: remove something from it first`)
    }
    return this.#changed(room, (graph) => graph.append(document))
  }

  /** Tells the room this node's name, unless it knows it; to be called when all that others wrote is here. */
  introduce(id: RoomId, nowMs: number): RoomChange | undefined {
    const { authorName, signer } = this.#init
    const room = this.#rooms.get(id)
    if (authorName === undefined || room?.record.status !== 'open' || isCarried(room.record)) return undefined
    if (room.view.state.roster.profiles.get(signer.author)?.name === authorName) return undefined
    const document = this.#compose(id, { kind: PROFILE_KIND, body: profileBody(authorName) }, nowMs)
    return room.view.wouldRefuse(document) ? undefined : this.#changed(room, (graph) => graph.append(document))
  }

  /** Takes blocks that came from a peer, as far as there is space and it is not too fast. */
  receive(id: RoomId, blocks: readonly Uint8Array[], from: PeerId, nowMs: number): RoomChange | undefined {
    const room = this.#rooms.get(id)
    if (room === undefined) return undefined
    const change = this.#changed(room, (graph) =>
      graph.receive(blocks, from, this.#admission(room.record, from, nowMs)),
    )
    const brought = new Set(change.intake.durable)
    for (const document of change.intake.accepted) {
      if (brought.has(document.id)) this.#peers.spend(from, nowMs, document.block.length)
      if (isNew(document, nowMs)) this.#authors.spend(document.author, nowMs)
    }
    return change
  }

  #admission({ id, carriedBytesMax }: RoomRecord, from: PeerId, nowMs: number): Admission {
    let freeBytes = carriedBytesMax === undefined ? Infinity : carriedBytesMax - this.#init.store.totals(id).sizeBytes
    return (document) => {
      if (this.#peers.isOver(from, nowMs)) return 'too-fast'
      if (isNew(document, nowMs) && this.#authors.isOver(document.author, nowMs)) return 'too-fast'
      freeBytes -= document.block.length
      return freeBytes < 0 ? 'carrier-full' : 'welcome'
    }
  }

  /** Keeps all states in the store, for a quick start. */
  persistStates(): void {
    for (const { view } of this.#rooms.values()) view.persist()
  }

  /** Throws a KithError `no-such-room`. */
  require(id: RoomId): OpenRoom {
    const room = this.#rooms.get(id)
    if (room === undefined) throw new KithError('no-such-room', 'this node is not in that room')
    return room
  }

  /** What the store knows of a room, as that of one that is entered now. */
  #recordOf(id: RoomId, nowMs: number): RoomRecord {
    const known = this.#init.store.rooms().find((record) => record.id === id)
    const status = this.#init.store.document(id)?.room === id ? 'open' : 'waiting'
    return { name: '', app: '', joinedAtMs: nowMs, ...known, id, status }
  }

  #put(record: RoomRecord): void {
    this.#init.store.apply({ type: 'put-room', room: record })
    this.#load(record)
  }

  #load(record: RoomRecord): OpenRoom {
    const { store, reader } = this.#init
    const room = { record, graph: new RoomGraph(record.id, store, reader), view: this.#viewOf(record) }
    this.#rooms.set(record.id, room)
    return room
  }

  #viewOf(record: RoomRecord): View<WholeState<unknown>> {
    if (isCarried(record)) return carriedView
    const { store, reader } = this.#init
    return new RoomView(record.id, wholeApp(appOf(record.app) ?? unknownApp), store, reader)
  }

  #changed(room: OpenRoom, change: (graph: RoomGraph) => Intake): RoomChange {
    const intake = change(room.graph)
    const { id } = room.record
    const root = intake.accepted.find((document) => document.id === id)
    if (root === undefined) return { room: id, intake, refused: room.view.fold(intake.accepted), hasOpened: false }
    const { name, app } = decodeRoot(root) ?? { name: '', app: '' }
    room.record = { ...room.record, status: 'open', name, app }
    room.view = this.#viewOf(room.record)
    this.#init.store.apply({ type: 'put-room', room: room.record })
    return { room: id, intake, refused: [], hasOpened: true }
  }

  /** A signed document after all that the room has now. */
  #compose(room: RoomId, { kind, body, links = [] }: Content, nowMs: number): Document {
    const { store, signer } = this.#init
    const { author } = signer
    const own = store.authorHead(room, author)
    const others = store.heads(room).filter(({ id }) => id !== own?.id)
    const parents = others.toSorted(comparePositions).slice(-MAX_PARENTS)
    const clock = 1 + parents.reduce((newest, parent) => Math.max(newest, parent.clock), own?.clock ?? 0)
    try {
      return encodeDocument(
        {
          room,
          author,
          seq: own === undefined ? 0 : own.seq + 1,
          previous: own?.id ?? null,
          parents: parents.map(({ id }) => id).sort(compareDocumentIds),
          clock,
          timeMs: nowMs,
          epoch: 0,
          kind,
          links,
          body,
        },
        signer,
      )
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      throw new KithError(error.code === 'too-large' ? 'too-large' : 'bad-name', error.message, { cause: error })
    }
  }
}

/** Whether a room is only kept and passed on. */
export function isCarried({ carriedBytesMax }: RoomRecord): boolean {
  return carriedBytesMax !== undefined
}

function isNew({ timeMs }: Document, nowMs: number): boolean {
  return nowMs - timeMs < NEW_FOR_MS
}
