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
  const own = settingsOf(control, peer)
  return own.findLast((setting) => setting.rank === rank) ?? (rank === 0 ? undefined : own.at(-1))
}

/**
 * Who took from somebody a part of what they had, if nothing has given them anything since; `others` if that is not by an
 * act about them, as with a device whose person was removed.
 */
export function loweredBy(control: AccessControl, peer: PeerId): PeerId | 'others' | undefined {
  const own = settingsOf(control, peer)
  const rank = control.rank(peer)
  const last = own.findLastIndex((setting) => setting.rank === rank)
  if (last === -1) return own.length === 0 ? undefined : 'others'
  let [before, by]: [Rank, PeerId | undefined] = [0, undefined]
  for (const setting of own.slice(0, last + 1)) {
    if (setting.rank !== before) by = setting.rank < before ? setting.by : undefined
    before = setting.rank
  }
  return by
}

/** In the room's order. */
function settingsOf(control: AccessControl, peer: PeerId): readonly Setting[] {
  const all = control.allActs()
  const settings = found.get(all) ?? settingsIn(control)
  found.set(all, settings)
  return settings.get(peer) ?? []
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
