/** Says that this node was removed from a room. */
import type { Removal, RoomSummary } from '../kith.ts'
import { clean, clockTime } from './text.ts'

type RemovedFrom = Pick<RoomSummary, 'id' | 'name'> & { access?: string; removed?: Removal }

/** Whole sentences; undefined if nobody says so. */
export function removedLine({ id, name, access, removed }: RemovedFrom): string | undefined {
  if (removed === undefined) return undefined
  const { by, atMs, isProven, saidBy } = removed
  const from = `from ${clean(name) || id} by ${clean(by.name)}, ${clockTime(atMs, Date.now())}.`
  if (!isProven) {
    const teller = saidBy === null ? 'Somebody' : clean(saidBy.name)
    return `${teller} says that you were removed ${from} Whether ${clean(by.name)} may do that is not known here: ask an admin.`
  }
  const reading =
    access === 'public-read' ? 'You read on, as whoever has its id does' : 'You can still read what this node has'
  return `You were removed ${from} ${reading}; who removed you can invite you again.`
}
