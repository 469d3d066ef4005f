/** The length before a frame. */
import type { Uint8ArrayList } from 'uint8arraylist'

/** Of the length of the largest frame, and a bit more. */
const MAX_LENGTH_BYTES = 3

/**
 * Decodes a length in its shortest form. Throws a RangeError if the bytes end before it does, which more bytes mend,
 * and a TypeError on anything else.
 */
export function decodeFrameLength(bytes: Uint8Array | Uint8ArrayList): number {
  let length = 0
  for (let index = 0; index < MAX_LENGTH_BYTES; index++) {
    if (index === bytes.byteLength) throw new RangeError('a length is not whole yet')
    const byte = bytes instanceof Uint8Array ? (bytes[index] ?? 0) : bytes.get(index)
    length |= (byte & 0x7f) << (7 * index)
    if (byte >= 0x80) continue
    if (byte === 0 && index > 0) throw new TypeError('a length is not in its shortest form')
    return length
  }
  throw new TypeError('a length is too large')
}
