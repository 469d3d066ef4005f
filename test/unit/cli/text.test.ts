import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  clean,
  cleanLines,
  clockTime,
  counted,
  cut,
  duration,
  fields,
  fileSize,
  jsonLine,
  pad,
  shellWord,
  shortId,
  table,
  width,
} from '../../../src/cli/text.ts'

describe('text of others', () => {
  test.each([
    ['colour', '\u001b[31mred\u001b[0m', '[31mred[0m'],
    ['title', '\u001b]0;owned\u0007', ']0;owned'],
    ['C1 sequence', '\u009b2Jgone', '2Jgone'],
    ['backspaces', 'good\b\b\b\bevil', 'goodevil'],
    ['a line break', 'one\r\ntwo', 'one two'],
    ['a changed writing direction', 'a\u202egnp.exe', 'agnp.exe'],
    ['letters of any script', 'Zoë 厨房 👩‍🍳', 'Zoë 厨房 👩‍🍳'],
  ])('cannot use %s', (_name, text, expected) => {
    expect(clean(text)).toBe(expected)
  })

  test('never keeps control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(clean(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
        expect(cleanLines(text, '  ').replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  test('keeps its lines, indented', () => {
    expect(cleanLines('a\nb\r\n\u001bc', '  ')).toBe('a\n  b\n  c')
    expect(cleanLines('a\n\n\tb')).toBe('a\n\n    b')
  })

  test('is the same value as JSON, without control characters', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const line = jsonLine({ value, text })
        expect(line).not.toMatch(/[\p{Cc}\u2028\u202e]/u)
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ value, text })))
      }),
    )
  })
})

describe('times', () => {
  const noon = new Date(2025, 5, 15, 12, 0).getTime()
  test.each([
    [new Date(2025, 5, 15, 9, 5), '09:05'],
    [new Date(2025, 5, 15, 0, 0), '00:00'],
    [new Date(2025, 5, 14, 23, 59), '2025-06-14 23:59'],
    [new Date(2024, 5, 15, 12, 0), '2024-06-15 12:00'],
  ])('%s', (time, expected) => {
    expect(clockTime(time.getTime(), noon)).toBe(expected)
  })

  test('beyond what a date can hold', () => {
    expect(clockTime(Number.MAX_SAFE_INTEGER, noon)).toBe('--:--')
  })
})

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1536, '1.5 KiB'],
  [130 * 1024 ** 2, '130 MiB'],
  [5000 * 1024 ** 3, '5,000 GiB'],
])('a size of %i bytes is %s', (size, expected) => {
  expect(fileSize(size)).toBe(expected)
})

test.each([
  [0.2, '1 s'],
  [59, '59 s'],
  [59.5, '1 min 0 s'],
  [3599, '59 min 59 s'],
  [7500, '2 h 5 min'],
])('a span of %d seconds is %s', (seconds, expected) => {
  expect(duration(seconds)).toBe(expected)
})

test('a count has its noun, and its digits in groups', () => {
  const counts = [0, 1, 999, 1_000, 41_200, 1_234_567].map((count) => counted(count, 'document'))
  expect(counts.join('; ')).toBe(
    '0 documents; 1 document; 999 documents; 1,000 documents; 41,200 documents; 1,234,567 documents',
  )
})

describe('layout', () => {
  test('columns are aligned, also with wide characters', () => {
    expect(
      table([
        ['NAME', 'N'],
        ['厨房', '1'],
        ['a longer one', '2'],
      ]),
    ).toEqual(['NAME          N', '厨房          1', 'a longer one  2'])
    expect(
      fields([
        ['Name', 'Alice'],
        ['Addresses', 'a'],
        ['', 'b'],
      ]),
    ).toEqual(['  Name       Alice', '  Addresses  a', '             b'])
  })

  test.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['厨房', 4],
    ['👍', 2],
  ])('%s is %i columns wide', (text, columns) => {
    expect(width(text)).toBe(columns)
    expect(pad(text, 6)).toBe(text + ' '.repeat(6 - columns))
  })
})

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['厨房厨房', 6, '厨房…'],
  ['abc', 1, '…'],
])('%s in %i columns is %s', (text, columns, expected) => {
  expect(cut(text, columns)).toBe(expected)
})

test('shell words are quoted if necessary', () => {
  expect(shellWord('/tmp/a-b_c.d')).toBe('/tmp/a-b_c.d')
  expect(shellWord("it's here")).toBe(`'it'\\''s here'`)
  expect(shellWord('')).toBe("''")
})

test('a short peer id distinguishes peers', () => {
  expect(shortId('12D3KooWAbcdefgh12345678')).toBe('…12345678')
  expect(shortId('short')).toBe('short')
})
