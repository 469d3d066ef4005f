/** Which acts gave whom what, for people: when, by whom, and how. */
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from './access-control.ts'
import { rankOf, RANK_OF_OWNER, type Act, type Rank } from './acts.ts'

/** What set a rank. `by`: where an invite was accepted, who made that. */
export interface Setting {
  how: 'role' | 'invite' | 'device' | 'owner'
  rank: Rank
  by: PeerId
  atMs: number
}

/** For as long as the same acts are here, as all members are asked about together. */
const found = new WeakMap<readonly Act[], ReadonlyMap<PeerId, readonly Setting[]>>()

/** What set the rank that somebody has; undefined if nothing that counts did, as with the founder of the room. */
export function settingOf(control: AccessControl, peer: PeerId, rank = control.rank(peer)): Setting | undefined {
  const all = control.allActs()
  const settings = found.get(all) ?? settingsIn(control)
  found.set(all, settings)
  const own = settings.get(peer) ?? []
  return own.findLast((setting) => setting.rank === rank) ?? (rank === 0 ? undefined : own.at(-1))
}

/** In the room's order. */
function settingsIn(control: AccessControl): Map<PeerId, Setting[]> {
  const settings = new Map<PeerId, Setting[]>()
  const invites = new Map<DocumentId, { rank: Rank; by: PeerId }>()
  const add = (peer: PeerId, how: Setting['how'], rank: Rank, { author, timeMs }: Act, by = author): void => {
    settings.set(peer, [...(settings.get(peer) ?? []), { how, rank, by, atMs: timeMs }])
  }
  for (const act of control.acts()) {
    const { author, saying } = act
    if (saying.type === 'invite') invites.set(act.id, { rank: rankOf(saying.role), by: author })
    else if (saying.type === 'role' || saying.type === 'device') {
      add(saying.member, saying.type, rankOf(saying.role), act)
    } else if (saying.type === 'accept') {
      const { rank = 0, by = author } = invites.get(saying.invite) ?? {}
      add(author, 'invite', rank, act, by)
    } else if (saying.type === 'owner') {
      add(author, 'owner', rankOf('admin'), act)
      add(saying.member, 'owner', RANK_OF_OWNER, act)
    }
  }
  return settings
}
