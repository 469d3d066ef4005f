/** Who holds a message, as state and in words. */
import type { RoomSync } from '../../kith.ts'
import { t } from '../language/language.ts'

/** `here`: nobody else has it; `some`: somebody has; `all`: everybody who is in the room now has. */
export interface Held {
  state: 'here' | 'some' | 'all'
  by: number
  of: number
}

/** What is known of the document that was asked for. */
export function heldIn({ newest, peers }: Pick<RoomSync, 'newest' | 'peers'>): Held {
  const { heldBy = [], ofPeers = 0 } = newest[0] ?? {}
  const holders = new Set(heldBy)
  const present = peers.filter(({ online }) => online)
  const isAll = present.every(({ peer }) => holders.has(peer))
  return { state: holders.size === 0 ? 'here' : isAll ? 'all' : 'some', by: holders.size, of: ofPeers }
}

/** For example `Held by 2 of 3 others.` */
export function heldWords({ state, by, of }: Held): string {
  if (of === 0) return t('Written on this machine. Nobody else has been in this room yet.')
  if (state === 'here') return t('Written on this machine. None of the {{count}} others has it yet.', { count: of })
  return t('Held by {{by}} of {{count}} others.', { by, count: of })
}
