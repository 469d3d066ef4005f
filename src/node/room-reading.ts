/** A room's documents and messages: existing ones, and new ones as they arrive. */
import type { Document } from '../../protocols/document/document.ts'
import { parseDocumentId, type DocumentId, type PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { publicKeyOfPeerId } from '../../protocols/wire/peer-ids.ts'
import { chat } from '../apps/chat/index.ts'
import { guestIn } from '../apps/chat/kinds.ts'
import type { ChatState } from '../apps/chat/state.ts'
import { fileOf } from '../files/file-document.ts'
import {
  KithError,
  type DocumentInfo,
  type FollowOptions,
  type HistoryOptions,
  type Message,
  type MessagePage,
  type PageOptions,
  type PendingMessage,
} from '../kith.ts'
import { shownGuest } from '../guest-name.ts'
import { shownName } from '../names.ts'
import { isDropped } from '../room/rulings.ts'
import { positionOf } from './document-position.ts'
import { follow } from './follow.ts'
import { MessageContexts } from './message-contexts.ts'
import type { NodeRoom } from './node-room.ts'
import { quoted } from './quoted.ts'
import { HISTORY_PAGE, RoomHistory, type Placed, type ReadDocument } from './room-history.ts'
import type { RoomNews } from './room-news.ts'

const DEFAULT_PAGE_MESSAGES = 50
/** More than a screen shows, and a few MiB at most. */
const MAX_PAGE_MESSAGES = 100
/** Documents looked at for a page: others may write any number that are no messages between two that are. */
export const MAX_PAGE_DOCUMENTS = 4 * HISTORY_PAGE
/** Of an id: one in a million of those that are looked at. */
const MIN_END_CHARACTERS = 6
/** Read at a time for a single message: the newest document of a room is often none. */
const MIN_READ_DOCUMENTS = 8

export class RoomReading {
  readonly #room: NodeRoom
  readonly #news: RoomNews
  readonly #history: RoomHistory
  readonly #contexts: MessageContexts

  constructor(room: NodeRoom, news: RoomNews) {
    this.#room = room
    this.#news = news
    this.#history = new RoomHistory(room.id, room.core)
    this.#contexts = new MessageContexts(room, {
      document: (id) => this.#pendingDocument(id) ?? this.#history.document(id),
      plainMessageOf: (document) => this.#plainMessageOf(document),
    })
  }

  documents({ last }: HistoryOptions): Iterable<DocumentInfo> {
    return this.#items(last, documentInfoOf)
  }

  followDocuments(options: FollowOptions): AsyncIterable<DocumentInfo> {
    return this.#follow(options, documentInfoOf)
  }

  messages({ last }: HistoryOptions): Iterable<Message> {
    this.#requireMessages()
    const recent = previewedMessages(this.#room)
    return recent === undefined ? this.#items(last, (document) => this.messageOf(document)) : newestOf(recent, last)
  }

  messagePage({ before, after, limit = DEFAULT_PAGE_MESSAGES }: PageOptions): MessagePage {
    this.#requireMessages()
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE_MESSAGES) {
      throw new KithError('bad-value', `a page has 1 to ${MAX_PAGE_MESSAGES} messages`)
    }
    if (before !== undefined && after !== undefined) throw new KithError('bad-value', 'give one of before and after')
    if (this.#room.status !== 'open') return { messages: [], next: null }
    const recent = previewedMessages(this.#room)
    if (recent !== undefined) return pageOf(recent, { before, after, limit })
    const [reference, direction] = after === undefined ? [before, 'before' as const] : [after, 'after' as const]
    const from = reference === undefined ? undefined : positionOf(this.#room, reference)
    const page = this.#pageBeside(from, direction, limit)
    return direction === 'after' ? page : { ...page, messages: page.messages.reverse() }
  }

  /** The messages next to a position, nearest first. */
  #pageBeside(from: Position | undefined, direction: 'before' | 'after', limit: number): MessagePage {
    const messages: Message[] = []
    let last = from
    for (let looked = 0; looked < MAX_PAGE_DOCUMENTS;) {
      const size = Math.min(HISTORY_PAGE, Math.max(MIN_READ_DOCUMENTS, limit), MAX_PAGE_DOCUMENTS - looked)
      const placed = this.#beside(last, direction, size)
      for (const { id, clock, document } of placed) {
        const message = document && this.messageOf(document)
        if (message !== undefined) messages.push(message)
        last = { clock, id }
        if (messages.length === limit) return { messages, next: id }
      }
      if (placed.length < size) return { messages, next: null }
      looked += placed.length
    }
    return { messages, next: last?.id ?? null }
  }

  /** While the history is still to come, only the documents after it are there. */
  #beside(from: Position | undefined, direction: 'before' | 'after', limit: number): readonly Placed[] {
    const { preview } = this.#room.open
    if (preview === undefined) return this.#history.beside(from, direction, limit)
    const isAfter = direction === 'after'
    const shown = preview.shown.filter(
      (document) => from === undefined || comparePositions(document, from) > 0 === isAfter,
    )
    const others = from === undefined ? shown : shown.filter(({ id }) => id !== from.id)
    const nearest = isAfter ? others.slice(0, limit) : others.slice(-limit).reverse()
    return nearest.map((document) => ({ id: document.id, clock: document.clock, document }))
  }

  followMessages(options: FollowOptions): AsyncIterable<Message> {
    this.#requireMessages()
    const read: ReadDocument<Message> = (document) => this.messageOf(document)
    return this.#follow(options, read, () => newestOf(previewedMessages(this.#room) ?? [], options.last))
  }

  pendingMessages(): PendingMessage[] {
    this.#requireMessages()
    const { graph } = this.#room.open
    const reasons = graph.pendingReasons()
    return graph.pending().flatMap((document) => {
      const message = this.messageOf(this.#room.open.read(document))
      return message === undefined ? [] : [{ ...message, waitsFor: reasons.get(document.id) ?? 'ancestors' }]
    })
  }

  /** What people read of a document; undefined if it has nothing for them, its author was dropped, or it does not count. */
  messageOf(document: Document): Message | undefined {
    const context = this.#contexts.of(document)
    const message = this.#plainMessageOf(document)
    return message && context ? { ...message, ...this.#contexts.shown(context, document) } : message
  }

  /** A message that is here, as `Room.message` finds it. */
  message(reference: string): Message {
    this.#requireMessages()
    this.#room.requireOpen()
    const text = reference.trim().replace(/^…/, '')
    const id = parseDocumentId(text) ?? this.#idEndingWith(text)
    const document = id && (this.#pendingDocument(id) ?? this.#history.document(id))
    const message = document?.room === this.#room.id ? this.messageOf(document) : undefined
    if (message !== undefined) return message
    throw new KithError('no-such-document', `there is no message ${quoted(reference)} in '${this.#room.name}'`)
  }

  /** Undefined unless it is the end of a newest message's id. Throws a KithError `ambiguous`. */
  #idEndingWith(end: string): DocumentId | undefined {
    if (end.length < MIN_END_CHARACTERS) return undefined
    const newest = this.#history.beside(undefined, 'before', MAX_PAGE_DOCUMENTS)
    const [found, ...others] = newest.filter(
      ({ id, document }) => id.endsWith(end) && document !== undefined && this.messageOf(document) !== undefined,
    )
    if (others.length > 0)
      throw new KithError('ambiguous', `several messages end with ${quoted(end)}: give more of the id`)
    return found?.id
  }

  #plainMessageOf(document: Document): Message | undefined {
    const app = this.#room.isCarried ? undefined : this.#room.knownApp
    const { view, graph } = this.#room.open
    if (app?.hasMessages !== true || isDropped(view.state.rulings, document.author)) return undefined
    if (!graph.gate.counts(document)) return undefined
    const file = fileOf(document)
    const text = file === undefined ? app.messageOf(document) : `shared ${shownName(file.name) || file.id}`
    if (text === undefined) return undefined
    const { id, author, timeMs, clock } = document
    const guest = file?.guest ?? (app.name === chat.name ? guestIn(document) : undefined)
    const said = saidBy(this.#room.nameAt(author, document), guest)
    return { id, room: this.#room.id, author, ...said, text, timeMs, clock, ...(file && { file: shownFile(file) }) }
  }

  /** While the history is still to come, the documents after it are the newest. */
  #items<Item>(last: number | undefined, read: ReadDocument<Item>): Iterable<Item> {
    const { preview } = this.#room.open
    if (preview === undefined) return this.#history.items(last, read)
    return newestOf(
      preview.shown.flatMap((document) => read(document) ?? []),
      last,
    )
  }

  /** Whoever does not say how many it wants wants all. `recent`: what is known before its documents are here. */
  #follow<Item>(
    { last, older = last === undefined, signal }: FollowOptions,
    read: ReadDocument<Item>,
    recent: () => (Item & { id: string })[] = () => [],
  ): AsyncIterable<Item> {
    const { id, core } = this.#room
    const { stopped } = core
    return follow({
      ...{ history: this.#history, read, last, older },
      signal: signal === undefined ? stopped : AbortSignal.any([signal, stopped]),
      preview: () => core.machine.rooms.get(id)?.preview,
      // Otherwise they come with the history.
      recent: () => (older ? [] : recent()),
      find: (document) => this.#pendingDocument(document) ?? this.#history.document(document),
      subscribe: (listener) => this.#news.follow(listener),
    })
  }

  #pendingDocument(id: DocumentId): Document | undefined {
    const room = this.#room.core.machine.rooms.get(this.#room.id)
    const document = room?.graph.pendingDocument(id)
    return document && room?.read(document)
  }

  #requireMessages(): void {
    if (this.#room.status !== 'open' && !this.#room.isCarried) return
    const { name, hasMessages } = this.#room.requireKnownApp()
    if (!hasMessages) {
      throw new KithError(
        'wrong-app',
        `'${this.#room.name}' is a ${name} room, which has no messages (kith read ROOM --documents shows its documents)`,
      )
    }
  }
}

/**
 * In a room with members that begins with a checkpoint: the messages that the state of a chat has, as nothing after it is
 * shown. Undefined elsewhere.
 */
function previewedMessages(room: NodeRoom): Message[] | undefined {
  const { open, app } = room
  if (open.preview === undefined || open.graph.gate.control === undefined || app !== chat.name) return undefined
  const { recent } = open.view.state.app as ChatState
  return recent.flatMap(({ id, clock, author, timeMs, text, more }) => {
    const peer = author as PeerId
    // Nobody has checked who a state says it is by.
    if (publicKeyOfPeerId(peer) === undefined) return []
    return [{ id, room: room.id, author, ...saidBy(room.nameOf(peer), more?.guest), text, timeMs, clock }]
  })
}

/** Who says something: the author, or a guest, who is never shown without the author. */
function saidBy(author: string, guest: string | undefined): Pick<Message, 'name' | 'guest'> {
  return guest === undefined ? { name: author } : { name: shownGuest(guest, author), guest }
}

/** A page of all the messages that there are for now. None next to one that is not among them. */
function pageOf(all: Message[], { before, after, limit }: PageOptions & { limit: number }): MessagePage {
  const at = all.findIndex(({ id }) => id === (before ?? after))
  if (at === -1 && (before ?? after) !== undefined) return { messages: [], next: null }
  const [start, end] =
    after === undefined
      ? [Math.max(0, (before === undefined ? all.length : at) - limit), before === undefined ? all.length : at]
      : [at + 1, at + 1 + limit]
  const messages = all.slice(start, end)
  const isMore = after === undefined ? start > 0 : end < all.length
  return { messages, next: isMore ? ((after === undefined ? messages[0] : messages.at(-1))?.id ?? null) : null }
}

function newestOf<Item>(items: Item[], last = Infinity): Item[] {
  return items.slice(Math.max(0, items.length - last))
}

/** What a message says of a file: not how it is opened. */
function shownFile({ id, name, type, sizeBytes }: NonNullable<ReturnType<typeof fileOf>>): Message['file'] {
  return { id, name, type, sizeBytes }
}

/** A document in the library's type. */
export function documentInfoOf(document: Document): DocumentInfo {
  const { id, room, author, seq, previous, parents, clock, timeMs, kind, links, body } = document
  return {
    ...{ id, room: room ?? id, author, seq, previous, parents: [...parents], clock, timeMs, kind },
    ...{ links: [...links], body },
  }
}
