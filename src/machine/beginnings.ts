/** Documents for which somebody may have invented an author, or written the same place of a chain again and again. */
import type { Intake } from '../room/intake.ts'

/**
 * The first documents of an author: its introduction, and what newcomers write. With fewer, one invented author for every
 * second document would not be told from people who talk.
 */
const FIRST_DOCUMENTS = 4

/**
 * As many others a fork counts as: a copied data folder makes a few, while newcomers that begin chains may be thousands. So
 * whoever forks on purpose also pays for what others are sent of it.
 */
const FORK_WEIGHT = 3

/** How many of the accepted documents begin or fork the chain of an author, to their number: from 0 to 1, with forks to 3. */
export function beginningsOf({ accepted, forks }: Pick<Intake, 'accepted' | 'forks'>): number {
  if (accepted.length === 0) return 0
  const first = accepted.filter(({ seq }) => seq < FIRST_DOCUMENTS).length
  const others = forks.filter(({ seq }) => seq >= FIRST_DOCUMENTS).length
  const more = forks.length * (FORK_WEIGHT - 1)
  return Math.min(FORK_WEIGHT, (first + others + more) / accepted.length)
}
