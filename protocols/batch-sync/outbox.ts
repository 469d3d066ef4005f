/** What waits to be sent to one peer in one room: what it requested first, then the queue, without what it deferred. */
import type { DocumentId, RoomId } from '../wire/ids.ts'
import type { Position } from '../wire/order.ts'
import { MAX_PENDING_OFFERS, OFFER_ABOVE_BYTES } from './constants.ts'
import type { BatchSyncPorts, HeldDocument, Sharing } from './ports.ts'
import type { SendQueue } from './send-queue.ts'

/** What to send now. */
export interface Outgoing {
  /** To be sent in full. */
  documents: HeldDocument[]
  /** To be offered first. */
  offers: Position[]
}

interface Limits {
  maxBytes: number
  maxItems: number
  maxOffers: number
}

/** One room's. What the peer holds is not known here: `take` asks. */
export class Outbox {
  readonly #room: RoomId
  readonly #ports: Pick<BatchSyncPorts, 'document'>
  readonly #queue: SendQueue
  /** Offered documents that the peer requested: they are sent first. */
  readonly #requested = new Map<DocumentId, Position>()
  /** To be offered, whatever their size. */
  readonly #toOffer = new Map<DocumentId, Position>()
  /** Deferred by the peer, which accepts nothing until then; 0 if it does. */
  readonly #deferred = new Map<DocumentId, Position>()
  #pausedUntilMs = 0

  constructor(room: RoomId, ports: Pick<BatchSyncPorts, 'document'>, queue: SendQueue) {
    this.#room = room
    this.#ports = ports
    this.#queue = queue
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty && this.#requested.size === 0 && this.#toOffer.size === 0
  }

  /** Whether nothing waits, not even what was deferred. */
  get isIdle(): boolean {
    return this.isEmpty && this.#deferred.size === 0
  }

  get isPaused(): boolean {
    return this.#pausedUntilMs > 0
  }

  get isOnlyFewNew(): boolean {
    return this.#requested.size === 0 && this.#queue.isOnlyFewNew
  }

  request(document: Position): void {
    this.#requested.set(document.id, document)
  }

  /** Returns false, and offers nothing that waits, if that is too much: the peer answers no offers. */
  offer(documents: readonly Position[]): boolean {
    for (const document of documents) this.#toOffer.set(document.id, document)
    if (this.#toOffer.size <= MAX_PENDING_OFFERS) return true
    this.#toOffer.clear()
    return false
  }

  get hasRequested(): boolean {
    return this.#requested.size > 0
  }

  defer(documents: readonly Position[], untilMs: number): void {
    for (const document of documents) this.#deferred.set(document.id, document)
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs)
  }

  /** What was deferred is in the queue again once its time is over; returns the time left. */
  resume(nowMs: number): number {
    if (nowMs < this.#pausedUntilMs) return this.#pausedUntilMs - nowMs
    this.#queue.addFirst([...this.#deferred.values()])
    this.#deferred.clear()
    this.#pausedUntilMs = 0
    return 0
  }

  /** The peer has a document. */
  delete(id: DocumentId): void {
    this.#requested.delete(id)
    this.#toOffer.delete(id)
    this.#deferred.delete(id)
  }

  /** A pause goes on. */
  clear(): void {
    this.#requested.clear()
    this.#toOffer.clear()
    this.#deferred.clear()
    this.#queue.clear()
  }

  take(
    { maxBytes, maxItems, maxOffers }: Limits,
    mode: Sharing['mode'],
    isSent: (id: DocumentId) => boolean,
  ): Outgoing {
    const documents: HeldDocument[] = []
    const offers: Position[] = []
    const taken = new Set<DocumentId>()
    let freeBytes = maxBytes
    const fits = (document: HeldDocument): boolean => {
      if (documents.length === maxItems || document.block.length > freeBytes) return false
      freeBytes -= document.block.length
      documents.push(document)
      taken.add(document.id)
      return true
    }
    const fitsOrOffer = (document: HeldDocument): boolean => {
      if (!isOffered(document, mode)) return fits(document)
      if (offers.length === maxOffers) return false
      offers.push({ id: document.id, clock: document.clock })
      taken.add(document.id)
      return true
    }
    this.#takeRequested(fits)
    if (this.#requested.size === 0) {
      const isTaken = (id: DocumentId): boolean => taken.has(id) || isSent(id)
      this.#queue.take({ isSent: isTaken, take: fitsOrOffer, freeBytes: () => freeBytes })
      this.#takeOffers(offers, maxOffers, isTaken)
    }
    return { documents, offers }
  }

  #takeOffers(offers: Position[], maxOffers: number, isSent: (id: DocumentId) => boolean): void {
    for (const [id, document] of this.#toOffer) {
      if (offers.length >= maxOffers) return
      this.#toOffer.delete(id)
      if (!isSent(id)) offers.push(document)
    }
  }

  #takeRequested(fits: (document: HeldDocument) => boolean): void {
    for (const id of this.#requested.keys()) {
      const document = this.#ports.document(this.#room, id)
      if (document !== undefined && !fits(document)) return
      this.#requested.delete(id)
    }
  }
}

function isOffered({ block }: HeldDocument, mode: Sharing['mode']): boolean {
  return mode === 'interactive' || (mode === 'auto' && block.length > OFFER_ABOVE_BYTES)
}
