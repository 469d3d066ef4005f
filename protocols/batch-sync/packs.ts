/** Packs: frames in compressed form, between peers that both speak it. */
import { compress, decompress, uncompressedBytes } from '../wire/compression.ts'
import { MAX_FRAME_BYTES } from '../wire/limits.ts'
import { MAX_PACK_RATIO, MIN_PACKED_BYTES } from './constants.ts'

/** The version of records from which on there are packs. */
export const PACK_VERSION = 2

/** What shrinks by less than an eighth, as large sealed bodies do, is sent as it is: that costs less to read. */
const MAX_SHARE = 7 / 8

/** Field 9, bytes. */
const PACK_TAG = 0x4a
const MAX_LENGTH_BYTES = 3
const VARINT_BASE = 0x80

/** The pack of a frame; undefined if that saves too little, or would be refused. */
export function packOf(frame: Uint8Array): Uint8Array | undefined {
  if (frame.length < MIN_PACKED_BYTES || frame.length > MAX_FRAME_BYTES) return undefined
  const pack = compress(frame)
  const isRefused = frame.length > MAX_PACK_RATIO * pack.length
  return isRefused || pack.length > frame.length * MAX_SHARE ? undefined : pack
}

/** The pack in a frame that has nothing else. */
export function packIn(frame: Uint8Array): Uint8Array | undefined {
  if (frame[0] !== PACK_TAG) return undefined
  let [length, unit, at] = [0, 1, 1]
  for (let byte = VARINT_BASE; byte >= VARINT_BASE && at <= MAX_LENGTH_BYTES; unit *= VARINT_BASE) {
    byte = frame[at++] ?? 0
    length += (byte % VARINT_BASE) * unit
  }
  return length > 0 && at + length === frame.length ? frame.subarray(at) : undefined
}

/** How many bytes a frame has once it is unpacked. What says something impossible is refused when it is read. */
export function unpackedBytes(frame: Uint8Array): number {
  const pack = packIn(frame)
  const statedBytes = pack && uncompressedBytes(pack)
  return Math.min(MAX_FRAME_BYTES, Math.max(frame.length, statedBytes ?? 0))
}

/** The frame of a pack. Throws if it is none, does not say its size, or is too large. */
export function unpack(pack: Uint8Array): Uint8Array {
  const sizeBytes = uncompressedBytes(pack)
  if (sizeBytes === undefined || sizeBytes > Math.min(MAX_FRAME_BYTES, MAX_PACK_RATIO * pack.length)) {
    throw new RangeError('a pack says no size, or one that is too large')
  }
  return decompress(pack, sizeBytes)
}
