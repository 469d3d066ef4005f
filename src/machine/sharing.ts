/** The user's choice of what a room shares with whom. */
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { StoreReads } from '../store/store.ts'

/** How a room is shared by default. */
const DEFAULT_SHARING: Sharing = { policy: 'share', mode: 'auto' }

/** How a room is shared with a peer; with `undefined`, the default for all peers without a policy of their own. */
export function sharingOf(store: StoreReads, room: RoomId, peer: PeerId | undefined): Sharing {
  const rows = store.sharing(room)
  const row = rows.find((each) => each.peer === peer) ?? rows.find((each) => each.peer === undefined)
  return row === undefined ? DEFAULT_SHARING : { policy: row.policy, mode: row.mode }
}
