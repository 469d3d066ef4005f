/** A chain of documents that a hostile peer writes in a room, and how it sends them. */
import { setTimeout as delay } from 'node:timers/promises'
import { encodeDocument, type Document, type DocumentFields } from '../../../protocols/document/document.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { connectRawPeer, type RawPeer, type RawStream } from '../raw-peer.ts'
import type { Target } from './attack.ts'

const POLL_MS = 20

/** Links and body of the document with a number. */
type ContentOf = (peer: RawPeer, seq: number) => Partial<DocumentFields>

/** Sends so many documents, some at a time; resolves once the node has acknowledged or deferred each. */
export async function sendChain(target: Target, count: number, atOnce: number, contentOf: ContentOf): Promise<void> {
  const { room, signal } = target
  const peer = await connectRawPeer(target.address)
  try {
    const [state, sync] = [await peer.roomState(), await peer.batchSync()]
    await state.roomState(peer.metadata(room, 1))
    await delay(POLL_MS)
    const isOver = (): boolean => signal.aborted || sync.isClosed
    let last: Document | undefined
    for (let seq = 0; seq < count && !isOver();) {
      const some: Document[] = []
      for (; some.length < atOnce; seq++) some.push((last = nextOf(peer, target, seq, last, contentOf)))
      await sync.batchSync({ type: 'message', topic: topicKeyOf(room), blocks: some.map(({ block }) => block) })
      while (!areAnswered(sync, some) && !isOver()) await delay(POLL_MS)
    }
  } finally {
    await peer.stop()
  }
}

function nextOf(
  peer: RawPeer,
  { room }: Target,
  seq: number,
  previous: Document | undefined,
  contentOf: ContentOf,
): Document {
  const { signer } = peer
  return encodeDocument(
    {
      ...{ room, author: signer.author, seq, previous: previous?.id ?? null, parents: seq === 0 ? [room] : [] },
      ...{ clock: seq + 2, timeMs: Date.now(), epoch: 0, kind: 'album', links: [], body: new Uint8Array() },
      ...contentOf(peer, seq),
    },
    signer,
  )
}

function areAnswered(sync: RawStream, documents: readonly Document[]): boolean {
  const answers = sync.batchSyncRecords.flatMap((record) =>
    record.type === 'ack' || record.type === 'defer' ? record.ids : [],
  )
  const answered = new Set(answers)
  return documents.every(({ id }) => answered.has(id))
}
