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
 * 4. While a preview shows pending documents, these come next as late ones do, and are skipped once they take their
 *    place. What takes its place at or before the checkpoint is older than what was shown: it is left out, unless it
 *    is wanted. What takes its place after it is new, and comes next.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { HISTORY_PAGE, type Placed, type ReadDocument, type RoomHistory } from './room-history.ts'

/**
 * Late documents that may wait for a slow reader: a few MiB of ids, and more than most merges after a long
 * split bring.
 */
export const MAX_LATE_DOCUMENTS = 65_536

/** The state of a room whose history is still to come. */
export interface Preview {
  /** Of the checkpoint. */
  position: Position
  /** The documents that are shown after it, in order. */
  shown: readonly Document[]
}

/** What happens in a room that is followed. */
export interface FollowListener {
  /** A document took its place. */
  stored(document: Document): void
  /** A preview shows a document. */
  shown(document: Document): void
  /** `newest`: of the documents that have taken their place. */
  previewBegun(position: Position, newest: Position | undefined): void
  /** `isReplayed`: the checkpoint took its place; otherwise nobody has its history. */
  previewEnded(isReplayed: boolean): void
}

export interface FollowInit<Item> {
  history: RoomHistory
  read: ReadDocument<Item>
  /** Start with this many of the newest documents. Default: start with the oldest. */
  last: number | undefined
  /** Whether what is older than a checkpoint is wanted, too, when it arrives behind it. */
  older: boolean
  /** Ends the sequence. */
  signal: AbortSignal
  /** The room's preview, if it has one now. */
  preview(): Preview | undefined
  /** What is known of those before the preview that are still to come, and comes first. Default: nothing. */
  recent?(): readonly (Item & { id: string })[]
  /** A document that took its place, or is pending. */
  find(id: DocumentId): Document | undefined
  /** Calls the listener for everything that happens from now on, until the returned function is called. */
  subscribe(listener: FollowListener): () => void
}

/** Yields the existing documents, oldest first, then new ones. Throws a KithError `too-slow`. */
export async function* follow<Item>(init: FollowInit<Item>): AsyncGenerator<Item, void, undefined> {
  const { read, signal } = init
  await turnOfItsOwn()
  if (signal.aborted) return
  const follower = new Follower(init)
  const unsubscribe = init.subscribe(follower)
  const recent = init.recent?.() ?? []
  follower.told(recent.map(({ id }) => id as DocumentId))
  const wake = (): void => follower.wake()
  signal.addEventListener('abort', wake)
  try {
    for (const item of recent as readonly Item[]) {
      yield item
      if (signal.aborted) return
    }
    while (!signal.aborted) {
      const documents = follower.take()
      for (const document of documents ?? []) {
        const item = read(document)
        if (item !== undefined) yield item
        if (signal.aborted) return
      }
      await (documents === undefined ? follower.news() : turnOfItsOwn())
    }
  } finally {
    signal.removeEventListener('abort', wake)
    unsubscribe()
  }
}

/** The position of a reader in a room, and what it has yet to read. */
class Follower implements FollowListener {
  readonly #init: Pick<FollowInit<unknown>, 'history' | 'older' | 'find'>
  /** The position after which there are as many documents as the reader wants of those that exist. */
  readonly #start: () => Position | undefined
  #position: Position | undefined
  /** The documents after the position, in order, if they are known without the store. */
  #fresh: Placed[] | undefined
  /** Whether what comes after the position is read in pages; otherwise all that comes is late. */
  #isPaging = true
  /** The end of the pages; what comes after it is late. Undefined: there is none. */
  #until: Position | undefined
  /** The place of the checkpoint, while there is a preview and nothing older is wanted. */
  #floor: Position | undefined
  /** Documents that came while they were pending. */
  readonly #early = new Set<DocumentId>()
  #isTooSlow = false
  #late: DocumentId[] = []
  #news = Promise.withResolvers<void>()

  constructor(init: FollowInit<unknown>) {
    const { history, older, read, last } = init
    this.#init = init
    this.#start = () => history.startOf(last, read)
    const preview = init.preview()
    if (preview === undefined) {
      this.#position = this.#start()
      return
    }
    const { position, shown } = preview
    for (const { id } of shown) this.#early.add(id)
    this.#late = newestOf(shown, last, read).map(({ id }) => id)
    if (older) return
    this.#floor = position
    this.#isPaging = false
  }

