/**
 * Checkpoints: documents that name the state after all their ancestors. The state is a list of blocks that are fetched
 * like those of a file, so whoever joins a room can begin with it, before the history is here.
 */
import { encode } from '@ipld/dag-cbor'
import { CHECKPOINT_KIND, MAX_ENCODED_STATE_BYTES, STATE_CHUNK_BYTES } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import { EpochKey, KEY_BYTES, keyIdOf, SALT_BYTES } from '../../protocols/sealing/index.ts'
import { blockIdOf, blockIdOfCid } from '../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../protocols/wire/ids.ts'
import { CID } from 'multiformats/cid'
import { decodeDagCbor } from '../apps/body.ts'
import type { Checkpoint } from '../store/store.ts'
import type { StoredBlock } from '../store/blocks.ts'
import { isOpened, sealedOf } from './sealing/opened.ts'
import type { SealedState } from './sealing/sealed-states.ts'

export type { Checkpoint }

/** An encoded state, sealed in a private room, as blocks: `root` names the others in order. */
export interface StateBlocks {
  root: BlockId
  sizeBytes: number
  blocks: readonly StoredBlock[]
}

export function stateBlocks(encoded: Uint8Array): StateBlocks {
  const count = Math.ceil(encoded.length / STATE_CHUNK_BYTES)
  const chunks = Array.from({ length: count }, (_, i) => {
    const block = encoded.slice(i * STATE_CHUNK_BYTES, (i + 1) * STATE_CHUNK_BYTES)
    return { id: blockIdOf('raw', block), block }
  })
  const list = encode(chunks.map(({ id }) => cidOf(id)))
  const root = blockIdOf('dag-cbor', list)
  return { root, sizeBytes: encoded.length, blocks: [...chunks, { id: root, block: list }] }
}

/** Puts a state together again; undefined if a block is missing, or if they are not the blocks of a state of that size. */
export function encodedState(
  { root, sizeBytes }: Pick<Checkpoint, 'root' | 'sizeBytes'>,
  blockOf: (id: BlockId) => Uint8Array | undefined,
): Uint8Array | undefined {
  const list = blockOf(root)
  const cids: unknown = list && decodeDagCbor(list)
  if (!Array.isArray(cids) || cids.length !== Math.ceil(sizeBytes / STATE_CHUNK_BYTES)) return undefined
  const chunks = cids.map((cid) => {
    const id = idOfLink(cid)
    return id === undefined ? undefined : blockOf(id)
  })
  if (!chunks.every((chunk) => chunk !== undefined)) return undefined
  const encoded = Buffer.concat(chunks)
  return encoded.length === sizeBytes && stateBlocks(encoded).root === root ? encoded : undefined
}

/** `documents`: how many there are before the checkpoint. `sealing`: what opens the state of a private room. */
export function checkpointBody(
  documents: number,
  { root, sizeBytes }: Pick<StateBlocks, 'root' | 'sizeBytes'>,
  sealing?: Pick<SealedState, 'salt' | 'first'>,
) {
  const secrets = sealing && { salt: sealing.salt, first: sealing.first }
  return encode({ documents, size: sizeBytes, state: cidOf(root), ...secrets })
}

/** What a document says as a checkpoint, opened in a private room; undefined if it is none. */
export function checkpointOf(document: Document): Checkpoint | undefined {
  const { id, clock, author } = document
  const { documents, size: sizeBytes, state, salt } = fieldsOf(document)
  const root = idOfLink(state)
  if (root === undefined || !isCount(documents) || !isCount(sizeBytes) || sizeBytes > MAX_ENCODED_STATE_BYTES)
    return undefined
  const checkpoint = { position: { clock, id }, author, documents, root, sizeBytes }
  if (!isOpened(document)) return checkpoint
  const epoch = keyIdOf(sealedOf(document).body)
  if (epoch === undefined || !isOfLength(salt, SALT_BYTES)) return undefined
  return { ...checkpoint, sealing: { epoch, salt: Buffer.from(salt).toString('hex') } }
}

/** The first key of a private room, by what a checkpoint says. */
export function firstKeyIn(document: Document): EpochKey | undefined {
  const { first } = fieldsOf(document)
  return isOfLength(first, KEY_BYTES) ? new EpochKey(first) : undefined
}

function fieldsOf({ kind, body }: Document): Record<string, unknown> {
  const fields = kind === CHECKPOINT_KIND ? decodeDagCbor(body) : undefined
  return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {}
}

function idOfLink(value: unknown): BlockId | undefined {
  const cid = CID.asCID(value)
  return cid === null ? undefined : blockIdOfCid(cid)
}

function isOfLength(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}
