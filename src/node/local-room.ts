/** One room of a running node, for library users: reads straight from the machine, writes by commands. */
import { EventEmitter } from 'node:events'
import { decodeDocument, type Document } from '../../protocols/document/document.ts'
import type { AuthorId, RoomId } from '../../protocols/wire/ids.ts'
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
  type HistoryOptions,
  type JsonValue,
  type Member,
  type Message,
  type Room,
  type RoomDetails,
  type RoomEvents,
  type RoomSummary,
  type SentDocument,
} from '../kith.ts'
import type { OpenRoom } from '../room/rooms.ts'
import { peerOfAuthor, shortNameOf } from './author-names.ts'
import type { NodeCore } from './core.ts'
import { formatInvite } from './invite.ts'

/** Documents read at a time while history is listed. */
const PAGE = 256

export class LocalRoom implements Room {
  readonly id: RoomId
  readonly #core: NodeCore
  readonly #events = new EventEmitter<RoomEvents>().setMaxListeners(0)

  constructor(id: RoomId, core: NodeCore) {
    this.id = id
    this.#core = core
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
    const neighbours = this.#core.machine.neighbours(this.id).length
    return { id: this.id, name: this.name, app: this.app, status: this.status, documents, sizeBytes, neighbours }
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
      parked: graph.parkedCount,
      waitingFor: this.#waitingFor(),
    }
  }

  members(): Member[] {
    const { self, store, machine } = this.#core
    const online = new Set<string>([self, ...machine.neighbours(this.id)])
    const written = new Map(
      store
        .authorHeads(this.id)
        .map(({ author, seq }) => [peerOfAuthor(author) as string, { author, documents: seq + 1 }]),
    )
    return [...new Set([...written.keys(), ...online])].sort().map((peer) => {
      const { author, documents } = written.get(peer) ?? { author: undefined, documents: 0 }
      const name = author === undefined ? shortNameOf(peer) : this.nameOf(author)
      return { peer, name, documents, online: online.has(peer), self: peer === self }
    })
  }

  state(): JsonValue {
    return this.#open().view.toJson()
  }

  documents({ last = Infinity }: HistoryOptions = {}): DocumentInfo[] {
    return this.#newest(last, documentInfoOf)
  }

  messages({ last = Infinity }: HistoryOptions = {}): Message[] {
    if (this.status === 'open') this.#requireApp('chat')
    return this.#newest(last, (document) => this.messageOf(document))
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

  /** Tells the listeners; for the node. */
  emit<Name extends keyof RoomEvents>(name: Name, ...args: RoomEvents[Name]): void {
    this.#events.emit(name, ...(args as never))
  }

  /** The chat message that a document is; undefined where it is none. */
  messageOf(document: Document): Message | undefined {
    const message = this.app === 'chat' ? chatMessageOf(document) : undefined
    if (message === undefined) return undefined
    const { id, author, text, timeMs, clock } = message
    return { id, room: this.id, author: peerOfAuthor(author), name: this.nameOf(author), text, timeMs, clock }
  }

  nameOf(author: AuthorId): string {
    const { roster } = this.#open().view.state
    return roster.profiles.get(author)?.name ?? shortNameOf(peerOfAuthor(author))
  }

  #open(): OpenRoom {
    const room = this.#core.machine.rooms.get(this.id)
    if (room === undefined) throw new KithError('no-such-room', 'this node has left that room')
    return room
  }

  /** The newest `count` things that documents are, in the room's order. */
  #newest<Item>(count: number, read: (document: Document) => Item | undefined): Item[] {
    const newestFirst: Item[] = []
    let rows = this.#core.store.documents(this.id, { descending: true, limit: PAGE })
    while (rows.length > 0 && newestFirst.length < count) {
      for (const row of rows) {
        const item = read(decodeDocument(row.block))
        if (item !== undefined) newestFirst.push(item)
      }
      const before = rows.at(-1)
      if (before === undefined || rows.length < PAGE) break
      rows = this.#core.store.documents(this.id, { before, descending: true, limit: PAGE })
    }
    return newestFirst.slice(0, count).reverse()
  }

  #waitingFor(): string {
    const { graph } = this.#open()
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

  #requireApp(app: string): void {
    if (this.status === 'waiting')
      throw new KithError('waiting', `the room is not here yet: waiting for ${this.#waitingFor()}`)
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
  const { id, room, author, seq, previous, parents, clock, timeMs, kind, body } = document
  const peer = peerOfAuthor(author)
  return { id, room: room ?? id, author: peer, seq, previous, parents: [...parents], clock, timeMs, kind, body }
}
