/** One room of this node: its documents as a graph, the state folded from them, and writing new ones. */
import { PROFILE_KIND } from '../../protocols/room/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { shownName } from '../names.ts'
import { isCarried, type CheckpointRow, type OwnMark, type RoomRecord } from '../store/store.ts'
import { actOf, encodeAct } from './access/acts.ts'
import { acceptanceWith, inviteWith, isWorthAccepting, isWriter, requireRight } from './access/rights.ts'
import { adoptBase, type Adoption } from './adoption.ts'
import { headsOf } from './ancestors.ts'
import { compose, type Content } from './compose.ts'
import { checkpointOf, type Checkpoint, type StateBlocks } from './checkpoint.ts'
import { INTRODUCE_AGAIN_MS, MAX_AHEAD } from './constants.ts'
import { RoomGraph } from './graph.ts'
import type { Admission, Intake } from './intake.ts'
import { isOwnMissing, ownDocuments } from './own-chain.ts'
import type { Trim } from './room-retention.ts'
import { RoomStates, type RoomStatesInit } from './room-states.ts'
import { decodeRoot } from './root.ts'
import { profileBody } from './roster.ts'
import { isDropped } from './rulings.ts'
import type { View } from './view.ts'
import type { WholeState } from './whole-state.ts'
import { carried, heldBack, stateFull, tooFarAhead, waiting } from './write-errors.ts'

/** What changed in a room. */
export interface RoomChange {
  room: RoomId
  intake: Intake
  /** Updates that the state refuses because it would exceed its size limit. */
  refused: DocumentId[]
  /** The root document has arrived, so the room now has a name and an app. */
  hasOpened: boolean
  /** The node began or ceased to hold back what it writes: see `Room.isHeldBack`. */
  holding?: 'begun' | 'ended'
}

export interface RoomInit extends Omit<RoomStatesInit, 'graph' | 'record' | 'owner'> {
  signer: Signer
  /** This node's display name; if undefined, the node introduces itself to no room. */
  authorName: string | undefined
}

export class Room {
  record: RoomRecord
  readonly graph: RoomGraph
  readonly states: RoomStates
  /** Whether several neighbours, or the only one, have a document as one of their newest. */
  isAgreedOn: (id: DocumentId) => boolean = () => false
  /** Whether documents of the history are taken also before the state is here. */
  wantsHistory = false
  /** Whether the history before the checkpoint that the room begins with was dropped by all neighbours that had it. */
  isHistoryGone = false
  readonly #init: RoomInit
  /** The checkpoint before which another device with this node's key wrote. */
  #ownUnseenBefore: DocumentId | undefined
  /** When the node last introduced itself, by the clock of its documents. */
  #introducedMs: number | undefined

  constructor(record: RoomRecord, init: RoomInit) {
    this.record = record
    this.#init = init
    this.graph = new RoomGraph(record.id, init.store, init.reader, () => this.freeBytes, init.signer.author)
    this.states = new RoomStates({ ...init, graph: this.graph, record: () => this.record, owner: () => this.owner })
  }

  /** The room's state, as far as it is known. */
  get view(): View<WholeState<unknown>> {
    return this.states.view
  }

  /** Whether the state is that of a checkpoint, because the history before it is not here yet. */
  get isPreview(): boolean {
    return this.states.isPreview
  }

  /** Whose checkpoint the state is of until the history is here, and how much that is. */
  get provisional(): { author: PeerId; documents: number } | null {
    const { checkpoint } = this.record
    if (checkpoint === undefined || !this.isPreview) return null
    return { author: checkpoint.author, documents: checkpoint.documents }
  }

  /** While the history is still to come: where the checkpoint is, and the documents that are here of those after it, in order. */
  get preview(): { position: Position; shown: Document[] } | undefined {
    const position = this.record.checkpoint?.position
    if (position === undefined || !this.isPreview) return undefined
    return { position, shown: this.graph.provenPendingAfter(position) }
  }

  /** Whether the room has a checkpoint to begin with, until the history before it is here. */
  get isBeginning(): boolean {
    return this.record.checkpoint?.isVouched === false && !this.isCarried
  }

  /** Whether the newest documents are wanted first. */
  get isNewestFirst(): boolean {
    return this.isBeginning || this.record.newestFirst === true
  }

