/** Peers that fill all space for documents which wait for ancestors that nobody has, and leave. */
import { randomBytes } from 'node:crypto'
import { documentIdOfDigest } from '../../../protocols/wire/ids.ts'
import { MAX_PENDING_PER_PEER, MAX_PENDING_PER_ROOM } from '../../../src/room/constants.ts'
import type { Attack } from './attack.ts'
import { documentAfterRoot, enterRoom, inventedAuthor } from './room-entrance.ts'

const PEERS = MAX_PENDING_PER_ROOM / MAX_PENDING_PER_PEER

export const parking: Attack = {
  name: 'parking',
  async run(target) {
    const signer = inventedAuthor()
    for (let index = 0; index < PEERS && !target.signal.aborted; index++) {
      const { peer, send } = await enterRoom(target)
      const blocks = Array.from({ length: MAX_PENDING_PER_PEER }, () => {
        return documentAfterRoot(target.room, signer, { parents: [documentIdOfDigest(randomBytes(32))], clock: 9 })
          .block
      })
      await send(blocks)
      await peer.stop()
    }
  },
}
