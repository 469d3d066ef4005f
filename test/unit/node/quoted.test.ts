import { expect, test } from 'vitest'
import { quoted } from '../../../src/node/quoted.ts'

test('user input is quoted on one line', () => {
  expect(quoted('Kitchen')).toBe("'Kitchen'")
  expect(quoted('a\r\n\u2028b')).toBe("'a b'")
})

test('long input is cut', () => {
  expect(quoted('x'.repeat(80))).toBe(`'${'x'.repeat(80)}'`)
  expect(quoted('x'.repeat(81))).toBe(`'${'x'.repeat(80)}…'`)
})
