/**
 * Ids of blocks that can be requested from peers: CIDs of raw, dag-pb and dag-cbor blocks with sha2-256,
 * the only ones in documents and files. Each has one text form (CIDv1, base32) and 36 bytes in binary. A
 * CIDv0 names the same block as the CIDv1 that it is converted to.
 */
import { CID } from 'multiformats/cid'
import { decodeBase32, encodeBase32 } from './base32.ts'
import { sha256Latin1 } from './crypto.ts'
import { cidOf, type BlockId } from './ids.ts'
import { MAX_INLINE_BYTES } from './limits.ts'

/** The encoding of a block. */
export type BlockCodec = 'raw' | 'dag-pb' | 'dag-cbor'

/** The codecs and their codes in a CID. */
const CODES: Record<BlockCodec, number> = { raw: 0x55, 'dag-pb': 0x70, 'dag-cbor': 0x71 }
const CODECS = new Map(Object.entries(CODES).map(([codec, code]) => [code, codec as BlockCodec]))

const SHA2_256_CODE = 0x12
const DIGEST_BYTES = 32
const HEADER_BYTES = 4
const MULTIBASE = 'b'

/** Characters of an id's text that encode nothing but its header. */
const PREFIX_LENGTH = MULTIBASE.length + Math.floor((HEADER_BYTES * 8) / 5)
/** The prefix of the ids of a codec, such as `bafkrei` for raw ones. */
const CODECS_BY_PREFIX = new Map(
  [...CODECS].map(([code, codec]) => {
    const header = Uint8Array.of(1, code, SHA2_256_CODE, DIGEST_BYTES)
    return [encodeBase32(header, MULTIBASE).slice(0, PREFIX_LENGTH), codec]
  }),
)

/** Bytes of a block id on the wire and in the store. */
export const BLOCK_ID_BYTES = HEADER_BYTES + DIGEST_BYTES
const BLOCK_ID_LENGTH = MULTIBASE.length + Math.ceil((BLOCK_ID_BYTES * 8) / 5)

const IDENTITY_CODE = 0

/** A block that its CID contains, as `ipfs add --inline` makes them: the hash function is identity. */
export interface InlineBlock {
  codec: BlockCodec
  block: Uint8Array
}

/** The bytes of the id that is being made. */
const SHARED_ID = Buffer.from([1, 0, SHA2_256_CODE, DIGEST_BYTES, ...new Uint8Array(DIGEST_BYTES)])

/** The id of a block. */
export function blockIdOf(codec: BlockCodec, block: Uint8Array): BlockId {
  SHARED_ID[1] = CODES[codec]
  SHARED_ID.write(sha256Latin1(block), HEADER_BYTES, 'latin1')
  return encodeBase32(SHARED_ID, MULTIBASE) as BlockId
}

/** The block id of a binary CIDv1; undefined for any other CID or bytes. */
export function blockIdOfBytes(bytes: Uint8Array): BlockId | undefined {
  const [version, code, hash, length] = bytes
  const isKnown = version === 1 && code !== undefined && CODECS.has(code) && hash === SHA2_256_CODE
  if (!isKnown || length !== DIGEST_BYTES || bytes.length !== BLOCK_ID_BYTES) return undefined
  return encodeBase32(bytes, MULTIBASE) as BlockId
}

/** The binary CIDv1 of a block id. */
export function bytesOfBlockId(id: BlockId): Uint8Array {
  return decodeBase32(id, MULTIBASE.length)
}

/** Whether an id is one of a block that can be requested, as it stands. */
export function isBlockId(id: BlockId): boolean {
  return id.length === BLOCK_ID_LENGTH && CODECS_BY_PREFIX.has(id.slice(0, PREFIX_LENGTH))
}

/** The codec of the block with an id. */
export function codecOf(id: BlockId): BlockCodec {
  const codec = CODECS_BY_PREFIX.get(id.slice(0, PREFIX_LENGTH))
  if (codec === undefined) throw new TypeError(`${id} is not a block id`)
  return codec
}

/** The block id of a CID; undefined if it has another codec or hash function. */
export function blockIdOfCid(cid: CID): BlockId | undefined {
  return blockIdOfBytes(cid.version === 0 ? cid.toV1().bytes : cid.bytes)
}

/** The block that a CID contains; undefined if it contains none, or one of another codec or of too many bytes. */
export function inlineBlockOfCid({ code, multihash }: CID): InlineBlock | undefined {
  const codec = CODECS.get(code)
  if (codec === undefined || multihash.code !== IDENTITY_CODE || multihash.size > MAX_INLINE_BYTES) return undefined
  return { codec, block: multihash.digest }
}

/** The same for a CID in text, where ids of blocks to fetch are common. */
export function inlineBlockOf(id: BlockId): InlineBlock | undefined {
  return CODECS_BY_PREFIX.has(id.slice(0, PREFIX_LENGTH)) ? undefined : inlineBlockOfCid(cidOf(id))
}

/**
 * Parses a CID from a user or program: base32, base36, base58btc or CIDv0; undefined if the text is not a
 * CID or has another codec or hash function.
 */
export function parseBlockId(text: string): BlockId | undefined {
  try {
    return blockIdOfCid(CID.parse(text))
  } catch {
    return undefined // no CID
  }
}
