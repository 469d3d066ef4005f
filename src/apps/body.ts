/**
 * Converts bodies of documents from and to values. Readers return undefined for a malformed body, which
 * apps ignore.
 */
import { decodeOptions, encode } from '@ipld/dag-cbor'
import { Tokenizer, Type, type Token } from 'cborg'
import { MAX_BODY_DEPTH } from '../../protocols/document/constants.ts'
import { KithError, type JsonValue } from '../kith.ts'
import { decodeExact } from './cbor.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text in UTF-8. Throws a KithError `bad-value` for half a surrogate pair, which UTF-8 cannot say. */
export function encodeText(text: string): Uint8Array {
  if (text.isWellFormed()) return new TextEncoder().encode(text)
  throw new KithError('bad-value', 'the text has half a surrogate pair, which is not a character')
}

export function decodeText(body: Uint8Array): string | undefined {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

/**
 * A JSON value in dag-cbor. Throws a KithError `bad-value` for what would not come back as it was
 * given, such as NaN or a Date. `maxDepth` is for its message, if the user's value is only a part.
 */
export function encodeJson(value: unknown, maxDepth = MAX_BODY_DEPTH): Uint8Array {
  const body = encodeOrNothing(value)
  if (body === undefined || decodeJson(body) === undefined || !isPlain(value)) {
    throw new KithError('bad-value', `a value must be finite JSON of whole characters, nested at most ${maxDepth} deep`)
  }
  return body
}

function encodeOrNothing(value: unknown): Uint8Array | undefined {
  try {
    return encode(value)
  } catch {
    return undefined // dag-cbor cannot represent it
  }
}

/** Its prototype is the last one, of whatever realm, or none. */
function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether a value is plain JSON: the encoder would make something else of the rest, such as Maps and broken texts. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint'
  if (!Array.isArray(value) && !isPlainObject(value)) return false
  return Object.entries(value).every(([key, part]) => key.isWellFormed() && isPlain(part))
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
