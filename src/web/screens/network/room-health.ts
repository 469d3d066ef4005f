/** How a room is doing, in one line. */
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { PeerInfo, RoomProgress } from '../../../kith.ts'
import { sizeWords } from '../../parts/sizes.ts'
import { t } from '../../language/language.ts'

/** `well`: all of it is here, and somebody else has it too; `busy`: it gets better by itself; `alone`: others are needed. */
export interface RoomHealth {
  state: 'well' | 'busy' | 'alone'
  words: string
}

/** `peers`: all that are known. */
export function healthOf(
  room: RoomOverview,
  progress: RoomProgress | undefined,
  peers: readonly PeerInfo[],
): RoomHealth {
  const { carried, isJoining, moved, neighbours, removed, sizeBytes, status } = room
  if (carried?.isQuotaReached === true) {
    const size = sizeWords(carried.maxBytes)
    return {
      state: 'alone',
      words: t('Carried for others, and full: it may take {{size}}, and takes no more.', { size }),
    }
  }
  if (status === 'waiting') return { state: 'alone', words: t('Waits for somebody who has it.') }
  if (removed !== undefined) return { state: 'alone', words: t('You were removed. What is here can still be read.') }
  if (moved !== undefined) return { state: 'well', words: t('Goes on in another room.') }
  if (progress !== undefined && progress.missing > 0) return comingOf(progress)
  if (isJoining) return { state: 'busy', words: t('What others have of it is coming.') }
  const sending = peers.flatMap((peer) => peer.sending.filter((each) => each.room === room.id))
  if (sending.length > 0) {
    const count = Math.max(...sending.map((each) => each.documents))
    const words = t('{{count, number}} documents are on the way to {{others}}.', {
      count,
      others: others(sending.length),
    })
    return { state: 'busy', words }
  }
  if (neighbours === 0) {
    return { state: 'alone', words: t('Nobody else of it is connected. What you write goes out when somebody is.') }
  }
  const size = sizeWords(sizeBytes)
  return carried === undefined
    ? { state: 'well', words: t('In step with {{others}}; {{size}} here.', { others: others(neighbours), size }) }
    : {
        state: 'well',
        words: t('Carried for others: in step with {{others}}; {{size}} here.', { others: others(neighbours), size }),
      }
}

function comingOf({ have, known, perSecond, what }: RoomProgress): RoomHealth {
  const parts =
    what === 'state'
      ? t('{{bytes}} of {{size}}', { bytes: sizeWords(have), size: sizeWords(known) })
      : t('{{have, number}} of {{count, number}} documents', { have, count: known })
  return perSecond > 0
    ? { state: 'busy', words: t('{{parts}} are here, and the rest is coming.', { parts }) }
    : { state: 'alone', words: t('{{parts}} are here. Nobody who has the rest is connected.', { parts }) }
}

function others(count: number): string {
  return t('{{count, number}} others', { count })
}
