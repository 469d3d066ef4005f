/**
 * The state of one room: replayed from its history, or, until that is here, begun with a checkpoint; and the checkpoints
 * that say what it is.
 */
import { INVITE_KIND } from '../../protocols/access/constants.ts'
import { CHECKPOINT_DOCUMENTS } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import type { App, AppFault } from '../kith.ts'
import { droppedOf, type RoomRecord, type RoomTotals } from '../store/store.ts'
import { carriedView } from './carried-view.ts'
import { checkpointOf, encodedState, type Checkpoint } from './checkpoint.ts'
import { MAX_PENDING_PER_ROOM } from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomGraph } from './graph.ts'
import type { Intake } from './intake.ts'
import { PreviewView } from './preview-view.ts'
import { RoomCheckpoints, type CheckpointContent, type ComparedCheckpoint } from './room-checkpoints.ts'
import type { RoomStore } from './room-store.ts'
import { isDropped } from './rulings.ts'
import type { RoomKeys } from './sealing/room-keys.ts'
import { openState } from './sealing/sealed-states.ts'
import { RoomView, type View, type ViewBase } from './view.ts'
import { unknownFold, wholeFold, type RuledFold, type WholeState } from './whole-state.ts'

export interface RoomStatesInit {
  store: RoomStore
  reader: DocumentReader
  /** The apps of this node, by name. */
  apps: ReadonlyMap<string, App>
  /** Called if the room's app throws at an update. */
  onFault: (fault: AppFault) => void
  /** Documents between two checkpoints, at least. Default: CHECKPOINT_DOCUMENTS. */
  checkpointDocuments?: number | undefined
  graph: RoomGraph
  keys: RoomKeys
  record: () => RoomRecord
  /** The author of the root; undefined until that is here. */
  owner: () => PeerId | undefined
}

export class RoomStates {
  readonly #init: RoomStatesInit
  readonly #checkpoints: RoomCheckpoints
  /** Undefined for a room that is only carried. */
  #replayed: RoomView<WholeState<unknown>> | undefined
  /** Counted from when it is first needed: the store would have to write first what it keeps for the commit. */
  #totals: RoomTotals | undefined
  #preview:
    | {
        view: PreviewView<WholeState<unknown>>
        position: Position
        profiles: WholeState<unknown>['roster']['profiles']
        /** Whose invite opens it, where it is made of the newest documents alone. */
        newestBy?: PeerId
      }
    | undefined
  /** Pending documents that a preview has shown: they are not new once they take their place. */
  readonly #shown = new Set<DocumentId>()

