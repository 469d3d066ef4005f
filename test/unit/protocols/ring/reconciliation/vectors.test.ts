/** The vectors of keys, hashes, sequences and coded symbols. */
import { describe, expect, it } from 'vitest'
import {
  CodedSet,
  comparisonKey,
  Decoder,
  decodeSymbols,
  encodeSymbols,
} from '../../../../../protocols/ring/reconciliation/index.ts'
import { MAX_SYMBOLS } from '../../../../../protocols/ring/reconciliation/constants.ts'
import { SymbolSequences } from '../../../../../protocols/ring/reconciliation/symbol-sequence.ts'
import { fromHex, readVectors, toHex } from '../../vectors.ts'
import { codedSet, settle, takeFrom } from './sets.ts'

interface Vectors {
  keys: { opener: string; answerer: string; key: string }[]
  hashes: { id: string; seed: string; checksum: string }[]
  sequences: { seed: string; indexes: number[] }[]
  comparisons: {
    name: string
    own: string[]
    peers: string[]
    symbols: string
    here: string[]
    there: string[]
    needed: number
  }[]
}

const { keys, hashes, sequences, comparisons } = readVectors<Vectors>('ring/reconciliation/vectors/symbols.json')
const [{ opener, answerer } = { opener: '', answerer: '' }] = keys
const key = comparisonKey(fromHex(opener), fromHex(answerer))

const wordsOf = (hex: string): number[] =>
  Array.from({ length: hex.length / 8 }, (_, word) => Buffer.from(hex, 'hex').readUInt32LE(4 * word))

it.each(keys)('the key of $opener and $answerer', ({ key: expected, ...nonces }) => {
  expect(toHex(comparisonKey(fromHex(nonces.opener), fromHex(nonces.answerer)))).toBe(expected)
})

it('is made of nonces of 16 bytes only', () => {
  expect(() => comparisonKey(new Uint8Array(16), new Uint8Array(15))).toThrow('a nonce has 16 bytes, not 15')
})

it.each(hashes)('the hash of $id', ({ id, seed, checksum }) => {
  const hash = new CodedSet(key).hashOf(fromHex(id))
  expect([hash.seed0, hash.seed1, hash.checksum]).toEqual(wordsOf(seed + checksum))
})

it.each(sequences)('the symbols for the seed $seed', ({ seed, indexes }) => {
  const sequence = new SymbolSequences(1)
  const [seed0 = 0, seed1 = 0] = wordsOf(seed)
  sequence.begin(0, seed0, seed1)
  const found = [sequence.index(0)]
  while (found.length < indexes.length) found.push(sequence.advance(0))
  expect(found).toEqual(indexes)
  // Of the shorter ones, no symbol is left out.
  if (indexes.length < 24) found.push(sequence.advance(0))
  expect(found.slice(indexes.length).every((index) => index >= MAX_SYMBOLS)).toBe(true)
})

describe.each(comparisons)('$name', ({ own, peers, symbols, here, there, needed }) => {
  const sets = () => [own, peers].map((ids) => codedSet(key, ids.map(fromHex))) as [CodedSet, CodedSet]

  it('has the symbols of the vector', () => {
    const [, set] = sets()
    const { counts } = decodeSymbols(fromHex(symbols), 0, 0)
    expect(toHex(encodeSymbols(set, 0, counts.length))).toBe(symbols)
  })

  it('gives the difference after as many symbols as needed, and not before', () => {
    const [set, peersSet] = sets()
    const decoder = new Decoder(set)
    for (let length = 1; length < needed; length++) expect(takeFrom(decoder, peersSet, length)).toBe('more')
    expect(takeFrom(decoder, peersSet, needed)).toBe('complete')
    expect(decoder.difference.here.map(toHex).toSorted()).toEqual(here.toSorted())
    expect(decoder.difference.there.map(toHex).toSorted()).toEqual(there.toSorted())
  })

  it('gives it from the bytes of the vector', () => {
    const decoder = new Decoder(sets()[0])
    decoder.take(decodeSymbols(fromHex(symbols), 0, 0))
    expect(settle(decoder)).toBe('complete')
  })
})
