/** The codec of JSON states: canonical dag-cbor. */
import { encode } from '@ipld/dag-cbor'
import type { JsonValue, StateCodec } from '../kith.ts'
import { decodeExact, headLength, textLength } from './cbor.ts'

/** The encoded length of a number that is not a whole number, or is a large one. */
const FLOAT_BYTES = 9

/** The codec of an app's state. It throws a TypeError if the state is not JSON: the app has a bug. */
export function jsonState<State>(app: string): StateCodec<State> {
  return {
    sizeBytes: (state) => sizeOf(state, (part) => noJson(app, part)),
    encode: (state) => encode(state),
    decode: (bytes) => decodeExact<State>(bytes),
    toJson: (state) => state as JsonValue,
  }
}

/**
 * Sizes of the parts of states. A state is never modified, so parts shared with its predecessor are already
 * measured, and measuring the new state costs no more than the update did.
 */
const sizes = new WeakMap<object, number>()

function sizeOf(value: unknown, refuse: (part: unknown) => never): number {
  switch (typeof value) {
    case 'string':
      return value.isWellFormed() ? textLength(Buffer.byteLength(value)) : refuse(value)
    case 'boolean':
      return 1
    case 'number':
      return Number.isFinite(value) ? numberLength(value) : refuse(value)
    case 'object': {
      if (value === null) return 1
      let size = sizes.get(value)
      if (size === undefined) {
        size = partsSize(value, refuse)
        sizes.set(value, size)
      }
      return size
    }
    default:
      return refuse(value)
  }
}

function numberLength(value: number): number {
  if (!Number.isSafeInteger(value)) return FLOAT_BYTES
  return headLength(value < 0 ? -1 - value : value)
}

function partsSize(value: object, refuse: (part: unknown) => never): number {
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, part) => sum + sizeOf(part, refuse), headLength(value.length))
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return refuse(value)
  const entries = Object.entries(value)
  return entries.reduce(
    (sum, [key, part]) => sum + sizeOf(key, refuse) + sizeOf(part, refuse),
    headLength(entries.length),
  )
}

function noJson(app: string, part: unknown): never {
  const name = typeof part === 'object' ? part?.constructor.name : typeof part
  throw new TypeError(`the state of the app '${app}' holds something that is not JSON: ${name ?? 'an object'}`)
}
