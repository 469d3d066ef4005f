/** The kinds of documents in a map. */
import { DELETE_KIND, MAX_KEY_BYTES, MAX_VALUE_DEPTH, PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { grouped } from '../../grouped.ts'
import { KithError, type JsonValue, type Kind } from '../../kith.ts'
import { decodeJson, decodeText, encodeJson, encodeText } from '../body.ts'

/** A key and its new value. */
export interface KeyValue {
  key: string
  value: JsonValue
}

/** The pair of key and value, in dag-cbor. */
const put: Kind<KeyValue> = {
  maxBytes: MAX_DOCUMENT_BYTES,

  encode({ key, value }) {
    requireKey(key)
    return encodeJson([key, value], MAX_VALUE_DEPTH)
  },

  decode(body) {
    const pair = decodeJson(body)
    if (!Array.isArray(pair) || pair.length !== 2) return undefined
    const [key, value] = pair
    return isKey(key) && value !== undefined ? { key, value } : undefined
  },
}

/** The key, as a text. */
const removal: Kind<string> = {
  maxBytes: MAX_KEY_BYTES,

  encode(key) {
    requireKey(key)
    return encodeText(key)
  },

  decode(body) {
    const key = decodeText(body)
    return isKey(key) ? key : undefined
  },
}

export const mapKinds = { [PUT_KIND]: put, [DELETE_KIND]: removal }

export type MapKinds = typeof mapKinds

function isKey(key: unknown): key is string {
  return typeof key === 'string' && key.length > 0 && key.isWellFormed() && encodeText(key).length <= MAX_KEY_BYTES
}

function requireKey(key: string): void {
  if (!isKey(key)) throw new KithError('bad-name', `a key must have 1 to ${grouped(MAX_KEY_BYTES)} bytes`)
}
