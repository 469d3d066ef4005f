/**
 * What waits to be sent to one peer in one room: first a list of what the peer is known to lack, ancestors first;
 * then, in turn, what is new here, in a line for each author, and the whole history from a position on.
 */
import { documentIdOfDigest, type DocumentId, type RoomId } from '../wire/ids.ts'
import { comparePositions, type Position } from '../wire/order.ts'
import { blockSteps } from '../wire/pieces.ts'
import { AuthorLines, type Line, type LineKey, type NewDocument } from './author-lines.ts'
import { HISTORY_TURN, MAX_COLLECTED, MAX_QUEUED, READ_AHEAD } from './constants.ts'
import type { BatchSyncPorts, HeldDocument } from './ports.ts'

/** Not the id of a document, but the largest digest, to start after all documents of a clock. */
const LAST_ID = documentIdOfDigest(new Uint8Array(32).fill(0xff))

/** Sends everything from a position on, in the room's order. */
interface Cursor {
  /** The last document sent; `undefined` before the first. */
  after: Position | undefined
  /** Lines whose documents all come by the cursor, as there were too many of them. */
  lines: Set<LineKey> | 'all'
}

/** What may be sent now. */
export interface Outlet {
  /** Whether a document is held by the peer, on its way, or taken already. */
  readonly isSent: (id: DocumentId) => boolean
  /** Takes a document; false if there is no space for it. */
  readonly take: (document: HeldDocument) => boolean
  /** For how much there is space. */
  readonly freeBytes: () => number
}

/** The cost of a turn, and whether something did not fit. */
interface Turn {
  cost: number
  isFull: boolean
}

/** What waits to be sent to one peer in one room: what it lacks, then what is new, author by author in turn. */
export class SendQueue {
  readonly #room: RoomId
  readonly #ports: Pick<BatchSyncPorts, 'ancestors' | 'document' | 'documentsAfter'>
  /** Consumed from `#listStart`. */
  #list: Position[] = []
  #listStart = 0
  readonly #lines = new AuthorLines()
  #cursor: Cursor | undefined
  /** What comes next by the cursor and was read already, while something is taken; the last one first. */
  #ahead: HeldDocument[] = []

  constructor(room: RoomId, ports: Pick<BatchSyncPorts, 'ancestors' | 'document' | 'documentsAfter'>) {
    this.#room = room
    this.#ports = ports
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#listed === 0 && this.#lines.size === 0 && this.#cursor === undefined
  }

  /** Whether nothing but a few new documents waits. */
  get isOnlyFewNew(): boolean {
    return this.#listed === 0 && this.#cursor === undefined && this.#lines.size <= MAX_COLLECTED
  }

  /** Whether everything from a position on is being sent, whoever wrote it. */
  get isSendingAll(): boolean {
    return this.#cursor?.lines === 'all'
  }

