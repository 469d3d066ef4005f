/** The blocks of the states that a room keeps. */
import type { StoredBlock } from '../store/blocks.ts'
import { statesOf, type Checkpoint } from '../store/store.ts'
import type { Room } from '../room/room.ts'
import type { WingContext } from './wing.ts'

/** Changes which checkpoints a room notes: keeps the state of one, and lets go of those that it names no more. */
export function keepState(
  context: WingContext,
  room: Room,
  change: () => void,
  kept: Pick<Checkpoint, 'root' | 'sizeBytes'> | undefined,
  blocks: readonly StoredBlock[] = [],
): void {
  const { id } = room.record
  const before = statesOf(room.record)
  change()
  const after = statesOf(room.record)
  for (const root of before) if (!after.includes(root)) context.notify({ type: 'release', room: id, root })
  if (kept === undefined) return
  const { root, sizeBytes } = kept
  context.notify({ type: 'keep', room: id, root, sizeBytes, blocks })
}
