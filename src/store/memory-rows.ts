/** What the store in memory keeps of rooms. */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { AuthorHead, DocumentRow, PendingRow } from './store.ts'

/** The documents of a room, and what follows from them. */
export interface RoomContent {
  /** In (clock, id) order. */
  documents: DocumentRow[]
  sizeBytes: number
  /** How many documents were dropped. */
  dropped: number
  /** In (clock, id) order. */
  heads: Position[]
  authorHeads: Map<PeerId, AuthorHead>
  authorBytes: Map<PeerId, number>
}

export interface InRoom<Row> {
  room: RoomId
  row: Row
}

export interface PendingEntry {
  arrival: number
  row: PendingRow
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
