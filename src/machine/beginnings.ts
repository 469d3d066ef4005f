/** Documents for which somebody may have invented an author, or written the same place of a chain again and again. */
import type { Intake } from '../room/intake.ts'

/**
 * The first documents of an author: its introduction, and what newcomers write. With fewer, one invented author for every
 * second document would not be told from people who talk.
 */
const FIRST_DOCUMENTS = 4

/** Which part of the accepted documents begin or fork the chain of an author, from 0 to 1. */
export function beginningsOf({ accepted, forks }: Pick<Intake, 'accepted' | 'forks'>): number {
  if (accepted.length === 0) return 0
  const first = accepted.filter(({ seq }) => seq < FIRST_DOCUMENTS).length
  const others = forks.filter(({ seq }) => seq >= FIRST_DOCUMENTS).length
  return Math.min(1, (first + others) / accepted.length)
}
