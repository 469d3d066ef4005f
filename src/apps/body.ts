/**
 * Converts bodies of documents from and to values. Readers return undefined for a malformed body, which
 * apps ignore.
 */
import { decodeOptions, encode } from '@ipld/dag-cbor'
import { Tokenizer, Type, type Token } from 'cborg'
import { MAX_BODY_DEPTH } from '../../protocols/document/constants.ts'
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

/** dag-cbor of a JSON value. Throws if dag-cbor cannot represent it, e.g. NaN. */
export function encodeJson(value: JsonValue): Uint8Array {
  return encode(value)
}

/** The JSON value of a body, if the body is exactly what `encodeJson` would write. */
export function decodeJson(body: Uint8Array): JsonValue | undefined {
  return decodeCanonical(body, isJson) as JsonValue | undefined
}

/**
 * The value of a dag-cbor body, if the body is exactly what `encode` would write. The decoder also accepts
 * other encodings, such as short floats and keys in any order, but their values would take more bytes in a
 * state than in their document.
 */
export function decodeDagCbor(body: Uint8Array): unknown {
  return decodeCanonical(body, () => true)
}

function decodeCanonical(body: Uint8Array, isAllowed: (token: Token) => boolean): unknown {
  try {
    const value = isShallow(body, isAllowed) ? decodeExact(body) : undefined
    return value !== undefined && Buffer.compare(encode(value), body) === 0 ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether JSON has a value of this type. */
function isJson({ type, value }: Token): boolean {
  return !Type.equals(type, Type.bytes) && !Type.equals(type, Type.tag) && typeof value !== 'bigint'
}

/** Whether CBOR is nested at most MAX_BODY_DEPTH, so that it can be decoded, and every token in it is allowed. */
function isShallow(body: Uint8Array, isAllowed: (token: Token) => boolean): boolean {
  const tokens = new Tokenizer(body, decodeOptions)
  const openCounts: number[] = []
  while (!tokens.done()) {
    const token = tokens.next()
    if (!isAllowed(token)) return false
    const { type, value } = token
    const isArray = Type.equals(type, Type.array)
    const isMap = Type.equals(type, Type.map)
    if ((isArray || isMap) && openCounts.length === MAX_BODY_DEPTH) return false
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
