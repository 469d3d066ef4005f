/** One room of this node: its documents as a graph, the state folded from them, and writing new ones. */
import { PROFILE_KIND } from '../../protocols/room/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../protocols/document/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { EpochKey } from '../../protocols/sealing/index.ts'
import type { Signer } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Random } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { shownName } from '../names.ts'
import { isCarried, type CheckpointRow, type RoomRecord } from '../store/store.ts'
import { isWriter, mayVouch, requireRight, requireWriter } from './access/rights.ts'
import { adoptBase, type Adoption } from './adoption.ts'
import { compose } from './compose.ts'
import type { Content } from './content.ts'
import { checkpointOf, type Checkpoint } from './checkpoint.ts'
import { INTRODUCE_AGAIN_MS, MAX_AHEAD } from './constants.ts'
import { RoomGraph } from './graph.ts'
import type { DocumentReader } from './document-reader.ts'
import { moveIn } from './moves.ts'
import type { Admission, Intake } from './intake.ts'
import { OwnChain } from './own-chain.ts'
import { parentsOf } from './parents.ts'
import type { Trim } from './room-retention.ts'
import type { WrittenCheckpoint } from './room-checkpoints.ts'
import { RoomStates, type RoomStatesInit } from './room-states.ts'
import { RoomActs } from './room-acts.ts'
import type { RoomChange } from './room-change.ts'
import { decodeRoot, openRoot } from './root.ts'
import { profileBody } from './roster.ts'
import { isDropped } from './rulings.ts'
import { isPlain } from './sealing/opened.ts'
import { openingReader } from './sealing/opening-reader.ts'
import { readableFrom, storedFrom, type StoredFrom } from './sealing/readable.ts'
import { RoomKeys } from './sealing/room-keys.ts'
import { storedDocument } from './stored-document.ts'
import type { View } from './view.ts'
import type { WholeState } from './whole-state.ts'
import { carried, heldBack, lacksKey, stateFull, tooFarAhead, waiting } from './write-errors.ts'

export interface RoomInit extends Omit<RoomStatesInit, 'graph' | 'keys' | 'record' | 'owner'> {
  signer: Signer
  random: Random
  /** This node's display name now; if undefined, the node introduces itself to no room. */
  authorName: (() => string) | undefined
  isBehind: (room: RoomId) => boolean
}

export class Room {
  record: RoomRecord
  readonly graph: RoomGraph
  readonly states: RoomStates
  /** Those of a private room. */
  readonly keys: RoomKeys
  readonly acts: RoomActs
  /** Whether several neighbours, or the only one, have a document as one of their newest. */
  isAgreedOn: (id: DocumentId) => boolean = () => false
  /** Whether documents of the history are taken also before the state is here. */
  wantsHistory = false
  /** Whether the newest documents are of use before the history, as the key of an invite opens them. */
  readsNewest = false
  /** Whether the history before the checkpoint that the room begins with was dropped by all neighbours that had it. */
  isHistoryGone = false
  readonly #init: RoomInit
  /** Opens what is sealed. */
  readonly #reader: DocumentReader
  readonly #own: OwnChain
  /** The checkpoint before which another device with this node's key wrote. */
  #ownUnseenBefore: DocumentId | undefined
  /** When the node last introduced itself by its name, by the clock of its documents. */
  introducedMs: number | undefined

