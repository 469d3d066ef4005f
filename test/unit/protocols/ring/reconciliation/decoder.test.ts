import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  HOPELESS_PER_DIFFERENCE,
  HOPELESS_SYMBOLS,
  MAX_DIFFERENCES,
  MAX_SYMBOLS,
} from '../../../../../protocols/ring/reconciliation/constants.ts'
import { Decoder, decodeSymbols, encodeSymbols } from '../../../../../protocols/ring/reconciliation/index.ts'
import { ITEM_WORDS, writeItem } from '../../../../../protocols/ring/reconciliation/item-words.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import { codedSet, compare, idOf, idsOf, keyOf, settle, sorted, takeFrom } from './sets.ts'

/** Symbols that say what a test wants. */
function symbolsOf(first: number, symbols: { id: Uint8Array; checksum: number; count: number }[]) {
  const sums = new Uint32Array(symbols.length * ITEM_WORDS)
  for (const [index, { id, checksum }] of symbols.entries()) {
    writeItem(sums.subarray(index * ITEM_WORDS, (index + 1) * ITEM_WORDS), id, checksum)
  }
  return { first, sums, counts: Int32Array.from(symbols, ({ count }) => count) }
}

describe('a comparison', () => {
  it('finds what only one side has, whatever both have', () => {
    const count = fc.oneof(fc.nat(3), fc.nat(150))
    fc.assert(
      fc.property(fc.nat(1_000_000), count, count, count, (seed, common, onlyHere, onlyThere) => {
        const shared = idsOf('shared', common)
        const [here, there] = [idsOf('here', onlyHere), idsOf('there', onlyThere)]
        const { decoder } = compare(codedSet(keyOf(seed), shared, here), codedSet(keyOf(seed), shared, there))
        expect(decoder.state).toBe('complete')
        expect(decoder.peerSize).toBe(common + onlyThere)
        expect(sorted(decoder.difference.here)).toEqual(sorted(here))
        expect(sorted(decoder.difference.there)).toEqual(sorted(there))
      }),
      { numRuns: 200 },
    )
  })

  it('knows nothing before the first symbol', () => {
    const decoder = new Decoder(codedSet(keyOf(1), idsOf('item', 3)))
    expect([decoder.state, decoder.received, decoder.peerSize]).toEqual(['more', 0, 0])
    expect(decoder.difference).toEqual({ here: [], there: [] })
  })

  it('is complete with symbol 0 if the sets are equal', () => {
    const ids = idsOf('item', 1_000)
    const decoder = new Decoder(codedSet(keyOf(1), ids))
    expect(takeFrom(decoder, codedSet(keyOf(1), ids), 1)).toBe('complete')
    expect(decoder.difference).toEqual({ here: [], there: [] })
  })

  it('says what it found before it is complete', () => {
    const decoder = new Decoder(codedSet(keyOf(1)))
    const peers = codedSet(keyOf(1), idsOf('item', 100))
    expect(takeFrom(decoder, peers, 100)).toBe('more')
    const early = decoder.difference.there.length
    expect(early).toBeGreaterThan(0)
    expect(early).toBeLessThan(100)
    expect(takeFrom(decoder, peers, 200)).toBe('complete')
    expect(decoder.difference.there).toHaveLength(100)
  })

  it('does so much work at a time as it is told', () => {
    const decoder = new Decoder(codedSet(keyOf(1)))
    const peers = codedSet(keyOf(1), idsOf('item', 100))
    decoder.take(decodeSymbols(encodeSymbols(peers, 0, 200), 0, 0))
    let calls = 0
    while (decoder.work(10) === 'unfinished') {
      calls++
      expect(decoder.difference.there.length).toBeLessThanOrEqual(10 * calls)
    }
    expect(decoder.state).toBe('complete')
    expect(calls).toBeGreaterThan(20)
  })

  it('takes symbols in order only', () => {
    const decoder = new Decoder(codedSet(keyOf(1)))
    const peers = codedSet(keyOf(1), idsOf('item', 100))
    expect(() => decoder.take(decodeSymbols(encodeSymbols(peers, 1, 3), 1, 100))).toThrow('symbol 0 is expected, not 1')
    takeFrom(decoder, peers, 300)
    expect(() => takeFrom(decoder, peers, 301)).toThrow('no symbols are expected')
  })

  it('goes on with a set that changed since the last one', () => {
    const common = idsOf('common', 500)
    const [own, peers] = [codedSet(keyOf(1), common), codedSet(keyOf(1), common)]
    expect(compare(own, peers).decoder.difference.there).toEqual([])
    for (const id of idsOf('new', 20)) peers.add(id)
    for (const id of common.slice(0, 10)) own.remove(id)
    const { there } = compare(own, peers).decoder.difference
    expect(sorted(there)).toEqual(sorted([...idsOf('new', 20), ...common.slice(0, 10)]))
  })
})

