/** What to send to one peer in one room, and what the peer is known to hold. */
import type { Frontier } from '../wire/frontier.ts'
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import {
  MAX_DIFFERENCE,
  MAX_REMEMBERED,
  NEW_AHEAD,
  NEWEST_FIRST,
  SMALL_MESSAGES_AT_ONCE,
  SMALL_MESSAGES_PER_SECOND,
  WALK_COST,
  WALK_STEPS,
} from './constants.ts'
import { HistoryWalk, walkNear } from './history-walk.ts'
import type { Position } from '../wire/order.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import type { NewDocument } from './author-lines.ts'
import { Forwarding } from './forwarding.ts'
import type { BatchSyncPorts, NeighbourStanding, Sharing } from './ports.ts'
import { Outbox, type Outgoing } from './outbox.ts'
import { RecentSet } from './recent-set.ts'
import { SendQueue } from './send-queue.ts'
import type { PeerWork } from './work.ts'

/** The state of one room between us and one peer. */
export class RoomSession {
  /** Saved as sent to the peer but not acknowledged. */
  readonly saved: Set<DocumentId>
  /** The peer accepts no more documents. */
  refusesDocuments = false
  /** The peer has dropped documents with a smaller clock, or does not want them; 0: none. */
  historyFrom = 0
  /** The peer is sent what is new from time to time only. */
  isAside = false
  sharing: Sharing
  readonly #room: RoomId
  readonly #ports: BatchSyncPorts
  readonly #work: PeerWork
  readonly #onChange: () => void
  /** Held by the peer beyond what its frontier says: it sent, acknowledged or named them. */
  readonly #held = new RecentSet<DocumentId>(MAX_REMEMBERED)
  #frontier: Frontier = { ids: [] }
  #isNewestFirst = false
  /** How many new documents were put before the history that is being sent. */
  #newAhead = 0
  #isCompareDue = false
  /** Everything we have is held by the peer, in flight, or waiting to be sent. */
  #isCovered = false
  readonly #queue: SendQueue
  readonly #outbox: Outbox
  readonly #forwarding = new Forwarding()
  readonly #smallMessages = new TokenBucket(SMALL_MESSAGES_AT_ONCE, SMALL_MESSAGES_PER_SECOND, 0)
  #walk: HistoryWalk | undefined
  /** What the peer held when it was last here, until it is used: empty if that is not known. */
  #heldBefore: readonly DocumentId[]
  /** What comes after the clock of the peer's frontier is sent by the cursor; the walk finds what else it lacks. */
  #isSendingAfter = false

  /** `onChange`: there may be something to decide or to send that there was not before. */
  constructor(
    room: RoomId,
    peer: PeerId,
    { ports, work }: { ports: BatchSyncPorts; work: PeerWork },
    onChange: () => void,
  ) {
    this.#room = room
    this.#ports = ports
    this.#queue = new SendQueue(room, ports)
    this.#outbox = new Outbox(room, ports, this.#queue)
    this.#work = work
    this.#onChange = onChange
    this.sharing = ports.sharing(room, peer)
    this.saved = new Set(ports.unacked(room, peer))
    this.#heldBefore = ports.lastFrontier(room, peer).filter((id) => ports.has(room, id))
  }

  /** The peer's last frontier. */
  get frontier(): Frontier {
    return this.#frontier
  }

  /**
   * Whether the peer has more heads than it named, and had others than we have or had lately: either it is ahead
   * of us, or both sides diverged.
   */
  get hasUnknownHeads(): boolean {
    const { headsDigest } = this.#frontier
    return headsDigest !== undefined && this.#ports.acceptedSince(this.#room, headsDigest) === undefined
  }

  get isWalking(): boolean {
    return this.#walk !== undefined
  }

  get isSending(): boolean {
    return this.sharing.policy === 'share' && !this.refusesDocuments
  }

  /** Whether `take` may give something, if it all fits. */
  get canSend(): boolean {
    return !this.#outbox.isEmpty && this.isSending && !this.#isHeldUp
  }

