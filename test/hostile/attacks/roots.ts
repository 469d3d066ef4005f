/** A member writes documents that link to thousands of blocks which nobody has: each link is looked for. */
import { setTimeout as delay } from 'node:timers/promises'
import { MAX_LINKS } from '../../../protocols/document/constants.ts'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer, type RawPeer, type RawStream } from '../raw-peer.ts'
import type { Attack, Target } from './attack.ts'

/** Documents of one chain: 51,200 links, where one costs some kilobytes if it is looked for. */
export const ROOTS_DOCUMENTS = 200

/** Sent at a time, so that a node is not asked to read more than it acknowledges. */
const AT_ONCE = 40
const POLL_MS = 20

/** The next document of the peer's chain, whose links lead nowhere. */
function linking({ signer }: RawPeer, { room }: Target, seq: number, previous: Document | undefined): Document {
  const links = Array.from({ length: MAX_LINKS }, (_, i) => {
    return blockIdOf('raw', new TextEncoder().encode(`${signer.author} ${seq} ${i}`))
  })
  return encodeDocument(
    {
      ...{ room, author: signer.author, seq, previous: previous?.id ?? null, parents: seq === 0 ? [room] : [] },
      ...{ clock: seq + 2, timeMs: Date.now(), epoch: 0, kind: 'album', links, body: new Uint8Array() },
    },
    signer,
  )
}

function areAcked(sync: RawStream, documents: readonly Document[]): boolean {
  const acked = new Set(sync.batchSyncRecords.flatMap((record) => (record.type === 'ack' ? record.ids : [])))
  return documents.every(({ id }) => acked.has(id))
}

export const roots: Attack = {
  name: 'roots',
  async run(target) {
    const peer = await connectRawPeer(target.address)
    try {
      const [state, sync] = [await peer.roomState(), await peer.batchSync()]
      await state.roomState(peer.metadata(target.room, 1))
      await delay(POLL_MS)
      let last: Document | undefined
      for (let seq = 0; seq < ROOTS_DOCUMENTS && !target.signal.aborted && !sync.isClosed;) {
        const some: Document[] = []
        for (; some.length < AT_ONCE; seq++) some.push((last = linking(peer, target, seq, last)))
        await sync.batchSync({
          type: 'message',
          topic: topicKeyOf(target.room),
          blocks: some.map(({ block }) => block),
        })
        while (!areAcked(sync, some) && !target.signal.aborted && !sync.isClosed) await delay(POLL_MS)
      }
    } finally {
      await peer.stop()
    }
  },
}