describe('a peer whose symbols are of no set', () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))('is found out, with seed %i', (seed) => {
    const random = seededRandom(seed)
    const decoder = new Decoder(codedSet(keyOf(seed), idsOf('item', 50)))
    let taken = 0
    while (decoder.state === 'more') {
      const length = decoder.wanted - decoder.received
      taken += length
      const symbols = Array.from({ length }, () => ({
        id: Uint8Array.from({ length: 32 }, () => random() * 256),
        checksum: Math.floor(random() * 2 ** 32),
        count: Math.floor(random() * 60),
      }))
      decoder.take(symbolsOf(decoder.received, symbols))
      settle(decoder)
    }
    expect(decoder.state).toBe('contradiction')
    expect(decoder.difference.there).toEqual([])
    expect(taken).toBeLessThan(MAX_SYMBOLS)
  })

  it('is found out soon, if only its counts are those of a set', () => {
    const peers = codedSet(keyOf(1), idsOf('item', 50))
    const decoder = new Decoder(codedSet(keyOf(1)))
    while (decoder.state === 'more') {
      const symbols = decodeSymbols(encodeSymbols(peers, decoder.received, decoder.wanted), decoder.received, 50)
      decoder.take({ ...symbols, sums: symbols.sums.map((word) => word ^ 1) })
      settle(decoder)
    }
    expect(decoder.state).toBe('contradiction')
    expect(decoder.received).toBeLessThan(HOPELESS_SYMBOLS + 2 * 50 * HOPELESS_PER_DIFFERENCE)
  })

  it('is found out if it changes its set meanwhile', () => {
    const decoder = new Decoder(codedSet(keyOf(1)))
    const [before, after] = [50, 55].map((count) => codedSet(keyOf(1), idsOf('item', count)))
    takeFrom(decoder, before!, 40)
    while (decoder.state === 'more') {
      const symbols = decodeSymbols(encodeSymbols(after!, decoder.received, decoder.wanted), decoder.received, 55)
      decoder.take(symbols)
      settle(decoder)
    }
    expect(decoder.state).toBe('contradiction')
  })

  it('cannot give an item twice, in a symbol it does not belong to, or one that is held here', () => {
    const set = codedSet(keyOf(1), [idOf('own')])
    const item = (name: string, count: number) => ({ id: idOf(name), ...set.hashOf(idOf(name)), count })
    const nothing = { id: new Uint8Array(32), checksum: 0, count: 0 }
    const elsewhere = Array.from({ length: 100 }, (_, index) => `item ${index}`).find((name) => {
      const symbols = codedSet(keyOf(1), [idOf(name)]).symbols(2)
      return symbols.isEmpty(1)
    })!
    const given = (symbols: Parameters<typeof symbolsOf>[1]) => {
      const decoder = new Decoder(set)
      // The own item is in both, so that it does not matter.
      const own = codedSet(keyOf(1), [idOf('own')]).symbols(symbols.length)
      const received = symbolsOf(0, symbols)
      for (let index = 0; index < symbols.length; index++) {
        for (let word = 0; word < ITEM_WORDS; word++) received.sums[index * ITEM_WORDS + word]! ^= own.sum(index)[word]!
        received.counts[index]! += own.count(index)
      }
      decoder.take(received)
      settle(decoder)
      return { state: decoder.state, there: sorted(decoder.difference.there) }
    }
    expect(given([item('x', 1)])).toEqual({ state: 'complete', there: sorted([idOf('x')]) })
    expect(given([item('own', 1)])).toEqual({ state: 'more', there: [] })
    expect(given([nothing, item(elsewhere, 1)])).toEqual({ state: 'contradiction', there: [] })
    expect(given([item('x', -1)])).toEqual({ state: 'more', there: [] })
    expect(given([{ ...item('x', 1), checksum: 1 }])).toEqual({ state: 'more', there: [] })
  })
})

it('gives up beyond MAX_DIFFERENCES', () => {
  const decoder = new Decoder(codedSet(keyOf(1)))
  const peers = codedSet(keyOf(1), idsOf('item', MAX_DIFFERENCES + 100))
  expect(takeFrom(decoder, peers, Math.floor(MAX_DIFFERENCES * 1.45))).toBe('too-different')
  expect(decoder.difference.there).toHaveLength(MAX_DIFFERENCES)
})

it('gives up after MAX_SYMBOLS', () => {
  const peers = codedSet(keyOf(1), idsOf('item', MAX_SYMBOLS))
  const decoder = new Decoder(codedSet(keyOf(1)))
  expect(takeFrom(decoder, peers, MAX_SYMBOLS - 1)).toBe('more')
  expect(decoder.wanted).toBe(MAX_SYMBOLS)
  expect(takeFrom(decoder, peers, MAX_SYMBOLS)).toBe('too-different')
})
