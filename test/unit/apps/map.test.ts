import { encode } from '@ipld/dag-cbor'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { describe, expect, it } from 'vitest'
import { MAX_BODY_DEPTH } from '../../../protocols/document/constants.ts'
import { DELETE_KIND, MAX_KEY_BYTES, MAX_VALUE_DEPTH, PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import { MAX_GUEST_NAME_BYTES } from '../../../protocols/room/constants.ts'
import { decodeJson, encodeJson, encodeText } from '../../../src/apps/body.ts'
import { map } from '../../../src/apps/map/index.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import { keysOf, requireUnguarded, valueOf, type MapState } from '../../../src/apps/map/state.ts'
import type { JsonValue } from '../../../src/kith.ts'
import { testApp } from '../../../src/testing.ts'
import { textArbitrary } from '../../../src/testing/histories.ts'
import { folded, hex, updateOf } from './updates.ts'

const { fold } = map
const { put: putKind, delete: deleteKind } = mapKinds
const isKey = (key: string) => codeOf(() => deleteKind.encode(key)) === undefined
const isValue = (value: unknown) => codeOf(() => putKind.encode({ key: 'a', value: value as JsonValue })) === undefined

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** Bodies as they are written where nobody looks at the key. */
const putBody = (key: string, value: JsonValue) => encodeJson([key, value])
const deleteBody = encodeText

const put = (key: string, value: JsonValue, clock = 2) => updateOf(PUT_KIND, putBody(key, value), { clock })
const remove = (key: string, clock = 2) => updateOf(DELETE_KIND, deleteBody(key), { clock })
const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')

const keyArbitrary = fc
  .oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', 'toString'), textArbitrary)
  .filter(isKey)
const valueArbitrary = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<JsonValue>,
  textArbitrary.map((text) => ({ [text]: [text] })),
)
const guestArbitrary = fc.constantFrom('Kim', 'é'.repeat(MAX_GUEST_NAME_BYTES / 2), '\u200bKim')
const updates = fc.oneof(
  fc.tuple(keyArbitrary, valueArbitrary).map(([key, value]) => ({ kind: PUT_KIND, value: { key, value } }) as const),
  keyArbitrary.map((key) => ({ kind: DELETE_KIND, value: key }) as const),
  fc
    .tuple(keyArbitrary, valueArbitrary, guestArbitrary)
    .map(([key, value, guest]) => ({ kind: PUT_KIND, value: { key, value, guest } }) as const),
  fc.tuple(keyArbitrary, guestArbitrary).map(([key, guest]) => ({ kind: DELETE_KIND, value: { key, guest } }) as const),
  fc
    .tuple(keyArbitrary, valueArbitrary, fc.integer({ min: 1, max: 3 }))
    .map(([key, value, fence]) => ({ kind: PUT_KIND, value: { key, value, fence } }) as const),
  fc
    .tuple(keyArbitrary, fc.integer({ min: 1, max: 3 }))
    .map(([key, fence]) => ({ kind: DELETE_KIND, value: { key, fence } }) as const),
)

function nested(depth: number): JsonValue {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

/** A document has no negative zero. Not by `JSON.parse`, which Node 24 sometimes reads the key `"` as another with. */
function withoutNegativeZero(value: JsonValue): JsonValue {
  if (typeof value === 'number') return value + 0
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutNegativeZero)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutNegativeZero(part)]))
}

