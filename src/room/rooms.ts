/** The rooms of this node: making, joining and leaving them, writing into them, taking what peers send. */
import { DocumentError } from '../../protocols/document/errors.ts'
import { MAX_PARENTS } from '../../protocols/document/constants.ts'
import { encodeDocument, type Document } from '../../protocols/document/document.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import { compareDocumentIds, type DocumentId, type PeerKey, type RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { appNames, appOf } from '../apps/index.ts'
import { KithError } from '../kith.ts'
import type { RoomRecord } from '../store/store.ts'
import { MAX_ROOM_NAME_BYTES } from './constants.ts'
import { RoomGraph, type Intake } from './graph.ts'
import type { RoomStore } from './room-store.ts'
import { decodeRoot, encodeRoot, isRoomName } from './root.ts'
import { PROFILE_KIND, profileBody } from './roster.ts'
import { RoomView } from './view.ts'
import { unknownApp, wholeApp, type WholeState } from './whole-state.ts'

export interface OpenRoom {
  record: RoomRecord
  graph: RoomGraph
  view: RoomView<WholeState<unknown>>
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
  /** How this node's author wants to be called. */
  authorName: string
}

export class Rooms {
  readonly #init: RoomsInit
  readonly #rooms = new Map<RoomId, OpenRoom>()

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

  /** Joins a room; false where this node is in it already. */
  join(id: RoomId, nowMs: number): boolean {
    if (this.#rooms.has(id)) return false
    const { store } = this.#init
    const left = store.rooms().find((record) => record.id === id)
    const status = left !== undefined && left.name !== '' ? 'open' : 'waiting'
    const record: RoomRecord = { name: '', app: '', joinedAtMs: nowMs, ...left, id, status }
    store.apply({ type: 'put-room', room: record })
    this.#load(record)
    return true
  }

  /** Leaves a room; its documents stay in the store. */
  leave(id: RoomId): void {
    const room = this.#require(id)
    room.view.persist()
    this.#init.store.apply({ type: 'put-room', room: { ...room.record, status: 'left' } })
    this.#rooms.delete(id)
  }

  /** Writes a document. Throws a KithError `waiting`, `too-large` or `state-full`, and has written nothing then. */
  write(id: RoomId, kind: string, body: Uint8Array, nowMs: number): RoomChange {
    const room = this.#require(id)
    if (room.record.status !== 'open') {
      throw new KithError('waiting', 'the room is not here yet: its root document has not arrived from a peer')
    }
    const document = this.#compose(id, kind, body, nowMs)
    if (room.view.wouldRefuse(document)) {
      throw new KithError('state-full', `the state of '${room.record.name}' is full: remove something from it first`)
    }
    return this.#changed(room, (graph) => graph.append(document))
  }

  /** Tells the room this node's name, unless it knows it; to be called when all that others wrote is here. */
  introduce(id: RoomId, nowMs: number): RoomChange | undefined {
    const { authorName, signer } = this.#init
    const room = this.#rooms.get(id)
    if (room?.record.status !== 'open') return undefined
    if (room.view.state.roster.profiles.get(signer.author)?.name === authorName) return undefined
    const document = this.#compose(id, PROFILE_KIND, profileBody(authorName), nowMs)
    return room.view.wouldRefuse(document) ? undefined : this.#changed(room, (graph) => graph.append(document))
  }

  /** Takes blocks that came from a peer. */
  receive(id: RoomId, blocks: readonly Uint8Array[], from: PeerKey): RoomChange | undefined {
    const room = this.#rooms.get(id)
    return room && this.#changed(room, (graph) => graph.receive(blocks, from))
  }

  /** Keeps all states in the store, for a quick start. */
  persistStates(): void {
    for (const { view } of this.#rooms.values()) view.persist()
  }

  #require(id: RoomId): OpenRoom {
    const room = this.#rooms.get(id)
    if (room === undefined) throw new KithError('no-such-room', 'this node is not in that room')
    return room
  }

  #load(record: RoomRecord): OpenRoom {
    const { store } = this.#init
    const view = new RoomView(record.id, wholeApp(appOf(record.app) ?? unknownApp), store)
    const room = { record, graph: new RoomGraph(record.id, store), view }
    this.#rooms.set(record.id, room)
    return room
  }

  #changed(room: OpenRoom, change: (graph: RoomGraph) => Intake): RoomChange {
    const intake = change(room.graph)
    const { id } = room.record
    const root = intake.accepted.find((document) => document.id === id)
    if (root === undefined) return { room: id, intake, refused: room.view.fold(intake.accepted), hasOpened: false }
    const { name, app } = decodeRoot(root) ?? { name: 'not a room', app: '' }
    room.record = { ...room.record, status: 'open', name, app }
    room.view = new RoomView(id, wholeApp(appOf(app) ?? unknownApp), this.#init.store)
    this.#init.store.apply({ type: 'put-room', room: room.record })
    return { room: id, intake, refused: [], hasOpened: true }
  }

  /** A signed document after all that the room has now. */
  #compose(room: RoomId, kind: string, body: Uint8Array, nowMs: number): Document {
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
          links: [],
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
