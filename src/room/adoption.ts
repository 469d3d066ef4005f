/**
 * A base that a node takes from others, because nobody has the history before it: as if this node had had that, and
 * dropped it. The headers are those of all ancestors of the base but the root.
 */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { AuthorHead, Checkpoint, CheckpointRow, HeaderFields, RoomRecord } from '../store/store.ts'
import { ancestorsOf } from './ancestors.ts'
import { isRuling } from './checkpoint-state.ts'
import { MAX_BESIDE_BASE } from './constants.ts'
import { storedDocuments } from './document-pages.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomGraph } from './graph.ts'
import type { Intake } from './intake.ts'
import type { RoomStates } from './room-states.ts'
import type { RoomStore } from './room-store.ts'
import { storedDocument } from './stored-document.ts'

export interface Adoption {
  base: Checkpoint
  /** The checkpoint itself. */
  document: Document
  headers: readonly HeaderFields[]
}

interface AdoptingRoom {
  readonly record: RoomRecord
  readonly graph: RoomGraph
  readonly states: RoomStates
  put(record: RoomRecord): void
}

/** Returns undefined, and changes nothing, if the headers cannot be those of the base, or if too much here is beside it. */
export function adoptBase(
  room: AdoptingRoom,
  { store, reader }: { store: RoomStore; reader: DocumentReader },
  adoption: Adoption,
): Intake | undefined {
  const { base, document, headers } = adoption
  const { id } = room.record
  if (headers.length + 1 !== base.documents || !isNext(document, headers, id)) return undefined
  const beside = besideOf(id, adoption, store, reader)
  if (beside === undefined) return undefined
  const isBefore = store.newestHeads(id, Infinity).filter((head) => comparePositions(head, base.position) < 0)
  store.apply({ type: 'put-dropped', room: id, headers })
  for (const head of authorHeadsOf(headers)) {
    if (head.seq > (store.authorHead(id, head.author)?.seq ?? -1)) {
      store.apply({ type: 'put-author-head', room: id, head })
    }
  }
  store.apply({ type: 'delete-state', room: id })
  const { checkpoint, ...record } = room.record
  room.put({ ...record, ...(checkpoint && { checkpoint: withoutBase(checkpoint) }), base })
  room.states.beginAgain()
  return room.graph.beginWith(
    document,
    isBefore.filter((head) => !beside.has(head.id)).map((head) => head.id),
  )
}

function withoutBase(checkpoint: CheckpointRow): CheckpointRow {
  const { base: _, ...row } = checkpoint
  return row
}

/** Whether a document comes right after some of these, or the root. */
function isNext(document: Document, headers: readonly HeaderFields[], root: DocumentId): boolean {
  const { clock, previous, author, seq } = document
  const named = new Set(ancestorsOf(document))
  const ancestors = headers.filter((header) => named.has(header.id))
  if (named.size !== ancestors.length + Number(named.has(root))) return false
  if (previous !== null && previous !== root) {
    const own = ancestors.find((header) => header.id === previous)
    if (own?.author !== author || own.seq !== seq - 1) return false
  }
  return clock === 1 + ancestors.reduce((newest, header) => Math.max(newest, header.clock), 1)
}

/**
 * What is here before a base but is none of its ancestors; undefined if that is more than may stay, or rules the room, or
 * may do so, as the disk damaged it.
 */
function besideOf(
  room: DocumentId,
  { base, headers }: Adoption,
  store: RoomStore,
  reader: DocumentReader,
): Set<DocumentId> | undefined {
  const beside = new Set<DocumentId>()
  // Mostly nothing but the root is here, and nobody else's list is needed.
  let listed: Set<DocumentId> | undefined
  for (const row of storedDocuments(store, room, { before: base.position })) {
    if (row.id === room) continue
    listed ??= new Set(headers.map((header) => header.id))
    if (listed.has(row.id)) continue
    const document = storedDocument(row, reader)
    if (document === undefined || isRuling(document)) return undefined
    beside.add(row.id)
    if (beside.size > MAX_BESIDE_BASE) return undefined
  }
  return beside
}

/** The last of each author's. */
function authorHeadsOf(headers: readonly HeaderFields[]): AuthorHead[] {
  const heads = new Map<string, AuthorHead>()
  for (const { id, author, seq, clock } of headers) {
    const head = heads.get(author)
    if (head === undefined || seq >= head.seq) heads.set(author, { author, id, seq, clock, forks: 0 })
  }
  return [...heads.values()]
}
