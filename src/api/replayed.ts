/** Waits until the history of a room is here that began with a checkpoint. */
import type { Room, RoomProgress, RoomSummary } from '../kith.ts'

/** Resolves at once if the state is that of the history. Reports no progress then. */
export async function untilReplayed(
  room: Pick<Room, 'on' | 'off' | 'summary'>,
  onProgress: (progress: RoomProgress) => void,
  signal: AbortSignal,
): Promise<RoomSummary> {
  const over = Promise.withResolvers<RoomSummary>()
  const look = (summary: RoomSummary): void => {
    if (summary.provisional === null) over.resolve(summary)
  }
  const giveUp = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  room.on('room', look)
  room.on('progress', onProgress)
  try {
    look(room.summary())
    return await over.promise
  } finally {
    room.off('room', look)
    room.off('progress', onProgress)
    signal.removeEventListener('abort', giveUp)
  }
}
