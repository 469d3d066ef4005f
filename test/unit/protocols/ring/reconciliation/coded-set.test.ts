import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CodedSet, encodeSymbols } from '../../../../../protocols/ring/reconciliation/index.ts'
import { MAX_SYMBOLS } from '../../../../../protocols/ring/reconciliation/constants.ts'
import { toHex } from '../../vectors.ts'
import { codedSet, idOf, idsOf, keyOf, sorted } from './sets.ts'

const key = keyOf(1)
const SYMBOLS = 150

const symbolsOf = (set: CodedSet): string => toHex(encodeSymbols(set, 0, SYMBOLS))

describe('the symbols of a set', () => {
  it('are those of its ids, however they came and went, and whenever symbols were read', () => {
    const change = fc.record({ item: fc.nat(30), isMember: fc.boolean(), read: fc.nat(SYMBOLS) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const set = new CodedSet(key)
        const members = new Set<number>()
        for (const { item, isMember, read } of changes) {
          const id = idOf(`item ${item}`)
          if (isMember) set.add(id)
          else set.remove(id)
          if (isMember) members.add(item)
          else members.delete(item)
          set.symbols(read)
        }
        const fresh = codedSet(
          key,
          [...members].map((item) => idOf(`item ${item}`)),
        )
        expect(set.size).toBe(members.size)
        expect(symbolsOf(set)).toBe(symbolsOf(fresh))
      }),
    )
  })

  it('are others under another key', () => {
    const ids = idsOf('item', 20)
    const [first, second] = [1, 2].map((seed) => encodeSymbols(codedSet(keyOf(seed), ids), 1, 50))
    expect(first).not.toEqual(second)
  })

  it('are at most MAX_SYMBOLS', () => {
    const set = codedSet(key, idsOf('item', 3))
    expect(set.symbols(MAX_SYMBOLS).length).toBe(MAX_SYMBOLS)
    expect(() => set.symbols(MAX_SYMBOLS + 1)).toThrow(RangeError)
  })
})

describe('a set that is held', () => {
  it('changes when it is released', () => {
    const [first = idOf(''), second = idOf('')] = idsOf('item', 2)
    const set = codedSet(key, [first])
    const before = symbolsOf(set)
    set.hold()
    set.remove(first)
    set.add(second)
    set.add(second)
    expect([set.has(first), set.has(second), set.size]).toEqual([true, false, 1])
    expect(symbolsOf(set)).toBe(before)
    set.release()
    expect([set.has(first), set.has(second), set.size]).toEqual([false, true, 1])
    expect(symbolsOf(set)).toBe(symbolsOf(codedSet(key, [second])))
  })

  it('takes the last of several changes of one id', () => {
    const set = codedSet(key)
    set.hold()
    set.add(idOf('a'))
    set.remove(idOf('a'))
    set.release()
    expect(set.size).toBe(0)
  })
})

it('finds ids by their checksums, as long as they are in it', () => {
  const ids = idsOf('item', 40)
  const set = codedSet(key, ids)
  const wanted = [ids[3]!, ids[17]!, ids[39]!]
  const checksums = new Set([...wanted, idOf('elsewhere')].map((id) => set.hashOf(id).checksum))
  expect(sorted(set.withChecksums(checksums))).toEqual(sorted(wanted))
  set.remove(ids[17]!)
  expect(sorted(set.withChecksums(checksums))).toEqual(sorted([ids[3]!, ids[39]!]))
  expect(set.withChecksums(new Set())).toEqual([])
})

it('refuses ids of another length', () => {
  const set = new CodedSet(key)
  expect(() => set.add(new Uint8Array(31))).toThrow('an id has 32 bytes, not 31')
  expect(() => set.remove(new Uint8Array(33))).toThrow('an id has 32 bytes, not 33')
})
