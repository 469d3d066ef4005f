/**
 * Writes one element of a document's block after another, each in its only form: the counterpart of BlockReader. A
 * general encoder takes several times as long.
 */
import { bytesOfBlockId } from '../wire/block-ids.ts'
import type { DocumentId } from '../wire/ids.ts'
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
} from './cbor.ts'

/** In a block a zero byte precedes a CID. */
const CID_PREFIX = 0

/** Methods throw a RangeError if the elements are longer than was said. */
export class BlockWriter {
  readonly #bytes: Buffer
  #at = 0

  /** Begins with bytes that are no element. */
  constructor(maxBytes: number, prefix: Uint8Array) {
    this.#bytes = Buffer.allocUnsafe(maxBytes)
    this.raw(prefix)
  }

  /** What is written. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  raw(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at)
    this.#at += bytes.length
  }

  /** The elements follow. */
  array(length: number): void {
    this.#head(ARRAY, length)
  }

  uint(value: number): void {
    this.#head(UINT, value)
  }

  bytes(bytes: Uint8Array): void {
    this.#head(BYTES, bytes.length)
    this.raw(bytes)
  }

  /** ASCII only. */
  text(text: string): void {
    this.#head(TEXT, text.length)
    this.#at += this.#bytes.write(text, this.#at, 'latin1')
  }

  cid(bytes: Uint8Array): void {
    this.#head(TAG, CID_TAG)
    this.#head(BYTES, 1 + bytes.length)
    this.#bytes[this.#at++] = CID_PREFIX
    this.raw(bytes)
  }

  documentId(id: DocumentId): void {
    this.cid(bytesOfBlockId(id))
  }

  documentIdOrNull(id: DocumentId | null): void {
    if (id === null) this.#bytes[this.#at++] = NULL
    else this.documentId(id)
  }

  /** A type and its argument. */
  #head(type: number, argument: number): void {
    const bytes = this.#bytes
    const major = type << 5
    if (argument <= MAX_SHORT) {
      this.#at = bytes.writeUInt8(major | argument, this.#at)
    } else if (argument < MIN_IN_2_BYTES) {
      this.#at = bytes.writeUInt8(major | IN_1_BYTE, this.#at)
      this.#at = bytes.writeUInt8(argument, this.#at)
    } else if (argument < MIN_IN_4_BYTES) {
      this.#at = bytes.writeUInt8(major | IN_2_BYTES, this.#at)
      this.#at = bytes.writeUInt16BE(argument, this.#at)
    } else if (argument < MIN_IN_8_BYTES) {
      this.#at = bytes.writeUInt8(major | IN_4_BYTES, this.#at)
      this.#at = bytes.writeUInt32BE(argument, this.#at)
    } else {
      this.#at = bytes.writeUInt8(major | IN_8_BYTES, this.#at)
      this.#at = bytes.writeUInt32BE(Math.floor(argument / MIN_IN_8_BYTES), this.#at)
      this.#at = bytes.writeUInt32BE(argument % MIN_IN_8_BYTES, this.#at)
    }
  }
}

/** The bytes of a head with an argument that fits a block. */
export function headBytes(argument: number): number {
  if (argument <= MAX_SHORT) return 1
  return argument < MIN_IN_2_BYTES ? 2 : argument < MIN_IN_4_BYTES ? 3 : 5
}
