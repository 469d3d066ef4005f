/** Bodies of documents, between bytes and values. Readers give undefined for what is malformed: apps ignore it. */
import { decodeOptions, encode } from '@ipld/dag-cbor'
import { Tokenizer, Type } from 'cborg'
import { MAX_JSON_DEPTH } from '../../protocols/apps/constants.ts'
import type { JsonValue } from '../kith.ts'
import { decodeExact } from './cbor.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function decodeText(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

/** dag-cbor of a JSON value. Throws on what dag-cbor has no place for, such as NaN. */
export function encodeJson(value: JsonValue): Uint8Array {
  return encode(value)
}

/**
 * The value of some dag-cbor, if it is one of JSON and the body is how `encodeJson` writes it: the
 * decoder also takes short floats, for one, which would be longer in a state than in the document.
 */
export function decodeJson(body: Uint8Array): JsonValue | undefined {
  try {
    const value = isShallowJson(body) ? decodeExact<JsonValue>(body) : undefined
    return value !== undefined && Buffer.compare(encodeJson(value), body) === 0 ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether some CBOR is nested at most MAX_JSON_DEPTH and holds nothing that JSON has not. */
function isShallowJson(body: Uint8Array): boolean {
  const tokens = new Tokenizer(body, decodeOptions)
  const openCounts: number[] = []
  while (!tokens.done()) {
    const { type, value } = tokens.next()
    if (Type.equals(type, Type.bytes) || Type.equals(type, Type.tag) || typeof value === 'bigint') return false
    const isArray = Type.equals(type, Type.array)
    const isMap = Type.equals(type, Type.map)
    if ((isArray || isMap) && openCounts.length === MAX_JSON_DEPTH) return false
    const children = isArray || isMap ? Number(value) * (isArray ? 1 : 2) : 0
    if (children > 0) {
      openCounts.push(children)
      continue
    }
    while (openCounts.length > 0) {
      const left = (openCounts.pop() ?? 0) - 1
      if (left > 0) {
        openCounts.push(left)
        break
      }
    }
  }
  return true
}
