/** The keys that a new one leads to. */
import { MAX_PREDECESSORS, type EpochKey, type KeyId } from '../../../protocols/sealing/index.ts'
import type { Epochs } from '../access/epochs.ts'

interface Predecessors {
  /** As many as a rekey names, those in `held` first. */
  previous: KeyId[]
  /** Those that are here. */
  held: EpochKey[]
}

export function predecessorsIn({ last, tops }: Epochs, keys: ReadonlyMap<KeyId, EpochKey>): Predecessors {
  const before = [...new Set([...tops, ...last.toReversed()].map((epoch) => epoch.key))]
  // Those that nobody has must not take the places of those with which somebody wrote.
  const held = before.flatMap((id) => keys.get(id) ?? []).slice(0, MAX_PREDECESSORS)
  const lacking = before.filter((id) => !keys.has(id))
  return { previous: [...held.map(({ id }) => id), ...lacking].slice(0, MAX_PREDECESSORS), held }
}
