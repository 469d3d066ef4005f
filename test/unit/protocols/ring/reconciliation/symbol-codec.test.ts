import { describe, expect, it } from 'vitest'
import {
  CHECKSUM_BYTES,
  ID_BYTES,
  MAX_ITEMS,
  MAX_SYMBOLS,
} from '../../../../../protocols/ring/reconciliation/constants.ts'
import { decodeSymbols, encodeSymbols } from '../../../../../protocols/ring/reconciliation/index.ts'
import { SymbolTable } from '../../../../../protocols/ring/reconciliation/symbol-table.ts'
import { codedSet, idsOf, keyOf } from './sets.ts'

const SUM = new Uint8Array(ID_BYTES + CHECKSUM_BYTES)
const symbol = (...count: number[]): Uint8Array => Buffer.concat([SUM, Uint8Array.from(count)])

describe('symbols', () => {
  it('are read as they were written', () => {
    const set = codedSet(keyOf(1), idsOf('item', 1_000))
    const symbols = set.symbols(500)
    for (const [first, end] of [
      [0, 1],
      [0, 500],
      [1, 2],
      [17, 400],
    ] as const) {
      const { sums, counts } = decodeSymbols(encodeSymbols(set, first, end), first, first === 0 ? 0 : 1_000)
      expect(counts).toHaveLength(end - first)
      for (let index = first; index < end; index++) {
        expect(counts[index - first]).toBe(symbols.count(index))
        expect(sums.subarray((index - first) * 9, (index - first + 1) * 9)).toEqual(symbols.sum(index))
      }
    }
  })

  it('have a byte for most counts', () => {
    const set = codedSet(keyOf(1), idsOf('item', 10_000))
    expect(encodeSymbols(set, 100, 200).length).toBeLessThan(100 * (SUM.length + 1.1))
  })

  it.each([
    ['no symbols', new Uint8Array(), 0, 0, []],
    ['an empty set', symbol(0), 0, 0, [0]],
    ['two bytes of a count', symbol(0x80, 0x01), 0, 0, [128]],
    ['the size of the set that symbol 0 says', Buffer.concat([symbol(9), symbol(0), symbol(3)]), 0, 0, [9, 6, 2]],
    ['the size of the set that is known', Buffer.concat([symbol(0), symbol(3)]), 1, 9, [6, 2]],
    ['as many as a set may have', symbol(0x80, 0x80, 0x80, 0x08), 0, 0, [MAX_ITEMS]],
    ['the last symbol', symbol(0), MAX_SYMBOLS - 1, 9, [0]],
  ] as const)('may be %s', (_name, bytes, first, size, counts) => {
    expect([...decodeSymbols(bytes, first, size).counts]).toEqual(counts)
  })

  it.each([
    ['that end early', symbol(0).subarray(0, 30), 0, 0],
    ['that end before a count', Buffer.concat([symbol(0), SUM]), 0, 0],
    ['that end within a count', symbol(0x80), 0, 0],
    ['with a count longer than it need be', symbol(0x81, 0), 0, 0],
    ['with a count of too many bytes', symbol(0x80, 0x80, 0x80, 0x80, 1), 0, 0],
    ['with a count below 0', symbol(1), 5, 0],
    ['with a count above the size of the set', symbol(0x02), 1, 0],
    ['of more ids than a set may have', symbol(0x81, 0x80, 0x80, 0x08), 0, 0],
    ['beyond MAX_SYMBOLS', symbol(0), MAX_SYMBOLS, 0],
    ['of which one is beyond MAX_SYMBOLS', Buffer.concat([symbol(0), symbol(0)]), MAX_SYMBOLS - 1, 0],
  ])('%s are refused', (_name, bytes, first, size) => {
    expect(() => decodeSymbols(bytes, first, size)).toThrow(RangeError)
  })

  it('of more ids than a set may have are not written', () => {
    const source = { size: MAX_ITEMS + 1, symbols: () => new SymbolTable() }
    expect(() => encodeSymbols(source, 0, 1)).toThrow(`at most ${MAX_ITEMS} ids`)
  })
})
