/**
 * New documents that wait to be sent to one peer in one room. Each author has a line, and lines take turns by what
 * their documents cost (start-time fair queueing: Goyal, Vin and Cheng, 1996), so that whoever writes much delays
 * itself, and only while others wait. Where the whole history is sent, that is one more line.
 */
import TinyQueue from 'tinyqueue'
import type { DocumentId, PeerId } from '../wire/ids.ts'
import type { Position } from '../wire/order.ts'
import { AncestorsFirst } from './ancestors-first.ts'
import { NEWCOMER_DOCUMENTS } from './constants.ts'

/** A document that is new here, and who wrote it as which of its documents. */
export interface NewDocument extends Position {
  author: PeerId
  seq: number
}

/** The line that those share who have written little, as anybody can invent authors. */
const NEWCOMERS = 'newcomers'
/** The line of what is read from the store in the room's order. */
const HISTORY = 'history'

/** No document has this place in the order of arrival. */
const NOTHING = -1

export type LineKey = PeerId | typeof NEWCOMERS

/** What waits of one author, or of all who are new. */
export interface Line {
  readonly key: LineKey | typeof HISTORY
  /** What it has cost, on a scale on which a line that was away is level with the one served last. */
  cost: number
  /** In the order of arrival, so ancestors first; consumed from `start`. */
  documents: Position[]
  start: number
  /** What has to be sent before its first document. */
  readonly ancestors: AncestorsFirst
  /** The first document waits for all that came no later than this one. */
  behindOrder: number
}

/** The lines of one peer and room, and whose turn it is: the one that has cost least. */
export class AuthorLines {
  readonly #lines = new Map<Line['key'], Line>()
  /** All lines, and those that had something lately: they keep their place until it is their turn. */
  readonly #turns = new TinyQueue<Line>([], (a, b) => a.cost - b.cost)
  /** What waits, with its place in the order of arrival; oldest first. */
  readonly #waiting = new Map<DocumentId, { document: Position; order: number }>()
  #hasHistory = false
  #served = 0
  #orders = 0

  static keyOf({ author, seq }: NewDocument): LineKey {
    return seq < NEWCOMER_DOCUMENTS ? NEWCOMERS : author
  }

  /** How many documents wait, without those of the history. */
  get size(): number {
    return this.#waiting.size
  }

  /** The document that has waited longest. */
  get oldest(): Position | undefined {
    for (const { document } of this.#waiting.values()) return document
    return undefined
  }

  /** Whether all that waits is in the turns of one line: it is sent as it came, ancestors first. */
  get isOnlyOne(): boolean {
    return !this.#hasHistory && this.#turns.length === 1
  }

  /** The place of a document in the order of arrival, if it waits. */
  orderOf(id: DocumentId): number | undefined {
    return this.#waiting.get(id)?.order
  }

  add(document: NewDocument): void {
    const { id, clock } = document
    if (this.#waiting.has(id)) return
    const position = { id, clock }
    this.#waiting.set(id, { document: position, order: this.#orders++ })
    this.#line(AuthorLines.keyOf(document)).documents.push(position)
  }

  /** A document needs to wait no longer. */
  delete(id: DocumentId): void {
    this.#waiting.delete(id)
  }

  /** Whether what is read from the store takes turns with the lines. */
  setHistory(hasHistory: boolean): void {
    this.#hasHistory = hasHistory
    if (hasHistory) this.#line(HISTORY)
  }

  isHistory({ key }: Line): boolean {
    return key === HISTORY
  }

  /** The line whose turn it is; undefined if nothing waits. */
  next(): Line | undefined {
    for (let line = this.#turns.peek(); line !== undefined; line = this.#turns.peek()) {
      this.#served = Math.max(this.#served, line.cost)
      if (this.isHistory(line) ? this.#hasHistory : firstOf(line, this.#waiting) !== undefined) return line
      this.#turns.pop()
      this.#lines.delete(line.key)
    }
    return undefined
  }

  /** The first document of a line that waits. */
  first(line: Line): Position | undefined {
    return firstOf(line, this.#waiting)
  }

  /** The turn of the line that `next` returned has cost so much. */
  charge(cost: number): void {
    const line = this.#turns.pop()
    if (line === undefined) return
    line.cost += cost
    this.#turns.push(line)
  }

  /** Until this document is sent, what has waited longest is sent in the turns of a line. */
  setBehind(line: Line, id: DocumentId): void {
    line.behindOrder = this.orderOf(id) ?? NOTHING
  }

  isBehind({ behindOrder }: Line): boolean {
    if (behindOrder === NOTHING) return false
    for (const { order } of this.#waiting.values()) return order <= behindOrder
    return false
  }

  /** The line in which most waits. */
  longest(): { key: LineKey; size: number } | undefined {
    let longest: { key: LineKey; size: number } | undefined
    for (const { key, documents, start } of this.#lines.values()) {
      const size = documents.length - start
      if (key !== HISTORY && size > (longest?.size ?? 0)) longest = { key, size }
    }
    return longest
  }

  /** Removes and returns what waits in a line. */
  remove(key: LineKey): Position[] {
    const line = this.#lines.get(key)
    const removed = line?.documents.splice(0).filter(({ id }) => this.#waiting.delete(id)) ?? []
    if (line !== undefined) line.start = 0
    return removed
  }

  clear(): void {
    for (const line of this.#lines.values()) empty(line)
    this.#waiting.clear()
    this.#hasHistory = false
  }

  #line(key: Line['key']): Line {
    let line = this.#lines.get(key)
    if (line === undefined) {
      line = { key, cost: this.#served, documents: [], start: 0, ancestors: new AncestorsFirst(), behindOrder: NOTHING }
      this.#lines.set(key, line)
      this.#turns.push(line)
    }
    return line
  }
}

/** Forgets those before it, which were sent in the turns of others or are held. */
function firstOf(line: Line, waiting: ReadonlyMap<DocumentId, unknown>): Position | undefined {
  for (; line.start < line.documents.length; line.start++) {
    const document = line.documents[line.start]
    if (document !== undefined && waiting.has(document.id)) return document
  }
  empty(line)
  return undefined
}

function empty(line: Line): void {
  line.documents = []
  line.start = 0
}
