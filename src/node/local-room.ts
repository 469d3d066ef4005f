/** One room of a running node, for library users: reads straight from the machine, writes by commands. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { MAX_TEXT_BYTES, MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import { DELETE_KIND, MAX_KEY_BYTES, MAX_VALUE_DEPTH, PUT_KIND } from '../../protocols/apps/map/constants.ts'
import { encodeText } from '../apps/body.ts'
import { deleteBody, isKey, isValue, keysOf, putBody, valueOf, type MapState } from '../apps/map/map.ts'
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
import { shortNameOf } from './short-name.ts'
import type { BlockServices } from './block-services.ts'
import type { NodeCore } from './core.ts'
import { LocalFiles } from './local-files.ts'
import { RoomAccess } from './room-access.ts'
import { RoomNews } from './room-news.ts'
import { RoomReading } from './room-reading.ts'
import { detailsOf, membersOf, summaryOf } from './room-report.ts'
import { RoomSyncReader } from './room-sync.ts'

export class LocalRoom implements Room {
  readonly id: RoomId
  readonly files: LocalFiles
  /** For the node, which tells of what happens. */
  readonly news = new RoomNews()
  readonly reading: RoomReading
  readonly #core: NodeCore
  readonly #access: RoomAccess
  readonly #sync: RoomSyncReader

  constructor(id: RoomId, core: NodeCore, services: BlockServices) {
    this.id = id
    this.#core = core
    this.#access = new RoomAccess(id, core)
    this.files = new LocalFiles(this.#access, core, services)
    this.reading = new RoomReading(this.#access, this.news)
    this.#sync = new RoomSyncReader(id, core)
  }

  get name(): string {
    return this.#access.name
  }

  get app(): string {
    return this.#access.app
  }

  get status(): 'waiting' | 'open' {
    return this.#access.status
  }

  summary(): RoomSummary {
    return summaryOf(this.#access)
  }

  details(): RoomDetails {
    return detailsOf(this.#access)
  }

  members(): Member[] {
    return membersOf(this.#access)
  }

  state(): JsonValue {
    return this.#access.open.view.toJson()
  }

  documents(options: HistoryOptions = {}): Iterable<DocumentInfo> {
    return this.reading.documents(options)
  }

  messages(options: HistoryOptions = {}): Iterable<Message> {
    return this.reading.messages(options)
  }

  followDocuments(options: FollowOptions = {}): AsyncIterable<DocumentInfo> {
    return this.reading.followDocuments(options)
  }

  followMessages(options: FollowOptions = {}): AsyncIterable<Message> {
    return this.reading.followMessages(options)
  }

  pendingMessages(): Message[] {
    return this.reading.pendingMessages()
  }

  async send(text: string): Promise<SentDocument> {
    this.#access.requireApp('chat')
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
    this.news.on(name, listener as never)
    return this
  }

  off<Name extends keyof RoomEvents>(name: Name, listener: (...args: RoomEvents[Name]) => void): this {
    this.news.off(name, listener as never)
    return this
  }

  #mapState(): MapState {
    this.#access.requireApp('map')
    return this.#access.open.view.state.app as MapState
  }

  #requireKey(key: string): void {
    this.#access.requireApp('map')
    if (!isKey(key)) throw new KithError('bad-name', `a key has 1 to ${MAX_KEY_BYTES} bytes`)
  }
}
