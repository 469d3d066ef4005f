/** What is to be sent to one peer of one room, and what the peer is known to hold. */
import { documentIdOfDigest, type DocumentId, type RoomId } from '../wire/ids.ts'
import { MAX_DIFFERENCE, MAX_QUEUED, MAX_REMEMBERED, READ_AHEAD, WALK_STEPS } from './constants.ts'
import { HistoryWalk } from './history-walk.ts'
import { comparePositions, type Position } from '../wire/order.ts'
import type { BatchSyncPorts, HeldDocument } from './ports.ts'
import { RecentSet } from './recent-set.ts'

/** Not the id of any document: the largest digest, to start behind all documents of a clock. */
const LAST_ID = documentIdOfDigest(new Uint8Array(32).fill(0xff))

/** One room as it stands between us and one peer. */
export class Share {
  readonly #room: RoomId
  readonly #ports: BatchSyncPorts
  /** Held by the peer beyond what its frontier says: it sent, acknowledged or named them. */
  readonly #held = new RecentSet<DocumentId>(MAX_REMEMBERED)
  #frontier: readonly DocumentId[] = []
  /** What the peer named in its last locator, until it has been used. */
  #located: readonly DocumentId[] = []
  #isCompareDue = false
  /** All we have is held by the peer, in flight or waiting to be sent. */
  #isCovered = false
  /** To be sent, ancestors first; consumed from `#queueStart`. */
  #queue: Position[] = []
  #queueStart = 0
  #walk: HistoryWalk | undefined
  /** While all from a place on is sent: the last document taken in the room's order; `undefined` before the first. */
  #cursor: { after: Position | undefined } | undefined

  constructor(room: RoomId, ports: BatchSyncPorts) {
    this.#room = room
    this.#ports = ports
  }

  get isWalking(): boolean {
    return this.#walk !== undefined
  }

  /** Nothing waits to be sent (something may be in flight). */
  get isIdle(): boolean {
    return !this.isWalking && this.#cursor === undefined && this.#queueStart === this.#queue.length
  }

  /** The peer named a frontier of which we hold nothing: it may be ahead of us, or both wrote apart. */
  get isFrontierUnknown(): boolean {
    return this.#frontier.length > 0 && !this.#frontier.some((id) => this.#ports.has(id))
  }

  isHeld(id: DocumentId): boolean {
    return this.#held.has(id)
  }

  markHeld(id: DocumentId): void {
    this.#held.add(id)
  }

  /** Takes the peer's frontier; `compare` says what to do about it. */
  learn(frontier: readonly DocumentId[]): void {
    this.#frontier = frontier
    this.#isCompareDue = true
    for (const id of frontier) this.#held.add(id)
  }

  /**
   * The peer does not know our frontier and names documents it holds, from its newest ever further
   * back: they do as well as a frontier.
   */
  learnLocator(ids: readonly DocumentId[]): void {
    this.#located = ids
    this.#isCompareDue = true
    for (const id of ids) this.#held.add(id)
  }

  /** Documents came that are not forwarded to the peer: the next comparison shows whether it lacks them. */
  leaveOut(): void {
    this.#isCovered = false
    this.#isCompareDue = true
  }

