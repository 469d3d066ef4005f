/** One room of a running node, for library users: reads straight from the machine, writes by commands. */
import { EventEmitter } from 'node:events'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { encodeText } from '../apps/body.ts'
import { chatMessageOf, MAX_TEXT_BYTES, MESSAGE_KIND } from '../apps/chat.ts'
import {
  DELETE_KIND,
  deleteBody,
  isKey,
  isValue,
  keysOf,
  MAX_KEY_BYTES,
  MAX_VALUE_DEPTH,
  PUT_KIND,
  putBody,
  valueOf,
  type MapState,
} from '../apps/map.ts'
import {
  KithError,
  type DocumentInfo,
  type FollowOptions,
  type HistoryOptions,
  type JsonValue,
  type Member,
  type Message,
  type Room,
  type RoomDetails,
  type RoomEvents,
  type RoomSharing,
  type RoomSummary,
  type RoomSync,
  type SentDocument,
  type Sharing,
} from '../kith.ts'
import type { OpenRoom } from '../room/rooms.ts'
import { shortNameOf } from './short-name.ts'
import type { BlockServices } from './block-services.ts'
import type { NodeCore } from './core.ts'
import { follow } from './follow.ts'
import { formatInvite } from './invite.ts'
import { LocalFiles } from './local-files.ts'
import { RoomHistory, type ReadDocument } from './room-history.ts'
import { RoomSyncReader } from './room-sync.ts'

export class LocalRoom implements Room {
  readonly id: RoomId
  readonly files: LocalFiles
  readonly #core: NodeCore
  readonly #history: RoomHistory
  readonly #sync: RoomSyncReader
  readonly #events = new EventEmitter<RoomEvents>().setMaxListeners(0)
  readonly #followers = new Set<(stored: Position) => void>()

  constructor(id: RoomId, core: NodeCore, services: BlockServices) {
    this.id = id
    this.files = new LocalFiles(this, core, services)
    this.#core = core
    this.#history = new RoomHistory(id, core)
    this.#sync = new RoomSyncReader(id, core)
  }

  get name(): string {
    return this.#open().record.name
  }

  get app(): string {
    return this.#open().record.app
  }

  get status(): 'waiting' | 'open' {
    return this.#open().record.status === 'open' ? 'open' : 'waiting'
  }

  summary(): RoomSummary {
    const { documents, sizeBytes } = this.#core.store.totals(this.id)
    const { machine } = this.#core
    const neighbours = machine.neighbours(this.id).length
    const { carriedBytesMax } = this.#open().record
    return {
      id: this.id,
      name: this.name,
      app: this.app,
      status: this.status,
      documents,
      sizeBytes,
      neighbours,
      ...(carriedBytesMax !== undefined && {
        carried: { maxBytes: carriedBytesMax, isQuotaReached: machine.rooms.isQuotaReached(this.id) },
      }),
    }
  }