  /** Whether a newcomer looks for a state to begin with, before any history comes. */
  get awaitsState(): boolean {
    return this.record.joining === 'new' && !this.wantsHistory
  }

  /** Documents with a smaller clock are neither here nor wanted, but for the root and late ones; undefined: all are. */
  get historyFrom(): number | undefined {
    const { base, checkpoint } = this.record
    return this.isBeginning && this.isHistoryGone ? checkpoint?.position.clock : base?.position.clock
  }

  /** The newest checkpoint of which this node came to the same state. */
  get vouchedCheckpoint(): DocumentId | undefined {
    const { checkpoint } = this.record
    return checkpoint?.isVouched === true ? checkpoint.position.id : undefined
  }

  /** The author of the root; undefined until that is here. */
  get owner(): PeerId | undefined {
    return this.#init.store.document(this.record.id)?.author
  }

  /** Whether the room is only stored and relayed. */
  get isCarried(): boolean {
    return isCarried(this.record)
  }

  /** Bytes of documents that still fit beside those accepted; pending ones give way. Infinite without a limit. */
  get freeBytes(): number {
    const { id, carriedBytesMax = Infinity, documentsBytesMax = Infinity } = this.record
    const bytesMax = Math.min(carriedBytesMax, documentsBytesMax)
    if (bytesMax === Infinity) return Infinity
    return bytesMax - this.#init.store.totals(id).sizeBytes
  }

  /**
   * Whether documents of this node's own chain are known to be missing here, because its store lost them or is an older
   * copy. It writes nothing until they are here: it would write others in their place.
   */
  get isHeldBack(): boolean {
    const { store, signer } = this.#init
    return this.#isOwnUnseen || (isOwnMissing(store, this.record.id, signer.author) && !this.#isOwnAhead)
  }

  /** Begins with the state of a checkpoint. `isNew`: nothing was written here before it. Returns false if that is no state of this room. */
  beginWith(checkpoint: Checkpoint, encoded: Uint8Array, isNew: boolean): boolean {
    if (!this.states.beginWith(checkpoint, encoded)) return false
    const { store, signer } = this.#init
    const name = this.states.previewedName(signer.author)
    const isWrittenHere = this.#introducedMs !== undefined || this.graph.newestAhead !== undefined
    const isHere = name === undefined || isWrittenHere || (!isNew && store.hasDocument(name))
    this.#ownUnseenBefore = isHere ? undefined : checkpoint.position.id
    return true
  }

