/**
 * Which documents of one room may be dropped. A checkpoint takes their place: its state is that of the documents before
 * it, so nothing that comes after it needs them, and a newcomer can begin there.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { ancestorsOf } from './ancestors.ts'
import { checkpointOf, stateBlocks, type Checkpoint, type StateBlocks } from './checkpoint.ts'
import { isRuling } from './checkpoint-state.ts'
import {
  AGE_WINDOW,
  MAX_BESIDE_BASE,
  MAX_CLOCK_AHEAD_MS,
  MAX_HELD_STEPS,
  MAX_TRIED_BASES,
  REPLAY_PAGE,
  RETENTION_PAGE,
} from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStates } from './room-states.ts'
import type { RoomStore } from './room-store.ts'
import { storedDocument } from './stored-document.ts'
import type { DocumentRow, Retention, RoomRecord } from '../store/store.ts'

/** What takes the place of documents, and their ids. */
export interface Trim {
  base: Checkpoint
  state: StateBlocks
  dropped: readonly DocumentId[]
}

interface TrimmedRoom {
  readonly record: RoomRecord
  readonly states: Pick<RoomStates, 'isExact' | 'encodeBefore'>
}

export interface RoomRetentionInit {
  /** The author of this node's own documents. */
  self: PeerId
  /** Whether a peer may come back that has not got as far as a document. */
  isAwaited: (document: Position) => boolean
  store: RoomStore
  reader: DocumentReader
}

export class RoomRetention {
  readonly #room: TrimmedRoom
  readonly #init: RoomRetentionInit
  /** Nothing up to here can be the next base: a look at all of it each time would cost without end. */
  #looked: Position | undefined
  /** How far this look at the documents has got. */
  #at: Position | undefined
  /** The first checkpoint that others may lack, and what was looked at before that. */
  #unheld: { document: Document; after: Position | undefined } | undefined
  /** The newest of this node's own documents that a peer is known to have, with all before it. */
  #heldSeq = -1

  constructor(room: TrimmedRoom, init: RoomRetentionInit) {
    this.#room = room
    this.#init = init
  }

  /**
   * Looks at a page of documents for a checkpoint that can be the next base. Returns it and what it replaces, `more` if
   * there may be one further on, or `done` if there is none now.
   */
  next(nowMs: number): Trim | 'more' | 'done' {
    const { id, base, retention, access } = this.#room.record
    // Without the acts, nobody could tell who may write.
    if (retention === undefined || access !== undefined || !this.#room.states.isExact) return 'done'
    this.#lookAgainIfHeld()
    const { store, reader } = this.#init
    const after = this.#at ?? this.#looked ?? base?.position
    const rows = store.documents(id, { ...(after && { after }), limit: RETENTION_PAGE })
    const page = soundOf(rows, reader)
    const { old, isAll } = this.#oldOf(page, retention, nowMs)
    for (const checkpoint of this.#candidates(old, after).slice(-MAX_TRIED_BASES).reverse()) {
      const before = this.#before(checkpoint.position)
      const state = before && this.#stateAt(checkpoint, before.beside)
      if (before === undefined || state === undefined) continue
      this.#looked = this.#at = this.#unheld = undefined
      return { base: checkpoint, state, dropped: before.ancestors }
    }
    this.#looked = old.at(-1) ?? this.#looked
    this.#at = isAll && page.length === RETENTION_PAGE ? page.at(-1) : undefined
    return this.#at === undefined ? 'done' : 'more'
  }

  /** A peer has these documents, and all before them. */
  heldByPeer(frontier: readonly DocumentId[]): void {
    const { store, reader, self } = this.#init
    const open = [...frontier]
    const seen = new Set(open)
    // What a peer wrote last mostly comes right after something of this node.
    for (let next = open.shift(); next !== undefined && seen.size <= MAX_HELD_STEPS; next = open.shift()) {
      const held = store.document(next)
      if (held?.author === self) this.#heldSeq = Math.max(this.#heldSeq, held.seq)
      if (held === undefined || held.author === self) continue
      const document = storedDocument(held, reader)
      for (const id of document ? ancestorsOf(document) : []) if (!seen.has(id)) open.push(id)
      for (const id of open) seen.add(id)
    }
  }

  #lookAgainIfHeld(): void {
    if (this.#unheld === undefined || this.#mayBeLacking(this.#unheld.document)) return
    this.#looked = this.#unheld.after
    this.#unheld = undefined
  }

  /** The first documents of a page, as far as they need not be kept; `isAll`: nothing in it must be. */
  #oldOf(page: readonly Document[], retention: Retention, nowMs: number): { old: readonly Document[]; isAll: boolean } {
    if ('ageMs' in retention) {
      // Times are what authors say: one document does not decide for all, and nobody keeps all for years to come.
      const told = page.filter(({ timeMs }) => timeMs <= nowMs + MAX_CLOCK_AHEAD_MS)
      const isOld = ({ timeMs }: Document): boolean => timeMs <= nowMs - retention.ageMs
      const young = told.findIndex(
        (_, i) => 2 * told.slice(i, i + AGE_WINDOW).filter(isOld).length < Math.min(AGE_WINDOW, told.length - i),
      )
      const last = (young === -1 ? told : told.slice(0, young)).at(-1)
      return { old: last === undefined ? [] : page.slice(0, page.indexOf(last) + 1), isAll: young === -1 }
    }
    const { id } = this.#room.record
    const [first] = page
    if (first === undefined) return { old: page, isAll: true }
    const { store } = this.#init
    const left = store.totals(id).documents - store.documentsBefore(id, first)
    const old = page.slice(0, Math.max(0, left - retention.documents))
    return { old, isAll: old.length === page.length }
  }

