/**
 * Reads one expected element of a document's block after another, and refuses whatever is not the only encoding of
 * what it reads. A document has elements of six CBOR types, each with one form, so that reading them needs no general
 * decoder, which takes ten times as long.
 */
import { documentIdOfCidBytes, type BlockId, type DocumentId, type PeerId } from '../wire/ids.ts'
import { peerIdOfKeyIn, PUBLIC_KEY_BYTES } from '../wire/peer-ids.ts'
import {
  ARRAY,
  BYTES,
  CID_TAG,
  IN_1_BYTE,
  IN_2_BYTES,
  IN_4_BYTES,
  IN_8_BYTES,
  MAX_SHORT,
  MIN_IN_2_BYTES,
  MIN_IN_4_BYTES,
  MIN_IN_8_BYTES,
  NULL,
  TAG,
  TEXT,
  UINT,
  UNDEFINED,
} from './cbor.ts'
import { MAX_CID_BYTES } from './constants.ts'
import { DocumentError, type DocumentErrorCode } from './errors.ts'
import { linkIdOfBytes } from './link-ids.ts'

const TYPE_NAMES = ['an integer', 'a negative integer', 'bytes', 'text', 'an array', 'a map', 'a tag', 'a simple value']

/** The last text that was read: the kind of most documents is that of the one before. */
let lastText = ''

/** Methods throw a DocumentError, mostly with the code of the element that was expected. */
export class BlockReader {
  readonly #block: Uint8Array
  #at = 0

  constructor(block: Uint8Array) {
    this.#block = block
  }

  done(): boolean {
    return this.#at === this.#block.length
  }

  /** The number of elements of an array, which follow. */
  array(code: DocumentErrorCode, max: number): number {
    const length = this.#argument(code, ARRAY)
    if (length > max) throw new DocumentError(code, `at most ${max} elements`)
    return length
  }

  uint(code: DocumentErrorCode): number {
    return this.#argument(code, UINT)
  }

  bytes(code: DocumentErrorCode): Uint8Array {
    const start = this.#skip(code, this.#argument(code, BYTES))
    return this.#block.subarray(start, this.#at)
  }

  /** The author with a public key. */
  author(code: DocumentErrorCode): PeerId {
    const start = this.#skip(code, this.#argument(code, BYTES))
    if (this.#at - start !== PUBLIC_KEY_BYTES) throw new DocumentError(code, `expected ${PUBLIC_KEY_BYTES} bytes`)
    return peerIdOfKeyIn(this.#block, start)
  }

  /** ASCII only. */
  text(code: DocumentErrorCode): string {
    const start = this.#skip(code, this.#argument(code, TEXT))
    if (this.#isText(lastText, start)) return lastText
    let text = ''
    for (let at = start; at < this.#at; at++) {
      const byte = this.#block[at] ?? 0
      if (byte > 0x7f) throw new DocumentError(code, 'expected ASCII')
      text += String.fromCharCode(byte)
    }
    lastText = text
    return text
  }

  /** Whether what is from `start` to here is a text. */
  #isText(text: string, start: number): boolean {
    if (text.length !== this.#at - start) return false
    for (let i = 0; i < text.length; i++) if (this.#block[start + i] !== text.charCodeAt(i)) return false
    return true
  }

  blockId(code: DocumentErrorCode): BlockId {
    const start = this.#cid(code)
    const id = linkIdOfBytes(this.#block.subarray(start, this.#at))
    if (id === undefined) throw new DocumentError(code, 'not a CID')
    return id
  }

  documentId(code: DocumentErrorCode): DocumentId {
    const id = documentIdOfCidBytes(this.#block, this.#cid(code), this.#at)
    if (id === undefined) throw new DocumentError(code, 'the id of a document is a CIDv1 with dag-cbor and sha2-256')
    return id
  }

  documentIdOrNull(code: DocumentErrorCode): DocumentId | null {
    if (this.#block[this.#at] !== NULL) return this.documentId(code)
    this.#at++
    return null
  }

  /** Where a CID begins, which ends where the reader is then. */
  #cid(code: DocumentErrorCode): number {
    if (this.#argument(code, TAG) !== CID_TAG) throw new DocumentError(code, `tag ${CID_TAG} is expected`)
    const length = this.#argument(code, BYTES)
    const start = this.#skip(code, length)
    if (this.#block[start] !== 0 || length === 0 || length > MAX_CID_BYTES) throw new DocumentError(code, 'not a CID')
    return start + 1
  }

  /** Goes on behind so many bytes; returns where they begin. */
  #skip(code: DocumentErrorCode, length: number): number {
    const start = this.#at
    if (length > this.#block.length - start) throw malformed(code, 'the document ends early')
    this.#at += length
    return start
  }

  /** The argument of an element of a type: an integer itself, a length, or the number of a tag. */
  #argument(code: DocumentErrorCode, type: number): number {
    const first = this.#block[this.#at]
    if (first === undefined) throw new DocumentError('bad-shape', 'the document ends early')
    const short = first & 0x1f
    if (short > IN_8_BYTES || first === UNDEFINED) throw malformed(code, 'an element that no document has')
    if (first >> 5 !== type) {
      throw new DocumentError(code, `${TYPE_NAMES[type]} is expected, not ${TYPE_NAMES[first >> 5]}`)
    }
    this.#at++
    if (short <= MAX_SHORT) return short
    if (short === IN_1_BYTE) return this.#shortest(code, this.#number(code, 1), MAX_SHORT + 1)
    if (short === IN_2_BYTES) return this.#shortest(code, this.#number(code, 2), MIN_IN_2_BYTES)
    if (short === IN_4_BYTES) return this.#shortest(code, this.#number(code, 4), MIN_IN_4_BYTES)
    const value = this.#shortest(code, this.#number(code, 8), MIN_IN_8_BYTES)
    if (Number.isSafeInteger(value)) return value
    if (type !== UINT) throw malformed(code, 'the document ends early')
    throw new DocumentError(code, 'an integer exceeds 2^53 - 1')
  }

  /** A big-endian number; beyond 2^53 it is not exact. */
  #number(code: DocumentErrorCode, length: number): number {
    if (length > this.#block.length - this.#at) throw malformed(code, 'the document ends early')
    let value = 0
    for (let i = 0; i < length; i++) value = value * 256 + (this.#block[this.#at++] ?? 0)
    return value
  }

  #shortest(code: DocumentErrorCode, value: number, min: number): number {
    if (value < min) throw malformed(code, 'a number has a shorter form')
    return value
  }
}

function malformed(code: DocumentErrorCode, reason: string): DocumentError {
  return new DocumentError('bad-cbor', `not canonical CBOR, at the element of ${code}: ${reason}`)
}
