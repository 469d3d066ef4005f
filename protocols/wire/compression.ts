/** Zstandard, as pure functions of their arguments, so that codecs may use it: https://www.rfc-editor.org/rfc/rfc8878 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** The fastest: others take twice the time for a twentieth less. */
const LEVEL = 1

/** A reader allocates a window as large as a frame says: 1 MiB, as much as comes out of one. */
const MAX_WINDOW_LOG = 20

const MAGIC = 0xfd2fb528
const DESCRIPTOR_AT = 4
/** Bits of the descriptor: how many bytes the size has, whether there is a window, and how many bytes name a dictionary. */
const SIZE_SHIFT = 6
const SINGLE_SEGMENT = 0x20
const DICTIONARY_MASK = 3
const DICTIONARY_BYTES = [0, 1, 2, 4]
/** What is added to a size of two bytes. */
const SIZE_OFFSET = 256

/** As one frame, which says how long the bytes are. */
export function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })
}

/** How many bytes a frame says that it has; undefined if it does not, or is none. */
export function uncompressedBytes(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length <= DESCRIPTOR_AT || view.getUint32(0, true) !== MAGIC) return undefined
  const descriptor = view.getUint8(DESCRIPTOR_AT)
  const isSingle = (descriptor & SINGLE_SEGMENT) !== 0
  const sizeAt = DESCRIPTOR_AT + 1 + (isSingle ? 0 : 1) + (DICTIONARY_BYTES[descriptor & DICTIONARY_MASK] ?? 0)
  const sizeBytes = 1 << (descriptor >> SIZE_SHIFT)
  if (frame.length < sizeAt + sizeBytes) return undefined
  if (sizeBytes === 2) return view.getUint16(sizeAt, true) + SIZE_OFFSET
  if (sizeBytes === 4) return view.getUint32(sizeAt, true)
  if (sizeBytes === 8) return Number(view.getBigUint64(sizeAt, true))
  return isSingle ? view.getUint8(sizeAt) : undefined
}

/** Throws if that is no frame, or one of more than `maxBytes`, or needs more memory. What comes after the frame is skipped. */
export function decompress(frame: Uint8Array, maxBytes: number): Uint8Array {
  return zstdDecompressSync(frame, {
    maxOutputLength: Math.max(1, maxBytes),
    params: { [constants.ZSTD_d_windowLogMax]: MAX_WINDOW_LOG },
  })
}
