/** Who may write in a room. */
import type { RoomDetails } from '../../kith.ts'
import { t } from '../language/language.ts'

/** Why this user cannot write in a room; empty if nothing is known that says so. */
export function obstacleOf({ role = null, invited = null, removed }: Partial<RoomDetails>): string {
  if (removed?.isProven === true && invited?.status !== 'awaited') {
    return t('You can write here again when {{name}}, or another admin, invites you anew.', { name: removed.by.name })
  }
  if (role === null || ['writer', 'admin', 'owner'].includes(role)) return ''
  if (role === 'reader') return t('You can read this room. Ask an admin to let you write, too.')
  if (invited?.status === 'awaited') return t('You can write here as soon as your invite has been accepted.')
  return role === 'none' ? t('Only members write here, and you are not one (any more).') : t('You cannot write here.')
}
