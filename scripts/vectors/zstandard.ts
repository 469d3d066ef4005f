/**
 * Frames of Zstandard, written out: those of a library change with its version.
 *
 * Format: https://www.rfc-editor.org/rfc/rfc8878
 */
import { concat, filled, fromHex, type Bytes } from './bytes.ts'

const MAGIC = fromHex('28b52ffd')
/** What says that a size of four bytes follows, and that the size of a window does before it, or only that. */
const SIZE = 0xa0
const WINDOW_AND_SIZE = 0x80
const WINDOW = 0x00
const RAW = 0
const REPEATED = 1

/** Bytes as they are, or one that comes so many times. */
type Block = Bytes | { byte: number; times: number }

/** `statedBytes`: what the frame says of its size. */
export function zstandard(blocks: readonly Block[], statedBytes = sizeOf(blocks)): Bytes {
  return concat(MAGIC, Uint8Array.of(SIZE), littleEndian(statedBytes, 4), ...blocksOf(blocks))
}

/** With a window of so many MiB, a power of two. */
export function zstandardWithWindow(
  blocks: readonly Block[],
  windowMebibytes: number,
  statedBytes: number | undefined,
): Bytes {
  const window = (10 + Math.log2(windowMebibytes)) << 3
  const size = statedBytes === undefined ? filled(0) : littleEndian(statedBytes, 4)
  const descriptor = statedBytes === undefined ? WINDOW : WINDOW_AND_SIZE
  return concat(MAGIC, Uint8Array.of(descriptor, window), size, ...blocksOf(blocks))
}

function blocksOf(blocks: readonly Block[]): Bytes[] {
  return blocks.map((block, i) => {
    const [type, content, size] =
      block instanceof Uint8Array
        ? ([RAW, block, block.length] as const)
        : ([REPEATED, Uint8Array.of(block.byte), block.times] as const)
    const isLast = i === blocks.length - 1
    return concat(littleEndian((isLast ? 1 : 0) + (type << 1) + (size << 3), 3), content)
  })
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + (block instanceof Uint8Array ? block.length : block.times), 0)
}

function littleEndian(value: number, length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => (value >>> (8 * i)) & 0xff)
}
