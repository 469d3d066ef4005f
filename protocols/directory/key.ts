/** The keys of entries: by which they are ordered and found, however they were typed. */
import { MAX_KEY_BYTES, MAX_TEXT_BYTES } from './constants.ts'

/** Bytes as text with one character for each, so that texts compare and begin as the bytes do. */
export type Place = string

/** Until a text stays as it is; more than any text needs. */
const MAX_PASSES = 4
const WHITE_SPACE = /\p{White_Space}+/gu
const IGNORED = /\p{Default_Ignorable_Code_Point}/gu
const FORBIDDEN = /[\p{Cc}\p{Cn}]/u

/** UTF-8 bytes of a key; undefined for a text that has none: nothing is left of it, it is too long, or has characters that are forbidden. */
export function keyOf(text: string): Place | undefined {
  if (!text.isWellFormed() || Buffer.byteLength(text) > MAX_TEXT_BYTES) return undefined
  let key = text
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const next = folded(key)
    if (next === key) {
      const bytes = Buffer.from(key)
      const isKey = bytes.length > 0 && bytes.length <= MAX_KEY_BYTES && !FORBIDDEN.test(key)
      return isKey ? bytes.toString('latin1') : undefined
    }
    key = next
  }
  return undefined
}

/** Upper case first, as in lower case alone ß stays ß; a sigma at the end of a word is one as elsewhere. */
function folded(text: string): string {
  const plain = text.normalize('NFKC').replace(IGNORED, '')
  const lower = plain.toUpperCase().toLowerCase().replaceAll('ς', 'σ')
  return lower.normalize('NFKC').replace(WHITE_SPACE, ' ').trim()
}
