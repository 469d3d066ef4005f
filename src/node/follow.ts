/**
 * Follows a room: one sequence of its history and then its new documents, each exactly once.
 *
 * Invariants
 * 1. Documents after `position`, the last one taken, are read from the store when they are due, however
 *    many arrive meanwhile. Only a reader that has taken everything gets newly stored documents
 *    directly, without reading them again: at most a page of them is held.
 * 2. A document that arrives and sorts before `position` is late: its id is held, and it comes next.
 * 3. A node stores some documents and emits their events in one turn, and a page is always read in a
 *    turn of its own. So no page has a document whose event is still to come and would look late.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { HISTORY_PAGE, type ReadDocument, type RoomHistory } from './room-history.ts'

/**
 * Late documents that may wait for a slow reader: a few MiB of ids, and more than most merges after a long
 * split bring.
 */
export const MAX_LATE_DOCUMENTS = 65_536

export interface FollowInit<Item> {
  history: RoomHistory
  read: ReadDocument<Item>
  /** Start with this many of the newest documents. Default: start with the oldest. */
  last: number | undefined
  /** Ends the sequence. */
  signal: AbortSignal
  /** Calls the listener for every document stored from now on, until the returned function is called. */
  subscribe(listener: (stored: Document) => void): () => void
}

/** Yields the existing documents, oldest first, then new ones. Throws a KithError `too-slow`. */
export async function* follow<Item>(init: FollowInit<Item>): AsyncGenerator<Item, void, undefined> {
  const { history, read, last, signal } = init
  await turnOfItsOwn()
  if (signal.aborted) return
  const follower = new Follower(history, history.startOf(last, read))
  const unsubscribe = init.subscribe((stored) => follower.stored(stored))
  const wake = (): void => follower.wake()
  signal.addEventListener('abort', wake)
  try {
    while (!signal.aborted) {
      const documents = follower.take()
      for (const document of documents) {
        const item = read(document)
        if (item !== undefined) yield item
        if (signal.aborted) return
      }
      await (documents.length > 0 ? turnOfItsOwn() : follower.news())
    }
  } finally {
    signal.removeEventListener('abort', wake)
    unsubscribe()
  }
}

/** The position of a reader in a room, and what it has yet to read. */
class Follower {
  readonly #history: RoomHistory
  #position: Position | undefined
  /** The documents after the position, in order, if they are known without the store. */
  #fresh: Document[] | undefined
  #isTooSlow = false
  #late: DocumentId[] = []
  #news = Promise.withResolvers<void>()

  constructor(history: RoomHistory, position: Position | undefined) {
    this.#history = history
    this.#position = position
  }

  /** Notes that a document was stored. */
  stored(document: Document): void {
    if (this.#position === undefined || comparePositions(document, this.#position) > 0) this.#hold(document)
    else if (this.#late.length < MAX_LATE_DOCUMENTS) this.#late.push(document.id)
    else this.#isTooSlow = true
    this.wake()
  }

  /** The next documents, at most a page; empty if the reader has everything. */
  take(): Document[] {
    if (this.#isTooSlow) {
      throw new KithError(
        'too-slow',
        `this reader is too slow: more than ${grouped(MAX_LATE_DOCUMENTS)} late documents are waiting`,
      )
    }
    if (this.#late.length > 0) return this.#history.documents(this.#late.splice(0, HISTORY_PAGE))
    const page = this.#fresh ?? this.#history.page(this.#position)
    if (this.#fresh !== undefined || page.length < HISTORY_PAGE) this.#fresh = []
    const end = page.at(-1)
    if (end !== undefined) this.#position = { clock: end.clock, id: end.id }
    return page
  }

  #hold(document: Document): void {
    if (this.#fresh === undefined) return
    if (this.#fresh.length === HISTORY_PAGE) {
      this.#fresh = undefined
      return
    }
    const before = this.#fresh.findLastIndex((other) => comparePositions(other, document) < 0)
    this.#fresh.splice(before + 1, 0, document)
  }

  /** Resolves once something was stored since the last call, or on `wake`. */
  async news(): Promise<void> {
    await this.#news.promise
    this.#news = Promise.withResolvers()
  }

  wake(): void {
    this.#news.resolve()
  }
}

/** A promise's continuation runs once the code of the current turn has finished. */
function turnOfItsOwn(): Promise<void> {
  return Promise.resolve()
}
