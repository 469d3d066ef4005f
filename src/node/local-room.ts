/** One room of a running node, for library users: reads directly from the machine, writes by commands. */
import { DROP_KIND, RESTORE_KIND } from '../../protocols/room/constants.ts'
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import {
  KithError,
  type AccessChange,
  type App,
  type CommandDescriptions,
  type DocumentInfo,
  type FollowOptions,
  type HistoryOptions,
  type Invite,
  type InviteOptions,
  type JsonValue,
  type Kept,
  type Member,
  type Message,
  type MessagePage,
  type PageOptions,
  type PendingMessage,
  type Role,
  type Room,
  type RoomDetails,
  type RoomEvents,
  type RoomLimits,
  type RoomLock,
  type RoomOf,
  type RoomHistory,
  type RoomMoving,
  type RoomNetwork,
  type MadePrivate,
  type RoomProgress,
  type RoomRing,
  type RoomSharing,
  type RoomSummary,
  type RoomSync,
  type SentDocument,
  type Sharing,
  type Verification,
} from '../kith.ts'
import type { AccessChange as Told } from '../room/access/access-news.ts'
import { Announcing } from './announcing.ts'
import { accessChangeOf } from './access-changes.ts'
import { shortNameOf } from './short-name.ts'
import type { BlockServices } from './block-services.ts'
import type { NodeCore } from './core.ts'
import { LocalChildren, type OtherRooms } from './local-children.ts'
import { LocalDirectory } from './local-directory.ts'
import { LocalFiles } from './local-files.ts'
import { runOffered } from './offered-commands.ts'
import { MessageCount } from './message-count.ts'
import { MemberVerification } from './member-verification.ts'
import type { NodeLocks } from './node-locks.ts'
import { NodeRoom } from './node-room.ts'
import { makePrivate } from './private-move.ts'
import { ReadPosition, type NewOnes } from './read-position.ts'
import { RoomInRing } from './room-in-ring.ts'
import { keepCopyOnly, networkOf } from './room-network.ts'
import { limitsOf, setLimits } from './room-limits.ts'
import { RoomLocks } from './room-locks.ts'
import { RoomMembers } from './room-members.ts'
import { RoomNews } from './room-news.ts'
import { RoomReading } from './room-reading.ts'
import { detailsOf, historyOf, membersOf, progressOf, summaryOf } from './room-report.ts'
import { RoomSyncReader } from './room-sync.ts'
import { RoomWriting } from './room-writing.ts'

export class LocalRoom implements Room {
  readonly id: RoomId
  readonly files: LocalFiles
  readonly children: LocalChildren
  readonly directory: LocalDirectory
  readonly locks: RoomLocks
  /** For the node, which emits the room's events. */
  readonly news = new RoomNews()
  readonly reading: RoomReading
  readonly #core: NodeCore
  readonly #garbage: BlockServices['garbage']
  readonly #trimming: BlockServices['trimming']
  readonly #room: NodeRoom
  readonly #sync: RoomSyncReader
  readonly #writing: RoomWriting
  readonly #members: RoomMembers
  readonly #announcing: Announcing
  readonly #inRing: RoomInRing
  readonly #verification: MemberVerification
  readonly #read: ReadPosition
  readonly #count: MessageCount

