/** The user's choice of what a room shares with whom. */
import type { Sharing } from '../../protocols/batch-sync/index.ts'
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { SharingRow, StoreReads } from '../store/store.ts'

/** How a room is shared by default. */
const DEFAULT_SHARING: Sharing = { policy: 'share', mode: 'auto' }

/** How a room is shared with a peer; with `undefined`, the default for all peers without a policy of their own. */
export function sharingOf(store: StoreReads, room: RoomId, peer: PeerId | undefined): Sharing {
  const rows = store.sharing(room)
  const own = rows.find((each) => each.peer === peer)
  const everybody = rows.find((each) => each.peer === undefined)
  return {
    policy: firstSet(own?.policy, everybody?.policy) ?? DEFAULT_SHARING.policy,
    mode: firstSet(own?.mode, everybody?.mode) ?? DEFAULT_SHARING.mode,
  }
}

/** Whether anything was said of this peer. */
export function isException({ peer, policy, mode }: SharingRow): boolean {
  return peer !== undefined && (policy !== 'default' || mode !== 'default')
}

function firstSet<Choice extends string>(...choices: (Choice | 'default' | undefined)[]): Choice | undefined {
  return choices.find((choice): choice is Choice => choice !== undefined && choice !== 'default')
}
