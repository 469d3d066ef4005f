/**
 * A member that announces a frontier of 256 known documents, over and over, and opens its stream anew whenever
 * its burst is used up.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { decodeDocument } from '../../../protocols/document/document.ts'
import { MAX_FRONTIER_IDS, METADATA_STEPS } from '../../../protocols/room-state/constants.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { connectRawPeer } from '../raw-peer.ts'
import type { RawPeer } from '../raw-peer.ts'
import type { Attack, Target } from './attack.ts'

const STREAMS = 8
const RECORDS = 250
/** A node replaces a stream by the next one; each is given time to be read. */
const STREAM_MS = 250

export const metadata: Attack = {
  name: 'metadata',
  async run(target) {
    await floodMetadata(target)
  },
}

/** Returns the steps of all records that were answered. */
export async function floodMetadata({ address, room, signal }: Target): Promise<number> {
  let answered = 0
  const peer = await connectRawPeer(address)
  const frontier = (await documentsOf(peer, room, signal)).slice(0, MAX_FRONTIER_IDS)
  for (let stream = 0; stream < STREAMS && !signal.aborted; stream++) {
    const state = await peer.roomState()
    for (let serial = 1; serial <= RECORDS && !signal.aborted && !state.isClosed; serial++) {
      await state.roomState(peer.metadata(room, serial, frontier))
    }
    await delay(STREAM_MS)
    answered += state.roomStateRecords.filter(({ type }) => type === 'metadata-ack').length
  }
  await peer.stop()
  return answered * (METADATA_STEPS + frontier.length)
}

/** Ids of documents that the node has: those that it sends a newcomer, as far as it does so unacknowledged. */
async function documentsOf(peer: RawPeer, room: DocumentId, signal: AbortSignal): Promise<DocumentId[]> {
  const state = await peer.roomState()
  const sync = await peer.batchSync()
  await state.roomState(peer.metadata(room, 1))
  for (let tries = 0; tries < 40 && !signal.aborted; tries++) {
    const blocks = sync.batchSyncRecords.flatMap((record) => (record.type === 'message' ? record.blocks : []))
    if (blocks.length >= MAX_FRONTIER_IDS) return blocks.map((block) => decodeDocument(block).id)
    await delay(STREAM_MS)
  }
  return [room]
}
