/** Waits until a room that was joined is of use. */
import type { Room, RoomProgress } from '../kith.ts'

/** Nothing comes for so long: whoever waits may do something else meanwhile. */
const SILENCE_MS = 10_000

/**
 * Resolves with the last progress once the room's state is here, whether by a checkpoint or by its history, or once
 * nothing more comes for now. Reports none if there is nothing to wait for.
 */
export async function untilUsable(
  room: Pick<Room, 'on' | 'off' | 'progress' | 'summary'>,
  onProgress: (progress: RoomProgress) => void,
  signal: AbortSignal,
): Promise<RoomProgress> {
  const now = room.progress()
  if (isUsable(room, now)) return now
  const over = Promise.withResolvers<RoomProgress>()
  const end = (): void => over.resolve(room.progress())
  let silence: NodeJS.Timeout | undefined
  const look = (progress: RoomProgress): void => {
    onProgress(progress)
    clearTimeout(silence)
    silence = setTimeout(end, SILENCE_MS)
    // No block of a state may have come yet.
    const hasStopped = progress.what === 'history' && progress.missing > 0 && progress.perSecond === 0
    if (hasStopped || isUsable(room, progress)) over.resolve(progress)
  }
  const giveUp = (): void => over.reject(signal.reason)
  signal.addEventListener('abort', giveUp)
  // A state may be here, and the history wait.
  const shown = (): void => {
    const progress = room.progress()
    if (isUsable(room, progress)) over.resolve(progress)
  }
  room.on('progress', look)
  room.on('room', shown)
  room.on('joined', end)
  try {
    look(now)
    return await over.promise
  } finally {
    clearTimeout(silence)
    room.off('progress', look)
    room.off('room', shown)
    room.off('joined', end)
    signal.removeEventListener('abort', giveUp)
  }
}

function isUsable(room: Pick<Room, 'summary'>, { missing }: RoomProgress): boolean {
  const { provisional, isJoining } = room.summary()
  return provisional !== null || (missing === 0 && !isJoining)
}
