/**
 * A room's history and then what comes, as one sequence that has every document once.
 *
 * Invariants
 * 1. What sorts after `position`, the end of what was taken, is read from the store when its turn
 *    comes, however much of it arrives meanwhile. Only a reader who has taken all there is gets what
 *    has just been stored as it is, without reading it again: a page of it at most is held.
 * 2. What arrives and sorts before it is late: its id is held, and it is given next.
 * 3. A node stores some documents and tells of them in one go, and a page is always read in a turn of
 *    its own. So no page has a document whose event is still to come, which would pass for a late one.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { KithError } from '../kith.ts'
import { HISTORY_PAGE, type ReadDocument, type RoomHistory } from './room-history.ts'

/** Late documents that may wait for a slow reader: a few MiB of ids, and more than most merges of long splits bring. */
export const MAX_LATE_DOCUMENTS = 65_536

export interface FollowInit<Item> {
  history: RoomHistory
  read: ReadDocument<Item>
  /** Begin with the newest so many. Default: with the oldest. */
  last: number | undefined
  /** Ends the sequence. */
  signal: AbortSignal
  /** Calls back for every document that is stored from now on; returns how to end that. */
  subscribe(listener: (stored: Document) => void): () => void
}

/** Gives what there is, oldest first, then what comes. Throws a KithError `too-slow`. */
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

/** Where a reader is in a room, and what it has still to read. */
class Follower {
  readonly #history: RoomHistory
  #position: Position | undefined
  /** What sorts after the position, in order, if that is known without the store. */
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

  /** The next documents, at most a page; none where all that is there was given. */
  take(): Document[] {
    if (this.#isTooSlow) {
      throw new KithError('too-slow', `more than ${MAX_LATE_DOCUMENTS} late documents wait for this reader`)
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

/** A promise's continuation runs when the code of this turn has come to its end. */
function turnOfItsOwn(): Promise<void> {
  return Promise.resolve()
}
