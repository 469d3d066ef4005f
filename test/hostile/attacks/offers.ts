/** A member that offers thousands of documents that nobody has, as fast as they are taken. */
import { randomBytes } from 'node:crypto'
import { MAX_IDS } from '../../../protocols/batch-sync/constants.ts'
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

const RECORDS = 400

export const offers: Attack = {
  name: 'offers',
  async run({ address, room, signal }) {
    const peer = await connectRawPeer(address)
    const state = await peer.roomState()
    const sync = await peer.batchSync()
    await state.roomState(peer.metadata(room, 1))
    for (let record = 0; record < RECORDS && !signal.aborted && !sync.isClosed; record++) {
      const ids = Array.from({ length: MAX_IDS }, () => documentIdOfDigest(randomBytes(32)))
      await sync.batchSync({ type: 'offer', topic: topicKeyOf(room), ids })
    }
    await peer.stop()
  },
}
