/**
 * A room's heads: the documents that no other document names. Together they identify its history. Names the
 * newest of them, and makes a digest of all if there are too many to name. Also remembers which documents
 * were accepted last, to know what a peer lacks whose digest is that of a moment ago.
 *
 * Invariant: costs do not depend on the number of heads, except the time of a start, which reads them page by page.
 */
import { MAX_FRONTIER_IDS } from '../../protocols/room-state/constants.ts'
import { HeadsHash } from '../../protocols/wire/heads-digest.ts'
import type { DocumentId, HeadsDigest, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import type { Frontier } from '../../protocols/wire/frontier.ts'
import type { StoreReads } from '../store/store.ts'
import { HEADS_PAGE, MAX_RECENT_DIGESTS } from './constants.ts'

/** One more than a frontier names: so many are not known to be all. */
const NEWEST = MAX_FRONTIER_IDS + 1

/** A document that was accepted, and the digest of the heads from then on, if there were too many to name. */
interface Accepted {
  document: Position
  digest: HeadsDigest | undefined
}

/** The largest clock of a room's documents; 0 if there are none. */
export function clockOf(store: StoreReads, room: RoomId): number {
  return store.newestHeads(room, 1)[0]?.clock ?? 0
}

export class RoomHeads {
  readonly #room: RoomId
  readonly #store: StoreReads
  /** Of all heads. Undefined while a frontier can name them all, and for a while before. */
  #hash: HeadsHash | undefined
  /** The number of heads, while there is a hash. */
  #count = 0
  /** Accepted last, while there is a hash; oldest first. */
  #recent: Accepted[] = []
  /** The digest before the first of them. */
  #digestBefore: HeadsDigest | undefined
  /** What `newest` returns, as every document that is written needs it; undefined if the store has to be asked again. */
  #newest: readonly Position[] | undefined

  constructor(room: RoomId, store: StoreReads) {
    this.#room = room
    this.#store = store
    this.#hashIfNeeded()
  }

  /** Of all heads, if they are too many to name. */
  get digest(): HeadsDigest | undefined {
    return this.#count > MAX_FRONTIER_IDS ? this.#hash?.digest() : undefined
  }

  /** The newest heads, and a digest of all if these are not all. */
  frontier(): Frontier {
    const ids = this.newest()
      .slice(-MAX_FRONTIER_IDS)
      .map(({ id }) => id)
    return { ids, headsDigest: this.digest }
  }

  /** How many there are. */
  get count(): number {
    const { length } = this.newest()
    return length < NEWEST ? length : this.#store.headCount(this.#room)
  }

  /** The largest clock of the room's documents, as `clockOf` reads it; 0 if there are none. */
  get clock(): number {
    return this.newest().at(-1)?.clock ?? 0
  }

  /** The newest heads, oldest first: all, or one more than a frontier names. */
  newest(): readonly Position[] {
    this.#newest ??= this.#store.newestHeads(this.#room, NEWEST)
    return this.#newest
  }

  /** Whether a document is one of the newest heads, as those are that a document written here mostly names. */
  isNewest(id: DocumentId): boolean {
    return this.newest().some((head) => head.id === id)
  }

  /** Adds a document: `store` puts it into the store, where it replaces the heads that it names. */
  accept({ id, clock }: Position, ancestors: readonly DocumentId[], store: () => void): void {
    const hash = this.#hash
    const replaced = hash === undefined ? [] : ancestors.filter((named) => this.#store.isHead(this.#room, named))
    store()
    this.#newest = this.#newest && newestAfter(this.#newest, { id, clock }, ancestors)
    if (hash === undefined) return this.#hashIfNeeded()
    hash.add(id)
    for (const head of replaced) hash.remove(head)
    this.#count += 1 - replaced.length
    this.#remember({ id, clock })
  }

  /**
   * What was accepted here since the heads had this digest, in the order of acceptance; undefined if they did
   * not have it lately.
   */
  acceptedSince(digest: HeadsDigest): Position[] | undefined {
    const index = this.#recent.findLastIndex((accepted) => accepted.digest === digest)
    if (index < 0 && this.#digestBefore !== digest) return undefined
    return this.#recent.slice(index + 1).map(({ document }) => document)
  }

  /** Heads have gone that no document replaces. */
  readAgain(): void {
    this.#newest = undefined
    this.#hash = undefined
    this.#count = 0
    this.#recent = []
    this.#hashIfNeeded()
  }

  #remember(document: Position): void {
    this.#recent.push({ document, digest: this.digest })
    if (this.#recent.length > MAX_RECENT_DIGESTS) this.#digestBefore = this.#recent.shift()?.digest
    if (this.#digestBefore !== undefined || this.#recent.some(({ digest }) => digest !== undefined)) return
    this.#hash = undefined
    this.#recent = []
  }

  #hashIfNeeded(): void {
    if (this.newest().length <= MAX_FRONTIER_IDS) return
    const hash = new HeadsHash()
    let page: readonly Position[] = this.#store.newestHeads(this.#room, HEADS_PAGE)
    while (page.length > 0) {
      for (const { id } of page) hash.add(id)
      page = this.#store.newestHeads(this.#room, HEADS_PAGE, page[0])
    }
    this.#hash = hash
    this.#count = this.#store.headCount(this.#room)
    this.#digestBefore = hash.digest()
  }
}

/** The newest heads once a document has replaced those that it names; undefined if older ones take their place. */
function newestAfter(
  newest: readonly Position[],
  document: Position,
  ancestors: readonly DocumentId[],
): Position[] | undefined {
  const [only] = newest
  if (newest.length === 1 && only !== undefined && ancestors.includes(only.id)) return [document]
  const named = new Set(ancestors)
  const left = newest.filter(({ id }) => !named.has(id))
  if (newest.length === NEWEST && left.length < NEWEST) return undefined
  const place = 1 + left.findLastIndex((head) => comparePositions(head, document) < 0)
  return left.toSpliced(place, 0, document).slice(-NEWEST)
}
