/** How a room is doing, in one line. */
import type { RoomOverview } from '../../../api/page-calls.ts'
import type { PeerInfo, RoomProgress } from '../../../kith.ts'
import { counted } from '../../parts/bar.tsx'
import { sizeWords } from '../../parts/sizes.ts'

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
    return { state: 'alone', words: `Carried for others, and full: it may take ${size}, and takes no more.` }
  }
  if (status === 'waiting') return { state: 'alone', words: 'Waits for somebody who has it.' }
  if (removed !== undefined) return { state: 'alone', words: 'You were removed. What is here can still be read.' }
  if (moved !== undefined) return { state: 'well', words: 'Goes on in another room.' }
  if (progress !== undefined && progress.missing > 0) return comingOf(progress)
  if (isJoining) return { state: 'busy', words: 'What others have of it is coming.' }
  const sending = peers.flatMap((peer) => peer.sending.filter((each) => each.room === room.id))
  if (sending.length > 0) {
    const documents = counted(Math.max(...sending.map((each) => each.documents)))
    const [what, whom] = [documents === '1' ? '1 document is' : `${documents} documents are`, others(sending.length)]
    return { state: 'busy', words: `${what} on the way to ${whom}.` }
  }
  if (neighbours === 0) {
    return { state: 'alone', words: 'Nobody else of it is connected. What you write goes out when somebody is.' }
  }
  const size = sizeWords(sizeBytes)
  return carried === undefined
    ? { state: 'well', words: `In step with ${others(neighbours)}; ${size} here.` }
    : { state: 'well', words: `Carried for others: in step with ${others(neighbours)}; ${size} here.` }
}

function comingOf({ have, known, perSecond, what }: RoomProgress): RoomHealth {
  const parts =
    what === 'state' ? `${sizeWords(have)} of ${sizeWords(known)}` : `${counted(have)} of ${counted(known)} documents`
  return perSecond > 0
    ? { state: 'busy', words: `${parts} are here, and the rest is coming.` }
    : { state: 'alone', words: `${parts} are here. Nobody who has the rest is connected.` }
}

function others(count: number): string {
  return count === 1 ? '1 other' : `${counted(count)} others`
}
