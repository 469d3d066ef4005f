/** Base32, compared with multiformats. */
import fc from 'fast-check'
import { base32 } from 'multiformats/bases/base32'
import { expect, test } from 'vitest'
import { decodeBase32, encodeBase32 } from '../../../../protocols/wire/base32.ts'

test('encodes and decodes any bytes as multiformats does', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = encodeBase32(bytes)
      expect(`b${text}`).toBe(base32.encode(bytes))
      expect(encodeBase32(bytes, 'b')).toBe(`b${text}`)
      expect(decodeBase32(text)).toEqual(bytes)
      expect(decodeBase32(`-${text}`, 1, 3)).toEqual(bytes.slice(3))
    }),
  )
})

test.each(['a1', 'A', 'aä', 'a=', 'a b', '\u0000'])('refuses %j', (text) => {
  expect(() => decodeBase32(text)).toThrow('not base32')
})
