/** What changed of who may do what in a room, as the library tells it. */
import { ROLES } from '../../protocols/access/constants.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { AccessChange, Standing } from '../kith.ts'
import type { AccessChange as Told } from '../room/access/access-news.ts'
import { RANK_OF_OWNER, type Act, type Rank } from '../room/access/acts.ts'
import type { Setting } from '../room/access/settings.ts'
import type { NodeRoom } from './node-room.ts'

export function accessChangeOf(node: NodeRoom, change: Told): AccessChange {
  const { id: room, core } = node
  const by = (peer: PeerId): { peer: string; name: string } => ({ peer, name: node.nameOf(peer) })
  const said = (act: Act | undefined) => (act === undefined ? null : { atMs: act.timeMs, by: by(act.author) })
  switch (change.type) {
    case 'member': {
      const { peer, person, before, rank, setting } = change
      return {
        ...{ what: 'member', room, peer, name: node.nameOf(peer), person, self: peer === core.self },
        ...{ before: roleOf(before), role: roleOf(rank), set: setting === undefined ? null : setOf(setting) },
      }
    }
    case 'invite': {
      const { invite, before = null, status, last } = change
      return { what: 'invite', room, id: invite.id, role: invite.saying.role, before, status, set: said(last) }
    }
    case 'key': {
      const { isNew, made, lack = null } = change
      return { what: 'key', room, isNew, set: said(made), lack }
    }
  }

  function setOf({ how, atMs, by: peer }: Setting) {
    return { how, atMs, by: by(peer) }
  }
}

/** What a rank is called. */
export function roleOf(rank: Rank): Standing['role'] {
  return rank === RANK_OF_OWNER ? 'owner' : (ROLES[rank] ?? 'none')
}
