/** Reads the documents of a room that are stored, a page at a time. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { DocumentRow, StoreReads } from '../store/store.ts'
import { REPLAY_PAGE } from './constants.ts'

/** Both positions are exclusive. */
interface Between {
  after?: Position | undefined
  before?: Position | undefined
  descending?: boolean
}

/** All documents of a room in order, or those between two positions; with `descending`, the last ones first. */
export function* storedDocuments(
  store: StoreReads,
  room: RoomId,
  { after, before, descending = false }: Between = {},
): Generator<DocumentRow> {
  for (let [first, end] = [after, before]; ;) {
    const rows = store.documents(room, {
      ...{ descending, limit: REPLAY_PAGE },
      ...(first && { after: first }),
      ...(end && { before: end }),
    })
    yield* rows
    if (rows.length < REPLAY_PAGE) return
    if (descending) end = rows.at(-1)
    else first = rows.at(-1)
  }
}
