/** All rows of a store, as plain lists. */
import type { BlockId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { EnsuredRow, LinkingRow, StoredBlock } from '../../src/store/blocks.ts'
import type {
  AddressRow,
  AuthorHead,
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

export interface Tables {
  rooms: RoomRecord[]
  documents: DocumentRow[]
  heads: { room: RoomId; position: Position }[]
  authorHeads: { room: RoomId; head: AuthorHead }[]
  ownMarks: { room: RoomId; mark: OwnMark }[]
  pending: PendingRow[]
  states: { room: RoomId; state: StateRow }[]
  peerFrontiers: { room: RoomId; row: PeerFrontierRow }[]
  unacked: { room: RoomId; peer: PeerId; row: UnackedRow }[]
  sharing: { room: RoomId; row: SharingRow }[]
  addresses: AddressRow[]
  pinnedAddresses: PinnedAddressRow[]
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
  heads: [],
  authorHeads: [],
  ownMarks: [],
  pending: [],
  states: [],
  peerFrontiers: [],
  unacked: [],
  sharing: [],
  addresses: [],
  pinnedAddresses: [],
  faults: [],
  linking: [],
  ensured: [],
  needs: [],
  released: [],
  blocks: [],
}
