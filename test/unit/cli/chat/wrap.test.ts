import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsOf, wrap } from '../../../../src/cli/chat/wrap.ts'
import { width } from '../../../../src/cli/text.ts'

describe('wrap', () => {
  test.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 8, ['one two', 'three']],
    ['one    two', 4, ['one', 'two']],
    ['  indented code', 10, ['  indented', 'code']],
    ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
    ['a unbreakable', 4, ['a', 'unbr', 'eaka', 'ble']],
    ['', 4, ['']],
    ['   ', 4, ['   ']],
    ['吾輩は猫である。名前', 8, ['吾輩は猫', 'である。', '名前']],
    ['吾輩は猫。名前', 8, ['吾輩は', '猫。名前']],
    ['한국어 문장도', 8, ['한국어', '문장도']],
    ['שלום עולם', 6, ['שלום', 'עולם']],
    ['👍👍👍', 4, ['👍👍', '👍']],
    ['e\u0301e\u0301e\u0301 a', 3, ['e\u0301e\u0301e\u0301', 'a']],
  ])('breaks %j into rows of %i columns', (line, columns, rows) => {
    expect(wrap(line, columns)).toEqual(rows)
  })

  test('a link stays whole, in a row of its own, unless all rows have to fit', () => {
    expect(wrap('see https://example.org/x and', 10)).toEqual(['see', 'https://example.org/x', 'and'])
    expect(wrap('kith:bafyreiabcdef', 10)).toEqual(['kith:bafyreiabcdef'])
    expect(wrap('see https://example.org/x and', 10, true)).toEqual(['see', 'https://ex', 'ample.org/', 'x and'])
    expect(wrap('http://a.b c', 10)).toEqual(['http://a.b', 'c'])
  })

  test('no picture is taken apart, and none overflows where a terminal shows its parts', () => {
    const family = '👨‍👩‍👧‍👦'
    expect(wrap(family.repeat(3), 20)).toEqual([family.repeat(2), family])
    expect(wrap(family, 4)).toEqual([family])
  })

  test('no row is wider than it may be, and nothing but spaces is lost', () => {
    const part = fc.oneof(fc.constantFrom(' ', '  ', '猫', '。', '「', 'é', '👍🏽', '🇩🇪', 'word', '한', '-'), fc.string())
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 4, max: 40 }), (parts, columns) => {
        const line = parts.join('')
        const rows = wrap(line, columns, true)
        const dense = (text: string): string => text.replaceAll(/[ \u3000]/g, '')
        expect(dense(rows.join(''))).toBe(dense(line))
        expect(rows.filter((row) => width(row.trimEnd()) > columns)).toEqual([])
      }),
    )
  })
})

test.each([
  ['> ', 80, 1],
  ['x'.repeat(79), 80, 1],
  ['x'.repeat(80), 80, 2],
  ['x'.repeat(81), 80, 2],
  ['猫'.repeat(3), 5, 2],
])('rowsOf(%j, %i) is %i', (line, columns, rows) => {
  expect(rowsOf(line, columns)).toBe(rows)
})