  /** Nothing may be sent yet: what comes before it may still have to be found, or be deferred. */
  get #isHeldUp(): boolean {
    return (this.isWalking && !this.#isSendingAfter) || this.#outbox.isPaused
  }

  /** Whether the few new documents that wait are to wait for others, which are sent with them. If not, that is counted. */
  mustCollect(nowMs: number): boolean {
    return this.#outbox.isOnlyFewNew && !this.#smallMessages.take(nowMs)
  }

  /** Nothing waits to be sent (something may be in flight). */
  get isIdle(): boolean {
    return !this.isWalking && this.#outbox.isIdle && this.#forwarding.isIdle
  }

  /** Documents in the peer's frontier that we do not hold: either it is ahead of us, or both sides diverged. */
  unheldFrontier(): DocumentId[] {
    return this.#frontier.ids.filter((id) => !this.#ports.has(this.#room, id))
  }

  isHeld(id: DocumentId): boolean {
    return this.#held.has(id)
  }

  markHeld(id: DocumentId): void {
    this.#held.add(id)
    this.#outbox.delete(id)
    this.#forwarding.held(id)
  }

  /** The peer has a document; `hadBefore`: since before it was sent. */
  acknowledged(id: DocumentId, hadBefore: boolean): void {
    this.#forwarding.acknowledged(id, hadBefore)
    this.markHeld(id)
  }

  /** The peer says that it does not hold a document, contrary to what we assumed. */
  markLacking(id: DocumentId): void {
    this.#held.delete(id)
  }

