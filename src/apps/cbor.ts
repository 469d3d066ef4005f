/**
 * dag-cbor that preserves text exactly. The library's own decoder drops a leading byte order mark and
 * replaces invalid UTF-8, so a state that was stored and read again would differ.
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
    // A text with one character per byte is ASCII: nothing was dropped or replaced.
    if (Type.equals(token.type, Type.string) && byteValue?.length !== String(token.value).length) {
      token.value = utf8.decode(byteValue)
    }
    return token
  }
}

/** Encoded length of a whole number from 0, or of the head of a text or array with that many bytes or elements. */
export function headLength(count: number): number {
  if (count < 24) return 1
  if (count < 2 ** 8) return 2
  if (count < 2 ** 16) return 3
  return count < 2 ** 32 ? 5 : 9
}

/** Encoded length of a text of that many bytes. */
export function textLength(sizeBytes: number): number {
  return headLength(sizeBytes) + sizeBytes
}

/** Decodes dag-cbor. Throws if it is malformed, or if a text in it is not UTF-8. */
export function decodeExact<Value>(bytes: Uint8Array): Value {
  return decode(bytes, { ...decodeOptions, tokenizer: new ExactTokenizer(bytes) }) as Value
}