  constructor(record: RoomRecord, init: RoomInit) {
    this.record = record
    this.#init = init
    this.#own = new OwnChain(record.id, init.store, init.signer.author)
    this.graph = new RoomGraph(record.id, init.store, init.reader, () => this.freeBytes, init.signer.author)
    this.keys = new RoomKeys({
      ...{ room: record.id, self: init.signer.author, store: init.store, random: init.random, isBehind: init.isBehind },
      ...{ record: () => this.record, put: (changed) => this.put(changed), control: () => this.graph.gate.control },
    })
    const own = { record: () => this.record, owner: () => this.owner }
    this.#reader = openingReader(init.reader, this.keys)
    this.states = new RoomStates({ ...init, ...own, graph: this.graph, keys: this.keys, reader: this.#reader })
    this.acts = new RoomActs(this, {
      signer: init.signer,
      compose: (content, timeMs) => this.#compose(content, timeMs),
      append: (document) => this.#append(document),
    })
  }

  /** The room's state, as far as it is known. */
  get view(): View<WholeState<unknown>> {
    return this.states.view
  }

  /** Whether the state is that of a checkpoint, or of the newest documents, because the history is not here yet. */
  get isPreview(): boolean {
    return this.states.isPreview
  }

  /** While the history is still to come: from where on something is here of it, and what is shown of that one by one, in order. */
  get preview(): { position: Position; shown: Document[] } | undefined {
    const position = this.states.newest?.from ?? this.record.checkpoint?.position
    if (position === undefined || !this.isPreview) return undefined
    return { position, shown: this.graph.rightfulPendingAfter(position) }
  }

  /** Whether the room has a checkpoint to begin with, until the history before it is here. */
  get isBeginning(): boolean {
    return this.record.checkpoint?.isVouched === false && !this.isCarried
  }

  /** Whether the newest documents are wanted first. */
  get isNewestFirst(): boolean {
    return this.isBeginning || this.record.newestFirst === true || this.readsNewest
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
    const isVouched = checkpoint?.isVouched === true && mayVouch(this.graph.gate.control, this.#init.signer.author)
    return isVouched ? checkpoint.position.id : undefined
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
    return this.#isOwnUnseen || (this.#own.isMissing && !this.#isOwnAhead)
  }

  /** Begins with the state of a checkpoint. `isNew`: nothing was written here before it. Returns false if that is no state of this room. */
  beginWith(checkpoint: Checkpoint, encoded: Uint8Array, isNew: boolean): boolean {
    if (!this.states.beginWith(checkpoint, encoded)) return false
    const { store, signer } = this.#init
    const name = this.states.previewedName(signer.author)
    const isWrittenHere = this.introducedMs !== undefined || this.graph.newestAhead !== undefined
    const isHere = name === undefined || isWrittenHere || (!isNew && store.hasDocument(name))
    this.#ownUnseenBefore = isHere ? undefined : checkpoint.position.id
    return true
  }

  /** Whether documents with this node's key are before the checkpoint that were not written here. */
  get #isOwnUnseen(): boolean {
    const { checkpoint } = this.record
    return this.isPreview && checkpoint !== undefined && this.#ownUnseenBefore === checkpoint.position.id
  }

  /** Whether what the own chain lacks here is what this node wrote on top of a history that is still to come. */
  get #isOwnAhead(): boolean {
    if (!this.isPreview) return false
    const { documents } = this.#own.mark
    return documents !== 'unknown' && (this.graph.newestAhead?.seq ?? -1) + 1 >= documents
  }

  /** Nothing tells how far the own chain had got, and the node holds all that a peer has: that is taken for all there is. */
  settle(): void {
    this.#own.settle()
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
   * Writes a document. Throws a KithError `carried`, `waiting`, `held-back`, `no-right`, `no-key`, `too-large` or
   * `state-full`; nothing is written then.
   */
  write(content: Content, timeMs: number): RoomChange {
    if (this.isCarried) throw carried()
    if (this.record.status !== 'open') throw waiting()
    if (this.isPreview && (this.graph.newestAhead?.seq ?? 0) - this.#own.documents >= MAX_AHEAD) throw tooFarAhead()
    if (this.isHeldBack) throw heldBack(shownName(this.record.name) || this.record.id)
    if (!isPlain(content.kind)) requireWriter(this, this.#init.signer.author)
    const document = this.#compose(content, timeMs)
    requireRight(this, document)
    if (this.view.wouldRefuse(this.read(document))) throw stateFull(this.record)
    return this.#append(document)
  }

  /** A document as its readers see it: opened, if its key is here. */
  read(document: Document): Document {
    return this.keys.open(document)
  }

  /** Takes the first key of a private room before the history is here. Returns false if it is another one. */
  learnFirst(key: EpochKey): boolean {
    if (key.id !== this.graph.gate.control?.founding?.epoch) return false
    this.keys.keep(key)
    this.#open()
    return true
  }

  /** Whether the room lacks this node's name. */
  get wantsIntroduction(): boolean {
    const { authorName, signer } = this.#init
    if (authorName === undefined || this.record.status !== 'open' || this.isCarried || this.isHeldBack) return false
    if (!isWriter(this.graph.gate.control, signer.author)) return false
    if (this.keys.isPrivate && typeof this.keys.forWriting === 'string') return false
    const profile = this.view.state.roster.profiles.get(signer.author)
    return profile?.name !== authorName() && moveIn(this) === undefined && !this.#isContested(profile?.writtenAt.id)
  }

  /** Writes this node's name to the room, unless the room has it already. */
  introduce(timeMs: number): RoomChange | undefined {
    const { authorName, signer } = this.#init
    if (authorName === undefined || !this.wantsIntroduction) return undefined
    const { roster, rulings } = this.view.state
    // The names of others took its place. In a room with many authors it would be written with each document.
    const isRecent = timeMs - (this.introducedMs ?? -Infinity) < INTRODUCE_AGAIN_MS
    if (!roster.profiles.has(signer.author) && (isRecent || isDropped(rulings, signer.author))) return undefined
    this.introducedMs = timeMs
    const document = this.#compose({ kind: PROFILE_KIND, body: profileBody(authorName()) }, timeMs)
    return this.view.wouldRefuse(this.read(document)) ? undefined : this.#append(document)
  }

  /**
   * Whether this node's profile was written after the node introduced itself: another device has the same
   * key and another name. The two would correct each other without end.
   */
  #isContested(profile: DocumentId | undefined): boolean {
    const row = profile === undefined ? undefined : this.#init.store.document(profile)
    return ((row && storedDocument(row, this.#init.reader))?.timeMs ?? -Infinity) >= (this.introducedMs ?? Infinity)
  }

  /** Receives the blocks from a peer that `admit` accepts. */
  receive(blocks: readonly Uint8Array[], from: PeerId, admit: Admission): RoomChange {
    return this.#received(this.graph.receive(blocks, from, admit))
  }

  /** Receives a document that `reader` has already decoded. */
  receiveDocument(document: Document, from: PeerId, admit: Admission): RoomChange {
    return this.#received(this.graph.receiveDocument(document, from, admit))
  }

  /** Writes a checkpoint if one is due, after documents of this node. */
  writeCheckpoint(written: readonly Document[], timeMs: number): WrittenCheckpoint | undefined {
    if (this.isHeldBack || !isWriter(this.graph.gate.control, this.#init.signer.author)) return undefined
    if (!this.states.isCheckpointDue(written)) return undefined
    const changes = this.acts.giveToInvited(timeMs)
    const content = this.states.checkpointContent()
    if (content === undefined) return undefined
    const document = this.#compose(content, timeMs)
    const checkpoint = checkpointOf(this.read(document))
    return checkpoint && { changes: [...changes, this.#append(document)], checkpoint, state: content.state }
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
    if (intake !== undefined) this.#own.raise(this.#own.documents)
    return intake && this.#changed(intake, wasHeldBack)
  }

  put(record: RoomRecord): void {
    this.record = record
    this.#init.store.apply({ type: 'put-room', room: record })
  }

  #append(document: Document): RoomChange {
    const change = this.#changed(this.graph.append(document))
    this.#own.raise(document.seq + 1)
    return change
  }

  /** A peer may show documents by this node that are not here: its store is an older copy. */
  #received(intake: Intake): RoomChange {
    const wasHeldBack = this.isHeldBack
    const { author } = this.#init.signer
    const isOwn = (id: DocumentId): boolean => this.graph.pendingDocument(id)?.author === author
    const pending = intake.durable.filter(isOwn).flatMap((id) => this.graph.signedPending(id) ?? [])
    const own = [...intake.accepted.filter((document) => document.author === author), ...pending]
    if (own.length > 0) this.#own.raise(Math.max(...own.map(({ seq }) => seq + 1)))
    return this.#changed(intake, wasHeldBack)
  }

  #changed(intake: Intake, wasHeldBack?: boolean): RoomChange {
    const change = this.#folded(intake)
    if (wasHeldBack !== undefined && this.isHeldBack !== wasHeldBack) change.holding = wasHeldBack ? 'ended' : 'begun'
    return change
  }

  #folded(intake: Intake): RoomChange {
    const { id } = this.record
    const stored: StoredFrom = (...which) => storedFrom(...which, id, this.#init)
    const learnedFrom = this.keys.learn(intake.accepted, stored)
    this.keys.countUnread(intake.accepted)
    const counts = (document: Document): boolean => this.graph.gate.counts(document)
    const reading = { room: id, store: this.#init.store, reader: this.#reader, counts }
    if (intake.ruledFrom !== undefined) this.keys.revise(intake, stored)
    const readable = learnedFrom === undefined ? {} : { readable: readableFrom(learnedFrom, reading, intake.accepted) }
    if (this.#knowsName() && !intake.accepted.some((document) => document.id === id)) {
      const from = Math.min(learnedFrom ?? Infinity, intake.ruledFrom ?? Infinity)
      const accepted = intake.accepted.map((document) => this.read(document))
      const refused = this.states.fold({ ...intake, accepted, ...(from < Infinity && { ruledFrom: from }) })
      return { room: id, intake, refused, hasOpened: false, ...readable }
    }
    this.#open()
    return { room: id, intake, refused: [], hasOpened: true, ...readable }
  }

  /** Whether the record says all that is known of the room. */
  #knowsName(): boolean {
    return this.record.app !== '' || this.keys.first === undefined
  }

  /** Notes what the root says. */
  #open(): void {
    const row = this.#init.store.document(this.record.id)
    const root = row && storedDocument(row, this.#init.reader)
    const { first } = this.keys
    const said = root && ((first && openRoot(root, first)) ?? decodeRoot(root))
    this.record = { ...this.record, status: 'open', ...(said ?? { name: '', app: '' }) }
    this.states.beginAgain()
    this.#init.store.apply({ type: 'put-room', room: this.record })
  }

  /** A signed document that follows everything in the room, sealed in a private one. Throws a KithError `no-key`. */
  #compose(content: Content, timeMs: number): Document {
    const { store, signer } = this.#init
    const { id, checkpoint } = this.record
    const isOnTop = this.isPreview && this.graph.gate.control === undefined
    const own = (isOnTop ? this.graph.newestAhead : undefined) ?? store.authorHead(id, signer.author)
    const place = { room: id, own, others: parentsOf(this, isOnTop ? checkpoint?.position : undefined), signer, timeMs }
    if (!this.keys.isPrivate || isPlain(content.kind)) return compose(content, place)
    const write = this.keys.forWriting
    if (typeof write === 'string') throw lacksKey(this.record, this.keys.lack)
    return this.keys.sealed(compose(content, place, { ...write, random: this.#init.random }), content)
  }
}