describe('map', () => {
  it('keeps the promises of an app', () => {
    testApp(map, { updates })
    testApp(map)
  })

  it('holds every JSON value that it accepts, unchanged', () => {
    fc.assert(
      fc.property(keyArbitrary, valueArbitrary, (key, value) => {
        expect(isValue(value)).toBe(true)
        const state = folded(fold, [put(key, value)])
        const expected = withoutNegativeZero(value)
        expect(valueOf(state, key)).toEqual(expected)
        expect(valueOf(fold.decode(fold.encode(state)), key)).toEqual(expected)
        expect(fold.toJson(state)).toEqual(Object.fromEntries([[key, expected]]))
      }),
      { numRuns: 500 },
    )
  })

  it('keeps numbers as they are', () => {
    for (const value of [0, -1, 1.5, 2 ** 53 - 1, -(2 ** 53 - 1), 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 60]) {
      expect(valueOf(folded(fold, [put('n', value)]), 'n'), String(value)).toBe(value)
    }
  })

  it('lets the last writer in the order win, also against a removal', () => {
    const early = put('a', 1, 2)
    const late = put('a', 2, 3)
    for (const list of [
      [early, late],
      [late, early],
    ])
      expect(valueOf(folded(fold, list), 'a')).toBe(2)
    for (const list of [
      [late, remove('a', 4)],
      [remove('a', 4), late],
    ]) {
      expect(keysOf(folded(fold, list))).toEqual([])
      expect(fold.toJson(folded(fold, list))).toEqual({})
    }
    expect(keysOf(folded(fold, [put('b', null, 4), remove('a', 3), put('a', 0, 4)]))).toEqual(['a', 'b'])
  })

  it('returns odd keys as own fields of its JSON and touches no prototype', () => {
    const state = folded(fold, [
      put('__proto__', { isAdmin: true }),
      put('constructor', 1),
      put('a', { ['__proto__']: { x: 1 } }),
    ])
    const json = fold.toJson(state) as Record<string, JsonValue>
    expect(Object.keys(json).sort()).toEqual(['__proto__', 'a', 'constructor'])
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
    expect(JSON.stringify(json['a'])).toBe('{"__proto__":{"x":1}}')
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined()
    expect(valueOf(folded(fold, []), '__proto__')).toBeUndefined()
  })

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array(0)],
    ['no CBOR', Uint8Array.of(0xff)],
    ['no pair', encode(['a'])],
    ['a triple', encode(['a', 1, 2])],
    ['a map', encode({ a: 1 })],
    ['a key that is no text', encode([1, 1])],
    ['an empty key', encode(['', 1])],
    ['a key too long', encode(['a'.repeat(MAX_KEY_BYTES + 1), 1])],
    ['bytes', encode(['a', Uint8Array.of(1)])],
    ['a link', encode(['a', CID.parse('bafyreigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')])],
    ['an integer past 2^53', bytes('82 6161 1b ffffffffffffffff')],
    ['undefined', bytes('82 6161 f7')],
    ['NaN', bytes('82 6161 fb 7ff8000000000000')],
    ['Infinity', bytes('82 6161 fb 7ff0000000000000')],
    ['a short float', bytes('82 6161 f9 3e00')],
    ['a float that is an integer', bytes('82 6161 fb 3ff0000000000000')],
    ['text in broken UTF-8', bytes('82 6161 63 ffffff')],
    ['text cut in a character', bytes('82 6161 63 f09f98')],
    ['a key in broken UTF-8', bytes('82 61ff 01')],
    ['keys out of order', bytes('82 6161 a2 62 6262 01 61 61 02')],
    ['a key twice', bytes('82 6161 a2 6161 01 6161 02')],
    ['an integer written long', bytes('82 6161 1801')],
    ['an array without an end', bytes('9f 6161 01 ff')],
    ['an array of 2^32 that ends at once', bytes('82 6161 9a ffffffff')],
    ['a tag', bytes('82 6161 c0 6161')],
    ['bytes after the end', bytes('82 6161 01 00')],
    ['a value too deep', encode(['a', nested(MAX_VALUE_DEPTH + 1)])],
    ['a value very deep', Buffer.concat([bytes('82 6161'), Buffer.alloc(60_000, 0x81), bytes('01')])],
    [
      'maps very deep',
      Buffer.concat([bytes('82 6161'), ...Array.from({ length: 20_000 }, () => bytes('a1 6161')), bytes('01')]),
    ],
  ])('ignores %s', (_name, body) => {
    const state = folded(fold, [put('b', 1)])
    expect(fold.reduce(state, updateOf(PUT_KIND, body))).toBe(state)
  })

  it('ignores removals of invalid keys, and other kinds', () => {
    const state = folded(fold, [put('b', 1)])
    for (const body of [new Uint8Array(0), Uint8Array.of(0xff), new Uint8Array(MAX_KEY_BYTES + 1).fill(97)]) {
      expect(fold.reduce(state, updateOf(DELETE_KIND, body))).toBe(state)
    }
    expect(fold.reduce(state, updateOf('message', putBody('b', 2)))).toBe(state)
  })

  it('accepts keys and values up to their limits', () => {
    const key = 'k'.repeat(MAX_KEY_BYTES)
    const deepest = nested(MAX_VALUE_DEPTH)
    expect(valueOf(folded(fold, [put(key, deepest)]), key)).toEqual(deepest)
    expect(keysOf(folded(fold, [put(key, 1), remove(key, 3)]))).toEqual([])
    expect(isKey('é'.repeat(MAX_KEY_BYTES / 2))).toBe(true)
    expect(isKey('é'.repeat(MAX_KEY_BYTES / 2 + 1))).toBe(false)
    expect(isKey('\ud800'), 'half a character').toBe(false)
    expect(isValue(deepest)).toBe(true)
    for (const value of [
      nested(MAX_BODY_DEPTH),
      NaN,
      Infinity,
      undefined,
      2n ** 60n,
      Uint8Array.of(1),
      new Date(0),
      () => 1,
    ]) {
      expect(isValue(value)).toBe(false)
    }
  })
})

