/**
 * Documents that cannot be applied yet, because ancestors are missing or nothing proves their author yet.
 * They are durable, so they can be acknowledged. Their number is bounded per peer and room. When the room's space
 * is used up, some give way to those of peers that have fewer, so that nobody can fill it for good; if they matter,
 * they are found missing again when histories are compared.
 */
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { digestOfDocumentId, type DocumentId, type PeerId, type RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, compareSortKeys, type Position, type SortKey } from '../../protocols/wire/order.ts'
import {
  MAX_PENDING_BYTES_PER_PEER,
  MAX_PENDING_BYTES_PER_ROOM,
  MAX_PENDING_PER_PEER,
  MAX_PENDING_PER_ROOM,
} from './constants.ts'
import { ancestorsOf } from './ancestors.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'
import { firstIndexNotBefore } from '../store/sorted-positions.ts'
import { storedDocument } from './stored-document.ts'
import { bytesInMemory, WaitingLoads } from './waiting-loads.ts'

export interface PendingDocument {
  document: Document
  from: PeerId
  /** Not known to lack a valid signature of its own. */
  isSigned: boolean
  /** Its own signature is valid, or an authentic document by its author names it as previous. */
  isAuthentic: boolean
  /** This node wrote it on top of a history that was still to come. It gives way to nothing. */
  isOwn: boolean
  missing: Set<DocumentId>
}

/** What a document waits for: documents that are not here, or something that proves who wrote it or one before it. */
export type PendingReason = 'ancestors' | 'proof'

export class PendingDocuments {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #reader: DocumentReader
  readonly #pending = new Map<DocumentId, PendingDocument>()
  /** The same documents in the room's order as far as it is known. */
  readonly #inOrder: Document[] = []
  /** For each missing id, the pending documents that name it. */
  readonly #waiting = new Map<DocumentId, Set<DocumentId>>()
  readonly #loads = new WaitingLoads()
  /** Found to lack a valid signature. */
  readonly #foundUnsigned = new WeakSet<Document>()
  #unsigned = 0
  /** Computed when asked for, until something changes. */
  #sorted: readonly SortKey[] | undefined
  #reasons: ReadonlyMap<DocumentId, PendingReason> | undefined
  #sizeBytes = 0

  constructor(room: RoomId, store: RoomStore, reader: DocumentReader) {
    this.#room = room
    this.#store = store
    this.#reader = reader
  }

