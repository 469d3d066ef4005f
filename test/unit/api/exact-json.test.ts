import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_JSON_DEPTH, parseExactJson } from '../../../src/api/exact-json.ts'

const refused = (message: string) => expect.objectContaining({ code: 'bad-value', message }) as Error
const inexact = (token: string, place = '') =>
  refused(`the number ${token}${place} cannot be kept exactly: put it in quotes to keep it as a text`)

/** As `JSON.stringify`, which reads keys as they are. */
const random = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('-0'))

describe('JSON', () => {
  it('comes back as it was given', () => {
    fc.assert(
      fc.property(random, (text) => JSON.stringify(parseExactJson(text)) === text),
      { numRuns: 2_000 },
    )
  })

  it('has the keys that were given, whichever others were read before', () => {
    const keys = ['"', '\\', ' ', '#', ':', '<', '']
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }), (some) => {
        const text = JSON.stringify(Object.fromEntries(some.map((key, index) => [key, index])))
        expect(Object.keys(parseExactJson(text) as object)).toEqual(some)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '0',
    '0.0',
    '3',
    '-3.50',
    '0.1',
    '1.10e2',
    '1E-7',
    '100000000000000000000',
    '1e308',
    '5e-324',
    '9007199254740991',
    '0.30000000000000004',
    'true',
    'null',
    '""',
    String.raw`"\ud83c\udf72 \" \\ {\"a\":1e400,"`,
    '[]',
    '{}',
    '{"a":{"a":[{"a":1},{"a":2}]},"b":[[1,2],[3]]}',
    '{"__proto__":1,"constructor":{"__proto__":{"x":1}}}',
    ' { "a" : [ 1 , 2 ] } ',
  ])('%s is kept as it is', (text) => {
    expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(JSON.parse(text)))
  })

  it.each([
    ['9007199254740993', ''],
    ['-0', ''],
    ['-0.0e5', ''],
    ['4111111111111111111', ''],
    ['-4111111111111111111', ''],
    ['1e400', ''],
    ['-1e400', ''],
    ['1e-400', ''],
    ['3.14159265358979323846', ''],
    ['123456789012345678901234567890', ''],
  ])('%s is refused: no double has that value', (token, place) => {
    expect(() => parseExactJson(token)).toThrow(inexact(token, place))
  })

  it('a number with many zeros in it takes no longer than others', () => {
    const token = `1.${'0'.repeat(200_000)}1`
    expect(() => parseExactJson(token)).toThrow(inexact(`${token.slice(0, 60)}…`, ''))
    expect(parseExactJson(`1.${'0'.repeat(200_000)}`)).toBe(1)
  })

  it('names the place', () => {
    expect(() => parseExactJson('[1,[1e999]]')).toThrow(inexact('1e999', ' at [1][0]'))
    expect(() => parseExactJson('{"a":[{},{"b c":1e999}]}')).toThrow(inexact('1e999', ' at a[1]["b c"]'))
    expect(() => parseExactJson('{"a":{"x":1},"b":{"x":1e999}}')).toThrow(inexact('1e999', ' at b.x'))
  })

  it.each([
    ['{"a":1,"a":2}', 'the key at a is given twice'],
    ['{"a":1,"a":1}', 'the key at a is given twice'],
    ['{"":1,"":2}', 'the key at [""] is given twice'],
    [String.raw`{"x":[{"a":1,"\u0061":2}]}`, 'the key at x[0].a is given twice'],
    [String.raw`"\ud800"`, 'the text has half a surrogate pair, which is not a character'],
    [String.raw`{"a":["x","\udc00y"]}`, 'the text at a[1] has half a surrogate pair, which is not a character'],
  ])('%s is refused', (text, message) => {
    expect(() => parseExactJson(text)).toThrow(refused(message))
  })

  it.each(['', '{', '{"a":1,}', '01', 'NaN', "{'a':1}", '"\u0001"'])('%j is no JSON', (text) => {
    expect(() => parseExactJson(text)).toThrow(SyntaxError)
  })

  it('is refused where it is nested too deeply, and errors stay short', () => {
    const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth)
    expect(parseExactJson(nested(MAX_JSON_DEPTH, '1'))).toBeInstanceOf(Array)
    for (const depth of [MAX_JSON_DEPTH + 1, 100_000]) {
      expect(() => parseExactJson(nested(depth, ''))).toThrow(refused('the JSON is nested more than 1000 deep'))
    }
    expect(() => parseExactJson(nested(900, '1e999'))).toThrow(inexact('1e999', ` at ${'[0]'.repeat(20)}…`))
    expect(() => parseExactJson('9'.repeat(100_000))).toThrow(inexact(`${'9'.repeat(60)}…`))
  })
})
