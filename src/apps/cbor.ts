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

/** Reads some dag-cbor. Throws where it is none, or a text in it is not UTF-8. */
export function decodeExact<Value>(bytes: Uint8Array): Value {
  return decode(bytes, { ...decodeOptions, tokenizer: new ExactTokenizer(bytes) }) as Value
}
