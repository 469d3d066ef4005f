/**
 * Sealed blocks: what a private room has in place of the blocks of a file. Whoever lacks the key of the file sees their
 * sizes and how they link to each other. Pure functions.
 */
import { decode, encode } from '@ipld/dag-cbor'
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { CID } from 'multiformats/cid'
import { blockIdOf, blockIdOfCid, bytesOfBlockId, codecOf, type BlockCodec } from '../wire/block-ids.ts'
import { cidOf, type BlockId } from '../wire/ids.ts'
import { BLOCK_TAG_BYTES, FILE_BLOCK_DOMAIN, FILE_KEY_BYTES, SEALED_VERSION } from './constants.ts'

/** What opens a sealed DAG. */
export interface Sealing {
  /** The key of the file, 32 bytes: secret. */
  key: Uint8Array
  /** The root of the DAG before it was sealed. */
  root: BlockId
}

/** A block with the id by which it is stored and fetched. */
export interface SealedBlock {
  id: BlockId
  block: Uint8Array
}

/** A block as it was before it was sealed. */
export interface OpenedBlock {
  block: Uint8Array
  /** The sealed blocks of what the block links to, in the order of its links. */
  children: readonly BlockId[]
}

/** A block that is not sealed as the key and the id say. Its message goes on after 'block ID'. */
export class SealedBlockError extends Error {
  override readonly name = 'SealedBlockError'
}

const CIPHER = 'chacha20-poly1305'
const TAG = { authTagLength: BLOCK_TAG_BYTES }
/** A key seals one content only, so its nonce needs not differ from others. */
const NONCE = new Uint8Array(12)
const NO_SALT = new Uint8Array(0)
const DOMAIN = Buffer.from(FILE_BLOCK_DOMAIN)

/** The codec of a sealed block, by that of the block. */
const SEALED_CODECS: Partial<Record<BlockCodec, BlockCodec>> = { raw: 'raw', 'dag-pb': 'dag-cbor' }

/** The codec of the sealed block of a file's block; undefined for a block that cannot be part of a file. */
export function sealedCodecOf(id: BlockId): BlockCodec | undefined {
  return SEALED_CODECS[codecOf(id)]
}

/**
 * Seals a block: the same key, block and children give the same sealed block. `children` are the sealed blocks of what it
 * links to, in the order of its links.
 */
export function sealBlock(
  fileKey: Uint8Array,
  id: BlockId,
  block: Uint8Array,
  children: readonly BlockId[],
): SealedBlock {
  const cipher = createCipheriv(CIPHER, blockKey(fileKey, id), NONCE, TAG)
  const ciphertext = Buffer.concat([cipher.update(block), cipher.final(), cipher.getAuthTag()])
  if (sealedCodecOf(id) === 'raw') return { id: blockIdOf('raw', ciphertext), block: ciphertext }
  const sealed = encode([SEALED_VERSION, children.map(cidOf), ciphertext])
  return { id: blockIdOf('dag-cbor', sealed), block: sealed }
}

/** Opens the sealed block of the block with an id. Throws a SealedBlockError. */
export function openBlock(fileKey: Uint8Array, id: BlockId, sealed: SealedBlock): OpenedBlock {
  const codec = codecOf(sealed.id)
  if (codec !== sealedCodecOf(id)) throw new SealedBlockError('is sealed in another form than what it links to says')
  const { ciphertext, children } =
    codec === 'raw' ? { ciphertext: sealed.block, children: [] } : decodeInner(sealed.block)
  const block = opened(fileKey, id, ciphertext)
  if (block === undefined || blockIdOf(codecOf(id), block) !== id) {
    throw new SealedBlockError('does not open with the key of the file')
  }
  return { block, children }
}

function opened(fileKey: Uint8Array, id: BlockId, ciphertext: Uint8Array): Uint8Array | undefined {
  const length = ciphertext.length - BLOCK_TAG_BYTES
  if (length < 0) return undefined
  const decipher = createDecipheriv(CIPHER, blockKey(fileKey, id), NONCE, TAG)
  decipher.setAuthTag(ciphertext.subarray(length))
  const block = decipher.update(ciphertext.subarray(0, length))
  try {
    decipher.final()
    return block
  } catch {
    return undefined // another key, or other bytes
  }
}

function blockKey(fileKey: Uint8Array, id: BlockId): Uint8Array {
  if (fileKey.length !== FILE_KEY_BYTES) throw new TypeError(`a file key has ${FILE_KEY_BYTES} bytes`)
  const info = Buffer.concat([DOMAIN, bytesOfBlockId(id)])
  return new Uint8Array(hkdfSync('sha256', fileKey, NO_SALT, info, 32))
}

/** Throws a SealedBlockError. */
function decodeInner(sealed: Uint8Array): { ciphertext: Uint8Array; children: BlockId[] } {
  const fields = decodedList(sealed)
  const [version, links, ciphertext] = fields
  if (Number.isSafeInteger(version) && version !== SEALED_VERSION) {
    throw new SealedBlockError(`is sealed in version ${String(version)}, which this node does not know`)
  }
  const children = Array.isArray(links) ? links.map(sealedIdOf) : []
  const isWhole = version === SEALED_VERSION && fields.length === 3 && Array.isArray(links)
  if (!isWhole || !(ciphertext instanceof Uint8Array)) throw notSealed()
  return { ciphertext, children }
}

function decodedList(sealed: Uint8Array): unknown[] {
  try {
    const value: unknown = decode(sealed)
    if (Array.isArray(value)) return value
  } catch {
    // It is no dag-cbor, which is said below.
  }
  throw notSealed()
}

/** Throws a SealedBlockError for a link to anything that no sealed block can have. */
function sealedIdOf(link: unknown): BlockId {
  const cid = CID.asCID(link)
  const id = cid === null ? undefined : blockIdOfCid(cid)
  if (id === undefined) throw notSealed()
  return id
}

function notSealed(): SealedBlockError {
  return new SealedBlockError('is not a sealed block')
}
