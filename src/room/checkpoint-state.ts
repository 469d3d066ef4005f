/** The state that a checkpoint should name: that after its ancestors, without documents written at the same time. */
import { DROP_KIND, RESTORE_KIND } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { DocumentRow } from '../store/store.ts'
import { ancestorsOf } from './ancestors.ts'
import type { Checkpoint } from './checkpoint.ts'
import { MAX_CHECKPOINT_STEPS } from './constants.ts'
import type { DocumentReader } from './document-reader.ts'
import type { RoomStore } from './room-store.ts'
import { storedDocument } from './stored-document.ts'
import type { RoomView } from './view.ts'

/**
 * Encoded; undefined if the checkpoint is not accepted, does not count its ancestors rightly, or has a document beside
 * them too far back to be looked for, or a ruling: that counts for all that is folded here, and did not count there.
 * Also if the disk damaged one of these documents.
 */
export function stateAt<State>(
  room: RoomId,
  { position, documents }: Checkpoint,
  { store, reader, view }: { store: RoomStore; reader: DocumentReader; view: RoomView<State> },
): Uint8Array | undefined {
  const row = store.document(position.id)
  if (row?.room !== room) return undefined
  let others = store.documentsBefore(room, position) - documents
  if (others < 0) return undefined
  const checkpoint = storedDocument(row, reader)
  if (checkpoint === undefined) return undefined
  const reached = new Set<DocumentId>(ancestorsOf(checkpoint))
  const without: DocumentRow[] = []
  for (let steps = 0, before = position; others > 0; steps += PAGE) {
    const page = store.documents(room, { before, descending: true, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined || steps >= MAX_CHECKPOINT_STEPS) return undefined
    for (const document of page) {
      if (reached.has(document.id)) {
        const stored = storedDocument(document, reader)
        if (stored === undefined) return undefined
        for (const id of ancestorsOf(stored)) reached.add(id)
      } else if (others-- > 0) without.push(document)
    }
    before = last
  }
  if (others < 0) return undefined
  const owner = store.document(room)?.author
  const mayRule = (other: DocumentRow): boolean => {
    const document = storedDocument(other, reader)
    return document === undefined || isRuling(document)
  }
  if (without.some((other) => other.author === owner && mayRule(other))) return undefined
  return view.encodeBefore(position, without.sort(comparePositions), MAX_CHECKPOINT_STEPS)
}

export function isRuling({ kind }: Document): boolean {
  return kind === DROP_KIND || kind === RESTORE_KIND
}

/** Documents read at a time. */
const PAGE = 64
