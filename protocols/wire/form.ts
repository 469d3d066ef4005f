/**
 * The one form of a frame (see README.md). Decoders of protobuf differ in what else they accept, and the generated
 * one does not look at wire types, so frames are checked before they are decoded.
 */

/** A field: the type of its values, or the fields of a message. */
export type FieldForm = 'uint32' | 'uint64' | 'bool' | 'bytes' | MessageForm

/** The fields of a message, by their numbers. */
export interface MessageForm {
  readonly [number: number]: FieldForm
}

const VARINT = 0
const FIXED_64 = 1
const BYTES = 2
const FIXED_32 = 5

const MAX_VALUES = new Map<FieldForm | undefined, number>([
  ['uint32', 2 ** 32 - 1],
  ['uint64', Number.MAX_SAFE_INTEGER],
  ['bool', 1],
])

/** The largest tag: that of field 2^29 - 1. */
const MAX_TAG = 2 ** 32 - 1

/** The bytes of a varint of 64 bits; of these the last has a single bit. */
const MAX_VARINT_BYTES = 10

/** Throws a RangeError if a message has another form. Unknown fields are skipped. */
export function checkForm(bytes: Uint8Array, form: MessageForm): void {
  new FormReader(bytes).readMessage(bytes.length, form)
}

class FormReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  readMessage(end: number, form: MessageForm): void {
    while (this.#at < end) {
      const tag = this.#varint(end)
      const number = Math.floor(tag / 8)
      if (number === 0 || tag > MAX_TAG) throw new RangeError('a field has an impossible number')
      this.#readField(end, tag % 8, form[number])
    }
  }

  #readField(end: number, wireType: number, field: FieldForm | undefined): void {
    if (field !== undefined && wireType !== wireTypeOf(field)) throw new RangeError('a field has another wire type')
    switch (wireType) {
      case VARINT:
        if (this.#varint(end) > (MAX_VALUES.get(field) ?? Infinity)) throw new RangeError('a number is too large')
        return
      case FIXED_64:
        return this.#skip(end, 8)
      case BYTES: {
        const length = this.#varint(end)
        if (typeof field !== 'object') return this.#skip(end, length)
        const fieldEnd = this.#at + length
        if (fieldEnd > end) throw new RangeError('a field is longer than what it is in')
        return this.readMessage(fieldEnd, field)
      }
      case FIXED_32:
        return this.#skip(end, 4)
      default:
        throw new RangeError('a field is a group, or has a wire type that does not exist')
    }
  }

  #skip(end: number, length: number): void {
    this.#at += length
    if (this.#at > end) throw new RangeError('a field is longer than what it is in')
  }

  /** Above 2^53 only roughly. */
  #varint(end: number): number {
    let value = 0
    let scale = 1
    for (let count = 1; count <= MAX_VARINT_BYTES; count++) {
      if (this.#at >= end) throw new RangeError('a number ends early')
      const byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * scale
      scale *= 0x80
      if (byte >= 0x80) continue
      const isLonger = byte === 0 && count > 1
      if (isLonger || (count === MAX_VARINT_BYTES && byte > 1)) break
      return value
    }
    throw new RangeError('a number is not in its shortest form, or has more than 64 bits')
  }
}

function wireTypeOf(field: FieldForm): number {
  return field === 'bytes' || typeof field === 'object' ? BYTES : VARINT
}
