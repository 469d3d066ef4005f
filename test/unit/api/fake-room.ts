/** A room in memory, for tests of the API and the terminal. */
import { on, type EventEmitter } from 'node:events'
import { builtInOffers } from '../../../src/api/built-in-offers.ts'
import { KithError } from '../../../src/kith.ts'
import type {
  App,
  CommandDescriptions,
  DocumentInfo,
  FollowOptions,
  HistoryOptions,
  Invite,
  InviteOptions,
  JsonValue,
  Kept,
  MadePrivate,
  Member,
  Message,
  NodeEvents,
  PendingMessage,
  Room,
  PeerSync,
  RoomDetails,
  RoomEvents,
  RoomHistory,
  RoomLimits,
  RoomOf,
  RoomProgress,
  RoomSharing,
  RoomSummary,
  RoomSync,
  SendOptions,
  SentDocument,
  Sharing,
  Verification,
} from '../../../src/kith.ts'
import { answerTo, messageIn } from './fake-answers.ts'
import { FakeChildren, FakeDirectory } from './fake-children.ts'
import { FakeLocks } from './fake-locks.ts'
import { FakeFiles } from './fake-files.ts'
import { FakePlaces } from './fake-network.ts'
import { pagesOf } from './fake-page.ts'
import { progressOf, syncOf } from './fake-sync.ts'
export const FAKE_PEER = '12D3KooWFakeFakeFakeFakeFakeFakeFakeFakeFakeFakeFake'

/** The node that a room is in. */
interface NodeOfRooms extends EventEmitter<NodeEvents> {
  readonly name: string
  readonly deleted: string[]
  add(name: string, app: string, id: string): FakeRoom
  remove(room: FakeRoom): void
}

