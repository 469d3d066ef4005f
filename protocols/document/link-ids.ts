/** The ids of linked blocks: CIDs of any codec and hash function, in the one binary form that a document may have. */
import { encodeBase32 } from '../wire/base32.ts'
import { encodeBase58 } from '../wire/base58.ts'
import type { BlockId } from '../wire/ids.ts'

/** A CIDv0 is nothing but a sha2-256 multihash. */
const V0_PREFIX = [0x12, 0x20] as const
const V0_BYTES = 34

/** The multibase prefix of lower-case base32. */
const MULTIBASE = 'b'

/** Varints are below 2^53: seven bits a byte, and four in the last. */
const MAX_VARINT_BYTES = 8
const MAX_LAST_BYTE = 0x0f

/**
 * The text form of a binary CID: base32 of version 1, base58 of version 0. Undefined for anything but the canonical form
 * of a CID. There may be 256 in a document, and multiformats' decoder takes ten times as long for each.
 */
export function linkIdOfBytes(bytes: Uint8Array): BlockId | undefined {
  if (bytes[0] === V0_PREFIX[0]) {
    return bytes[1] === V0_PREFIX[1] && bytes.length === V0_BYTES ? (encodeBase58(bytes) as BlockId) : undefined
  }
  if (bytes[0] !== 1) return undefined
  const codecEnd = varintEnd(bytes, 1)
  const hashEnd = codecEnd === undefined ? undefined : varintEnd(bytes, codecEnd)
  // A length of two bytes would be more than a link may have.
  if (hashEnd === undefined || bytes[hashEnd] !== bytes.length - hashEnd - 1) return undefined
  return encodeBase32(bytes, MULTIBASE) as BlockId
}

/** Where a varint in its shortest form ends; undefined if there is none. */
function varintEnd(bytes: Uint8Array, start: number): number | undefined {
  for (let at = start; at < start + MAX_VARINT_BYTES; at++) {
    const byte = bytes[at]
    if (byte === undefined) return undefined
    if (byte > 0x7f) continue
    const isShortest = byte !== 0 || at === start
    const isSafe = at < start + MAX_VARINT_BYTES - 1 || byte <= MAX_LAST_BYTE
    return isShortest && isSafe ? at + 1 : undefined
  }
  return undefined
}
