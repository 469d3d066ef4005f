/**
 * A room's documents as a graph. It takes blocks in any order and any number of times, and accepts
 * each document once its author is proven and all its ancestors are here.
 *
 * Invariants
 * 1. An accepted document's ancestors are accepted, and were accepted before it.
 * 2. The store's heads are exactly the accepted documents that no accepted one names.
 * 3. An accepted document has its author's signature, or is the `previous` of an accepted document by
 *    the same author that is proven in this way: anyone who has all accepted documents can prove them.
 * 4. The accepted documents are the largest part of the received blocks for which this holds, in
 *    whatever order they arrived. The exceptions are blocks that had no space to be pending or gave way, and those
 *    with an invalid signature that arrived before their proof. Those that gave way were acknowledged, but comparing
 *    histories finds them missing. The others were not acknowledged, so they are sent again.
 */
import type { Document } from '../../protocols/document/document.ts'
import { DocumentError } from '../../protocols/document/errors.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position, type SortKey } from '../../protocols/wire/order.ts'
import { Gate } from './access/gate.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'
import { acceptableOf, authenticOf, except, exceptThese, poolOf } from './acceptable.ts'
import { ancestorsOf, missingBeforeFirst } from './ancestors.ts'
import { Contested } from './contested.ts'
import { isAttack, MISSING_ANCESTOR, NO_RIGHT } from './faults.ts'
import { RoomHeads } from './heads.ts'
import { emptyIntake, NOT_ADMITTED, type Admission, type Intake } from './intake.ts'
import { PendingDocuments, type PendingReason } from './pending-documents.ts'
import { dropRemoved, missingOf } from './removed-authors.ts'
import type { RoomStore } from './room-store.ts'
import { Withheld } from './withheld.ts'

export class RoomGraph {
  readonly #room: RoomId
  readonly #store: RoomStore
  readonly #reader: DocumentReader
  readonly #pending: PendingDocuments
  readonly #freeBytes: () => number
  readonly #self: PeerId | undefined
  readonly #contested = new Contested()
  readonly heads: RoomHeads
  readonly gate: Gate
  readonly withheld: Withheld

  /**
   * `freeBytes`: what accepted and pending documents together may add. Default: there is no such limit. `self`: the
   * author of what is written here.
   */
  constructor(room: RoomId, store: RoomStore, reader = documentReader, freeBytes = () => Infinity, self?: PeerId) {
    this.#freeBytes = freeBytes
    this.#self = self
    this.#room = room
    this.#store = store
    this.#reader = reader
    this.heads = new RoomHeads(room, store)
    this.gate = new Gate({ room, store, reader, self })
    this.withheld = new Withheld({ room, store, reader, self, gate: this.gate })
    this.#pending = new PendingDocuments(room, store, reader)
    const restored = this.#pending.restored()
    const authentic = this.#authentic(restored.map(({ document }) => document))
    for (const { document, from } of restored) {
      this.#pending.isUnsigned(document) // notes that it is
      this.#pending.index({ ...this.#pendingOf(document, from), isAuthentic: authentic.has(document.id) })
    }
  }

  get pendingCount(): number {
    return this.#pending.size
  }

  /** Bytes of pending documents, of one author or of all: they take space as the others do. */
  pendingBytes(author?: PeerId): number {
    return this.#pending.bytesOf(author)
  }

  /** In the room's order as far as it is known; of more than `limit`, the newest. */
  pending(limit = Infinity): Document[] {
    return this.#pending.documents(limit)
  }

  /** Those after a position whose authors are proven and known to have the right to write, in order. */
  rightfulPendingAfter(position: Position): Document[] {
    return this.gate.control === undefined ? this.#pending.provenAfter(position) : []
  }

  isShareUsedUp(peer: PeerId): boolean {
    return this.#pending.isShareUsedUp(peer)
  }

  setPresent(peer: PeerId, isPresent: boolean): void {
    this.#pending.setPresent(peer, isPresent)
  }

  isPending(id: DocumentId): boolean {
    return this.pendingDocument(id) !== undefined
  }

  pendingDocument(id: DocumentId): Document | undefined {
    return this.#pending.get(id)?.document
  }

  /** Whether a document, or one before it that is not accepted, names `id` or is it. */
  waitsFor(document: DocumentId, id: DocumentId): boolean {
    return this.#pending.waitsFor(document, id)
  }

