/** All rows of a store, as plain lists. */
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { EnsuredRow, LinkingRow, StoredBlock } from '../../src/store/blocks.ts'
import type {
  AddressRow,
  AuthorHead,
  DocumentHeader,
  DocumentRow,
  FaultRow,
  OwnMark,
  PeerFrontierRow,
  PendingRow,
  PinnedAddressRow,
  RoomRecord,
  SharingRow,
  StateRow,
  UnackedRow,
} from '../../src/store/store.ts'
import type { AccessRow, EpochRow } from '../../src/store/access.ts'
import type { ChildLinkKeys, ChildLinkRow } from '../../src/store/child-links.ts'
import type { DirectoryWrite } from '../../src/store/directories.ts'
import type { LockRow } from '../../src/store/locks.ts'
import type { ItemRow } from '../../src/store/ring-items.ts'
import type { VerifiedRow } from '../../src/store/verified.ts'

export interface Tables {
  rooms: RoomRecord[]
  documents: DocumentRow[]
  dropped: DocumentHeader[]
  heads: { room: RoomId; position: Position }[]
  authorHeads: { room: RoomId; head: AuthorHead }[]
  access: { room: RoomId; row: AccessRow }[]
  known: { room: RoomId; id: DocumentId; version: number }[]
  epochs: { room: RoomId; row: EpochRow }[]
  childLinks: { room: RoomId; row: ChildLinkRow; keys: ChildLinkKeys }[]
  directoryNodes: (DirectoryWrite & { type: 'put-directory-node' })[]
  directoryRecords: (DirectoryWrite & { type: 'put-directory-record' })[]
  locks: LockRow[]
  ownMarks: { room: RoomId; mark: OwnMark }[]
  pending: PendingRow[]
  states: { room: RoomId; state: StateRow }[]
  peerFrontiers: { room: RoomId; row: PeerFrontierRow }[]
  unacked: { room: RoomId; peer: PeerId; row: UnackedRow }[]
  sharing: { room: RoomId; row: SharingRow }[]
  addresses: AddressRow[]
  pinnedAddresses: PinnedAddressRow[]
  verified: VerifiedRow[]
  ringItems: ItemRow[]
  faults: FaultRow[]
  linking: { room: RoomId; row: LinkingRow }[]
  ensured: EnsuredRow[]
  needs: { room: RoomId | undefined; root: BlockId; id: BlockId }[]
  released: BlockId[]
  /** Small blocks that were put. */
  blocks: StoredBlock[]
}

export const EMPTY: Tables = {
  rooms: [],
  documents: [],
  dropped: [],
  heads: [],
  authorHeads: [],
  access: [],
  known: [],
  epochs: [],
  childLinks: [],
  directoryNodes: [],
  directoryRecords: [],
  locks: [],
  ownMarks: [],
  pending: [],
  states: [],
  peerFrontiers: [],
  unacked: [],
  sharing: [],
  addresses: [],
  pinnedAddresses: [],
  verified: [],
  ringItems: [],
  faults: [],
  linking: [],
  ensured: [],
  needs: [],
  released: [],
  blocks: [],
}

/** The tables whose rows belong to a room and are gone once that is emptied. */
export const OF_ROOMS = [
  ...(['documents', 'dropped', 'heads', 'authorHeads', 'pending', 'states', 'peerFrontiers', 'unacked'] as const),
  ...(['sharing', 'linking', 'ensured', 'needs', 'access', 'known', 'epochs', 'childLinks'] as const),
  ...(['directoryNodes', 'directoryRecords'] as const),
]

/** Those of a room, sorted. */
export function rowsIn<Row>(
  table: readonly { room: RoomId; row: Row }[],
  room: RoomId,
  inOrder: (a: Row, b: Row) => number,
): Row[] {
  return table.flatMap((entry) => (entry.room === room ? [entry.row] : [])).sort(inOrder)
}
