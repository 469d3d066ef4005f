/** A map that keeps the newest entries only, so that its size is bounded in whatever order they come. */
import type { Map as ImmutableMap } from 'immutable'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'

interface Entry {
  writtenAt: Position
}

/**
 * Adds an author's entry, unless a newer one is there; then, while there are more than `max`, the oldest give way,
 * except that of `kept`. The same map if nothing changes. What remains does not depend on the order: an entry that
 * gave way is older than all that remain, and those only become newer.
 */
export function withNewest<Value extends Entry>(
  entries: ImmutableMap<PeerId, Value>,
  author: PeerId,
  entry: Value,
  max: number,
  kept?: PeerId,
): ImmutableMap<PeerId, Value> {
  const old = entries.get(author)
  if (old !== undefined && comparePositions(old.writtenAt, entry.writtenAt) >= 0) return entries
  if (old !== undefined || entries.size < max) return entries.set(author, entry)
  const oldest = oldestOf(entries, kept)
  const isOlderItself = oldest === undefined || comparePositions(entry.writtenAt, oldest[1].writtenAt) < 0
  if (isOlderItself && author !== kept) return entries
  return (oldest === undefined ? entries : entries.delete(oldest[0])).set(author, entry)
}

function oldestOf<Value extends Entry>(
  entries: ImmutableMap<PeerId, Value>,
  kept: PeerId | undefined,
): [PeerId, Value] | undefined {
  let oldest: [PeerId, Value] | undefined
  for (const each of entries) {
    if (each[0] === kept) continue
    if (oldest === undefined || comparePositions(each[1].writtenAt, oldest[1].writtenAt) < 0) oldest = each
  }
  return oldest
}
