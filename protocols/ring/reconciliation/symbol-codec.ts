/** Coded symbols as bytes: the XOR of ids, that of checksums, and the count as its distance from what is expected. */
import { CHECKSUM_BYTES, ID_BYTES, MAX_ITEMS, MAX_SYMBOLS } from './constants.ts'
import { ITEM_WORDS, wordAt, writeWord } from './item-words.ts'
import type { SymbolTable } from './symbol-table.ts'

const SUM_BYTES = ID_BYTES + CHECKSUM_BYTES
const WORD_BYTES = 4
/** A count within MAX_ITEMS has 25 bits with its sign. */
const MAX_COUNT_BYTES = 4

/** The most that a symbol takes. */
const MAX_SYMBOL_BYTES = SUM_BYTES + MAX_COUNT_BYTES

/** A set of ids, as far as its symbols are concerned. */
export interface SymbolSource {
  readonly size: number
  symbols(length: number): SymbolTable
}

/** Symbols in a row, as they came from a peer. */
export interface ReceivedSymbols {
  /** The index of the first one. */
  first: number
  /** The XOR of items of each, one after another. */
  sums: Uint32Array
  counts: Int32Array
}

/** Encodes the symbols from `first` to before `end` of a set. Throws a RangeError if it has more than MAX_ITEMS ids. */
export function encodeSymbols(set: SymbolSource, first: number, end: number): Uint8Array {
  const { size } = set
  if (size > MAX_ITEMS) throw new RangeError(`a set that is compared has at most ${MAX_ITEMS} ids`)
  const symbols = set.symbols(end)
  const bytes = new Uint8Array((end - first) * MAX_SYMBOL_BYTES)
  let at = 0
  for (let index = first; index < end; index++) {
    for (const word of symbols.sum(index)) {
      writeWord(bytes, at, word)
      at += WORD_BYTES
    }
    const count = symbols.count(index)
    let rest = index === 0 ? count : zigzag(count - expectedCount(size, index))
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
    bytes[at++] = rest
  }
  return bytes.subarray(0, at)
}

/**
 * Decodes symbols from `first` on, of a set with `size` ids, which symbol 0 says itself. Throws a RangeError if the bytes
 * end within a symbol, a count is impossible or not in its shortest form, or there are more than MAX_SYMBOLS.
 */
export function decodeSymbols(bytes: Uint8Array, first: number, size: number): ReceivedSymbols {
  const most = Math.min(Math.floor(bytes.length / (SUM_BYTES + 1)), MAX_SYMBOLS - first)
  const sums = new Uint32Array(most * ITEM_WORDS)
  const counts = new Int32Array(most)
  let total = size
  let read = 0
  for (let at = 0; at < bytes.length; read++) {
    if (read === most) throw new RangeError('a symbol ends early, or there are too many')
    for (let word = 0; word < ITEM_WORDS; word++) sums[read * ITEM_WORDS + word] = wordAt(bytes, at + word * WORD_BYTES)
    const { value, end } = readVarint(bytes, at + SUM_BYTES)
    const index = first + read
    const count = index === 0 ? value : expectedCount(total, index) + unzigzag(value)
    if (index === 0) total = Math.min(count, MAX_ITEMS)
    if (count < 0 || count > total) throw new RangeError('a symbol has an impossible count')
    counts[read] = count
    at = end
  }
  return { first, sums: sums.subarray(0, read * ITEM_WORDS), counts: counts.subarray(0, read) }
}

/** How many of so many items belong to a symbol on average, rounded down. */
function expectedCount(size: number, index: number): number {
  return Math.floor((2 * size) / (index + 2))
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value
}

function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2
}

function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0
  for (let read = 0; read < MAX_COUNT_BYTES; read++) {
    const byte = bytes[start + read]
    if (byte === undefined) throw new RangeError('a symbol ends early')
    value |= (byte & 0x7f) << (7 * read)
    if (byte > 0x7f) continue
    if (byte === 0 && read > 0) break
    return { value, end: start + read + 1 }
  }
  throw new RangeError('a count is too large, or not in its shortest form')
}
