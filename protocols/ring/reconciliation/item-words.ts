/** Items as words of 32 bits: eight of the id, little-endian, and the checksum; and ids as keys of maps. */
import { ID_BYTES } from './constants.ts'

/** Where the checksum is. */
export const CHECKSUM_WORD = 8
export const ITEM_WORDS = 9

const WORD_BYTES = 4

/** Writes an item. */
export function writeItem(words: Uint32Array, id: Uint8Array, checksum: number): void {
  for (let word = 0; word < CHECKSUM_WORD; word++) words[word] = wordAt(id, word * WORD_BYTES)
  words[CHECKSUM_WORD] = checksum
}

/** The id of an item. */
export function idOfItem(item: Uint32Array): Uint8Array {
  const id = new Uint8Array(ID_BYTES)
  for (let word = 0; word < CHECKSUM_WORD; word++) writeWord(id, word * WORD_BYTES, item[word] ?? 0)
  return id
}

/** An id as text with one character for each byte. */
export function textOfId(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('latin1')
}

/** The word that begins at a byte. */
export function wordAt(bytes: Uint8Array, at: number): number {
  const upper = ((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16)
  return (upper | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>> 0
}

/** Writes a word from a byte on. */
export function writeWord(bytes: Uint8Array, at: number, word: number): void {
  for (let byte = 0; byte < WORD_BYTES; byte++) bytes[at + byte] = word >>> (8 * byte)
}