  /** Whether documents with this node's key are before the checkpoint that were not written here. */
  get #isOwnUnseen(): boolean {
    return this.isPreview && this.#ownUnseenBefore === this.record.checkpoint?.position.id
  }

  /** Whether what the own chain lacks here is what this node wrote on top of a history that is still to come. */
  get #isOwnAhead(): boolean {
    if (!this.isPreview) return false
    const { documents } = this.#ownMark
    return documents !== 'unknown' && (this.graph.newestAhead?.seq ?? -1) + 1 >= documents
  }

  /** Nothing tells how far the own chain had got, and the node holds all that a peer has: that is taken for all there is. */
  settle(): void {
    const { documents, givenUp } = this.#ownMark
    if (documents === 'unknown') this.#markOwn({ documents: this.#ownDocuments, givenUp })
  }

  /** The same for the documents of one author. */
  freeBytesOf(author: PeerId): number {
    const { id, authorBytesMax } = this.record
    if (authorBytesMax === undefined) return Infinity
    return authorBytesMax - this.#init.store.authorBytes(id, author) - this.graph.pendingBytes(author)
  }

  /** Whether the room has a limit that might not leave space for another document. */
  isQuotaReached(): boolean {
    return this.freeBytes < MAX_DOCUMENT_BYTES
  }

  /** Adds the root document of a room created here. */
  begin(root: Document): RoomChange {
    return this.#append(root)
  }

  /**
   * Writes a document. Throws a KithError `carried`, `waiting`, `held-back`, `no-right`, `too-large` or `state-full`;
   * nothing is written then.
   */
  write(content: Content, timeMs: number): RoomChange {
    if (this.isCarried) throw carried()
    if (this.record.status !== 'open') throw waiting()
    if (this.isPreview && (this.graph.newestAhead?.seq ?? 0) - this.#ownDocuments >= MAX_AHEAD) throw tooFarAhead()
    if (this.isHeldBack) throw heldBack(shownName(this.record.name) || this.record.id)
    const document = this.#compose(content, timeMs)
    requireRight(this.graph.gate.control, document, shownName(this.record.alias ?? this.record.name) || this.record.id)
    if (this.view.wouldRefuse(document)) throw stateFull(this.record)
    return this.#append(document)
  }

  /** Whether the room lacks this node's name. */
  get wantsIntroduction(): boolean {
    const { authorName, signer } = this.#init
    if (authorName === undefined || this.record.status !== 'open' || this.isCarried || this.isHeldBack) return false
    if (!isWriter(this.graph.gate.control, signer.author)) return false
    const profile = this.view.state.roster.profiles.get(signer.author)
    return profile?.name !== authorName && !this.#isContested(profile?.writtenAt.id)
  }

  /** Writes this node's name to the room, unless the room has it already. */
  introduce(timeMs: number): RoomChange | undefined {
    const { authorName, signer } = this.#init
    if (authorName === undefined || !this.wantsIntroduction) return undefined
    const { roster, rulings } = this.view.state
    // The names of others took its place. In a room with many authors it would be written with each document.
    const isRecent = timeMs - (this.#introducedMs ?? -Infinity) < INTRODUCE_AGAIN_MS
    const hasName = roster.profiles.has(signer.author)
    if (!hasName && (isRecent || isDropped(rulings, signer.author))) return undefined
    this.#introducedMs = timeMs
    const document = this.#compose({ kind: PROFILE_KIND, body: profileBody(authorName) }, timeMs)
    return this.view.wouldRefuse(document) ? undefined : this.#append(document)
  }

  /**
   * Whether this node's profile was written after the node introduced itself: another device has the same
   * key and another name. The two would correct each other without end.
   */
  #isContested(profile: DocumentId | undefined): boolean {
    const { store, reader } = this.#init
    const row = profile === undefined ? undefined : store.document(profile)
    return row !== undefined && reader.decode(row.block).timeMs >= (this.#introducedMs ?? Infinity)
  }

  /** Receives the blocks from a peer that `admit` accepts. */
  receive(blocks: readonly Uint8Array[], from: PeerId, admit: Admission): RoomChange {
    return this.#received(this.graph.receive(blocks, from, admit))
  }

  /** Receives a document that `reader` has already decoded. */
  receiveDocument(document: Document, from: PeerId, admit: Admission): RoomChange {
    return this.#received(this.graph.receiveDocument(document, from, admit))
  }

  /** Accepts the invite with which this node joined, once it is here and if it still holds. */
  acceptInvite(timeMs: number): RoomChange | undefined {
    const { inviteSeed, ...record } = this.record
    const { control } = this.graph.gate
    if (inviteSeed === undefined || this.isHeldBack || record.status !== 'open') return undefined
    const seed = Buffer.from(inviteSeed, 'hex')
    const { author } = this.#init.signer
    const invite = control && inviteWith(control, seed)
    if (control !== undefined && invite === undefined) return undefined
    if (this.isCarried && invite !== undefined && invite.saying.role !== 'carrier') return undefined
    if (control === undefined || invite === undefined || !isWorthAccepting(control, invite, author)) {
      this.put(record)
      return undefined
    }
    const document = this.#compose(encodeAct(acceptanceWith(seed, record.id, invite, author)), timeMs)
    const act = actOf(document)
    if (act === undefined || !control.isEntitled(act)) return undefined
    this.put(record)
    return this.#append(document)
  }

  /** Writes a checkpoint if one is due, which nobody can ask for. */
  writeCheckpoint(timeMs: number): { change: RoomChange; checkpoint: Checkpoint; state: StateBlocks } | undefined {
    const content = this.isHeldBack ? undefined : this.states.dueCheckpoint()
    if (content === undefined) return undefined
    const document = this.#compose(content, timeMs)
    const checkpoint = checkpointOf(document)
    return checkpoint && { change: this.#append(document), checkpoint, state: content.state }
  }

  /** Notes the newest checkpoint. */
  keepCheckpoint(checkpoint: CheckpointRow | undefined): void {
    const { checkpoint: _, ...record } = this.record
    this.put({ ...record, ...(checkpoint && { checkpoint }) })
  }

  /** Notes that the state is still to come, or is here. Returns whether that is new. */
  keepJoining(joining: RoomRecord['joining']): boolean {
    const { joining: before, ...record } = this.record
    if (before !== joining) this.put({ ...record, ...(joining && { joining }) })
    return before !== joining
  }

  /** Replaces documents by a checkpoint and its state. */
  drop({ base, dropped }: Trim): void {
    this.states.forgetBefore(base.position)
    this.#init.store.apply({ type: 'drop-documents', room: this.record.id, ids: dropped })
    this.put({ ...this.record, base })
  }

  /** Takes a base from others; undefined if that cannot be. */
  adopt(adoption: Adoption): RoomChange | undefined {
    const wasHeldBack = this.isHeldBack
    const intake = adoptBase(this, this.#init, adoption)
    if (intake !== undefined) this.#raiseOwnMark(this.#ownDocuments)
    return intake && this.#changed(intake, wasHeldBack)
  }

  put(record: RoomRecord): void {
    this.record = record
    this.#init.store.apply({ type: 'put-room', room: record })
  }

  #append(document: Document): RoomChange {
    const change = this.#changed(this.graph.append(document))
    this.#raiseOwnMark(document.seq + 1)
    return change
  }

  /** A peer may show documents by this node that are not here: its store is an older copy. */
  #received(intake: Intake): RoomChange {
    const wasHeldBack = this.isHeldBack
    const { author } = this.#init.signer
    const isOwn = (id: DocumentId): boolean => this.graph.pendingDocument(id)?.author === author
    const pending = intake.durable.filter(isOwn).flatMap((id) => this.graph.signedPending(id) ?? [])
    const own = [...intake.accepted.filter((document) => document.author === author), ...pending]
    if (own.length > 0) this.#raiseOwnMark(Math.max(...own.map(({ seq }) => seq + 1)))
    return this.#changed(intake, wasHeldBack)
  }

  get #ownMark(): OwnMark {
    return this.#init.store.ownMark(this.record.id)
  }

  get #ownDocuments(): number {
    const { store, signer } = this.#init
    return ownDocuments(store, this.record.id, signer.author)
  }

  #raiseOwnMark(documents: number): void {
    const mark = this.#ownMark
    if (mark.documents !== 'unknown' && documents > mark.documents) this.#markOwn({ ...mark, documents })
  }

  #markOwn(mark: OwnMark): void {
    this.#init.store.apply({ type: 'put-own-mark', room: this.record.id, mark })
  }

  #changed(intake: Intake, wasHeldBack?: boolean): RoomChange {
    const change = this.#folded(intake)
    if (wasHeldBack !== undefined && this.isHeldBack !== wasHeldBack) change.holding = wasHeldBack ? 'ended' : 'begun'
    return change
  }

  #folded(intake: Intake): RoomChange {
    const { id } = this.record
    const root = intake.accepted.find((document) => document.id === id)
    if (root === undefined) {
      return { room: id, intake, refused: this.states.fold(intake), hasOpened: false }
    }
    this.record = { ...this.record, status: 'open', ...(decodeRoot(root) ?? { name: '', app: '' }) }
    this.states.beginAgain()
    this.#init.store.apply({ type: 'put-room', room: this.record })
    return { room: id, intake, refused: [], hasOpened: true }
  }

  /**
   * What a document written now follows, oldest first. While the history is still to come: the checkpoint, and what
   * the neighbours agree on that came after it.
   */
  #newestOfOthers(): readonly Position[] {
    const { checkpoint } = this.record
    if (!this.isPreview || checkpoint === undefined) return this.graph.heads.newest()
    const { position } = checkpoint
    const ahead = this.graph.provenPendingAfter(position)
    const agreed = ahead.filter(({ id }) => this.isAgreedOn(id))
    const written = this.graph.newestAhead
    const since = headsOf(agreed, ahead).filter(({ clock }) => written === undefined || clock >= written.clock)
    return since.length > 0 || written !== undefined ? since : [position]
  }

  /** A signed document that follows everything in the room. */
  #compose(content: Content, timeMs: number): Document {
    const { store, signer } = this.#init
    const own = (this.isPreview ? this.graph.newestAhead : undefined) ?? store.authorHead(this.record.id, signer.author)
    return compose(content, { room: this.record.id, own, others: this.#newestOfOthers(), signer, timeMs })
  }
}