  /** The reader gets these documents before they are here. */
  told(ids: readonly DocumentId[]): void {
    for (const id of ids) this.#early.add(id)
  }

  stored(document: Document): void {
    if (this.#isOnPages(document)) this.#hold(document)
    else if (this.#early.delete(document.id)) return
    else if (this.#floor !== undefined && comparePositions(document, this.#floor) <= 0) return
    else this.#addLate(document)
    this.wake()
  }

  shown(document: Document): void {
    if (this.#early.has(document.id)) return
    // One that gave way to others may never take its place.
    for (const id of this.#early) {
      if (this.#early.size < MAX_LATE_DOCUMENTS) break
      this.#early.delete(id)
    }
    this.#early.add(document.id)
    this.#addLate(document)
    this.wake()
  }

  previewBegun(position: Position, newest: Position | undefined): void {
    if (this.#init.older || this.#floor !== undefined) return
    this.#floor = position
    this.#fresh = undefined
    // What was here before is read to its end.
    this.#until = newest
    this.#isPaging = newest !== undefined
  }

  previewEnded(isReplayed: boolean): void {
    const floor = this.#floor
    if (floor === undefined) return
    this.#floor = undefined
    if (!isReplayed) {
      // What was left out is older than nothing that exists.
      this.#position ??= this.#start()
      this.#until = floor
      this.#isPaging = true
    } else if (!this.#isPaging) this.#pageOn()
    this.wake()
  }

  /** The next documents, at most a page; undefined if the reader has everything. */
  take(): Document[] | undefined {
    if (this.#isTooSlow) {
      throw new KithError(
        'too-slow',
        `this reader is too slow: more than ${grouped(MAX_LATE_DOCUMENTS)} late documents are waiting`,
      )
    }
    if (this.#late.length > 0) return this.#late.splice(0, HISTORY_PAGE).flatMap((id) => this.#find(id) ?? [])
    if (!this.#isPaging) return undefined
    const page = this.#fresh ?? this.#page()
    if (this.#until === undefined && (this.#fresh !== undefined || page.length < HISTORY_PAGE)) this.#fresh = []
    const end = page.at(-1)
    if (end === undefined) return undefined
    this.#position = { clock: end.clock, id: end.id }
    return page.flatMap(({ id, document }) => (this.#early.delete(id) || document === undefined ? [] : [document]))
  }

  #find(id: DocumentId): Document | undefined {
    const document = this.#init.find(id)
    // It gave way to others, and is new if it comes again.
    if (document === undefined) this.#early.delete(id)
    return document
  }

  #page(): Placed[] {
    const until = this.#until
    const page = this.#init.history.page(this.#position)
    if (until === undefined) return page
    const rest = page.filter((placed) => comparePositions(placed, until) <= 0)
    if (rest.length === 0) {
      if (this.#floor === undefined) this.#pageOn()
      else this.#isPaging = false
    }
    return rest
  }

  /** Whatever is here by now was read or is late, or is older than what is wanted. */
  #pageOn(): void {
    this.#position = this.#init.history.newest()
    this.#until = undefined
    this.#fresh = []
    this.#isPaging = true
  }

  /** Whether a document is on a page that is still to be read. */
  #isOnPages(document: Document): boolean {
    if (!this.#isPaging) return false
    if (this.#position !== undefined && comparePositions(document, this.#position) <= 0) return false
    return this.#until === undefined || comparePositions(document, this.#until) <= 0
  }

  #addLate({ id }: Document): void {
    if (this.#late.length < MAX_LATE_DOCUMENTS) this.#late.push(id)
    else this.#isTooSlow = true
  }

  #hold(document: Document): void {
    if (this.#fresh === undefined) return
    if (this.#fresh.length === HISTORY_PAGE) {
      this.#fresh = undefined
      return
    }
    const before = this.#fresh.findLastIndex((other) => comparePositions(other, document) < 0)
    this.#fresh.splice(before + 1, 0, { id: document.id, clock: document.clock, document })
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

/** The newest of some documents that are of interest to a reader. */
function newestOf(documents: readonly Document[], last = Infinity, read: ReadDocument<unknown>): readonly Document[] {
  const items = documents.filter((document) => read(document) !== undefined)
  return items.slice(Math.max(0, items.length - last))
}

/** A promise's continuation runs once the code of the current turn has finished. */
function turnOfItsOwn(): Promise<void> {
  return Promise.resolve()
}
