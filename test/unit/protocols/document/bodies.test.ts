/** Bodies of the vectors, as apps read and write them. */
import { describe, expect, it } from 'vitest'
import { decodeJson, encodeJson } from '../../../../src/apps/body.ts'
import type { JsonValue } from '../../../../src/kith.ts'
import { fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

const { valid, ignored } = readVectors<{
  valid: { name: string; body: Spelled; value: JsonValue }[]
  ignored: { name: string; body: Spelled }[]
}>('document/vectors/bodies.json')

describe('a body of JSON', () => {
  it.each(valid)('$name', ({ body, value }) => {
    expect(decodeJson(fromSpelled(body))).toEqual(value)
    expect(toHex(encodeJson(value))).toBe(toHex(fromSpelled(body)))
  })

  it.each(ignored)('ignored: $name', ({ body }) => {
    expect(decodeJson(fromSpelled(body))).toBeUndefined()
  })
})
