import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonState } from '../../../src/apps/json-state.ts'
import { textArbitrary } from '../../../src/testing/histories.ts'

const codec = jsonState<unknown>('test')

const stateArbitrary = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.array(fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
    maxLength: 300,
  }),
  fc.dictionary(textArbitrary, fc.array(textArbitrary), { maxKeys: 30 }),
)

describe('a state that is JSON', () => {
  it('is as long as is said, without making its bytes', () => {
    fc.assert(
      fc.property(stateArbitrary, (state) => {
        expect(codec.sizeBytes(state)).toBe(codec.encode(state).length)
      }),
      { numRuns: 500 },
    )
    for (const length of [0, 23, 24, 255, 256, 65_535, 65_536]) {
      const states = ['x'.repeat(length), Array(length).fill(0), length, -1 - length, { ['k'.repeat(length)]: null }]
      for (const state of states) expect(codec.sizeBytes(state)).toBe(codec.encode(state).length)
    }
  })

  it('reads back as it was written, and equal states have equal bytes', () => {
    fc.assert(
      fc.property(stateArbitrary, (state) => {
        const bytes = codec.encode(state)
        expect(Buffer.compare(codec.encode(codec.decode(bytes)), bytes)).toBe(0)
      }),
    )
    expect(codec.encode({ a: 1, b: 2 })).toEqual(codec.encode({ b: 2, a: 1 }))
  })

  it('is measured again only in changed parts', () => {
    const part = Object.defineProperty({}, 'read', { enumerable: true, get: () => ++reads })
    let reads = 0
    codec.sizeBytes({ part })
    codec.sizeBytes({ part, other: 1 })
    expect(reads).toBe(1)
  })

  it.each([
    ['undefined', { a: undefined }, 'undefined'],
    ['a function', [() => 1], 'function'],
    ['a large integer', 1n, 'bigint'],
    ['infinity', Infinity, 'number'],
    ['half a character', '\ud800', 'string'],
    ['half a character as a key', { '\ud800': 1 }, 'string'],
    ['bytes', Uint8Array.of(1), 'Uint8Array'],
    ['a Map', { a: [new Map()] }, 'Map'],
    ['a date', new Date(0), 'Date'],
  ])('holds no %s', (_name, state, what) => {
    expect(() => codec.sizeBytes(state)).toThrow(
      `the state of the app 'test' holds something that is not JSON: ${what}`,
    )
  })
})