  /**
   * Decides what to send. The peer's frontier equals ours: nothing. It is known, or what the peer
   * located is: what lies after. The peer has nothing: everything. It is unknown: nothing yet, as the
   * peer may be ahead of us.
   * Returns true where the peer is known to hold all we have.
   */
  compare(isInFlight: () => boolean): boolean {
    if (!this.#isCompareDue) return false
    const heads = this.#ports.heads(this.#room)
    if (heads.length === this.#frontier.length && heads.every(({ id }) => this.#frontier.includes(id))) {
      this.#clear()
      this.#isCovered = true
      this.#isCompareDue = false
      return true
    }
    const known = [...this.#frontier, ...this.#located].filter((id) => this.#ports.has(id))
    if (this.#mayStart(known, isInFlight)) this.#sendAllAfter(known)
    // While all it lacks is on its way, a frontier is behind the times already.
    else if (this.#isCovered) this.#isCompareDue = false
    return false
  }

  #mayStart(known: readonly DocumentId[], isInFlight: () => boolean): boolean {
    if (this.#cursor !== undefined) return known.some((id) => this.#isBeyondCursor(id))
    const isUnknown = known.length === 0 && this.#frontier.length > 0 && this.#located.length === 0
    return this.isIdle && !isUnknown && !isInFlight()
  }

  /** Goes on finding the difference, for a bounded number of steps. */
  walkOn(): void {
    if (this.#walk === undefined) return
    const difference = this.#walk.step(WALK_STEPS)
    if (difference === undefined && this.#walk.found <= MAX_DIFFERENCE) return
    this.#walk = undefined
    if (difference === undefined) this.#cursor = { after: undefined }
    else this.#queue = [...difference, ...this.#queue.slice(this.#queueStart)]
    this.#queueStart = 0
  }

  /** A document is new here, and this peer is to have it. */
  add(document: Position): void {
    if (this.#cursor !== undefined && isAfter(document, this.#cursor.after)) return
    this.#queue.push(document)
    if (this.#queue.length - this.#queueStart > MAX_QUEUED) this.#queueToCursor()
  }

  /** Too many wait to be listed: all from the lowest clock among them on is sent in order instead. */
  #queueToCursor(): void {
    const waiting = this.#queue.slice(this.#queueStart)
    const clock = waiting.reduce((lowest, document) => Math.min(lowest, document.clock), Infinity)
    this.#queue = []
    this.#queueStart = 0
    this.#cursor = { after: { clock: clock - 1, id: LAST_ID } }
  }

  #sendAllAfter(known: readonly DocumentId[]): void {
    this.#clear()
    this.#isCovered = true
    this.#isCompareDue = false
    this.#located = []
    if (known.length === 0) this.#cursor = { after: undefined }
    else this.#walk = new HistoryWalk(this.#ports, this.#ports.heads(this.#room), known)
    this.walkOn()
  }

  #isBeyondCursor(id: DocumentId): boolean {
    const document = this.#ports.document(id)
    return document !== undefined && this.#cursor !== undefined && isAfter(document, this.#cursor.after)
  }

  /** Takes the next documents to send, up to a size and a count, leaving out those held or `skip`ped. */
  take(maxBytes: number, maxItems: number, skip: (id: DocumentId) => boolean): HeldDocument[] {
    const taken: HeldDocument[] = []
    if (this.isWalking || maxBytes <= 0) return taken
    let roomBytes = maxBytes
    const fits = (document: HeldDocument): boolean => {
      if (taken.length === maxItems || document.block.length > roomBytes) return false
      roomBytes -= document.block.length
      taken.push(document)
      return true
    }
    this.#takeQueued(skip, fits)
    this.#takeByCursor(skip, fits)
    return taken
  }

  #takeQueued(skip: (id: DocumentId) => boolean, fits: (document: HeldDocument) => boolean): void {
    for (; this.#queueStart < this.#queue.length; this.#queueStart++) {
      const id = this.#queue[this.#queueStart]?.id
      if (id === undefined || this.isHeld(id) || skip(id)) continue
      const document = this.#ports.document(id)
      if (document !== undefined && !fits(document)) return
    }
    this.#queue = []
    this.#queueStart = 0
  }

  #takeByCursor(skip: (id: DocumentId) => boolean, fits: (document: HeldDocument) => boolean): void {
    while (this.#cursor !== undefined && this.#queue.length === 0) {
      const documents = this.#ports.documentsAfter(this.#room, this.#cursor.after, READ_AHEAD)
      if (documents.length === 0) this.#cursor = undefined
      for (const document of documents) {
        if (!this.isHeld(document.id) && !skip(document.id) && !fits(document)) return
        this.#cursor = { after: { id: document.id, clock: document.clock } }
      }
    }
  }

  #clear(): void {
    this.#queue = []
    this.#queueStart = 0
    this.#walk = undefined
    this.#cursor = undefined
  }
}

function isAfter(a: Position, b: Position | undefined): boolean {
  return b === undefined || comparePositions(a, b) > 0
}
