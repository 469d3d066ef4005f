import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { SafetyWords } from '../../../src/kith.ts'
import { fingerprintOf, isSaid, safetyWordsOf } from '../../../src/node/safety-words.ts'
import { readVectors } from '../protocols/vectors.ts'

const { fingerprints, pairs } = readVectors<{
  fingerprints: ({ peer: PeerId } & SafetyWords)[]
  pairs: ({ peers: [PeerId, PeerId] } & SafetyWords)[]
}>('access/vectors/safety-words.json')

test.each(fingerprints)('the fingerprint of $peer is that of the vectors', async ({ peer, words, digits }) => {
  expect(await fingerprintOf(peer)).toEqual({ words, digits })
})

test.each(pairs)(
  'the safety words of $peers are those of the vectors, for both of them',
  async ({ peers, ...said }) => {
    const [a, b] = peers
    expect(await safetyWordsOf(a, b)).toEqual(said)
    expect(await safetyWordsOf(b, a)).toEqual(said)
    expect(said.words).toHaveLength(12)
    expect(said.digits).toMatch(/^\d{60}$/)
  },
)

test('words and digits are the same however they are written, and nothing less is', () => {
  const [{ words, digits } = { words: [], digits: '' }] = pairs
  for (const same of [words.join(' '), words.join('  ').toUpperCase(), `${words.join(', ')}.`, digits]) {
    expect(isSaid({ words, digits }, same), same).toBe(true)
  }
  expect(isSaid({ words, digits }, digits.replaceAll(/.{5}/g, '$& '))).toBe(true)
  for (const other of ['', words.slice(1).join(' '), words.toReversed().join(' '), digits.slice(1), `${digits}0`]) {
    expect(isSaid({ words, digits }, other), other).toBe(false)
  }
})
