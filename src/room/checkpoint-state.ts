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
import type { RoomView } from './view.ts'

/**
 * Encoded; undefined if the checkpoint is not accepted, does not count its ancestors rightly, or has a document beside
 * them too far back to be looked for, or a ruling: that counts for all that is folded here, and did not count there.
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
  const reached = new Set<DocumentId>(ancestorsOf(reader.decode(row.block)))
  const without: DocumentRow[] = []
  for (let steps = 0, before = position; others > 0; steps += PAGE) {
    const page = store.documents(room, { before, descending: true, limit: PAGE })
    const last = page.at(-1)
    if (last === undefined || steps >= MAX_CHECKPOINT_STEPS) return undefined
    for (const document of page) {
      if (reached.has(document.id)) for (const id of ancestorsOf(reader.decode(document.block))) reached.add(id)
      else if (others-- > 0) without.push(document)
    }
    before = last
  }
  if (others < 0) return undefined
  const owner = store.document(room)?.author
  if (without.some(({ author, block }) => author === owner && isRuling(reader.decode(block)))) return undefined
  return view.encodeBefore(position, without.sort(comparePositions), MAX_CHECKPOINT_STEPS)
}

export function isRuling({ kind }: Document): boolean {
  return kind === DROP_KIND || kind === RESTORE_KIND
}

/** Documents read at a time. */
const PAGE = 64
