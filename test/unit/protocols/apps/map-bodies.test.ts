/** Bodies of maps in the vectors, as the app reads and writes them. */
import { describe, expect, it } from 'vitest'
import { mapKinds } from '../../../../src/apps/map/kinds.ts'
import type { JsonValue } from '../../../../src/kith.ts'
import { fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

interface BodyVector {
  name: string
  body: Spelled
}

const vectors = readVectors<{
  put: { valid: (BodyVector & { key: string; value: JsonValue; guest?: string })[]; ignored: BodyVector[] }
  delete: { valid: (BodyVector & { key: string; guest?: string })[]; ignored: BodyVector[] }
}>('apps/map/vectors/bodies.json')

describe('a put', () => {
  it.each(vectors.put.valid)('is read and written: $name', ({ body, key, value, guest }) => {
    const written = { key, value, ...(guest !== undefined && { guest }) }
    expect(mapKinds.put.decode(fromSpelled(body))).toEqual(written)
    expect(toHex(mapKinds.put.encode(written))).toBe(toHex(fromSpelled(body)))
  })

  it.each(vectors.put.ignored)('is ignored: $name', ({ body }) => {
    expect(mapKinds.put.decode(fromSpelled(body))).toBeUndefined()
  })

  it('has the number of a value in one form', () => {
    const bodyOf = (value: number) => toHex(mapKinds.put.encode({ key: 'a', value }))
    expect([3, 3.0, 3].map(bodyOf)).toEqual(['82616103', '82616103', '82616103'])
    expect(bodyOf(-0)).toBe('82616100')
  })
})

describe('a delete', () => {
  it.each(vectors.delete.valid)('is read and written: $name', ({ body, key, guest }) => {
    const removed = { key, ...(guest !== undefined && { guest }) }
    expect(mapKinds.delete.decode(fromSpelled(body))).toEqual(removed)
    expect(toHex(mapKinds.delete.encode(removed))).toBe(toHex(fromSpelled(body)))
  })

  it.each(vectors.delete.ignored)('is ignored: $name', ({ body }) => {
    expect(mapKinds.delete.decode(fromSpelled(body))).toBeUndefined()
  })
})
