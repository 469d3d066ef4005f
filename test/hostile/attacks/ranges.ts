/** A member that asks again and again for comparisons of the whole room, as many as fit a frame. */
import { randomBytes } from 'node:crypto'
import type { BatchSyncRecord } from '../../../protocols/batch-sync/records.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

const FRAMES = 20
const RECORDS = 1_500

export const ranges: Attack = {
  name: 'ranges',
  async run({ address, room, signal }) {
    const peer = await connectRawPeer(address)
    const state = await peer.roomState()
    const sync = await peer.batchSync()
    await state.roomState(peer.metadata(room, 1))
    const topic = topicKeyOf(room)
    for (let frame = 0; frame < FRAMES && !signal.aborted && !sync.isClosed; frame++) {
      await sync.batchSync(...Array.from({ length: RECORDS }, (): BatchSyncRecord => wholeRoom(topic)))
    }
    await peer.stop()
  },
}

/** Ranges that make their receiver look at all it has of a room. */
function wholeRoom(topic: ReturnType<typeof topicKeyOf>): BatchSyncRecord {
  const content = { type: 'fingerprint', fingerprint: randomBytes(8).toString('hex') } as const
  const lower = { clock: 0, digest: new Uint8Array(32) }
  return { type: 'ranges', topic, salt: randomBytes(16), lower, ranges: [{ upper: undefined, content }] }
}
