/** The length before a frame. */
import type { Uint8ArrayList } from 'uint8arraylist'

/** Of the length of the largest frame, and a bit more. */
const MAX_LENGTH_BYTES = 3

/**
 * Decodes a length in its shortest form. Throws a RangeError if the bytes end before it does, which more bytes mend,
 * and a TypeError on anything else.
 */
export function decodeFrameLength(bytes: Uint8Array | Uint8ArrayList): number {
  const first = bytes.subarray(0, Math.min(MAX_LENGTH_BYTES, bytes.byteLength))
  let length = 0
  for (const [index, byte] of first.entries()) {
    length |= (byte & 0x7f) << (7 * index)
    if (byte >= 0x80) continue
    if (byte === 0 && index > 0) throw new TypeError('a length is not in its shortest form')
    return length
  }
  if (first.length === MAX_LENGTH_BYTES) throw new TypeError('a length is too large')
  throw new RangeError('a length is not whole yet')
}