  constructor(init: RoomStatesInit) {
    this.#init = init
    const { store, reader, keys, checkpointDocuments: everyDocuments = CHECKPOINT_DOCUMENTS } = init
    this.#checkpoints = new RoomCheckpoints(init.record().id, {
      ...{ store, reader, keys, everyDocuments },
      dropped: () => droppedOf(init.record()),
    })
    this.beginAgain()
  }

  /** As far as it is known. */
  get view(): View<WholeState<unknown>> {
    return this.#preview?.view ?? this.#replayed ?? carriedView
  }

  /** Whether the state is that of a checkpoint, or of the newest documents, because the history is not here yet. */
  get isPreview(): boolean {
    return this.#preview !== undefined
  }

  /** Where the state is that of the newest documents: the first of them, and whose invite opens them. */
  get newest(): { from: Position; by: PeerId } | undefined {
    const { position, newestBy } = this.#preview ?? {}
    return position === undefined || newestBy === undefined ? undefined : { from: position, by: newestBy }
  }

  /** What the room is has become known: its app, and its owner. */
  beginAgain(): void {
    const { record, store, reader } = this.#init
    const { id, carriedBytesMax } = record()
    this.#totals = undefined
    this.#replayed =
      carriedBytesMax === undefined ? new RoomView(id, this.#fold(), store, reader, () => this.#base) : undefined
  }

  /** Documents have come, of which some were accepted; returns the ids of those refused because the state is full. */
  fold({ accepted, ruledFrom = Infinity }: Intake): DocumentId[] {
    if (ruledFrom < Infinity) this.#totals = undefined
    const from = Math.min(ruledFrom, accepted[0]?.clock ?? Infinity)
    const refused = ruledFrom < Infinity ? this.#foldAgainFrom(from) : this.view.fold(accepted)
    this.#count(accepted)
    if (accepted.some(({ id }) => id === this.#preview?.position.id)) this.#preview = undefined
    else this.#preview?.view.changed()
    return refused
  }

  /** What the state refuses of it was told before. */
  #foldAgainFrom(clock: number): DocumentId[] {
    this.#replayed?.foldAgainFrom(clock)
    return []
  }

  #count(accepted: readonly Document[]): void {
    if (this.#totals === undefined) return
    this.#totals.documents += accepted.length
    for (const { block } of accepted) this.#totals.sizeBytes += block.length
  }

  /**
   * Whether a checkpoint is due after what this node wrote; where somebody was just invited, also if whoever is invited
   * cannot open the last one.
   */
  isCheckpointDue(written: readonly Document[]): boolean {
    const view = this.#replayed
    if (view === undefined || !this.isExact) return false
    const { record, store } = this.#init
    const { id, checkpoint } = record()
    this.#totals ??= { ...store.totals(id) }
    const isInvited = written.some(({ kind }) => kind === INVITE_KIND)
    return this.#checkpoints.isDue(checkpoint, view, this.#totals) || (isInvited && this.#isOfEarlierKey(checkpoint))
  }

  /** What a checkpoint of the present state says; undefined if none can be written. */
  checkpointContent(): CheckpointContent | undefined {
    return this.#replayed && this.#checkpoints.content(this.#replayed)
  }

  #isOfEarlierKey(last: Checkpoint | undefined): boolean {
    const { forWriting } = this.#init.keys
    return last?.sealing !== undefined && typeof forWriting !== 'string' && last.sealing.epoch !== forWriting.key.id
  }

  /** Compares the newest checkpoint of some that were accepted, of the owner if there is one; undefined if none need be. */
  compare(accepted: readonly Document[]): ComparedCheckpoint | undefined {
    const view = this.#replayed
    if (view === undefined || !this.isExact) return undefined
    const checkpoints = accepted.flatMap((document) => this.#said(document) ?? [])
    if (checkpoints.length === 0) return undefined
    const owner = this.#init.owner()
    const checkpoint = checkpoints.findLast(({ author }) => author === owner) ?? checkpoints.at(-1)
    if (checkpoint === undefined || !this.#canTell(checkpoint.position, view)) return undefined
    if (isDropped(view.state.rulings, checkpoint.author)) return undefined
    const { checkpoint: last } = this.#init.record()
    return this.#checkpoints.compare(checkpoint, { last, isOwners: checkpoint.author === owner }, view)
  }

  /** What a document that is here says as a checkpoint, if it counts: in a private room, only what is sealed does. */
  #said(document: Document): Checkpoint | undefined {
    const checkpoint = checkpointOf(document)
    return checkpoint !== undefined && this.#init.graph.gate.counts(document) ? checkpoint : undefined
  }

  /**
   * Begins with the state of a checkpoint until its history is here. `given`: as it was fetched. Returns false if that is no
   * state of this room.
   */
  beginWith({ position, sealing }: Checkpoint, given: Uint8Array): boolean {
    const { graph, keys, record } = this.#init
    const replayed = this.#replayed
    if (replayed === undefined || !this.#hasState) return false
    const fold = this.#fold()
    const encoded = sealing === undefined ? given : openState(sealing, keys, record().id, given)
    const state = encoded && decoded(fold, encoded)
    if (state === undefined) return false
    const documentsAfter = (): Document[] => graph.rightfulPendingAfter(position)
    const { profiles } = state.roster
    this.#preview = { view: new PreviewView({ fold, state, documentsAfter, replayed }), position, profiles }
    return true
  }

  /**
   * Begins with the newest documents, opened, until the history before them is here. Returns false in a room without
   * messages: its state means nothing without the documents before.
   */
  beginWithNewest(from: Position, newestBy: PeerId, newest: () => readonly Document[]): boolean {
    const replayed = this.#replayed
    const { apps, record } = this.#init
    if (replayed === undefined || !this.#hasState || apps.get(record().app)?.hasMessages !== true) return false
    const fold = this.#fold()
    const state = fold.initial()
    const view = new PreviewView({ fold, state, documentsAfter: newest, replayed })
    this.#preview = { view, position: from, profiles: state.roster.profiles, newestBy }
    return true
  }

  /** Whether that is a state of this room, as the app would encode it. */
  isState(encoded: Uint8Array): boolean {
    return this.#hasState && decoded(this.#fold(), encoded) !== undefined
  }

  /** Of pending documents, in order, those that the preview shows from now on. */
  show(documents: readonly Document[]): Document[] {
    const position = this.#preview?.position
    if (position === undefined || this.#init.graph.gate.control !== undefined) return []
    const shown = documents.filter(
      (document) => comparePositions(document, position) > 0 && !this.#shown.has(document.id),
    )
    for (const { id } of shown) this.#shown.add(id)
    // Some gave way to others, and may never take their place.
    for (const id of this.#shown) {
      if (this.#shown.size <= MAX_PENDING_PER_ROOM) break
      this.#shown.delete(id)
    }
    return shown.sort(comparePositions)
  }

  /** A document has taken its place. Returns whether it was shown before. */
  placed(id: DocumentId): boolean {
    return this.#shown.delete(id)
  }

  /** Where an author wrote its name, by the checkpoint that the state begins with. */
  previewedName(author: PeerId): DocumentId | undefined {
    return this.#preview?.profiles.get(author)?.writtenAt.id
  }

  /** The state is again that of the history, as far as it is here. */
  leavePreview(): void {
    this.#preview = undefined
  }

  /** The history of a checkpoint is here. Returns what that should have said, if this can be told. */
  endPreview(checkpoint: Checkpoint): ComparedCheckpoint | undefined {
    this.#preview = undefined
    const view = this.#replayed
    if (view === undefined || !this.#canTell(checkpoint.position, view)) return undefined
    return this.#checkpoints.check(checkpoint, view)
  }

  /** Whether the state here is surely that of all documents of the history. */
  get isExact(): boolean {
    return this.#hasState && !this.isPreview && this.#init.keys.unread === 0 && this.#replayed?.isExact === true
  }

  /**
   * The encoded state after the documents before a position, but for those that may be folded later instead; undefined
   * if that cannot be told.
   */
  encodeBefore(position: Position, later: readonly Position[]): Uint8Array | undefined {
    const view = this.#replayed
    return view !== undefined && this.isExact && (later.length === 0 || view.commutes)
      ? view.encodeBefore(position, later)
      : undefined
  }

  /** The documents before a position are being dropped. */
  forgetBefore(position: Position): void {
    this.#totals = undefined
    this.#replayed?.forgetBefore(position)
  }

  get #base(): ViewBase | undefined {
    const { base } = this.#init.record()
    return base && { position: base.position, encoded: encodedState(base, (id) => this.#init.store.block(id)) }
  }

  /** Rulings count for documents before them too, so states before them cannot be told, nor those before the base. */
  #canTell(position: Position, { state: { rulings } }: View<WholeState<unknown>>): boolean {
    const { base } = this.#init.record()
    if (base !== undefined && comparePositions(position, base.position) <= 0) return false
    return !rulings.some(({ writtenAt }) => comparePositions(writtenAt, position) > 0)
  }

  /** Whether the state has a meaning here that a checkpoint could name. */
  get #hasState(): boolean {
    const { status, app, carriedBytesMax } = this.#init.record()
    return status === 'open' && carriedBytesMax === undefined && this.#init.apps.has(app)
  }

  #fold(): RuledFold<WholeState<unknown>> {
    const { apps, onFault, record, owner, graph } = this.#init
    const { id: room, app } = record()
    return wholeFold(apps.get(app)?.fold ?? unknownFold, {
      owner: owner(),
      isByOwner: (document) => graph.gate.isByOwner(document, owner()),
      counts: (document) => graph.gate.isFolded(document),
      onFault: ({ id }, error) => onFault({ app, room, id, error }),
    })
  }
}

/** Undefined if that is no state of the app, or not as the app would encode it. */
function decoded<State>(fold: RuledFold<State>, encoded: Uint8Array): State | undefined {
  try {
    const state = fold.decode(encoded)
    return Buffer.compare(fold.encode(state), encoded) === 0 ? state : undefined
  } catch {
    return undefined
  }
}
