/** Strangers begin the largest frame on every stream that a node takes, and send all but its last byte. */
import { setTimeout as delay } from 'node:timers/promises'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { BATCH_SYNC_PROTOCOL } from '../../../protocols/batch-sync/constants.ts'
import { ENSURE_MAP_PROTOCOL } from '../../../protocols/ensure-map/constants.ts'
import { ROOM_STATE_PROTOCOL } from '../../../protocols/room-state/constants.ts'
import { MAX_FRAME_BYTES } from '../../../protocols/wire/limits.ts'
import { connectRawPeer, HELLO } from '../raw-peer.ts'
import type { RawPeer } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

const PEERS = 48
const AT_ONCE = 8
const PROTOCOLS = [BATCH_SYNC_PROTOCOL, ENSURE_MAP_PROTOCOL, ROOM_STATE_PROTOCOL]
/** How long the frames stay unfinished. */
const HOLD_MS = 10_000

export const unfinishedFrames: Attack = {
  name: 'unfinished-frames',
  async run({ address, signal }) {
    const peers = await beginFrames(address, signal)
    await delay(HOLD_MS, undefined, { signal }).catch(() => undefined)
    await Promise.all(peers.map((peer) => peer.stop()))
  },
}

/** Streams that the node closes are not opened again. */
export async function beginFrames(address: string, signal?: AbortSignal): Promise<RawPeer[]> {
  const unfinished = lengthPrefixed.single(Buffer.alloc(MAX_FRAME_BYTES)).subarray(0, -1)
  const peers: RawPeer[] = []
  const begin = async (): Promise<void> => {
    const peer = await connectRawPeer(address)
    peers.push(peer)
    await Promise.allSettled(
      PROTOCOLS.map(async (protocol) => {
        const stream = await peer.open(protocol)
        await stream.frame(HELLO)
        await stream.bytes(unfinished)
      }),
    )
  }
  for (let count = 0; count < PEERS && signal?.aborted !== true; count += AT_ONCE) {
    await Promise.allSettled(Array.from({ length: AT_ONCE }, begin))
  }
  return peers
}