describe('the fence of a lock', () => {
  const fenced = (value: JsonValue, fence: number | undefined, clock: number) =>
    updateOf('put', map.body('put', { key: 'a', value, ...(fence !== undefined && { fence }) }), { clock })

  it('makes lower ones, and writes without one, have no effect, in whatever order they come', () => {
    const steps = [
      fenced('first', undefined, 2),
      fenced('guarded', 5, 3),
      fenced('late', 4, 6),
      fenced('none', undefined, 7),
    ]
    for (const order of [steps, steps.toReversed(), [steps[2]!, steps[0]!, steps[3]!, steps[1]!]]) {
      const state = folded(fold, order)
      expect(valueOf(state, 'a')).toBe('guarded')
      expect(fold.decode(fold.encode(state)).entries.get('a')).toMatchObject({ fence: 5 })
    }
    expect(valueOf(folded(fold, [...steps, fenced('same', 5, 4)]), 'a')).toBe('same')
  })

  it('is refused below that of the write that is here, and so is a write without one', () => {
    const state = folded(fold, [fenced('guarded', 5, 3)])
    const refused = expect.objectContaining({ code: 'map/guarded' })
    expect(() => requireUnguarded(state, 'a', 4)).toThrow(refused)
    expect(() => requireUnguarded(state, 'a')).toThrow(refused)
    requireUnguarded(state, 'a', 5)
    requireUnguarded(state, 'b')
  })

  it.each([0, -1, 1.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN])('is not %s', (fence) => {
    expect(() => map.body('put', { key: 'a', value: 1, fence })).toThrow('a fence is a whole number from 1 on')
  })

  it('is not for guests', () => {
    expect(() => map.body('put', { key: 'a', value: 1, fence: 1, guest: 'Kim' })).toThrow('guests take no locks')
  })
})

describe('a guest of an author', () => {
  const byGuest = (kind: 'put' | 'delete', value: object, clock = 2) => updateOf(kind, map.body(kind, value), { clock })
  const guestOf = (state: ReturnType<typeof folded<MapState>>, key: string) => state.entries.get(key)?.guest

  it('is in the state as who wrote an entry last, also over encode and decode', () => {
    const longest = 'é'.repeat(MAX_GUEST_NAME_BYTES / 2)
    const set = byGuest('put', { key: 'a', value: 1, guest: 'Kim' })
    const removed = byGuest('delete', { key: 'a', guest: longest }, 3)
    const steps = [set, removed, put('a', 2, 4)]
    const states = steps.map((_, i) => folded(fold, steps.slice(0, i + 1)))
    expect(states.map((state) => [guestOf(state, 'a'), valueOf(state, 'a')])).toEqual([
      ['Kim', 1],
      [longest, undefined],
      [undefined, 2],
    ])
    for (const state of states) {
      const [entry] = [...state.entries.values()]
      // A list of one takes one byte beside it.
      expect(fold.encode(state)).toHaveLength(1 + entry!.sizeBytes)
      expect(hex(fold.encode(fold.decode(fold.encode(state))))).toBe(hex(fold.encode(state)))
    }
    expect(guestOf(fold.decode(fold.encode(states[0]!)), 'a')).toBe('Kim')
  })

  it('removes the longest key', () => {
    const key = 'k'.repeat(MAX_KEY_BYTES)
    const state = folded(fold, [put(key, 1), byGuest('delete', { key, guest: 'a'.repeat(MAX_GUEST_NAME_BYTES) }, 3)])
    expect(keysOf(state)).toEqual([])
  })

  it('is none in a state that names something else', () => {
    const at = ['a', [1], 2, 'bafy', 'author']
    for (const more of [{ guest: 1 }, { guest: '' }, { guest: 'Kim', as: 'owner' }, {}, null, 'Kim', ['Kim']]) {
      expect(() => fold.decode(encode([[...at, more]])), JSON.stringify(more)).toThrow('more than this node knows')
    }
    expect(fold.decode(encode([at])).entries.get('a')).not.toHaveProperty('guest')
  })

  it.each([
    ['too long', 'a'.repeat(MAX_GUEST_NAME_BYTES + 1)],
    ['blank', ' '],
    ['empty', ''],
    ['on two lines', 'Kim\nLea'],
  ])('is not written by a name that is %s', (_what, guest) => {
    for (const value of [
      { key: 'a', value: 1, guest },
      { key: 'a', guest },
    ]) {
      const kind = 'value' in value ? PUT_KIND : DELETE_KIND
      expect(codeOf(() => map.body(kind, value))).toBe('bad-value')
    }
  })
})

describe('a JSON body', () => {
  it('reads as it was written, and only so', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = encodeJson(value as JsonValue)
        const read = decodeJson(body)
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(JSON.stringify(read))))
        expect(hex(encodeJson(read!))).toBe(hex(body))
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (body) => {
        const value = decodeJson(body)
        expect(value === undefined || hex(encodeJson(value)) === hex(body)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
