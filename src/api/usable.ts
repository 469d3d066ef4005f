/** Waits until a room that was joined is of use. */
import type { Room, RoomProgress } from '../kith.ts'

/**
 * Resolves with the last progress once the room's state is here, whether by a checkpoint or by its history, or once
 * nothing more comes for now. Reports none if there is nothing to wait for.
 */
export async function untilUsable(
  room: Pick<Room, 'on' | 'off' | 'progress' | 'details'>,
  onProgress: (progress: RoomProgress) => void,
  signal: AbortSignal,
): Promise<RoomProgress> {
  const now = room.progress()
  if (now.missing === 0 || room.details().provisional !== null) return now
  const over = Promise.withResolvers<RoomProgress>()
  const look = (progress: RoomProgress): void => {
    onProgress(progress)
    if (progress.missing === 0 || progress.perSecond === 0) over.resolve(progress)
  }
  const joined = (): void => over.resolve(room.progress())
  const giveUp = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  room.on('progress', look)
  room.on('joined', joined)
  look(now)
  try {
    return await over.promise
  } finally {
    room.off('progress', look)
    room.off('joined', joined)
    signal.removeEventListener('abort', giveUp)
  }
}
