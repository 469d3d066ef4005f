/** Waits until a room has what its peers have. */
import type { Room, RoomProgress } from '../kith.ts'

/** Resolves with the last progress: nothing is missing, or nothing more comes for now. Reports none if nothing was missing. */
export async function caughtUp(
  room: Pick<Room, 'on' | 'off' | 'progress'>,
  onProgress: (progress: RoomProgress) => void,
  signal: AbortSignal,
): Promise<RoomProgress> {
  const now = room.progress()
  if (now.missing === 0) return now
  const over = Promise.withResolvers<RoomProgress>()
  const look = (progress: RoomProgress): void => {
    onProgress(progress)
    if (progress.missing === 0 || progress.perSecond === 0) over.resolve(progress)
  }
  const giveUp = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  room.on('progress', look)
  look(now)
  try {
    return await over.promise
  } finally {
    room.off('progress', look)
    signal.removeEventListener('abort', giveUp)
  }
}
