import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/simulate/random.ts'
import { pairsInGroups, pairsOf, unreachable } from '../../../src/simulate/topology.ts'

const noRandom = () => {
  throw new Error('this topology is not random')
}

describe('topologies', () => {
  test('full, line and ring', () => {
    const pairs = (kind: 'full' | 'line' | 'ring', nodes: number) =>
      pairsOf({ kind }, nodes, noRandom).map(([a, b]) => `${a}${b}`)
    expect(pairs('full', 4)).toEqual(['01', '02', '03', '12', '13', '23'])
    expect(pairs('line', 4)).toEqual(['01', '12', '23'])
    expect(pairs('ring', 4)).toEqual(['01', '03', '12', '23'])
    expect(pairs('ring', 2)).toEqual(['01'])
  })

  test('a random one is connected, has the requested links, each once, and follows from its seed', () => {
    const sizes = {
      nodes: fc.integer({ min: 2, max: 60 }),
      degree: fc.integer({ min: 2, max: 70 }),
      seed: fc.integer(),
    }
    fc.assert(
      fc.property(fc.record(sizes), ({ nodes, degree, seed }) => {
        const pairs = pairsOf({ kind: 'random', degree }, nodes, seededRandom(seed))
        expect(unreachable(pairs, nodes)).toEqual([])
        expect(pairs).toHaveLength(Math.min(Math.floor((nodes * degree) / 2), (nodes * (nodes - 1)) / 2))
        expect(new Set(pairs.map(String)).size).toBe(pairs.length)
        expect(pairs.every(([a, b]) => a < b)).toBe(true)
        expect(pairsOf({ kind: 'random', degree }, nodes, seededRandom(seed))).toEqual(pairs)
      }),
    )
  })

  test('each group has its own, of its own nodes', () => {
    const pairs = pairsInGroups({ kind: 'ring' }, [4, 2, 3], noRandom)
    expect(pairs.map(([a, b]) => `${a}${b}`)).toEqual(['01', '03', '12', '23', '45', '67', '68', '78'])
  })

  test('unreachable nodes are found', () => {
    expect(
      unreachable(
        [
          [0, 1],
          [2, 3],
        ],
        5,
      ),
    ).toEqual([2, 3, 4])
  })
})