  get #listed(): number {
    return this.#list.length - this.#listStart
  }

  /** Whether the cursor has yet to reach a position. */
  isBeyondCursor(position: Position): boolean {
    return this.#cursor !== undefined && isAfter(position, this.#cursor.after)
  }

  clear(): void {
    this.#list = []
    this.#listStart = 0
    this.#lines.clear()
    this.#setCursor(undefined)
  }

  /** Puts documents before all others. Each is listed once, however often a peer makes us do so. */
  addFirst(documents: readonly Position[]): void {
    const ids = new Set(documents.map(({ id }) => id))
    this.#list = [...documents, ...this.#list.slice(this.#listStart).filter(({ id }) => !ids.has(id))]
    this.#listStart = 0
  }

  /** Puts a document before everything that is sent in turn, and so before its ancestors where those are. */
  addAhead({ id, clock }: Position): void {
    this.#list.push({ id, clock })
  }

  /** Everything with at least this clock is to be sent, in order. */
  addAll(clock: number): void {
    this.#setCursor({ after: clock === 0 ? undefined : { clock: clock - 1, id: LAST_ID }, lines: 'all' })
  }

  /** The peer lacks a document. */
  add(document: Position): void {
    if (this.isBeyondCursor(document) || this.#lines.orderOf(document.id) !== undefined) return
    this.#list.push(document)
    this.#keepBounds()
  }

  /** A document is new here. */
  addNew(document: NewDocument): void {
    const lines = this.#cursor?.lines
    const isByCursor = lines === 'all' || lines?.has(AuthorLines.keyOf(document)) === true
    if (isByCursor && this.isBeyondCursor(document)) return
    this.#lines.add(document)
    this.#keepBounds()
  }

  take(outlet: Outlet): void {
    this.#takeListed(outlet)
    if (this.#listed === 0) this.#takeInTurns(outlet)
    this.#ahead = []
  }

  #takeInTurns(outlet: Outlet): void {
    for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
      const turn = this.#lines.isHistory(line) ? this.#takeByCursor(outlet) : this.#takeOf(line, outlet)
      this.#lines.charge(turn.cost)
      if (turn.isFull) return
    }
  }

  /** Too many are waiting to be listed: instead of the longest list, everything from its lowest clock on is sent. */
  #keepBounds(): void {
    if (this.#listed + this.#lines.size <= MAX_QUEUED) return
    const longest = this.#lines.longest()
    if (longest === undefined || longest.size < this.#listed) {
      this.#rewind(this.#list.slice(this.#listStart), 'all')
      this.#list = []
      this.#listStart = 0
    } else {
      const lines = this.#cursor?.lines ?? new Set()
      this.#rewind(this.#lines.remove(longest.key), lines === 'all' ? lines : lines.add(longest.key))
    }
  }

  /** From now on, everything from these documents on is sent in order, and what was yet to be sent in order. */
  #rewind(documents: readonly Position[], lines: Cursor['lines']): void {
    const clock = documents.reduce((lowest, document) => Math.min(lowest, document.clock), Infinity)
    const after = { clock: clock - 1, id: LAST_ID }
    if (this.#cursor === undefined) this.#setCursor({ after, lines })
    else this.#setCursor({ after: this.isBeyondCursor(after) ? this.#cursor.after : after, lines })
  }

  #setCursor(cursor: Cursor | undefined): void {
    this.#cursor = cursor
    this.#lines.setHistory(cursor !== undefined)
  }

  #takeListed({ isSent, take }: Outlet): void {
    for (; this.#listStart < this.#list.length; this.#listStart++) {
      const id = this.#list[this.#listStart]?.id
      if (id === undefined || isSent(id)) continue
      const document = this.#ports.document(this.#room, id)
      if (document !== undefined && !take(document)) return
    }
    this.#list = []
    this.#listStart = 0
  }

  #takeByCursor({ isSent, take, freeBytes }: Outlet): Turn {
    const turn: Turn = { cost: 0, isFull: false }
    for (let i = 0; i < HISTORY_TURN && this.#cursor !== undefined; i++) {
      const document = this.#nextByCursor(freeBytes())
      if (document === undefined) {
        this.#setCursor(undefined)
      } else {
        if (!isSent(document.id)) {
          if (!take(document)) return { ...turn, isFull: true }
          turn.cost += blockSteps(document.block)
        }
        this.#cursor.after = { id: document.id, clock: document.clock }
        this.#ahead.pop()
      }
    }
    return turn
  }

  #nextByCursor(maxBytes: number): HeldDocument | undefined {
    if (this.#ahead.length === 0) {
      this.#ahead = this.#ports.documentsAfter(this.#room, this.#cursor?.after, READ_AHEAD, maxBytes).reverse()
    }
    return this.#ahead.at(-1)
  }

  /** Takes one document in the turn of a line. */
  #takeOf(line: Line, { isSent, take }: Outlet): Turn {
    const next = this.#nextOf(line, isSent)
    const document = next && this.#ports.document(this.#room, next.id)
    if (document !== undefined && !take(document)) return { cost: 0, isFull: true }
    if (next !== undefined) this.#lines.delete(next.id)
    return { cost: document === undefined ? 0 : blockSteps(document.block), isFull: false }
  }

  /**
   * The first document of a line, or one of its ancestors that has to be sent before it. Where these are too many,
   * it comes by the cursor, or what has waited longest is sent in the turns of its line until they are sent.
   */
  #nextOf(line: Line, isSent: Outlet['isSent']): Position | undefined {
    const first = this.#lines.first(line)
    if (first === undefined || isSent(first.id)) return first && this.#leave(first)
    if (this.#lines.isOnlyOne) return first
    if (this.#lines.isBehind(line)) return this.#oldest(isSent)
    const isWaiting = (ancestor: Position): boolean =>
      !isSent(ancestor.id) && (this.#lines.orderOf(ancestor.id) !== undefined || this.isBeyondCursor(ancestor))
    const next = line.ancestors.nextOf(first, (id) => this.#ports.ancestors(id), isWaiting)
    if (!('tooDeep' in next)) return next
    if (this.isBeyondCursor(first)) return this.#leave(first)
    this.#lines.setBehind(line, next.tooDeep.id)
    return this.#oldest(isSent)
  }

  /** What has waited longest, which has nothing to wait for but what comes by the cursor. */
  #oldest(isSent: Outlet['isSent']): Position | undefined {
    const { oldest } = this.#lines
    return oldest && (isSent(oldest.id) || this.isBeyondCursor(oldest)) ? this.#leave(oldest) : oldest
  }

  /** A document is sent already, or comes by the cursor. */
  #leave({ id }: Position): undefined {
    this.#lines.delete(id)
  }
}

function isAfter(a: Position, b: Position | undefined): boolean {
  return b === undefined || comparePositions(a, b) > 0
}
