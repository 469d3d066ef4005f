/**
 * Which documents of one room may be dropped. A checkpoint takes their place: its state is that of the documents before
 * it, so nothing that comes after it needs them, and a newcomer can begin there.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { checkpointOf, stateBlocks, type Checkpoint, type StateBlocks } from './checkpoint.ts'
import { MAX_TRIED_BASES, REPLAY_PAGE, RETENTION_PAGE } from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStates } from './room-states.ts'
import type { RoomStore } from './room-store.ts'
import type { Retention, RoomRecord } from '../store/store.ts'

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
  store: RoomStore
  reader: DocumentReader
}

export class RoomRetention {
  readonly #room: TrimmedRoom
  readonly #init: RoomRetentionInit
  /** How far documents were looked at since the last base. */
  #looked: Position | undefined
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
    const { id, base, retention } = this.#room.record
    if (retention === undefined || !this.#room.states.isExact) return 'done'
    const { store, reader } = this.#init
    const after = this.#looked ?? base?.position
    const rows = store.documents(id, { ...(after && { after }), limit: RETENTION_PAGE })
    const page = rows.map(({ block }) => reader.decode(block))
    const old = this.#oldOf(page, retention, nowMs)
    for (const checkpoint of old
      .flatMap((document) => this.#candidate(document) ?? [])
      .slice(-MAX_TRIED_BASES)
      .reverse()) {
      const state = this.#stateAt(checkpoint)
      if (state === undefined) continue
      this.#looked = undefined
      return { base: checkpoint, state, dropped: this.#before(checkpoint.position) }
    }
    const isMore = old.length === RETENTION_PAGE
    this.#looked = isMore ? rows.at(-1) : undefined
    return isMore ? 'more' : 'done'
  }

  /** A peer has these documents, and all before them. */
  heldByPeer(frontier: readonly DocumentId[]): void {
    for (const id of frontier) {
      const held = this.#init.store.documentHeader(id)
      if (held?.author === this.#init.self) this.#heldSeq = Math.max(this.#heldSeq, held.seq)
    }
  }

  /** The first documents of a page, as far as they need not be kept. */
  #oldOf(page: readonly Document[], retention: Retention, nowMs: number): readonly Document[] {
    if ('ageMs' in retention) {
      // Times are what authors say: one document does not decide for all.
      const isOld = ({ timeMs }: Document): boolean => timeMs <= nowMs - retention.ageMs
      const young = page.findIndex(
        (_, i) => 2 * page.slice(i, i + AROUND).filter(isOld).length < Math.min(AROUND, page.length - i),
      )
      return young === -1 ? page : page.slice(0, young)
    }
    const { id } = this.#room.record
    const [first] = page
    if (first === undefined) return page
    const { store } = this.#init
    const left = store.totals(id).documents - store.documentsBefore(id, first)
    return page.slice(0, Math.max(0, left - retention.documents))
  }

  /** A checkpoint whose documents another member has, too. */
  #candidate(document: Document): Checkpoint | undefined {
    const checkpoint = checkpointOf(document)
    return checkpoint !== undefined && this.#isHeldElsewhere(document) ? checkpoint : undefined
  }

  /** The author had all that is before a checkpoint, and so has whoever has a later document of the author. */
  #isHeldElsewhere({ author, seq }: Document): boolean {
    return author !== this.#init.self || seq <= this.#heldSeq
  }

  /** Undefined if documents before a checkpoint are not before it for its author, or lead to another state. */
  #stateAt({ position, documents, root }: Checkpoint): StateBlocks | undefined {
    if (this.#init.store.documentsBefore(this.#room.record.id, position) !== documents) return undefined
    const encoded = this.#room.states.encodeBefore(position)
    const state = encoded && stateBlocks(encoded)
    return state?.root === root ? state : undefined
  }

  /** All documents before a position but the root. */
  #before(before: Position): DocumentId[] {
    const { id: room } = this.#room.record
    const ids: DocumentId[] = []
    for (let after: Position | undefined; ;) {
      const rows = this.#init.store.documents(room, { ...(after && { after }), before, limit: REPLAY_PAGE })
      ids.push(...rows.map(({ id }) => id).filter((id) => id !== room))
      if (rows.length < REPLAY_PAGE) return ids
      after = rows.at(-1)
    }
  }
}

/** So many documents decide together whether they are old. */
const AROUND = 16