  /** The checkpoints among documents that others have, too. */
  #candidates(documents: readonly Document[], after: Position | undefined): Checkpoint[] {
    return documents.flatMap((document, i) => {
      const checkpoint = checkpointOf(document)
      if (checkpoint === undefined) return []
      if (!this.#mayBeLacking(document)) return [checkpoint]
      this.#unheld ??= { document, after: documents[i - 1] ?? after }
      return []
    })
  }

  /** The author had all that is before a checkpoint, and so has whoever has a later document of the author. */
  #mayBeLacking(document: Document): boolean {
    const { author, seq } = document
    const isHeldElsewhere = author !== this.#init.self || seq <= this.#heldSeq
    return !isHeldElsewhere || this.#init.isAwaited(document)
  }

  /** Undefined if a checkpoint does not count its ancestors rightly, or if they lead to another state. */
  #stateAt({ position, documents, root }: Checkpoint, beside: readonly Document[]): StateBlocks | undefined {
    const { id } = this.#room.record
    if (beside.length > MAX_BESIDE_BASE || beside.some(isRuling)) return undefined
    if (this.#init.store.documentsBefore(id, position) - beside.length !== documents) return undefined
    const encoded = this.#room.states.encodeBefore(position, beside)
    const state = encoded && stateBlocks(encoded)
    return state?.root === root ? state : undefined
  }

  /**
   * Documents before a checkpoint but the root: its ancestors, and those beside it, which its author may lack, whatever
   * number it says. Undefined if the disk damaged one of them: nothing tells what that named.
   */
  #before({ id, clock }: Position): { ancestors: DocumentId[]; beside: Document[] } | undefined {
    const { store, reader } = this.#init
    const { id: room } = this.#room.record
    const row = store.document(id)
    const checkpoint = row && storedDocument(row, reader)
    const named = new Set(checkpoint && ancestorsOf(checkpoint))
    const ancestors: DocumentId[] = []
    const beside: Document[] = []
    for (let before: Position | undefined = { id, clock }; ;) {
      const rows = store.documents(room, { ...(before && { before }), descending: true, limit: REPLAY_PAGE })
      for (const row of rows.filter((each) => each.id !== room)) {
        const document = storedDocument(row, reader)
        if (document === undefined) return undefined
        if (named.delete(row.id)) {
          for (const ancestor of ancestorsOf(document)) named.add(ancestor)
          ancestors.push(row.id)
        } else beside.unshift(document)
      }
      if (rows.length < REPLAY_PAGE || beside.length > MAX_BESIDE_BASE) return { ancestors, beside }
      before = rows.at(-1)
    }
  }
}

/** The first documents of a page, up to one that the disk damaged: that is kept, and so is what comes after it. */
function soundOf(rows: readonly DocumentRow[], reader: DocumentReader): Document[] {
  const documents = rows.map((row) => storedDocument(row, reader))
  const end = documents.indexOf(undefined)
  return documents.slice(0, end === -1 ? undefined : end).filter((document) => document !== undefined)
}
