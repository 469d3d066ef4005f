/**
 * dag-cbor whose text comes out as it went in. The library's own decoder drops a byte order mark at
 * the start of a text and puts a mark for broken UTF-8, so that a state read again would not be the
 * one that was written.
 */
import { decodeOptions } from '@ipld/dag-cbor'
import { decode, Tokenizer, Type, type Token } from 'cborg'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

class ExactTokenizer extends Tokenizer {
  constructor(bytes: Uint8Array) {
    super(bytes, { ...decodeOptions, retainStringBytes: true })
  }

  override next(): Token {
    const token = super.next()
    const { byteValue } = token
    // Where a text has a character for each byte, it is ASCII, and nothing was dropped or replaced.
    if (Type.equals(token.type, Type.string) && byteValue?.length !== String(token.value).length) {
      token.value = utf8.decode(byteValue)
    }
    return token
  }
}

/** Length of a whole number from 0, or of the head of a text or array with so many bytes or elements. */
export function headLength(count: number): number {
  if (count < 24) return 1
  if (count < 2 ** 8) return 2
  if (count < 2 ** 16) return 3
  return count < 2 ** 32 ? 5 : 9
}

/** Length of a text that has so many bytes. */
export function textLength(sizeBytes: number): number {
  return headLength(sizeBytes) + sizeBytes
}

/** Reads some dag-cbor. Throws where it is none, or a text in it is not UTF-8. */
export function decodeExact<Value>(bytes: Uint8Array): Value {
  return decode(bytes, { ...decodeOptions, tokenizer: new ExactTokenizer(bytes) }) as Value
}
