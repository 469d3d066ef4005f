/** Records of the ring as in the vectors: places and bytes as hex. */
import { bytesOfPlace, placeOfBytes } from '../../../../protocols/ring/circle.ts'
import type { Item } from '../../../../protocols/ring/items.ts'
import type { RingRecord } from '../../../../protocols/ring/records.ts'
import { fromHex, toHex } from '../vectors.ts'

const BYTES = ['value', 'signature', 'payload', 'record', 'nonce', 'answererNonce', 'symbols']

export function toVector(record: unknown): unknown {
  return JSON.parse(
    JSON.stringify(record, (_, value: unknown) => {
      if (typeof value === 'bigint') return toHex(bytesOfPlace(value))
      return value instanceof Uint8Array ? toHex(value) : value
    }),
  )
}

export function fromVector(record: object): RingRecord
export function fromVector(record: object, what: 'item'): Item
export function fromVector(record: object): unknown {
  const revive = (key: string, value: unknown): unknown => {
    if (['target', 'from', 'to'].includes(key) && /^[0-9a-f]{64}$/.test(String(value)))
      return placeOfBytes(fromHex(value as string))
    if (key === 'items' && Array.isArray(value) && value.every((each) => typeof each === 'string'))
      return value.map(fromHex)
    return BYTES.includes(key) && typeof value === 'string' ? fromHex(value) : value
  }
  return JSON.parse(JSON.stringify(record), revive)
}
