/** Thousands of documents that know only the room's root, each by another author: in an open room anybody may write. */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { encodeDocument } from '../../../protocols/document/document.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer, type RawStream } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

/** Several times what a frontier names. */
const ATTACK_HEADS = 2_000

const PER_MESSAGE = 100

/** How many may be on their way: within the credit of a node. */
const MAX_UNACKNOWLEDGED = 1_000

const POLL_MS = 20

function inventedHead(room: RoomId): Uint8Array {
  const signer = signerOfSeed(randomBytes(32))
  const { block } = encodeDocument(
    {
      ...{ room, author: signer.author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: Date.now() },
      ...{ epoch: 0, kind: 'message', links: [], body: randomBytes(8) },
    },
    signer,
  )
  return block
}

function acknowledged({ batchSyncRecords }: RawStream): number {
  return batchSyncRecords.reduce((sum, record) => sum + (record.type === 'ack' ? record.ids.length : 0), 0)
}

export const heads: Attack = {
  name: 'heads',
  async run({ address, room, signal }) {
    const peer = await connectRawPeer(address)
    try {
      const state = await peer.roomState()
      const sync = await peer.batchSync()
      await state.roomState(peer.metadata(room, 1))
      for (let sent = 0; sent < ATTACK_HEADS && !signal.aborted && !sync.isClosed; sent += PER_MESSAGE) {
        while (sent - acknowledged(sync) > MAX_UNACKNOWLEDGED && !signal.aborted && !sync.isClosed) await delay(POLL_MS)
        const blocks = Array.from({ length: PER_MESSAGE }, () => inventedHead(room))
        await sync.batchSync({ type: 'message', topic: topicKeyOf(room), blocks })
      }
      while (acknowledged(sync) < ATTACK_HEADS && !signal.aborted && !sync.isClosed) await delay(POLL_MS)
    } finally {
      await peer.stop()
    }
  },
}
