import fc from 'fast-check'
import { base58btc } from 'multiformats/bases/base58'
import { expect, it } from 'vitest'
import { encodeBase58 } from '../../../../protocols/wire/base58.ts'

it('gives what multiformats gives', () => {
  const zeros = fc.nat(6).map((length) => new Uint8Array(length))
  const ones = fc.nat(6).map((length) => new Uint8Array(length).fill(0xff))
  const any = fc.uint8Array({ maxLength: 80 })
  fc.assert(
    fc.property(fc.tuple(zeros, fc.oneof(any, ones)), ([start, rest]) => {
      const bytes = Buffer.concat([start, rest])
      expect(encodeBase58(bytes)).toBe(base58btc.encode(bytes).slice(1))
    }),
    { numRuns: 2_000 },
  )
})

it('leaves the bytes as they are', () => {
  const bytes = Uint8Array.of(0, 1, 2, 3)
  encodeBase58(bytes)
  expect([...bytes]).toEqual([0, 1, 2, 3])
})