  /** Handles the peer's state; a later `compare` acts on it. */
  learn({ frontier, headsDigest, refusesDocuments, isNewestFirst, historyFrom = 0 }: NeighbourStanding): void {
    this.#frontier = { ids: frontier, headsDigest }
    const [isOtherPart, wantsMore] = [historyFrom !== this.historyFrom, historyFrom < this.historyFrom]
    this.historyFrom = historyFrom
    this.refusesDocuments = refusesDocuments
    const isNewestFirstFromNow = isNewestFirst && !this.#isNewestFirst
    this.#isNewestFirst = isNewestFirst
    if (!this.isAside) this.#isCompareDue = true
    if (!this.isSending) this.#clear()
    else if (isOtherPart && this.#queue.isSendingAll && !this.#isSendingAfter) this.#sendAll()
    else if (isNewestFirstFromNow && this.#queue.isSendingAll) this.#newestFirst()
    // What is on its way is not all that it lacks.
    else if (wantsMore) this.#isCovered = false
    for (const id of frontier) this.markHeld(id)
    this.#onChange()
  }

  /** The result of `sharing` in the ports has changed. */
  changeSharing(sharing: Sharing): void {
    this.sharing = sharing
    this.#isCompareDue = true
    this.#isCovered = false
    if (!this.isSending) this.#clear()
    this.#onChange()
  }

  /** Ranges are being compared, and show more than the peer's previous frontier does. */
  forgetComparison(): void {
    this.#isCompareDue = false
  }

  /** The peer may lack documents that are not in the queue: the next comparison shows. */
  compareAgain(): void {
    this.#isCovered = false
    this.#isCompareDue = true
    this.#onChange()
  }

  /**
   * Decides what to send. If the peer's frontier equals ours: nothing. If we hold all of it: everything after
   * it, or everything if it is empty. Otherwise: nothing yet, because its documents may be on their way. From a
   * frontier that does not name all heads, nothing follows about those that it leaves out: if its digest is that
   * of our own heads a moment ago, what was accepted since is sent, or else nothing yet.
   * Returns true if the peer is known to hold everything we have.
   */
  compare(isInFlight: () => boolean): boolean {
    if (!this.#isCompareDue || !this.isSending) return false
    if (this.#hasEqualHeads()) {
      this.#startAnew()
      return true
    }
    const { headsDigest } = this.#frontier
    const since = headsDigest && this.#ports.acceptedSince(this.#room, headsDigest)
    if (headsDigest === undefined ? this.unheldFrontier().length > 0 : since === undefined) return false
    if (this.#mayStart(isInFlight)) {
      this.#startAnew()
      if (since === undefined) this.#sendAllAfterFrontier()
      else this.#queue.addFirst(since)
      // While everything it lacks is on its way, its frontier is already out of date.
    } else if (this.#isCovered) this.#isCompareDue = false
    return false
  }

  #hasEqualHeads(): boolean {
    const { ids, headsDigest } = this.#frontier
    if (this.#ports.headsDigest(this.#room) !== headsDigest) return false
    if (headsDigest !== undefined) return true
    const ours = this.#ports.frontier(this.#room).ids
    return ours.length === ids.length && ours.every((id) => ids.includes(id))
  }

  #mayStart(isInFlight: () => boolean): boolean {
    if (!this.#queue.isSendingAll) return this.isIdle && !isInFlight()
    return this.#frontier.headsDigest !== undefined || this.#frontier.ids.some((id) => this.#isBeyondCursor(id))
  }

  /** Drops what waits to be sent. */
  #startAnew(): void {
    this.#clear()
    this.#isCovered = true
    this.#isCompareDue = false
  }

  /** Continues searching for the difference, for a bounded number of steps. */
  walkOn(): void {
    if (this.#walk === undefined) return
    this.#onChange()
    if (!this.#work.mayLook) return
    const before = this.#walk.visited
    const difference = this.#walk.step(WALK_STEPS)
    const visited = this.#walk.visited - before
    this.#work.looked(visited, visited * WALK_COST)
    if (difference === undefined && this.#walk.foundSoFar.length <= MAX_DIFFERENCE) {
      // The difference is long.
      if (before === 0) this.#sendAfter(this.#walk)
      return
    }
    this.#walk = undefined
    if (difference === undefined) {
      this.#sendAll()
      return
    }
    const newest = this.#isNewestFirst && !this.#isSendingAfter ? difference.splice(-NEWEST_FIRST) : []
    this.#queue.addFirst([...newest, ...difference])
  }

  /**
   * What comes after the clock of the peer's newest document is none of its documents' ancestors: it is sent at once,
   * while the walk finds what else the peer lacks. Most of that has nearly the same clock, and goes first.
   */
  #sendAfter(walk: HistoryWalk): void {
    const clock = walk.heldClock
    const near = walkNear(this.#ports, this.#room, this.#frontier.ids, clock)
    const lacking = near?.step(WALK_STEPS)
    this.#work.looked(near?.visited ?? 0, (near?.visited ?? 0) * WALK_COST)
    if (lacking === undefined) return
    walk.listUpTo(clock)
    this.#isSendingAfter = true
    this.#queue.addAll(clock + 1)
    this.#queue.addFirst(lacking)
    if (this.#isNewestFirst) this.#newestFirst()
  }

  #sendAll(): void {
    this.#isSendingAfter = false
    const { historyFrom } = this
    this.#queue.addAll(historyFrom)
    if (historyFrom > 0) this.#queue.addFirst([{ id: this.#room, clock: 1 }])
    if (this.#isNewestFirst) this.#newestFirst()
  }

  #newestFirst(): void {
    const newest = this.#ports.newest(this.#room, NEWEST_FIRST)
    this.#queue.addFirst(newest.filter((document) => this.#queue.isBeyondCursor(document)))
  }

  /** A document is new here, and this peer should get it. */
  addNew(document: NewDocument): void {
    if (!this.isSending) return
    if (this.#isNewestFirst && this.#newAhead < NEW_AHEAD && this.#queue.isBeyondCursor(document)) {
      this.#newAhead++
      this.#queue.addAhead(document)
    } else this.#queue.addNew(document)
    this.#onChange()
  }

  /** A document of somebody else is new here. `sent`: it goes now. `waits`: it is offered soon. `full`: neither. */
  pass(document: NewDocument): 'sent' | 'waits' | 'full' {
    if (this.#forwarding.isLazy) return this.#forwarding.wait(document) ? 'waits' : 'full'
    this.#forwarding.pushed(document.id)
    this.addNew(document)
    return 'sent'
  }

  /** What waited to be offered is, as far as the peer still lacks it. Of too much for a peer, a comparison tells what it lacks. */
  offerWaiting(): void {
    if (!this.isSending) return
    if (!this.#outbox.offer(this.#forwarding.takeWaiting())) this.compareAgain()
    this.#onChange()
  }

  /** Whether some of what the peer requested waits to be sent. */
  get hasRequested(): boolean {
    return this.#outbox.hasRequested
  }

  /** The peer lacks a document. */
  add(document: Position): void {
    if (!this.isSending) return
    this.#queue.add(document)
    this.#onChange()
  }

  #sendAllAfterFrontier(): void {
    const { ids } = this.#frontier
    this.#walk = ids.length === 0 ? undefined : this.#walkFrom(ids, MAX_DIFFERENCE)
    if (this.#walk === undefined) this.#sendAll()
    this.walkOn()
  }

  /**
   * For when both sides wrote while they were apart: sends what is here beyond what the peer held then, which needs no
   * comparison, and what it has got elsewhere is a duplicate. Returns false, and sends nothing, if that is not found in
   * one go.
   */
  catchUp(): boolean {
    const held = this.#heldBefore
    this.#heldBefore = []
    if (!this.isSending || held.length === 0 || this.#frontier.headsDigest !== undefined) return false
    const walk = this.#work.mayLook ? this.#walkFrom(held, WALK_STEPS) : undefined
    const difference = walk?.step(WALK_STEPS)
    this.#work.looked(walk?.visited ?? 0, (walk?.visited ?? 0) * WALK_COST)
    if (difference === undefined) return false
    this.#startAnew()
    this.#queue.addFirst(difference)
    this.#onChange()
    return true
  }

  /** Undefined if there are so many heads that the difference surely exceeds the limit. */
  #walkFrom(held: readonly DocumentId[], maxDifference: number): HistoryWalk | undefined {
    const limit = maxDifference + held.length + 1
    const heads = this.#ports.newestHeads(this.#room, limit)
    return heads.length === limit ? undefined : new HistoryWalk(this.#ports, this.#room, heads, held)
  }

  #isBeyondCursor(id: DocumentId): boolean {
    const document = this.#ports.document(this.#room, id)
    return document !== undefined && this.#queue.isBeyondCursor(document)
  }

  /** The peer requested a document that was offered to it: it is sent next. */
  request(document: Position): void {
    if (!this.isSending) return
    this.#forwarding.requested()
    this.#outbox.request(document)
    this.#onChange()
  }

  /** The peer deferred documents; nothing is sent until then, because later documents would overtake them. */
  defer(documents: readonly Position[], untilMs: number): void {
    this.#outbox.defer(documents, untilMs)
  }

  /** Continues with deferred documents once their time is over; returns the time left. */
  resume(nowMs: number): number {
    const leftMs = this.#outbox.resume(nowMs)
    if (leftMs === 0) this.#onChange()
    return leftMs
  }

  /**
   * Takes what to send next, up to a size, a count and a number of offers, except documents that are held or
   * `skip`ped.
   */
  take(maxBytes: number, maxItems: number, maxOffers: number, skip: (id: DocumentId) => boolean): Outgoing {
    if (!this.isSending || this.#isHeldUp || maxBytes <= 0) return { documents: [], offers: [] }
    const isSent = (id: DocumentId): boolean => this.isHeld(id) || skip(id)
    return this.#outbox.take({ maxBytes, maxItems, maxOffers }, this.sharing.mode, isSent)
  }

  #clear(): void {
    this.#outbox.clear()
    this.#forwarding.takeWaiting()
    this.#newAhead = 0
    this.#walk = undefined
    this.#isSendingAfter = false
  }
}