  /** A pending document with a valid signature of its own. */
  signedPending(id: DocumentId): Document | undefined {
    const document = this.pendingDocument(id)
    return document !== undefined && this.#reader.isSignatureValid(document) ? document : undefined
  }

  /** How many pending documents have all ancestors here, accepted or pending: they wait for a proof of their author. */
  get unprovenCount(): number {
    return [...this.#pending.reasons().values()].filter((reason) => reason === 'proof').length
  }

  /** Nobody has what pending documents before a position wait for: they give way, but for some. */
  dropPendingBefore(position: Position, others: ReadonlySet<DocumentId>): void {
    this.#pending.dropBefore(position, others)
  }

  /** What each pending document waits for. */
  pendingReasons(): ReadonlyMap<DocumentId, PendingReason> {
    return this.#pending.reasons()
  }

  /** Sort keys of pending documents from `lower` to before `upper`, the first `limit` of them. */
  pendingKeys(lower: SortKey, upper: SortKey | undefined, limit: number): SortKey[] {
    return this.#pending.sortKeys(lower, upper, limit)
  }

  /** Ids of documents that pending ones need and that nobody has sent yet. */
  missing(): DocumentId[] {
    return missingOf(this.gate.control, this.#pending, this.#self)
  }

  /** Receives the blocks from a peer that `admit` accepts. */
  receive(blocks: readonly Uint8Array[], from: PeerId, admit: Admission): Intake {
    const intake = emptyIntake()
    return this.#take(this.#decodeNew(blocks, intake), from, admit, intake)
  }

  /** The same for a document of this room that is already decoded. */
  receiveDocument(document: Document, from: PeerId, admit: Admission): Intake {
    const intake = emptyIntake()
    return this.#take(this.#withoutKnown([document], intake), from, admit, intake)
  }

  #take(documents: readonly Document[], from: PeerId, admit: Admission, intake: Intake): Intake {
    const arrived = documents.filter((document) => {
      const admission = admit(document)
      if (admission === 'welcome') return true
      intake.rejected.push(admission)
      if (NOT_ADMITTED[admission]) intake.deferred.push(document.id)
      return false
    })
    const arrivedBytes = arrived.reduce((sum, { block }) => sum + block.length, 0)
    this.#pending.shrinkTo(this.#freeBytes() - arrivedBytes)
    const contested = this.#contested.beside(arrived)
    const pool = poolOf([...arrived, ...contested], this.#pending, (...given) => this.#opensUp(...given))
    const acceptable = this.#acceptableOf(pool)
    const { accepted, refused, changedFrom } = this.gate.take(acceptable)
    for (const document of accepted) this.#accept(document, intake)
    const left = except(pool, acceptable)
    const faulty = this.#dropFaulty(left, intake)
    for (const { id } of exceptThese(arrived, except(pool, accepted))) intake.durable.push(id)
    const isLeft = new Set(left)
    const waiting = arrived.filter((document) => isLeft.has(document) && !faulty.has(document))
    this.#putPending(waiting, from, intake)
    this.#contested.accepted(accepted)
    this.#contested.refused(refused, this.gate.control)
    this.#refuse(
      contested.length === 0 ? refused : refused.filter((document) => !contested.includes(document)),
      from,
      intake,
    )
    if (changedFrom !== undefined) this.#ruledFrom(changedFrom, intake)
    dropRemoved(this.gate.control, this.#pending, arrived, intake, this.#self)
    intake.unawaited = this.#notAsked(intake.unawaited)
    return intake
  }

  /** Those that nothing waits for, or only acts of authors who were removed. */
  #notAsked(ids: DocumentId[]): DocumentId[] {
    const awaited = new Set(ids.filter((id) => this.#pending.isAwaited(id)))
    if (awaited.size === 0) return ids
    const asked = new Set(this.missing())
    return ids.filter((id) => !awaited.has(id) || !(asked.has(id) || this.isPending(id)))
  }

  /** Documents without the right to be here wait if others wait for them, which may have it. */
  #refuse(documents: readonly Document[], from: PeerId, intake: Intake): void {
    const awaited = this.#pending.awaitedOf(documents)
    const isAwaited = new Set(awaited)
    for (const document of documents) if (!isAwaited.has(document)) intake.unawaited.push(document.id)
    intake.rejected.push(...documents.slice(awaited.length).map(() => NO_RIGHT))
    const waiting = awaited.filter(({ id }) => !this.isPending(id))
    this.#putPending(waiting, from, intake)
  }

  /** Other documents count than before. */
  #ruledFrom(clock: number, intake: Intake): void {
    const left = this.gate.retractFrom(clock)
    intake.ruledFrom = left.clock
    if (left.documents.length > 0) this.heads.readAgain()
    this.#contested.refused(left.documents, this.gate.control)
    this.withheld.revise(left.clock)
    intake.left.push(...left.documents)
    intake.awaited.push(...this.#pending.left(left.documents.map(({ id }) => id)))
  }

  /**
   * Accepts a document, the ancestors of which were dropped elsewhere and are known now, and those that waited for them.
   * `replaced`: heads that come before it.
   */
  beginWith(base: Document, replaced: readonly DocumentId[]): Intake {
    const intake = emptyIntake()
    for (const id of this.#pending.missing()) if (this.#store.hasDocument(id)) this.#pending.arrived(id)
    this.#accept(base, intake, replaced)
    const pool = this.pending()
    const acceptable = new Set(this.#acceptableOf(pool))
    for (const document of acceptable) this.#accept(document, intake)
    this.#dropFaulty(
      pool.filter((document) => !acceptable.has(document)),
      intake,
    )
    return intake
  }

  /** Adds a document made and signed here. It waits if ancestors are still to come. */
  append(document: Document): Intake {
    const intake: Intake = { ...emptyIntake(), durable: [document.id] }
    if (ancestorsOf(document).every((id) => this.heads.isNewest(id) || this.#store.hasDocument(id))) {
      const { changedFrom } = this.gate.take([document], true)
      this.#accept(document, intake)
      if (changedFrom !== undefined) this.#ruledFrom(changedFrom, intake)
      return intake
    }
    this.#pending.add({ ...this.#pendingOf(document, document.author), isOwn: true, isAuthentic: true })
    return { ...intake, ahead: document }
  }

  /** The newest document that was written here on top of a history that is still to come. */
  get newestAhead(): Document | undefined {
    return this.#pending.own().at(-1)
  }

  /** One that was. */
  ahead(id: DocumentId): Document | undefined {
    const pending = this.#pending.get(id)
    return pending?.isOwn === true ? pending.document : undefined
  }

  #decodeNew(blocks: readonly Uint8Array[], intake: Intake): Document[] {
    const documents: Document[] = []
    for (const block of blocks) {
      const document = this.#decode(block, intake)
      if (isAttack(intake.rejected)) return []
      if (document !== undefined) documents.push(document)
    }
    return this.#withoutKnown(documents, intake)
  }

  /** Each new document once; the others are already durable. */
  #withoutKnown(documents: readonly Document[], intake: Intake): Document[] {
    const unknown = new Map<DocumentId, Document>()
    for (const document of documents) {
      if (this.isPending(document.id) || this.#isAccepted(document)) intake.known.push(document.id)
      else unknown.set(document.id, document)
    }
    intake.durable.push(...intake.known)
    return [...unknown.values()]
  }

  /** Of a history, most documents come after all that is here of their author. */
  #isAccepted({ id, author, seq }: Document): boolean {
    return seq <= (this.#store.authorHead(this.#room, author)?.seq ?? -1) && this.#store.hasDocument(id)
  }

  #decode(block: Uint8Array, intake: Intake): Document | undefined {
    try {
      const document = this.#reader.decode(block)
      if ((document.room ?? document.id) === this.#room) return document
      intake.rejected.push('wrong-room')
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error
      intake.rejected.push(error.code)
    }
    return undefined
  }

  /** Whether this document may make pending ones acceptable. It does not if it has to wait behind them itself. */
  #opensUp(document: Document, arrived: ReadonlyMap<DocumentId, Document>): boolean {
    // Of a history, most come after what has just arrived, which the store need not be asked for.
    if (ancestorsOf(document).every((id) => !arrived.has(id) && this.#store.hasDocument(id))) return true
    // Those may only wait for somebody to build on them who may write.
    if (this.gate.control !== undefined && ancestorsOf(document).some((id) => this.isPending(id))) return true
    if (!this.#pending.hasUnsigned && this.gate.control === undefined) return false // all wait for ancestors only
    const previous = document.previous === null ? undefined : this.#pending.get(document.previous)
    return previous?.isSigned === false || this.#pending.isAwaited(document.id)
  }

  #acceptableOf(pool: readonly Document[]): Document[] {
    const isUnsigned = (document: Document): boolean => this.#pending.isUnsigned(document)
    return acceptableOf(pool, (...given) => this.#faultOf(...given), isUnsigned)
  }

  /** Checks the rules that a block alone cannot show. */
  #faultOf(document: Document, candidates: ReadonlyMap<DocumentId, Document>): string | undefined {
    const { previous, author, seq, clock } = document
    let newest = 0
    for (const id of ancestorsOf(document)) {
      const ancestor = candidates.get(id) ?? this.#store.documentHeader(id)
      if (ancestor === undefined) return MISSING_ANCESTOR
      if ((ancestor.room ?? ancestor.id) !== this.#room) return 'ancestor-of-other-room'
      if (id === previous && (ancestor.author !== author || ancestor.seq !== seq - 1)) return 'previous-not-own'
      newest = Math.max(newest, ancestor.clock)
    }
    return clock === newest + 1 ? undefined : 'clock-not-after-ancestors'
  }

  /** Refuses documents that break the rules, and pending documents after them, which can never be accepted. */
  #dropFaulty(documents: readonly Document[], intake: Intake): Set<Document> {
    const faulty = new Set<Document>()
    for (const document of documents) {
      const fault = this.#faultOf(document, new Map())
      if (fault === undefined || fault === MISSING_ANCESTOR) continue
      intake.rejected.push(fault)
      faulty.add(document)
      this.#dropPending(document.id)
    }
    return faulty
  }

  /** Stores documents that have to wait for ancestors or a proof. */
  #putPending(documents: readonly Document[], from: PeerId, intake: Intake): void {
    const authentic = this.#authentic(documents)
    const outside: Document[] = []
    for (const document of documents) {
      const isAuthentic = authentic.has(document.id)
      if (!isAuthentic && document.signature.length > 0) {
        intake.rejected.push('bad-signature')
      } else if (!this.#pending.makeSpace(document, from, this.#freeBytes())) {
        intake.rejected.push('pending-full')
        intake.deferred.push(document.id)
        outside.push(document)
      } else {
        this.#pending.add({ ...this.#pendingOf(document, from), isAuthentic })
        intake.durable.push(document.id)
        if (isAuthentic) intake.proven.push(document, ...this.#pending.authenticateBefore(document))
      }
    }
    intake.awaited.push(...this.#pending.missingFor(documents))
    const isHere = (id: DocumentId): boolean => this.isPending(id) || this.#store.hasDocument(id)
    intake.awaitedByDeferred.push(...missingBeforeFirst(outside, isHere))
  }

  #authentic(documents: readonly Document[]): Set<DocumentId> {
    return authenticOf(
      documents,
      (document) => this.#pending.isNamedByAuthentic(document) || this.#reader.isSignatureValid(document),
    )
  }

  #pendingOf(document: Document, from: PeerId) {
    const missing = new Set(ancestorsOf(document).filter((id) => !this.#store.hasDocument(id)))
    return { document, from, missing, isOwn: from === this.#self }
  }

  #accept(document: Document, intake: Intake, removedHeads = ancestorsOf(document)): void {
    const { id, author, seq, clock, block } = document
    const row = { id, room: this.#room, clock, author, seq, block }
    this.heads.accept(document, removedHeads, () => {
      this.#store.apply({ type: 'put-document', document: row, removedHeads })
    })
    const head = this.#store.authorHead(this.#room, author)
    const isFork = head !== undefined && seq <= head.seq
    if (isFork) intake.forks.push({ author, seq })
    const forks = (head?.forks ?? 0) + Number(isFork)
    const isNewest = head === undefined || seq > head.seq || (seq === head.seq && comparePositions(document, head) > 0)
    const next = isNewest ? { author, id, seq, clock, forks } : { ...head, forks }
    if (isNewest || isFork) this.#store.apply({ type: 'put-author-head', room: this.#room, head: next })
    this.#pending.remove(id)
    this.#pending.arrived(id)
    if (head === undefined) this.#pending.authorIsKnown(author)
    intake.accepted.push(document)
    this.withheld.accepted(document)
  }

  #dropPending(id: DocumentId): void {
    const doomed = [id]
    for (let next = doomed.pop(); next !== undefined; next = doomed.pop()) {
      for (const { document } of this.#pending.waitingFor(next)) doomed.push(document.id)
      this.#pending.remove(next)
    }
  }
}
