/**
 * The short form of a document's block, in which the store keeps most: without what the other columns of its row say, and
 * with rows in place of the ids of other documents. Restoring it gives the same bytes.
 *
 * A byte with which no document begins; twice the number of parents, plus 1 if there is a `previous`; for each of these ids,
 * `previous` first, by how much the key of its row is below that of this one, as a varint, or 0 and the digest; and the
 * rest of the block, from its clock on.
 */
import {
  ARRAY,
  IN_1_BYTE,
  IN_2_BYTES,
  IN_4_BYTES,
  IN_8_BYTES,
  MAX_SHORT,
  MIN_IN_2_BYTES,
  MIN_IN_4_BYTES,
  MIN_IN_8_BYTES,
  NULL,
} from '../../protocols/document/cbor.ts'

/** No document begins with these. What begins with one of them and is stored whole has another byte before it. */
const SHORT_FORM = 0xff
const WHOLE_FORM = 0xfe
const MARK_BYTES = 2

/** The first bytes of a block: an array of 13 elements, and version 1. */
const BLOCK_HEAD = Uint8Array.of(0x8d, 1)
/** What is before the digest of a document's id in a block: tag 42, the length 37, a zero byte, and the start of the CID. */
const ID_HEAD = Uint8Array.of(0xd8, 0x2a, 0x58, 0x25, 0, 1, 0x71, 0x12, 0x20)
const DIGEST_BYTES = 32
const ID_BYTES = ID_HEAD.length + DIGEST_BYTES
/** What is before the author's key. */
const KEY_HEAD = Uint8Array.of(0x58, 0x20)
const PUBLIC_KEY_BYTES = 32
/** Of a block up to its seq. */
const HEAD_BYTES = BLOCK_HEAD.length + ID_BYTES + KEY_HEAD.length + PUBLIC_KEY_BYTES
const MAX_UINT_BYTES = 9
const ARRAY_HEAD = ARRAY << 5

/** What is further away is named by its digest: distances have at most four bytes. */
const MAX_DISTANCE = 2 ** 28 - 1
const VARINT_BASE = 2 ** 7

/** For what is only compared. */
const scratch = Buffer.alloc(MAX_UINT_BYTES)

/** What a row says of a document besides its block. */
export interface RowContext {
  key: number
  /** Of the room and the author: see `headOf`. */
  head: Uint8Array
  seq: number
}

/** The key of the row of the document whose digest begins at a place; undefined if it is not known. */
export type KeyOf = (block: Uint8Array, at: number) => number | undefined
/** The digest of the document in a row; undefined if there is none. */
export type DigestOf = (key: number) => Uint8Array | undefined

/** How the blocks of an author in a room begin. `room`: the digest of its id. `author`: the public key. */
export function headOf(room: Uint8Array, author: Uint8Array): Uint8Array {
  return Buffer.concat([BLOCK_HEAD, ID_HEAD, room, KEY_HEAD, author])
}

/**
 * The short form of a block, or the block itself if that has another shape. An author's first document in a room stays
 * whole: where the tables of rooms and authors are damaged, it says what they said.
 */
export function shorten(block: Uint8Array, { key, head, seq }: RowContext, keyOf: KeyOf): Uint8Array {
  const seqEnd = HEAD_BYTES + putUint(scratch, 0, seq)
  if (seq === 0 || !isAt(block, 0, head) || !isAt(block, HEAD_BYTES, scratch, seqEnd - HEAD_BYTES)) return whole(block)
  const hasPrevious = block[seqEnd] !== NULL
  const parentsAt = seqEnd + (hasPrevious ? ID_BYTES : 1)
  const parents = (block[parentsAt] ?? 0) - ARRAY_HEAD
  if (parents < 0 || parents > MAX_SHORT) return whole(block)
  const restAt = parentsAt + 1 + parents * ID_BYTES
  if (restAt > block.length) return whole(block)
  const ids = parents + (hasPrevious ? 1 : 0)
  const short = Buffer.allocUnsafe(MARK_BYTES + ids * (1 + DIGEST_BYTES) + block.length - restAt)
  short[0] = SHORT_FORM
  short[1] = 2 * parents + (hasPrevious ? 1 : 0)
  let end = MARK_BYTES
  for (let i = 0; i < ids; i++) {
    const at = hasPrevious && i === 0 ? seqEnd : restAt - (ids - i) * ID_BYTES
    if (!isAt(block, at, ID_HEAD)) return whole(block)
    const digestAt = at + ID_HEAD.length
    const distance = key - (keyOf(block, digestAt) ?? key)
    const isNear = distance > 0 && distance <= MAX_DISTANCE
    end = putVarint(short, end, isNear ? distance : 0)
    if (!isNear) end = put(short, end, block.subarray(digestAt, digestAt + DIGEST_BYTES))
  }
  return short.subarray(0, put(short, end, block.subarray(restAt)))
}

