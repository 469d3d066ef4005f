/** The kinds of documents in a map. */
import {
  DELETE_KIND,
  MAX_BESIDE_KEY_BYTES,
  MAX_KEY_BYTES,
  MAX_VALUE_DEPTH,
  PUT_KIND,
} from '../../../protocols/apps/map/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { grouped } from '../../grouped.ts'
import { KithError, type JsonValue, type Kind } from '../../kith.ts'
import { decodeJson, decodeText, encodeJson, encodeText } from '../body.ts'
import { listedMore, readMore, type MoreOfWrite } from './more.ts'

/** A key and its new value. */
export interface KeyValue extends MoreOfWrite {
  key: string
  value: JsonValue
}

/** A key that has no value any more. */
export interface RemovedKey extends MoreOfWrite {
  key: string
}

/** A list in dag-cbor: key and value, and who writes if that is a guest, or a fence. */
const put: Kind<KeyValue> = {
  maxBytes: MAX_DOCUMENT_BYTES,

  encode({ key, value, ...more }) {
    requireKey(key)
    return encodeJson([key, value, ...listedMore(more)], MAX_VALUE_DEPTH)
  },

  decode(body) {
    const list = decodeJson(body)
    if (!Array.isArray(list)) return undefined
    const [key, value, ...by] = list
    const more = moreIn(by)
    return isKey(key) && value !== undefined && more !== undefined ? { key, value, ...more } : undefined
  },
}

/** The key as a text, or, if a guest writes or there is a fence, a list in dag-cbor, with whose head no UTF-8 begins. */
const removal: Kind<RemovedKey, string | RemovedKey> = {
  maxBytes: MAX_KEY_BYTES + MAX_BESIDE_KEY_BYTES,

  encode(value) {
    const { key, ...more }: RemovedKey = typeof value === 'string' ? { key: value } : value
    requireKey(key)
    const listed = listedMore(more)
    return listed.length === 0 ? encodeText(key) : encodeJson([key, ...listed])
  },

  decode(body) {
    const text = decodeText(body)
    if (text !== undefined) return isKey(text) ? { key: text } : undefined
    const list = decodeJson(body)
    if (!Array.isArray(list) || list.length !== 2) return undefined
    const [key, ...by] = list
    const more = moreIn(by)
    return isKey(key) && more !== undefined ? { key, ...more } : undefined
  },
}

export const mapKinds = { [PUT_KIND]: put, [DELETE_KIND]: removal }

export type MapKinds = typeof mapKinds

/** By what stands last in a list; undefined if that is nothing that does. */
function moreIn([more, ...others]: readonly JsonValue[]): MoreOfWrite | undefined {
  if (others.length > 0) return undefined
  return more === undefined ? {} : readMore(more)
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && key.length > 0 && key.isWellFormed() && encodeText(key).length <= MAX_KEY_BYTES
}

function requireKey(key: string): void {
  if (!isKey(key)) throw new KithError('bad-name', `a key must have 1 to ${grouped(MAX_KEY_BYTES)} bytes`)
}