  constructor(id: RoomId, core: NodeCore, services: BlockServices, others: OtherRooms & { readonly locks: NodeLocks }) {
    this.id = id
    this.#core = core
    this.#garbage = services.garbage
    this.#trimming = services.trimming
    this.#room = new NodeRoom(id, core)
    this.files = new LocalFiles(this.#room, core, services)
    this.reading = new RoomReading(this.#room, this.news)
    this.#sync = new RoomSyncReader(id, core)
    this.#writing = new RoomWriting(this.#room, core)
    this.#members = new RoomMembers(this.#room)
    this.#announcing = new Announcing(this.#room, this.#members)
    this.#inRing = new RoomInRing(this.#room, services.ringSharing)
    this.#verification = new MemberVerification(this.#room)
    this.#read = new ReadPosition(this.#room, this.reading)
    this.#count = new MessageCount(this.#room, this.reading)
    this.children = new LocalChildren(this.#room, this.reading, others)
    this.directory = new LocalDirectory(this.#room, services.directories)
    this.locks = new RoomLocks(this.#room, others.locks, (kind, body) => this.write(kind, body))
  }

  get name(): string {
    return this.#room.name
  }

  get app(): string {
    return this.#room.app
  }

  get status(): 'waiting' | 'open' {
    return this.#room.status
  }

  get self(): string {
    return this.#core.self
  }

  get state(): unknown {
    this.#room.requireKnownApp()
    return this.#room.open.view.state.app
  }

  stateJson(): JsonValue {
    return this.#room.open.view.toJson()
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
    return this.#room.requireKnownApp().offers
  }

  async do(
    command: string,
    args: Readonly<Record<string, JsonValue>> = {},
    { app }: { app?: string } = {},
  ): Promise<unknown> {
    if (app !== undefined) this.#room.requireApp(app)
    const known = this.#room.requireKnownApp()
    return runOffered(this.as(known), known, command, args)
  }

  /** What the machine tells, for people. */
  accessChange(change: Told): AccessChange {
    return accessChangeOf(this.#room, change)
  }

  /** Writes a document of one of the app's kinds: see `AppRoom`. */
  update(kind: string, value: unknown): Promise<SentDocument> {
    return this.#writing.update(kind, value)
  }

  updateTogether(...updates: readonly { kind: string; value: unknown }[]): Promise<SentDocument> {
    return this.#writing.updateTogether(updates)
  }

  write(kind: string, body: Uint8Array): Promise<SentDocument> {
    return this.#writing.write({ kind, body })
  }

  /** What the user has not read. */
  get newOnes(): NewOnes {
    return this.#read.newOnes
  }

  get messageCount(): number | null {
    return this.#count.get()
  }

  summary(): RoomSummary {
    return { ...summaryOf(this.#room), ...this.newOnes }
  }

  details(): RoomDetails {
    return { ...detailsOf(this.#room), ...this.newOnes }
  }

  members(): Member[] {
    return membersOf(this.#room)
  }

  lock(name: string): RoomLock {
    return this.locks.get(name)
  }

  documents(options: HistoryOptions = {}): Iterable<DocumentInfo> {
    return this.reading.documents(options)
  }

  messages(options: HistoryOptions = {}): Iterable<Message> {
    return this.reading.messages(options)
  }

  messagePage(options: PageOptions = {}): MessagePage {
    return this.reading.messagePage(options)
  }

  message(reference: string): Message {
    return this.reading.message(reference)
  }

  followDocuments(options: FollowOptions = {}): AsyncIterable<DocumentInfo> {
    return this.reading.followDocuments(options)
  }

  followMessages(options: FollowOptions = {}): AsyncIterable<Message> {
    return this.reading.followMessages(options)
  }

  pendingMessages(): PendingMessage[] {
    return this.reading.pendingMessages()
  }

  async markRead(message?: string): Promise<void> {
    await this.#read.mark(message)
  }

  /** The user has read up to there on another device. */
  async noteRead(readTo: Position): Promise<void> {
    await this.#read.note(readTo)
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

  progress(): RoomProgress {
    return progressOf(this.#room)
  }

  sharing(): RoomSharing {
    return this.#sync.sharing()
  }

  async share(sharing: Partial<Sharing> | 'default', peer?: string): Promise<void> {
    await this.#sync.share(sharing, peer)
  }

  dropAuthor(author: string): Promise<string> {
    return this.#writing.rule(DROP_KIND, author)
  }

  restoreAuthor(author: string): Promise<string> {
    return this.#writing.rule(RESTORE_KIND, author)
  }

  invite(options?: InviteOptions): Promise<Invite & { line: string }> {
    return this.#members.invite(options)
  }

  invites(): Invite[] {
    return this.#members.invites()
  }

  withdrawInvite(id: string): Promise<Invite> {
    return this.#members.withdrawInvite(id)
  }

  setRole(member: string, role: Role | 'none'): Promise<string> {
    return this.#members.setRole(member, role)
  }

  rekey(): Promise<void> {
    return this.#members.rekey()
  }

  safetyWords(member: string): Promise<Verification> {
    return this.#verification.safetyWords(member)
  }

  verify(member: string, said: string): Promise<Verification> {
    return this.#verification.verify(member, said)
  }

  unverify(member: string): Promise<Verification> {
    return this.#verification.unverify(member)
  }

  handOver(member: string): Promise<string> {
    return this.#members.handOver(member)
  }

  makePrivate(options: Parameters<RoomMoving['makePrivate']>[0] = {}): Promise<MadePrivate> {
    return makePrivate(this.#room, options)
  }

  announce(options?: { anyone?: boolean }): Promise<void> {
    return this.#announcing.announce(options)
  }

  endAnnouncing(): Promise<void> {
    return this.#announcing.endAnnouncing()
  }

  inRing(): RoomRing {
    return this.#inRing.inRing()
  }

  shareInRing(options?: { anyone?: boolean }): Promise<void> {
    return this.#inRing.shareInRing(options)
  }

  endSharingInRing(): Promise<void> {
    return this.#inRing.endSharingInRing()
  }

  network(): RoomNetwork {
    return networkOf(this.#room)
  }

  keepCopyOnly(isCopy = true): Promise<void> {
    return keepCopyOnly(this.#room, isCopy)
  }

  async setAlias(alias: string | undefined): Promise<void> {
    await this.#core.command({ type: 'alias', room: this.id, ...(alias !== undefined && { alias }) })
  }

  limits(): RoomLimits {
    return limitsOf(this.#room)
  }

  async setLimits(limits: { maxBytes?: number; maxBytesPerAuthor?: number }): Promise<void> {
    await setLimits(this.#room, limits)
  }

  history(): RoomHistory {
    return historyOf(this.#room)
  }

  async keep(kept: Kept): Promise<void> {
    if (kept !== 'all' && !Object.values(kept).every((amount) => Number.isSafeInteger(amount) && amount > 0)) {
      throw new KithError('bad-value', 'what is kept must be a whole number of documents or of milliseconds, 1 or more')
    }
    await this.#core.command({ type: 'retain', room: this.id, ...(kept !== 'all' && { retention: kept }) })
    this.#trimming.trim(this.id)
  }

  async leave(options: { delete?: boolean; onlyHere?: boolean } = {}): Promise<void> {
    const isDeleted = options.delete === true
    await this.#core.command({ type: 'leave', room: this.id, isDeleted, isOnlyHere: options.onlyHere === true })
    if (isDeleted) this.#garbage.collectSoon('released')
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
    if (this.status === 'open' || this.#room.isCarried) this.#room.requireApp(app.name)
  }
}
