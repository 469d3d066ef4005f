/** Keys and values. The last writer in the room's order wins; removed keys leave a mark, so that order does not matter. */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { JsonValue } from '../../kith.ts'
import { ARRAY_HEADER_BYTES } from '../../../protocols/apps/constants.ts'
import type { App, Update } from '../app.ts'
import { decodeJson, decodeText, encodeJson, encodeText } from '../body.ts'
import { decodeExact } from '../cbor.ts'
import { DELETE_KIND, MAX_KEY_BYTES, PUT_KIND } from '../../../protocols/apps/map/constants.ts'

interface Entry {
  /** undefined: removed. */
  value: JsonValue | undefined
  writtenAt: Position
  sizeBytes: number
}

export interface MapState {
  entries: ImmutableMap<string, Entry>
  sizeBytes: number
}

export const map: App<MapState> = {
  commutes: true,

  initial: () => ({ entries: ImmutableMap(), sizeBytes: ARRAY_HEADER_BYTES }),

  reduce(state, update) {
    const write = writeOf(update)
    if (write === undefined) return state
    const writtenAt = { clock: update.clock, id: update.id }
    const old = state.entries.get(write.key)
    if (old !== undefined && comparePositions(old.writtenAt, writtenAt) > 0) return state
    return withEntry(state, write.key, write.value, writtenAt)
  },

  sizeBytes: ({ sizeBytes }) => sizeBytes,

  encode({ entries }) {
    const tuples = [...entries].map(([key, { value, writtenAt }]) => toTuple(key, value, writtenAt))
    return encode(tuples.sort(([a], [b]) => (a < b ? -1 : 1)))
  },

  decode(bytes) {
    const tuples = decodeExact<MapTuple[]>(bytes)
    return tuples.reduce<MapState>(
      (state, [key, values, clock, id]) => withEntry(state, key, values[0], { clock, id }),
      map.initial(),
    )
  },

  toJson: (state) => Object.fromEntries(keysOf(state).map((key) => [key, valueOf(state, key) ?? null])),
}

/** Body of a document that sets a key. */
export function putBody(key: string, value: JsonValue): Uint8Array {
  return encodeJson([key, value])
}

/** Body of a document that removes a key. */
export function deleteBody(key: string): Uint8Array {
  return encodeText(key)
}

export function valueOf({ entries }: MapState, key: string): JsonValue | undefined {
  return entries.get(key)?.value
}

/** Keys that have a value, sorted. */
export function keysOf({ entries }: MapState): string[] {
  return [...entries].flatMap(([key, { value }]) => (value === undefined ? [] : [key])).sort()
}

export function isKey(key: unknown): key is string {
  return typeof key === 'string' && key.length > 0 && key.isWellFormed() && encodeText(key).length <= MAX_KEY_BYTES
}

/** Whether a map can keep the value: JSON, nested at most MAX_VALUE_DEPTH deep. */
export function isValue(value: unknown): value is JsonValue {
  try {
    return decodeJson(encode(['key', value])) !== undefined
  } catch {
    return false
  }
}

function writeOf({ kind, body }: Update): { key: string; value: JsonValue | undefined } | undefined {
  if (kind === DELETE_KIND) {
    const key = decodeText(body)
    return isKey(key) ? { key, value: undefined } : undefined
  }
  if (kind !== PUT_KIND) return undefined
  const pair = decodeJson(body)
  if (!Array.isArray(pair) || pair.length !== 2) return undefined
  const [key, value] = pair
  return isKey(key) && value !== undefined ? { key, value } : undefined
}

/** `values` is empty for a removed key. */
type MapTuple = [key: string, values: JsonValue[], clock: number, id: DocumentId]

function toTuple(key: string, value: JsonValue | undefined, { clock, id }: Position): MapTuple {
  return [key, value === undefined ? [] : [value], clock, id]
}

function withEntry(state: MapState, key: string, value: JsonValue | undefined, writtenAt: Position): MapState {
  const sizeBytes = encode(toTuple(key, value, writtenAt)).length
  const oldBytes = state.entries.get(key)?.sizeBytes ?? 0
  return {
    entries: state.entries.set(key, { value, writtenAt, sizeBytes }),
    sizeBytes: state.sizeBytes - oldBytes + sizeBytes,
  }
}
