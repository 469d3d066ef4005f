/** A room's documents and messages: those there are, and those that come. */
import type { Document } from '../../protocols/document/document.ts'
import { chatMessageOf } from '../apps/chat/chat.ts'
import type { DocumentInfo, FollowOptions, HistoryOptions, Message } from '../kith.ts'
import { follow } from './follow.ts'
import type { RoomAccess } from './room-access.ts'
import { RoomHistory, type ReadDocument } from './room-history.ts'
import type { RoomNews } from './room-news.ts'

export class RoomReading {
  readonly #room: RoomAccess
  readonly #news: RoomNews
  readonly #history: RoomHistory

  constructor(room: RoomAccess, news: RoomNews) {
    this.#room = room
    this.#news = news
    this.#history = new RoomHistory(room.id, room.core)
  }

  documents({ last }: HistoryOptions): Iterable<DocumentInfo> {
    return this.#history.items(last, documentInfoOf)
  }

  followDocuments(options: FollowOptions): AsyncIterable<DocumentInfo> {
    return this.#follow(options, documentInfoOf)
  }

  messages({ last }: HistoryOptions): Iterable<Message> {
    this.#requireMessages()
    return this.#history.items(last, (document) => this.messageOf(document))
  }

  followMessages(options: FollowOptions): AsyncIterable<Message> {
    this.#requireMessages()
    return this.#follow(options, (document) => this.messageOf(document))
  }

  pendingMessages(): Message[] {
    this.#requireMessages()
    return this.#room.open.graph.pending().flatMap((document) => this.messageOf(document) ?? [])
  }

  /** The chat message that a document is; undefined where it is none. */
  messageOf(document: Document): Message | undefined {
    const isRead = this.#room.app === 'chat' && !this.#room.isCarried
    const message = isRead ? chatMessageOf(document) : undefined
    if (message === undefined) return undefined
    const { id, author, text, timeMs, clock } = message
    const name = this.#room.nameOf(author)
    return { id, room: this.#room.id, author: author, name, text, timeMs, clock }
  }

  #follow<Item>({ last, signal }: FollowOptions, read: ReadDocument<Item>): AsyncIterable<Item> {
    const { stopped } = this.#room.core
    return follow({
      history: this.#history,
      read,
      last,
      signal: signal === undefined ? stopped : AbortSignal.any([signal, stopped]),
      subscribe: (listener) => {
        this.#news.on('stored', listener)
        return () => void this.#news.off('stored', listener)
      },
    })
  }

  #requireMessages(): void {
    if (this.#room.status === 'open' || this.#room.isCarried) this.#room.requireApp('chat')
  }
}

/** A document as the library gives it. */
export function documentInfoOf(document: Document): DocumentInfo {
  const { id, room, author, seq, previous, parents, clock, timeMs, kind, links, body } = document
  const peer = author
  return {
    ...{ id, room: room ?? id, author: peer, seq, previous, parents: [...parents], clock, timeMs, kind },
    ...{ links: [...links], body },
  }
}
