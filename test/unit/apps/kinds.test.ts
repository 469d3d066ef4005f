import { describe, expect, expectTypeOf, it } from 'vitest'
import { encodeJson } from '../../../src/apps/body.ts'
import { DEFAULT_BODY_BYTES, json, text } from '../../../src/apps/kinds.ts'
import type { Kind, SchemaResult, StandardSchema } from '../../../src/kith.ts'

/** A schema of a library: texts that are whole numbers, as numbers. */
const schema: StandardSchema<string, number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(value): SchemaResult<number> {
      if (typeof value !== 'string') return { issues: [{ message: 'expected a text' }] }
      if (!/^\d+$/.test(value)) return { issues: [{ message: 'expected digits' }, { message: 'and only these' }] }
      return { value: Number(value) }
    },
  },
}

/** As those of some libraries, it is a function. */
const callable = Object.assign(() => 'not to be called', schema)

const utf8 = (value: string) => new TextEncoder().encode(value)
const refused = (message: string) => expect.objectContaining({ name: 'KithError', code: 'bad-value', message }) as Error

describe('a kind with a text', () => {
  it('accepts any text, up to its limit', () => {
    const kind = text()
    expectTypeOf(kind).toEqualTypeOf<Kind<string>>()
    expect(kind.maxBytes).toBe(DEFAULT_BODY_BYTES)
    expect(text({ maxBytes: 7 }).maxBytes).toBe(7)
    expect(kind.decode(kind.encode('\ufeffgrüß dich'))).toBe('\ufeffgrüß dich')
    expect(kind.decode(Uint8Array.of(0xff))).toBeUndefined()
  })

  it('accepts what a function accepts', () => {
    const kind = text((value) => (value.startsWith('#') ? value.slice(1) : undefined), { maxBytes: 10 })
    expect([kind.decode(utf8('#red')), kind.decode(utf8('red')), kind.maxBytes]).toEqual(['red', undefined, 10])
    expect(Buffer.from(kind.encode('#red')).toString()).toBe('#red')
    expect(() => kind.encode('red')).toThrow(refused('the value is not valid'))
  })

  it.each([
    ['a schema', schema],
    ['a schema that is a function', callable],
  ])('takes those that %s takes', (_name, each) => {
    const kind = text(each)
    expectTypeOf(kind).toEqualTypeOf<Kind<number, string>>()
    expect([kind.decode(utf8('42')), kind.decode(utf8('x'))]).toEqual([42, undefined])
    expect(() => kind.encode('x')).toThrow(refused('expected digits; and only these'))
  })
})

describe('a kind with a JSON value', () => {
  it('accepts what a function accepts, and refuses values at which it throws', () => {
    const kind = json((value) => {
      if (!Array.isArray(value)) throw new TypeError('no list')
      return value.length
    })
    expect([kind.decode(encodeJson([1, 2])), kind.decode(encodeJson({}))]).toEqual([2, undefined])
    expect(() => json((value) => (value === 1 ? 1 : undefined)).encode(2 as 1)).toThrow(
      refused('the value is not valid'),
    )
  })

  it('accepts what a schema accepts, in the form that the schema returns', () => {
    const kind = json(schema)
    expectTypeOf(kind).toEqualTypeOf<Kind<number, string>>()
    expect(kind.decode(kind.encode('42'))).toBe(42)
    expect(kind.decode(encodeJson(42))).toBeUndefined()
    expect(kind.decode(utf8('no CBOR'))).toBeUndefined()
  })

  it('writes only JSON', () => {
    const kind = json((value) => value)
    const cyclic: unknown[] = []
    cyclic.push(cyclic)
    for (const value of [NaN, undefined, { a: undefined }, 1n << 70n, Uint8Array.of(1), cyclic]) {
      expect(() => kind.encode(value as never)).toThrow(expect.objectContaining({ code: 'bad-value' }))
    }
  })

  it('rejects an asynchronous schema as a bug of the app', () => {
    const slow = {
      '~standard': { version: 1, vendor: 'test', validate: async (value: unknown) => ({ value }) },
    } as const
    const kind = json(slow as StandardSchema)
    expect(() => kind.encode(1)).toThrow(TypeError)
    expect(() => kind.decode(encodeJson(1))).toThrow(TypeError)
  })
})

describe('what cannot be kept as it is', () => {
  const anything = json((value) => value)

  it.each([
    '\ud800',
    ['a', 'x\udc00'],
    { a: { b: '\ud83c' } },
    { '\ud800': 1 },
    Number.NaN,
    Infinity,
    new Date(0),
    new Map([['a', 1]]),
    { a: undefined },
    10n,
  ])('%o is no value', (value) => {
    expect(() => anything.encode(value as never)).toThrow(expect.objectContaining({ code: 'bad-value' }) as Error)
  })

  it('half a surrogate pair is no text', () => {
    expect(() => text().encode('a\ud800')).toThrow(expect.objectContaining({ code: 'bad-value' }) as Error)
    expect(text().decode(text().encode('\ud83c\udf72'))).toBe('\u{1f372}')
  })
})
