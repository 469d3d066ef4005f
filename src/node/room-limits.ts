/** How much a room may take here, in total and of each author. */
import { KithError, type RoomLimits } from '../kith.ts'
import type { NodeRoom } from './node-room.ts'

export function limitsOf({ id, open, core }: NodeRoom): RoomLimits {
  const { documentsBytesMax = null, authorBytesMax = null } = open.record
  const { sizeBytes } = core.store.totals(id)
  return { maxBytes: documentsBytesMax, maxBytesPerAuthor: authorBytesMax, sizeBytes }
}

/** 0 ends a limit; those that are left out stay. Throws a KithError `bad-value` or `carried`. */
export async function setLimits(
  room: NodeRoom,
  limits: Partial<Record<'maxBytes' | 'maxBytesPerAuthor', number>>,
): Promise<void> {
  if (room.isCarried) {
    throw new KithError('carried', 'this node only carries the room: set how much it keeps with kith carry --max')
  }
  const now = limitsOf(room)
  const { maxBytes = now.maxBytes ?? 0, maxBytesPerAuthor = now.maxBytesPerAuthor ?? 0 } = limits
  const [bytesMax, authorBytesMax] = [limitOf(maxBytes), limitOf(maxBytesPerAuthor)]
  await room.core.command({ type: 'limit-documents', room: room.id, bytesMax, authorBytesMax })
}

/** Undefined for 0: no limit. */
function limitOf(sizeBytes: number): number | undefined {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new KithError('bad-value', 'a size must be a whole number of bytes, 0 or more')
  }
  return sizeBytes === 0 ? undefined : sizeBytes
}
