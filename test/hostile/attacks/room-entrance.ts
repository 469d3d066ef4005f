/** How attacks enter a room, and the documents that they bring. */
import { randomBytes } from 'node:crypto'
import { encodeDocument, type Document, type DocumentFields } from '../../../protocols/document/document.ts'
import { signerOfSeed, type Signer } from '../../../protocols/wire/crypto.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../protocols/wire/room-keys.ts'
import { setTimeout as delay } from 'node:timers/promises'
import { connectRawPeer, type RawPeer, type RawStream } from '../raw-peer.ts'
import type { Target } from './attack.ts'

/** Blocks in a message, which together are about as large as a node sends. */
const BLOCKS_PER_MESSAGE = 256
/** How long an attack waits for an answer before it goes on regardless. */
const ANSWER_MS = 20_000

/** A peer that has proved that it knows the room. */
export interface Intruder {
  peer: RawPeer
  /** Sends documents; resolves with how many were acknowledged. Stops early if nothing comes back. */
  send: (blocks: readonly Uint8Array[]) => Promise<number>
}

export async function enterRoom({ address, room, signal }: Target): Promise<Intruder> {
  const peer = await connectRawPeer(address)
  const state = await peer.roomState()
  const sync = await peer.batchSync()
  await state.roomState(peer.metadata(room, 1))
  await until(() => state.roomStateRecords.some(({ type }) => type === 'metadata-ack'), signal)
  return {
    peer,
    async send(blocks) {
      const before = settled(sync)
      for (let i = 0; i < blocks.length && !signal.aborted; i += BLOCKS_PER_MESSAGE) {
        const some = blocks.slice(i, i + BLOCKS_PER_MESSAGE)
        await sync.batchSync({ type: 'message', topic: topicKeyOf(room), blocks: some })
        // Who waits for the answers is within its credit.
        await until(() => settled(sync).all - before.all >= i + some.length, signal)
      }
      return settled(sync).acknowledged - before.acknowledged
    },
  }
}

/** Another author for each number and run. */
export function inventedAuthor(): Signer {
  return signerOfSeed(randomBytes(32))
}

/** A document by an author who knows only the root, or what `fields` say. */
export function documentAfterRoot(room: RoomId, signer: Signer, fields: Partial<DocumentFields>): Document {
  const whole: DocumentFields = {
    ...{ room, author: signer.author, seq: 0, previous: null, parents: [room as DocumentId], clock: 2 },
    ...{ timeMs: Date.now(), epoch: 0, kind: 'message', links: [], body: Buffer.from(randomBytes(8).toString('hex')) },
    ...fields,
  }
  return encodeDocument(whole, signer)
}

function settled(sync: RawStream): { acknowledged: number; all: number } {
  let acknowledged = 0
  let deferred = 0
  for (const record of sync.batchSyncRecords) {
    if (record.type === 'ack') acknowledged += record.ids.length
    if (record.type === 'defer') deferred += record.ids.length
  }
  return { acknowledged, all: acknowledged + deferred }
}

async function until(holds: () => boolean, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; waitedMs < ANSWER_MS && !holds() && !signal.aborted; waitedMs += 20) await delay(20)
}
