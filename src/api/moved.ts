/** Waits until a room goes on in another one. */
import type { Room, RoomSummary } from '../kith.ts'

/** Resolves at once if it does. */
export async function untilMoved(
  room: Pick<Room, 'on' | 'off' | 'summary'>,
  signal: AbortSignal,
): Promise<RoomSummary> {
  const over = Promise.withResolvers<RoomSummary>()
  const giveUp = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  room.on('moved', over.resolve)
  try {
    const summary = room.summary()
    return summary.moved === undefined ? await over.promise : summary
  } finally {
    room.off('moved', over.resolve)
    signal.removeEventListener('abort', giveUp)
  }
}
