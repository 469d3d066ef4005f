/**
 * A room's state: its documents folded in the room's order. If a document belongs before others that are
 * already folded, the state rolls back to the nearest one kept and replays, unless the app commutes. If the owner
 * drops an author or takes one back, all is folded again.
 */
import { MAX_STATE_BYTES } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { sha256Hex } from '../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import type { Fold, JsonValue } from '../kith.ts'
import { PERSIST_STATE_EVERY, REPLAY_PAGE } from './constants.ts'
import { storedDocuments } from './document-pages.ts'
import { documentReader, type DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'
import type { DocumentRow } from '../store/store.ts'
import { ViewStates, type ViewState } from './view-states.ts'
import type { RuledFold } from './whole-state.ts'
import { storedDocument } from './stored-document.ts'

/** What a view begins with where the documents before a checkpoint were dropped. */
export interface ViewBase {
  /** Of the checkpoint. */
  position: Position
  /** Its state; undefined if that is damaged. */
  encoded: Uint8Array | undefined
}

const NONE: ReadonlySet<DocumentId> = new Set()

/** A room's state as others see it. */
export interface View<State> {
  readonly state: State
  /** SHA-256 of the encoded state, in hex. */
  hash(): string
  encode(): Uint8Array
  sizeBytes(): number
  toJson(): JsonValue
  /** Whether this update would push the state over its size limit, so that all nodes would refuse it. */
  wouldRefuse(update: Document): boolean
  /** Folds documents that were just stored; returns the ids of those refused because the state is full. */
  fold(documents: readonly Document[]): DocumentId[]
  /** Stores the state, so that the next start need not fold the same documents again. */
  persist(): void
}

export class RoomView<State> implements View<State> {
  readonly #room: RoomId
  readonly #fold: Fold<State> & Partial<RuledFold<State>>
  readonly #store: RoomStore
  readonly #reader: DocumentReader
  readonly #base: () => ViewBase | undefined
  /** Undefined: not known yet. */
  #isExact: boolean | undefined
  readonly #kept = new ViewStates<State>()
  #current: ViewState<State> | undefined
  /** The state after the last update that was tried, since that update is usually folded next. */
  #previewed: { id: DocumentId; state: State; next: State } | undefined
  #persisted: Position | undefined
  #sincePersisted = 0

  constructor(
    room: RoomId,
    fold: Fold<State> & Partial<RuledFold<State>>,
    store: RoomStore,
    reader = documentReader,
    base: () => ViewBase | undefined = () => undefined,
  ) {
    this.#base = base
    this.#room = room
    this.#fold = fold
    this.#store = store
    this.#reader = reader
  }

  get state(): State {
    return this.#load().state
  }

  hash(): string {
    return sha256Hex(this.encode())
  }

  encode(): Uint8Array {
    return this.#fold.encode(this.state)
  }

  /** Whether the order of the documents does not matter. */
  get commutes(): boolean {
    return this.#fold.commutes
  }

  /**
   * The encoded state after the stored documents before a position, but for some of them; undefined if more than
   * `maxReplayed` documents would have to be folded for it, or the disk damaged one.
   */
  encodeBefore(position: Position, without: readonly Position[], maxReplayed = Infinity): Uint8Array | undefined {
    const [first = position] = without
    const left = new Set(without.map(({ id }) => id))
    const kept = this.#keptBefore(first, left)
    let { state } = kept
    let replayed = 0
    for (const row of storedDocuments(this.#store, this.#room, { after: kept.position, before: position })) {
      if (replayed++ >= maxReplayed) return undefined
      if (left.has(row.id)) continue
      const document = storedDocument(row, this.#reader)
      if (document === undefined) return undefined
      const next = this.#fold.reduce(state, document)
      if (!isRefused(this.#fold, state, next)) state = next
    }
    return this.#fold.encode(state)
  }

  #keptBefore(position: Position, without: ReadonlySet<DocumentId>): ViewState<State> {
    const { state: present } = this.#load()
    // Rulings count for the documents before them too.
    return this.#kept.lastBefore(position) ?? this.#beginning({ under: present, without })
  }

  sizeBytes(): number {
    return this.#fold.sizeBytes(this.state)
  }

  toJson(): JsonValue {
    return this.#fold.toJson(this.state)
  }

  wouldRefuse(update: Document): boolean {
    const { state } = this.#load()
    const next = this.#fold.reduce(state, update)
    this.#previewed = { id: update.id, state, next }
    return isRefused(this.#fold, state, next)
  }

  fold(documents: readonly Document[]): DocumentId[] {
    const sorted = documents.toSorted(comparePositions)
    const [first] = sorted
    if (first === undefined) return []
    const refused: DocumentId[] = []
    if (this.#current === undefined) return this.#loadAndFold(sorted)
    const { position, state } = this.#current
    if (position === undefined || comparePositions(first, position) > 0) {
      for (const document of sorted) this.#append(document, refused)
    } else {
      this.#isExact = undefined
      this.#forgetStatesFrom(first)
      if (this.#isCapOutOfReach(sorted)) this.#foldAnywhere(sorted)
      else this.#replayFromKept(refused)
    }
    this.#beginAgainUnlessRuledBy(state, refused)
    this.#sincePersisted += sorted.length
    if (this.#sincePersisted >= PERSIST_STATE_EVERY) this.persist()
    return refused
  }

  /** Folds documents into the stored state. The store has them already, so those after that state come with it. */
  #loadAndFold(documents: readonly Document[]): DocumentId[] {
    const refused: DocumentId[] = []
    this.#load(refused)
    const stored = this.#persisted
    const late = documents.filter((document) => stored !== undefined && comparePositions(document, stored) <= 0)
    if (late.length > 0) refused.splice(0, refused.length, ...this.fold(late))
    const ids = new Set(documents.map(({ id }) => id))
    return refused.filter((id) => ids.has(id))
  }

  /** Folds the documents from a clock on again: others count than before. */
  foldAgainFrom(clock: number): void {
    this.#persisted = this.#store.state(this.#room)?.position
    this.#forgetStatesFrom({ clock: clock - 1, id: this.#room })
    this.#previewed = undefined
    this.#current = undefined
    this.#load()
  }

  persist(): void {
    const position = this.#current?.position
    if (this.#current === undefined || position === undefined || this.#sincePersisted === 0) return
    this.#put(position, this.#current.state)
    this.#sincePersisted = 0
  }

  /** Whether the state is surely that of all documents: later rulings, and the order of late ones, may say otherwise. */
  get isExact(): boolean {
    if (this.#isExact === undefined) this.#beginning({ under: this.state })
    return this.#isExact === true
  }

  /** The documents before a position are being dropped: earlier states lead nowhere any more. */
  forgetBefore(position: Position): void {
    this.#load()
    this.persist()
    this.#isExact = undefined
    this.#kept.forgetBefore(position)
  }

  #put(position: Position, state: State): void {
    const encoded = this.#fold.encode(state)
    this.#store.apply({ type: 'put-state', room: this.#room, state: { position, encoded } })
    this.#persisted = position
  }

  #load(refused: DocumentId[] = []): ViewState<State> {
    if (this.#current !== undefined) return this.#current
    const row = this.#store.state(this.#room)
    const state = row && this.#decode(row.encoded)
    this.#persisted = state && row?.position
    this.#current =
      state && row ? { position: row.position, state: state.value, foldedBytes: 0, folded: 0 } : this.#beginning()
    this.#kept.beginWith(this.#current)
    const { state: before } = this.#current
    this.#sincePersisted = this.#replay(refused)
    this.#beginAgainUnlessRuledBy(before, refused)
    return this.#current
  }

  /** Folds all documents under the present rulings, if those were others in an earlier state. */
  #beginAgainUnlessRuledBy(earlier: State, refused: DocumentId[]): void {
    const { rulingsOf } = this.#fold
    if (rulingsOf === undefined) return
    const before = new Set(refused)
    let ruled = earlier
    // Documents that were not in the stored state may rule, too.
    while (this.#current !== undefined && rulingsOf(this.#current.state) !== rulingsOf(ruled)) {
      ruled = this.#current.state
      this.#current = this.#beginning({ under: ruled })
      this.#kept.beginWith(this.#current)
      this.#store.apply({ type: 'delete-state', room: this.#room })
      this.#persisted = undefined
      const again: DocumentId[] = []
      this.#sincePersisted = this.#replay(again)
      refused.splice(0, refused.length, ...again.filter((id) => before.has(id)))
    }
  }

  /** Decodes a stored state; undefined if a version with other apps wrote it, so it is folded again. */
  #decode(encoded: Uint8Array): { value: State } | undefined {
    try {
      return { value: this.#fold.decode(encoded) }
    } catch {
      return undefined
    }
  }

  /** Folds all stored documents after the current state; returns their number. Those that the disk damaged say nothing. */
  #replay(refused: DocumentId[]): number {
    for (let [count, after]: [number, Position | undefined] = [0, this.#current?.position]; ;) {
      const rows = this.#store.documents(this.#room, { ...(after && { after }), limit: REPLAY_PAGE })
      for (const row of rows) {
        const document = storedDocument(row, this.#reader)
        if (document !== undefined) this.#append(document, refused)
      }
      after = rows.at(-1)
      count += rows.length
      if (rows.length < REPLAY_PAGE) return count
    }
  }

  #append(document: Document, refused: DocumentId[]): void {
    const { state, foldedBytes, folded } = this.#current ?? this.#beginning()
    const next = this.#reduce(state, document)
    const isTooMuch = isRefused(this.#fold, state, next)
    if (isTooMuch) refused.push(document.id)
    const position = { clock: document.clock, id: document.id }
    this.#current = {
      position,
      state: isTooMuch ? state : next,
      foldedBytes: foldedBytes + this.#growthOf([document]),
      folded: folded + 1,
    }
    this.#kept.next(this.#current)
  }

  #reduce(state: State, document: Document): State {
    const previewed = this.#previewed
    this.#previewed = undefined
    if (previewed?.id === document.id && previewed.state === state) return previewed.next
    return this.#fold.reduce(state, document)
  }

  /** Drops the states that include documents after `position`: they are no longer valid. */
  #forgetStatesFrom(position: Position): void {
    this.#kept.forgetFrom(position)
    if (this.#persisted === undefined || comparePositions(this.#persisted, position) < 0) return
    const kept = this.#kept.last
    if (kept?.position !== undefined) {
      this.#put(kept.position, kept.state)
    } else {
      this.#store.apply({ type: 'delete-state', room: this.#room })
      this.#persisted = undefined
    }
  }

  /**
   * Whether no state since the last one kept can have exceeded the size limit. If the order does not matter
   * to the app, it matters only to that limit, and an update of such an app adds at most its document's
   * length.
   */
  #isCapOutOfReach(added: readonly Document[]): boolean {
    if (!this.#fold.commutes || this.#current === undefined) return false
    if (isBounded(this.#fold)) return true
    const kept = this.#kept.last
    const before = this.#fold.sizeBytes((kept ?? this.#beginning()).state)
    const after = kept
      ? this.#current.foldedBytes - kept.foldedBytes + this.#growthOf(added)
      : this.#store.totals(this.#room).sizeBytes
    return before + after <= MAX_STATE_BYTES
  }

  /** By how much documents can make the state of an app that commutes larger. */
  #growthOf(documents: readonly Document[]): number {
    return documents.reduce(
      (sum, document) => sum + (this.#fold.canGrow?.(document) === false ? 0 : document.block.length),
      0,
    )
  }

  #foldAnywhere(documents: readonly Document[]): void {
    if (this.#current === undefined) return
    const last = documents.at(-1)
    const { position: tip, foldedBytes, folded } = this.#current
    const state = documents.reduce((folded, document) => this.#fold.reduce(folded, document), this.#current.state)
    const isLater = last !== undefined && (tip === undefined || comparePositions(last, tip) > 0)
    const position = isLater ? { clock: last.clock, id: last.id } : tip
    const grownBytes = foldedBytes + this.#growthOf(documents)
    this.#current = { position, state, foldedBytes: grownBytes, folded: folded + documents.length }
  }

  #replayFromKept(refused: DocumentId[]): void {
    // Rulings count for the documents before them too.
    this.#current = this.#kept.last ?? this.#beginning({ under: this.state })
    if (this.#kept.last === undefined) this.#kept.beginWith(this.#current)
    this.#replay(refused)
  }

  /**
   * The state before any document: that of the base, if there is one, and the documents before it that came late or were
   * not dropped for another reason. `under`: with the rulings of that state.
   */
  #beginning({ under, without = NONE }: { under?: State; without?: ReadonlySet<DocumentId> } = {}): ViewState<State> {
    const base = this.#base()
    const restored = base?.encoded && this.#decode(base.encoded)
    const first = restored?.value ?? this.#fold.initial()
    let state = this.#under(first, under ?? first)
    let isExact = base === undefined || (restored !== undefined && this.#hasSameRulings(state, first))
    for (const row of this.#lateBefore(base?.position)) {
      const document = without.has(row.id) ? undefined : storedDocument(row, this.#reader)
      if (document === undefined) continue
      const next = this.#fold.reduce(state, document)
      isExact &&= this.#fold.commutes && this.#fold.rulingsOf?.(next) === this.#fold.rulingsOf?.(state)
      if (!isRefused(this.#fold, state, next)) state = next
    }
    this.#isExact = isExact
    return { position: base?.position, state, foldedBytes: 0, folded: 0 }
  }

  /** A state under the rulings of another one. */
  #under(state: State, ruled: State): State {
    return this.#fold.under?.(state, ruled) ?? state
  }

  #hasSameRulings(one: State, other: State): boolean {
    const [first, second] = [one, other].map((ruled) => this.#fold.encode(this.#under(this.#fold.initial(), ruled)))
    return first !== undefined && second !== undefined && Buffer.compare(first, second) === 0
  }

  /** Documents before the base that are here; the root is in its state. */
  *#lateBefore(before: Position | undefined): Generator<DocumentRow> {
    if (before === undefined) return
    for (const row of storedDocuments(this.#store, this.#room, { before })) if (row.id !== this.#room) yield row
  }
}

/** Whether an update that leads from one state to the next is refused, because the state would be too large. */
export function isRefused<State>(fold: Fold<State>, state: State, next: State): boolean {
  if (next === state || isBounded(fold)) return false
  const sizeBytes = fold.sizeBytes(next)
  return sizeBytes > MAX_STATE_BYTES && sizeBytes > fold.sizeBytes(state)
}

/** Whether no state of the app can exceed the size limit. */
function isBounded<State>({ maxSizeBytes = Infinity }: Fold<State>): boolean {
  return maxSizeBytes <= MAX_STATE_BYTES
}