/** The block of which a row has this; undefined if it names a row that is not there, or makes no sense. */
export function restore(
  stored: Uint8Array,
  { key, head, seq }: RowContext,
  digestOf: DigestOf,
): Uint8Array | undefined {
  if (stored[0] === WHOLE_FORM) return stored.subarray(1)
  if (stored[0] !== SHORT_FORM) return stored
  const mark = stored[1] ?? 0
  const hasPrevious = mark % 2 === 1
  const parents = mark >> 1
  if (parents > MAX_SHORT) return undefined
  const block = Buffer.allocUnsafe(HEAD_BYTES + MAX_UINT_BYTES + 2 + (parents + 1) * ID_BYTES + stored.length)
  let end = putUint(block, put(block, 0, head), seq)
  let from = MARK_BYTES
  if (!hasPrevious) block[end++] = NULL
  for (let i = hasPrevious ? -1 : 0; i <= parents; i++) {
    if (i === 0) block[end++] = ARRAY_HEAD + parents
    if (i === parents) break
    const distance = varintAt(stored, from)
    from += varintBytes(distance)
    const digest = distance > 0 ? digestOf(key - distance) : stored.subarray(from, from + DIGEST_BYTES)
    if (distance === 0) from += DIGEST_BYTES
    if (digest === undefined || from > stored.length) return undefined
    end = put(block, put(block, end, ID_HEAD), digest)
  }
  return block.subarray(0, put(block, end, stored.subarray(from)))
}

/** How many bytes the block has of which a row has this. */
export function blockBytes(stored: Uint8Array, seq: number): number {
  const anyId = new Uint8Array(DIGEST_BYTES)
  const context = { key: 0, head: new Uint8Array(HEAD_BYTES), seq }
  return restore(stored, context, () => anyId)?.length ?? stored.length
}

/** Whether a row has the short form of a block. */
export function isShort(stored: Uint8Array): boolean {
  return stored[0] === SHORT_FORM
}

/** The room, which is null in a root document, and the author of a document's block; undefined if it is no such block. */
export function namesOfBlock(block: Uint8Array): { room: Uint8Array | null; author: Uint8Array } | undefined {
  const isRoot = block[BLOCK_HEAD.length] === NULL
  if (!isAt(block, 0, BLOCK_HEAD) || (!isRoot && !isAt(block, BLOCK_HEAD.length, ID_HEAD))) return undefined
  const roomAt = BLOCK_HEAD.length + ID_HEAD.length
  const authorAt = KEY_HEAD.length + (isRoot ? BLOCK_HEAD.length + 1 : roomAt + DIGEST_BYTES)
  return {
    room: isRoot ? null : block.subarray(roomAt, roomAt + DIGEST_BYTES),
    author: block.subarray(authorAt, authorAt + PUBLIC_KEY_BYTES),
  }
}

function whole(block: Uint8Array): Uint8Array {
  return (block[0] ?? 0) < WHOLE_FORM ? block : Buffer.concat([Uint8Array.of(WHOLE_FORM), block])
}

function isAt(block: Uint8Array, start: number, bytes: Uint8Array, length = bytes.length): boolean {
  for (let i = 0; i < length; i++) if (block[start + i] !== bytes[i]) return false
  return true
}

/** Returns where the bytes end. */
function put(target: Uint8Array, at: number, bytes: Uint8Array): number {
  target.set(bytes, at)
  return at + bytes.length
}

/** An element of CBOR. */
function putUint(target: Buffer, at: number, value: number): number {
  if (value <= MAX_SHORT) return target.writeUInt8(value, at)
  if (value < MIN_IN_2_BYTES) return target.writeUInt8(value, target.writeUInt8(IN_1_BYTE, at))
  if (value < MIN_IN_4_BYTES) return target.writeUInt16BE(value, target.writeUInt8(IN_2_BYTES, at))
  if (value < MIN_IN_8_BYTES) return target.writeUInt32BE(value, target.writeUInt8(IN_4_BYTES, at))
  return target.writeBigUInt64BE(BigInt(value), target.writeUInt8(IN_8_BYTES, at))
}

function putVarint(target: Uint8Array, at: number, value: number): number {
  let [end, left] = [at, value]
  for (; left >= VARINT_BASE; left >>= 7) target[end++] = VARINT_BASE + (left % VARINT_BASE)
  target[end++] = left
  return end
}

/** A distance; what comes after its last bytes does not count. */
function varintAt(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = bytes[at + shift / 7] ?? 0
    value += (byte % VARINT_BASE) << shift
    if (byte < VARINT_BASE) break
  }
  return value
}

function varintBytes(value: number): number {
  return value < 2 ** 7 ? 1 : value < 2 ** 14 ? 2 : value < 2 ** 21 ? 3 : 4
}