  /** The pending documents that were stored before a restart. What the disk damaged counts as one that is not here. */
  restored(): { document: Document; from: PeerId }[] {
    return this.#store.pending(this.#room).flatMap((row) => {
      const document = storedDocument(row, this.#reader)
      return document === undefined ? [] : { document, from: row.from }
    })
  }

  get size(): number {
    return this.#pending.size
  }

  /** Whether any pending document is known to lack a valid signature of its own. */
  get hasUnsigned(): boolean {
    return this.#unsigned > 0
  }

  /**
   * Checks a document's own signature, and notes it if that is missing or invalid. A pending one has to be checked once
   * all its ancestors are accepted: it waits for a proof then. Before that, nobody needs to know, and a check takes
   * longer than all else.
   */
  isUnsigned(document: Document): boolean {
    if (this.#reader.isSignatureValid(document)) return false
    this.#foundUnsigned.add(document)
    const pending = this.#pending.get(document.id)
    if (pending?.isSigned === true) {
      pending.isSigned = false
      this.#unsigned++
    }
    return true
  }

  /** Ids that pending documents wait for and that are not pending themselves. */
  missing(): DocumentId[] {
    return [...this.#waiting.keys()].filter((id) => !this.#pending.has(id))
  }

  /** Missing ids that the given documents wait for, each once. */
  missingFor(documents: readonly Document[]): DocumentId[] {
    const missing = documents.flatMap(({ id }) => [...(this.#pending.get(id)?.missing ?? [])])
    return [...new Set(missing)].filter((id) => !this.#pending.has(id))
  }

  /** Whether a document, or one before it that is not accepted, names `id` or is it. */
  waitsFor(document: DocumentId, id: DocumentId): boolean {
    const seen = new Set<DocumentId>([document])
    for (const next of seen) {
      if (next === id) return true
      for (const missing of this.#pending.get(next)?.missing ?? []) seen.add(missing)
    }
    return false
  }

  /** What each waits for. */
  reasons(): ReadonlyMap<DocumentId, PendingReason> {
    if (this.#reasons !== undefined) return this.#reasons
    const reasons = new Map<DocumentId, PendingReason>()
    for (const { id } of this.#inOrder) {
      const missing = [...(this.#pending.get(id)?.missing ?? [])]
      // Ancestors come first in order.
      const isComplete = missing.every((ancestor) => reasons.get(ancestor) === 'proof')
      reasons.set(id, isComplete ? 'proof' : 'ancestors')
    }
    this.#reasons = reasons
    return reasons
  }

  /** Sort keys from `lower` to before `upper`, the first `limit` of them. */
  sortKeys(lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    this.#sorted ??= this.#inOrder
      .map(({ clock, id }) => ({ clock, digest: digestOfDocumentId(id) }))
      .sort(compareSortKeys)
    const from = firstIndexFrom(this.#sorted, lower)
    const to = upper === undefined ? this.#sorted.length : firstIndexFrom(this.#sorted, upper)
    return this.#sorted.slice(from, Math.min(to, from + limit))
  }

  /** In the room's order as far as it is known; of more than `limit`, the last. */
  documents(limit = Infinity): Document[] {
    return this.#inOrder.slice(-limit)
  }

  /** Those after a position whose authors are proven, in order. */
  provenAfter(position: Position): Document[] {
    const proven = [...this.#pending.values()].filter(({ isAuthentic }) => isAuthentic)
    const after = proven.filter(({ document }) => comparePositions(document, position) > 0)
    return after.map(({ document }) => document).sort(comparePositions)
  }

  /** Bytes of those by one author, or of all. */
  bytesOf(author?: PeerId): number {
    const documents = this.#pending.size === 0 ? [] : this.documents()
    const counted = author === undefined ? documents : documents.filter((document) => document.author === author)
    return counted.reduce((sum, { block }) => sum + block.length, 0)
  }

  get(id: DocumentId): PendingDocument | undefined {
    return this.#pending.get(id)
  }

  /** Pending documents that name `id` as an ancestor. */
  waitingFor(id: DocumentId): PendingDocument[] {
    return [...(this.#waiting.get(id) ?? [])].flatMap((waiting) => this.#pending.get(waiting) ?? [])
  }

  /** Those of the documents, in order, for which pending ones wait; the others are pending no more. */
  awaitedOf(documents: readonly Document[]): Document[] {
    // The last one first: those before it may then be waited for by nobody.
    return documents
      .toReversed()
      .filter(({ id }) => {
        if (this.isAwaited(id)) return true
        this.remove(id)
        return false
      })
      .reverse()
  }

  /** Drops those of the documents that no other pending one names. Returns their ids, and what only they waited for. */
  dropUnawaited(documents: readonly Document[]): { ids: DocumentId[]; missing: DocumentId[] } {
    const ids: DocumentId[] = []
    const missing = new Set<DocumentId>()
    for (const { id } of documents.toSorted(comparePositions).reverse()) {
      const pending = this.#pending.get(id)
      if (pending === undefined || this.isAwaited(id)) continue
      ids.push(id)
      for (const ancestor of pending.missing) missing.add(ancestor)
      this.remove(id)
    }
    return { ids, missing: [...missing].filter((id) => !this.isAwaited(id)) }
  }

  /** Whether an authentic pending document of the same author names this one as previous. */
  isNamedByAuthentic({ id, author }: Document): boolean {
    return this.waitingFor(id).some(
      ({ document, isAuthentic }) => isAuthentic && document.previous === id && document.author === author,
    )
  }

  /** Marks the pending documents before an authentic one in its author's chain as authentic, and returns them. */
  authenticateBefore({ previous, author }: Document): Document[] {
    const authenticated: Document[] = []
    let pending = previous === null ? undefined : this.#pending.get(previous)
    while (pending !== undefined && !pending.isAuthentic && pending.document.author === author) {
      pending.isAuthentic = true
      authenticated.push(pending.document)
      pending = pending.document.previous === null ? undefined : this.#pending.get(pending.document.previous)
    }
    return authenticated
  }

  /** What this node wrote on top of a history that is still to come, in order. */
  own(): Document[] {
    const own = [...this.#pending.values()].filter(({ isOwn }) => isOwn)
    return own.map(({ document }) => document).sort((a, b) => a.seq - b.seq)
  }

  isAwaited(id: DocumentId): boolean {
    return this.#waiting.has(id)
  }

  /** Whether a pending document names this one, or this one a pending document. */
  isBeside(document: Document): boolean {
    if (this.#pending.size === 0) return false
    return this.#waiting.has(document.id) || ancestorsOf(document).some((id) => this.#pending.has(id))
  }

  /** Notes whether a peer is in the room now. What peers sent that left gives way first. */
  setPresent(peer: PeerId, isPresent: boolean): void {
    this.#loads.setPresent(peer, isPresent)
  }

  /** Makes space for a document of at most `maxBytes` in all, by dropping those that give way to it; false if too few do. */
  makeSpace(document: Document, from: PeerId, maxBytes: number): boolean {
    const sizeBytes = bytesInMemory(document)
    while (this.#isOverShare(from, sizeBytes)) {
      // It waits for no other document: what comes later in the order may be fetched again.
      const last = this.#isOnlyUnproven(document) ? this.#lastOf(from) : undefined
      if (last === undefined || comparePositions(document, last) > 0) return false
      this.remove(last.id)
    }
    const max = Math.min(MAX_PENDING_BYTES_PER_ROOM, maxBytes)
    while (this.#pending.size >= MAX_PENDING_PER_ROOM || this.#sizeBytes + sizeBytes > max) {
      const first = this.#loads.firstToGo({ from, isStranger: this.#isStranger(document.author), sizeBytes })
      if (first === undefined) return false
      this.remove(first)
    }
    return true
  }

  #isOnlyUnproven(document: Document): boolean {
    return ancestorsOf(document).every((id) => this.#pending.has(id) || this.#store.hasDocument(id))
  }

  /** Whether a peer has used up its share, so that another document might not fit. */
  isShareUsedUp(peer: PeerId): boolean {
    return this.#isOverShare(peer, MAX_DOCUMENT_BYTES)
  }

  #isOverShare(peer: PeerId, moreBytes: number): boolean {
    const { documents, sizeBytes } = this.#loads.of(peer)
    return documents >= MAX_PENDING_PER_PEER || sizeBytes + moreBytes > MAX_PENDING_BYTES_PER_PEER
  }

  /** What a peer sent that is last in the room's order. */
  #lastOf(peer: PeerId): Document | undefined {
    let last: Document | undefined
    for (const id of this.#loads.idsOf(peer)) {
      const document = this.#pending.get(id)?.document
      if (document !== undefined && (last === undefined || comparePositions(document, last) > 0)) last = document
    }
    return last
  }

  /** Drops documents until the others have no more than `maxBytes`. */
  shrinkTo(maxBytes: number): void {
    while (this.#sizeBytes > maxBytes) {
      const first = this.#loads.firstToGo()
      if (first === undefined) return
      this.remove(first)
    }
  }

  /** A first document by an author was accepted: what else it wrote is no stranger's any more. */
  authorIsKnown(author: PeerId): void {
    this.#loads.authorIsKnown(author)
  }

  #isStranger(author: PeerId): boolean {
    return this.#store.authorHead(this.#room, author) === undefined
  }

  /** Keeps a pending document in memory; `add` also stores it. */
  index(pending: Omit<PendingDocument, 'isSigned'>): void {
    const { document, from, missing } = pending
    const isSigned = document.signature.length > 0 && !this.#foundUnsigned.has(document)
    this.#inOrder.splice(firstIndexNotBefore(this.#inOrder, document), 0, document)
    this.#pending.set(document.id, { ...pending, isSigned })
    this.#changed()
    if (!isSigned) this.#unsigned++
    this.#sizeBytes += bytesInMemory(document)
    if (!pending.isOwn) this.#loads.add(document, from, this.#isStranger(document.author))
    for (const id of missing) this.#wait(document.id, id)
  }

  add(pending: Omit<PendingDocument, 'isSigned'>): void {
    const { document, from } = pending
    this.index(pending)
    this.#store.apply({
      type: 'put-pending',
      document: { id: document.id, room: this.#room, from, block: document.block },
    })
  }

  remove(id: DocumentId): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    const { document, from, missing, isSigned } = pending
    this.#pending.delete(id)
    this.#inOrder.splice(firstIndexNotBefore(this.#inOrder, document), 1)
    this.#changed()
    if (!isSigned) this.#unsigned--
    this.#sizeBytes -= bytesInMemory(document)
    for (const ancestor of missing) this.#noLongerWaiting(id, ancestor)
    if (!pending.isOwn) this.#loads.delete(document, from)
    this.#store.apply({ type: 'delete-pending', id })
  }

  /** Those before a position give way, but for this node's own and some others. */
  dropBefore(position: Position, others: ReadonlySet<DocumentId>): void {
    const before = [...this.#pending.values()].filter(({ document }) => comparePositions(document, position) < 0)
    for (const { document, isOwn } of before) if (!isOwn && !others.has(document.id)) this.remove(document.id)
  }

  /** Notes that an ancestor was accepted: nothing waits for it any more. */
  arrived(id: DocumentId): void {
    if (!this.#waiting.has(id)) return
    this.#changed()
    for (const pending of this.waitingFor(id)) pending.missing.delete(id)
    this.#waiting.delete(id)
  }

  /** Notes that accepted documents have left the room: what names them waits for them again. Returns which it names. */
  left(ids: readonly DocumentId[]): DocumentId[] {
    if (this.#pending.size === 0 || ids.length === 0) return []
    this.#changed()
    const left = new Set(ids)
    const named = new Set<DocumentId>()
    for (const { document, missing } of this.#pending.values()) {
      for (const id of ancestorsOf(document).filter((ancestor) => left.has(ancestor))) {
        missing.add(id)
        this.#wait(document.id, id)
        named.add(id)
      }
    }
    return [...named]
  }

  #changed(): void {
    this.#sorted = undefined
    this.#reasons = undefined
  }

  #wait(id: DocumentId, ancestor: DocumentId): void {
    const waiting = this.#waiting.get(ancestor) ?? new Set()
    this.#waiting.set(ancestor, waiting.add(id))
  }

  #noLongerWaiting(id: DocumentId, ancestor: DocumentId): void {
    const waiting = this.#waiting.get(ancestor)
    waiting?.delete(id)
    if (waiting?.size === 0) this.#waiting.delete(ancestor)
  }
}

/** The index of the first of some sorted keys that is not before `bound`. */
function firstIndexFrom(sorted: readonly SortKey[], bound: SortKey): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const key = sorted[middle]
    if (key !== undefined && compareSortKeys(key, bound) < 0) low = middle + 1
    else high = middle
  }
  return low
}