  details(): RoomDetails {
    const { graph, view } = this.#open()
    const heads = this.#core.store.heads(this.id)
    const isOpen = this.status === 'open'
    return {
      ...this.summary(),
      invite: formatInvite(this.id, dialableElsewhere(this.#core.addresses())),
      frontier: heads.map(({ id }) => id),
      clock: heads.at(-1)?.clock ?? 0,
      stateHash: isOpen ? view.hash() : '',
      stateSizeBytes: isOpen ? view.sizeBytes() : 0,
      pending: graph.pendingCount,
      waitingFor: this.#waitingFor(),
    }
  }

  members(): Member[] {
    const { self, store, machine } = this.#core
    const online = new Set([self, ...machine.neighbours(this.id)])
    const written = new Map(store.authorHeads(this.id).map(({ author, seq }) => [author, seq + 1]))
    return [...new Set([...written.keys(), ...online])].sort().map((peer) => {
      const documents = written.get(peer) ?? 0
      return { peer, name: this.nameOf(peer), documents, online: online.has(peer), self: peer === self }
    })
  }

  state(): JsonValue {
    return this.#open().view.toJson()
  }

  documents({ last }: HistoryOptions = {}): Iterable<DocumentInfo> {
    return this.#history.items(last, documentInfoOf)
  }

  messages({ last }: HistoryOptions = {}): Iterable<Message> {
    this.#requireMessages()
    return this.#history.items(last, (document) => this.messageOf(document))
  }

  followDocuments(options: FollowOptions = {}): AsyncIterable<DocumentInfo> {
    return this.#follow(options, documentInfoOf)
  }

  followMessages(options: FollowOptions = {}): AsyncIterable<Message> {
    this.#requireMessages()
    return this.#follow(options, (document) => this.messageOf(document))
  }

  pendingMessages(): Message[] {
    this.#requireMessages()
    return this.#open()
      .graph.pending()
      .flatMap((document) => this.messageOf(document) ?? [])
  }

  async send(text: string): Promise<SentDocument> {
    this.#requireApp('chat')
    if (text.trim() === '') throw new KithError('bad-value', 'a message has something in it')
    const body = encodeText(text)
    if (body.length > MAX_TEXT_BYTES) {
      throw new KithError('too-large', `a message has at most ${MAX_TEXT_BYTES} bytes, this one has ${body.length}`)
    }
    return this.write(MESSAGE_KIND, body)
  }

  async write(kind: string, body: Uint8Array): Promise<SentDocument> {
    const { document } = await this.#core.command({ type: 'write', room: this.id, kind, body })
    if (document === undefined) throw new Error('a written document has an id')
    return { id: document.id, room: this.id, clock: document.clock }
  }

  async put(key: string, value: JsonValue): Promise<SentDocument> {
    this.#requireKey(key)
    if (!isValue(value)) {
      throw new KithError('bad-value', `a value is finite JSON, nested at most ${MAX_VALUE_DEPTH} deep`)
    }
    return this.write(PUT_KIND, putBody(key, value))
  }

  async delete(key: string): Promise<SentDocument> {
    this.#requireKey(key)
    return this.write(DELETE_KIND, deleteBody(key))
  }

  get(key: string): JsonValue | undefined {
    return valueOf(this.#mapState(), key)
  }

  keys(): string[] {
    return keysOf(this.#mapState())
  }

  sync(document?: string): RoomSync {
    const { documents } = this.#core.store.totals(this.id)
    const names = new Map(this.members().map(({ peer, name }) => [peer, name]))
    return {
      id: this.id,
      name: this.name,
      documents,
      peers: this.#sync.peers((peer) => names.get(peer) ?? shortNameOf(peer)),
      newest: this.#sync.documents(document),
    }
  }

  sharing(): RoomSharing {
    return this.#sync.sharing()
  }

  async share(sharing: Partial<Sharing>, peer?: string): Promise<void> {
    await this.#sync.share(sharing, peer)
  }

  async leave(): Promise<void> {
    await this.#core.command({ type: 'leave', room: this.id })
  }

  on<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this {
    this.#events.on(name, listener as never)
    return this
  }

  off<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this {
    this.#events.off(name, listener as never)
    return this
  }

  /** Tells who follows the room that a document was stored; for the node. */
  stored(document: Position): void {
    for (const tell of this.#followers) tell(document)
  }

  /** Tells the listeners; for the node. */
  emit<Name extends keyof RoomEvents>(name: Name, ...args: RoomEvents[Name]): void {
    this.#events.emit(name, ...(args as never))
  }

  /** The chat message that a document is; undefined where it is none. */
  messageOf(document: Document): Message | undefined {
    const isRead = this.app === 'chat' && this.#open().record.carriedBytesMax === undefined
    const message = isRead ? chatMessageOf(document) : undefined
    if (message === undefined) return undefined
    const { id, author, text, timeMs, clock } = message
    return { id, room: this.id, author, name: this.nameOf(author), text, timeMs, clock }
  }

  nameOf(author: PeerId): string {
    const { roster } = this.#open().view.state
    return roster.profiles.get(author)?.name ?? shortNameOf(author)
  }

  #open(): OpenRoom {
    const room = this.#core.machine.rooms.get(this.id)
    if (room === undefined) throw new KithError('no-such-room', 'this node has left that room')
    return room
  }

  #follow<Item>({ last, signal }: FollowOptions, read: ReadDocument<Item>): AsyncIterable<Item> {
    const { stopped } = this.#core
    return follow({
      history: this.#history,
      read,
      last,
      signal: signal === undefined ? stopped : AbortSignal.any([signal, stopped]),
      subscribe: (listener) => {
        this.#followers.add(listener)
        return () => void this.#followers.delete(listener)
      },
    })
  }

  #waitingFor(): string {
    const { graph } = this.#open()
    if (this.#core.machine.rooms.isQuotaReached(this.id)) return 'space: what it may keep of this room is full'
    if (this.status === 'open') {
      const missing = graph.missing().length
      return missing === 0 ? '' : `${missing} missing document${missing === 1 ? '' : 's'} that others build on`
    }
    if (this.#core.machine.neighbours(this.id).length > 0) return 'the root document, from a peer that is in the room'
    const connected = this.#core.connectedPeers()
    if (connected === 0) return 'a peer: none is connected yet'
    return `a peer that is in this room: ${connected} connected, not in it`
  }

  #mapState(): MapState {
    this.#requireApp('map')
    return this.#open().view.state.app as MapState
  }

  #requireMessages(): void {
    if (this.status === 'open' || this.#open().record.carriedBytesMax !== undefined) this.#requireApp('chat')
  }

  /** Throws a KithError `carried` or `waiting` where nothing can be written. */
  requireOpen(): void {
    if (this.#open().record.carriedBytesMax !== undefined) {
      throw new KithError('carried', 'this node only carries the room for others: join it to read and write')
    }
    if (this.status === 'waiting')
      throw new KithError('waiting', `the room is not here yet: waiting for ${this.#waitingFor()}`)
  }

  #requireApp(app: string): void {
    this.requireOpen()
    if (this.app === '') throw new KithError('wrong-app', `${this.id} is the id of a document that is no room's`)
    if (this.app !== app) {
      throw new KithError('wrong-app', `'${this.name}' is a ${this.app} room, and this is for ${app} rooms`)
    }
  }

  #requireKey(key: string): void {
    this.#requireApp('map')
    if (!isKey(key)) throw new KithError('bad-name', `a key has 1 to ${MAX_KEY_BYTES} bytes`)
  }
}

/** Addresses that mean something on another machine; those of this machine alone where there are no others. */
function dialableElsewhere(addresses: readonly string[]): readonly string[] {
  const elsewhere = addresses.filter((address) => !address.startsWith('/ip4/127.') && !address.startsWith('/ip6/::1/'))
  return elsewhere.length > 0 ? elsewhere : addresses
}

export function documentInfoOf(document: Document): DocumentInfo {
  const { id, room, author, seq, previous, parents, clock, timeMs, kind, links, body } = document
  return {
    ...{ id, room: room ?? id, author, seq, previous, parents: [...parents], clock, timeMs, kind },
    ...{ links: [...links], body },
  }
}
