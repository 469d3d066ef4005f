/** One room of a running node, for library users: reads directly from the machine, writes by commands. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import {
  KithError,
  type App,
  type CommandDescriptions,
  type DocumentInfo,
  type FollowOptions,
  type HistoryOptions,
  type JsonValue,
  type Member,
  type Message,
  type Room,
  type RoomDetails,
  type RoomEvents,
  type RoomOf,
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
import { runOffered } from './offered-commands.ts'
import { RoomAccess } from './room-access.ts'
import { RoomNews } from './room-news.ts'
import { RoomReading } from './room-reading.ts'
import { detailsOf, membersOf, summaryOf } from './room-report.ts'
import { RoomSyncReader } from './room-sync.ts'

export class LocalRoom implements Room {
  readonly id: RoomId
  readonly files: LocalFiles
  /** For the node, which emits the room's events. */
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

  get self(): string {
    return this.#core.self
  }

  get state(): unknown {
    this.#access.requireKnownApp()
    return this.#access.open.view.state.app
  }

  stateJson(): JsonValue {
    return this.#access.open.view.toJson()
  }

  as<SomeApp extends App>(app: SomeApp): RoomOf<SomeApp> {
    if (!this.#core.apps.has(app.name)) {
      throw new KithError('unknown-app', `this node was created without the app '${app.name}'`)
    }
    this.#refuseOther(app)
    for (const [name, run] of Object.entries(app.commands)) {
      const command = (...args: never[]): unknown => {
        this.#refuseOther(app)
        return run(this as never, ...args)
      }
      Object.assign(this, { [name]: command })
    }
    return this as Room as RoomOf<SomeApp>
  }

  commands(): CommandDescriptions {
    return this.#access.requireKnownApp().offers
  }

  async do(
    command: string,
    args: Readonly<Record<string, JsonValue>> = {},
    { app }: { app?: string } = {},
  ): Promise<unknown> {
    if (app !== undefined) this.#access.requireApp(app)
    const known = this.#access.requireKnownApp()
    return runOffered(this.as(known), known, command, args)
  }

  /** Writes a document of one of the app's kinds: see `AppRoom`. */
  async update(kind: string, value: unknown): Promise<SentDocument> {
    return this.write(kind, this.#access.requireKnownApp().body(kind, value))
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

  async write(kind: string, body: Uint8Array): Promise<SentDocument> {
    const { document } = await this.#core.command({ type: 'write', room: this.id, kind, body })
    if (document === undefined) throw new Error('a written document has an id')
    return { id: document.id, room: this.id, clock: document.clock }
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

  async share(sharing: Partial<Sharing> | 'default', peer?: string): Promise<void> {
    await this.#sync.share(sharing, peer)
  }

  async setAlias(alias: string | undefined): Promise<void> {
    await this.#core.command({ type: 'alias', room: this.id, ...(alias !== undefined && { alias }) })
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

  /** Throws a KithError `wrong-app` if the room turned out to belong to another app. */
  #refuseOther(app: App): void {
    if (this.status === 'open' || this.#access.isCarried) this.#access.requireApp(app.name)
  }
}