export class FakeRoom extends FakePlaces implements Room {
  readonly app: string
  readonly id: string
  name: string
  status: 'waiting' | 'open' = 'open'
  waitingFor = ''
  /** What its details are, otherwise than those of an open room. */
  unusual: Partial<RoomDetails> = {}
  provisional: RoomSummary['provisional'] = null
  isJoining = false
  namesakes: string[] = []
  isAnnounced = false
  originalName: string | undefined
  readonly said: Message[] = []
  readonly messagePage = pagesOf(this.said)
  readonly written: DocumentInfo[] = []
  readonly values = new Map<string, JsonValue>()
  carried: RoomSummary['carried']
  parent: RoomSummary['parent']
  moved: RoomSummary['moved']
  removed: RoomSummary['removed']
  /** Keys that do not fit a private room. */
  misfits: string[] = []
  peers: PeerSync[] = []
  limited: RoomLimits = { maxBytes: null, maxBytesPerAuthor: null, sizeBytes: 300 }
  kept: RoomHistory = { keep: 'all', dropped: 0, fromClock: 0, keepers: [{ peer: FAKE_PEER, name: 'Anna' }] }
  shared: RoomSharing = { everybody: { policy: 'share', mode: 'auto' }, peers: [] }
  /** What is missing of the history, and how fast it comes. */
  missing = 0
  perSecond = 0
  newMessages: number | null = null
  newMentions: number | null = null
  /** Ids of messages up to which was read, or `undefined` for all. */
  readonly readUpTo: (string | undefined)[] = []
  readonly made: Invite[] = []
  verifiedMs: number | null = null
  readonly files: FakeFiles
  readonly directory = new FakeDirectory()
  readonly children = new FakeChildren(({ title, id }) => this.#node.add(title, 'chat', id))
  readonly locks = new FakeLocks()
  readonly lock = (name: string) => this.locks.get(name)
  readonly #node: NodeOfRooms

  constructor(node: NodeOfRooms, id: string, name: string, app: string) {
    super()
    this.setMaxListeners(0)
    this.#node = node
    this.id = id
    this.name = name
    this.app = app
    this.files = new FakeFiles(id)
  }

  summary(): RoomSummary {
    const { id, name, originalName, app, status, carried, moved, removed, parent, newMessages, newMentions } = this
    const documents = this.written.length
    return {
      ...{ id, name, app, isAppKnown: app in builtInOffers, status, newMessages, newMentions, documents },
      ...{ sizeBytes: 300, neighbours: 0, provisional: this.provisional, isJoining: this.isJoining },
      ...(originalName !== undefined && { originalName }),
      ...(parent !== undefined && { parent }),
      ...{ ...(carried && { carried }), ...(moved && { moved }), ...(removed && { removed }) },
    }
  }

  sync(document?: string): RoomSync {
    return syncOf(this, document)
  }

  message(reference: string): Message {
    return messageIn(this.said, reference)
  }

  pendingMessages = (): PendingMessage[] => []

  progress = (): RoomProgress => progressOf(this)

  /** Documents come in. */
  advance(missing: number, perSecond: number): void {
    Object.assign(this, { missing, perSecond })
    this.emit('progress', this.progress())
  }

  sharing = (): RoomSharing => this.shared

  async share(sharing: Partial<Sharing> | 'default', peer?: string): Promise<void> {
    const { everybody, peers } = this.shared
    if (sharing === 'default') this.shared = { everybody, peers: peers.filter((each) => each.peer !== peer) }
    else
      this.shared =
        peer === undefined
          ? { everybody: { ...everybody, ...sharing }, peers }
          : { everybody, peers: [...peers, { ...everybody, ...sharing, peer }] }
    return Promise.resolve()
  }

  limits = (): RoomLimits => this.limited

  async setLimits({ maxBytes, maxBytesPerAuthor }: { maxBytes?: number; maxBytesPerAuthor?: number }): Promise<void> {
    const now = this.limited
    const limitOf = (given: number | undefined, before: number | null) => (given === undefined ? before : given || null)
    this.limited = {
      ...now,
      maxBytes: limitOf(maxBytes, now.maxBytes),
      maxBytesPerAuthor: limitOf(maxBytesPerAuthor, now.maxBytesPerAuthor),
    }
    return Promise.resolve()
  }

  history = (): RoomHistory => this.kept
  keep = (keep: Kept): Promise<void> => ((this.kept = { ...this.kept, keep }), Promise.resolve())

  details(): RoomDetails {
    return {
      ...this.summary(),
      invite: `kith:${this.id}`,
      frontier: this.written.slice(-1).map((document) => document.id),
      heads: Math.min(this.written.length, 1),
      clock: this.written.length,
      stateHash: 'ab'.repeat(32),
      stateSizeBytes: 10,
      history: this.history(),
      isAnnounced: this.isAnnounced,
      isInRing: this.ring.isOn,
      owner: FAKE_PEER,
      access: 'open',
      unread: 0,
      withoutKey: [],
      role: null,
      dropped: [],
      forks: [],
      pending: 0,
      pendingUnproven: 0,
      waitingFor: this.waitingFor,
      ...{ namesakes: this.namesakes, invited: null, ...this.unusual },
    }
  }

  members(): Member[] {
    const documents = this.written.length
    return [
      {
        ...{ peer: FAKE_PEER, name: this.#node.name, person: FAKE_PEER, documents, online: true, self: true },
        ...{ dropped: false, forks: 0, verifiedMs: this.verifiedMs },
      },
    ]
  }

  invites(): Invite[] {
    return this.made
  }

  invite({ role = 'writer', uses = 1, expiresInMs = 1_000 }: InviteOptions = {}): Promise<Invite & { line: string }> {
    const by = { peer: FAKE_PEER, name: this.#node.name }
    const invite: Invite = {
      ...{ id: this.id, role, madeMs: 0, by, expiresMs: expiresInMs },
      uses,
      usedBy: [],
      status: 'open',
    }
    this.made.push(invite)
    return Promise.resolve({ ...invite, line: `kith:${this.id}?invite=secret` })
  }

  withdrawInvite(): Promise<Invite> {
    const [invite] = this.made
    if (invite === undefined) throw new KithError('no-such-invite', 'there is no such invite')
    return Promise.resolve({ ...invite, status: 'withdrawn' })
  }

  announce = (): Promise<void> => ((this.isAnnounced = true), Promise.resolve())
  endAnnouncing = (): Promise<void> => ((this.isAnnounced = false), Promise.resolve())
  setRole = (member: string): Promise<string> => Promise.resolve(member)
  rekey = (): Promise<void> => Promise.resolve()
  makePrivate = (): Promise<MadePrivate> => Promise.resolve({ room: this.id, copied: 0, notCopied: this.misfits })

  safetyWords(member: string): Promise<Verification> {
    const both = { words: ['abandon', 'ability'], digits: '0123456789' }
    return Promise.resolve({ ...both, peer: FAKE_PEER, name: member, verifiedMs: this.verifiedMs })
  }

  verify(member: string, said: string): Promise<Verification> {
    if (said !== 'abandon ability') throw new KithError('wrong-words', 'these are not the safety words')
    this.verifiedMs = 1
    return this.safetyWords(member)
  }

  unverify = (member: string): Promise<Verification> => ((this.verifiedMs = null), this.safetyWords(member))

  handOver = (member: string): Promise<string> => Promise.resolve(member)

  dropAuthor = (author: string): Promise<string> => Promise.resolve(author)

  restoreAuthor = (author: string): Promise<string> => Promise.resolve(author)

  get self(): string {
    return FAKE_PEER
  }

  get state(): unknown {
    return this.stateJson()
  }

  stateJson(): JsonValue {
    return Object.fromEntries(this.values)
  }

  as<SomeApp extends App>(): RoomOf<SomeApp> {
    return this as unknown as RoomOf<SomeApp>
  }

  commands(): CommandDescriptions {
    return builtInOffers[this.app] ?? {}
  }

  async do(
    command: string,
    args: Readonly<Record<string, JsonValue>> = {},
    { app }: { app?: string } = {},
  ): Promise<unknown> {
    if (app !== undefined && app !== this.app) throw new KithError('wrong-app', `${this.name} is no ${app} room.`)
    const { key, text, ...options } = args as { key: string; text: string }
    switch (command) {
      case 'send':
        return this.send(text, options)
      case 'put':
        return this.put(key, args['value'] ?? null)
      case 'delete':
        return this.delete(key)
      case 'get':
        return this.get(key)
      case 'keys':
        return this.keys()
      default:
        throw new KithError('no-such-command', `${this.name} has no command ${command}.`)
    }
  }

  documents({ last }: HistoryOptions = {}): Iterable<DocumentInfo> {
    return newest(this.written, last)
  }

  messages({ last }: HistoryOptions = {}): Iterable<Message> {
    return newest(this.said, last)
  }

  followDocuments({ last, signal }: FollowOptions = {}): AsyncIterable<DocumentInfo> {
    return this.#follow(this.documents({ last }), 'document', signal)
  }

  followMessages({ last, signal }: FollowOptions = {}): AsyncIterable<Message> {
    return this.#follow(this.messages({ last }), 'message', signal)
  }

  async send(text: string, { replyTo }: SendOptions = {}): Promise<SentDocument> {
    if (this.app !== 'chat') throw new KithError('wrong-app', `${this.name} is not a chat room.`)
    return this.say(this.#node.name, text, Date.now(), answerTo(this.said, replyTo))
  }

  /** Adds a message by anyone, at any time. */
  say(name: string, text: string, timeMs = Date.now(), more: Partial<Message> = {}): SentDocument {
    const sent = this.#add('say', new TextEncoder().encode(text))
    const message = {
      ...sent,
      author: name === this.#node.name ? FAKE_PEER : FAKE_PEER + name,
      name,
      text,
      timeMs,
      ...more,
    }
    this.said.push(message)
    this.emit('message', message)
    this.#node.emit('message', message)
    return sent
  }

  async write(kind: string, body: Uint8Array): Promise<SentDocument> {
    return this.#add(kind, body)
  }

  async put(key: string, value: JsonValue): Promise<SentDocument> {
    this.values.set(key, value)
    return this.#add('put', new Uint8Array())
  }

  async delete(key: string): Promise<SentDocument> {
    this.values.delete(key)
    return this.#add('delete', new Uint8Array())
  }

  get(key: string): JsonValue | undefined {
    return this.values.get(key)
  }

  keys(): string[] {
    return [...this.values.keys()].toSorted()
  }

  async setAlias(alias: string | undefined): Promise<void> {
    const { name, originalName = name } = this
    this.name = alias ?? originalName
    this.originalName = alias === undefined ? undefined : originalName
    return Promise.resolve()
  }

  markRead = (message?: string): Promise<void> => (this.readUpTo.push(message), Promise.resolve())

  async leave(options: { delete?: boolean; onlyHere?: boolean } = {}): Promise<void> {
    this.#node.deleted.push(...(options.delete === true ? [this.name] : []))
    this.#node.remove(this)
  }

  /** The root document arrives. */
  open(name: string): void {
    Object.assign(this, { name, status: 'open', waitingFor: '' })
    this.#node.emit('room', this.summary())
  }

  async *#follow<Item>(history: Iterable<Item>, name: keyof RoomEvents, signal?: AbortSignal): AsyncGenerator<Item> {
    const events = on(this, name, { signal }) as AsyncIterable<[Item]>
    yield* history
    try {
      for await (const [item] of events) yield item
    } catch (error) {
      if (signal?.aborted !== true) throw error
    }
  }

  #add(kind: string, body: Uint8Array): SentDocument {
    const clock = this.written.length + 1
    const id = `bafydocument${clock}`
    const place = { seq: clock, previous: null, parents: [], clock, timeMs: 1_700_000_000_000 }
    const document: DocumentInfo = { id, room: this.id, author: FAKE_PEER, ...place, kind, links: [], body }
    this.written.push(document)
    this.emit('document', document)
    this.#node.emit('document', document)
    return { id: document.id, room: this.id, clock }
  }
}

const newest = <Item>(items: readonly Item[], last = Infinity): Item[] => items.slice(Math.max(0, items.length - last))
