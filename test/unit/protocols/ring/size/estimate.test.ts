import { describe, expect, it } from 'vitest'
import { MIN_IN_COMMON } from '../../../../../protocols/ring/size/constants.ts'
import { combined, nodesByDensity, nodesInCommon, type Estimate } from '../../../../../protocols/ring/size/index.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import type { Random } from '../../../../../protocols/wire/machine.ts'
import { circleOf, qualityOf, runAround } from './circles.ts'

const TRIALS = 600

function sample(random: Random, nodes: number, size: number): Set<number> {
  const picked = new Set<number>()
  while (picked.size < size) picked.add(Math.floor(random() * nodes))
  return picked
}

/** By two lists of so many nodes each. */
function byLists(random: Random, nodes: number, size: number): Estimate | undefined {
  const [first, second] = [sample(random, nodes, size), sample(random, nodes, size)]
  return nodesInCommon({
    first: first.size,
    second: second.size,
    inCommon: [...first].filter((node) => second.has(node)).length,
  })
}

describe('the number of nodes by peers in common', () => {
  it.each([
    [100, 50],
    [1_000, 200],
    [5_000, 500],
  ])('%i, of which each list has %i: right on average, and its error is what it says', (nodes, size) => {
    const random = seededRandom(nodes)
    const estimates = Array.from({ length: TRIALS }, () => byLists(random, nodes, size)!)
    const { mean, meanAbsoluteError, withinOne, withinTwo } = qualityOf(nodes, estimates)
    expect(Math.abs(mean - 1)).toBeLessThan(0.02)
    expect(meanAbsoluteError).toBeLessThan(0.13)
    expect(Math.abs(withinOne - 0.68)).toBeLessThan(0.06)
    expect(Math.abs(withinTwo - 0.94)).toBeLessThan(0.04)
  })

  it('is exact if both lists have all', () => {
    expect(nodesInCommon({ first: 20, second: 20, inCommon: 20 })).toEqual({ count: 20, standardError: 0 })
  })

  it('needs MIN_IN_COMMON', () => {
    expect(nodesInCommon({ first: 50, second: 50, inCommon: MIN_IN_COMMON - 1 })).toBeUndefined()
    expect(nodesInCommon({ first: 50, second: 50, inCommon: MIN_IN_COMMON })).toBeDefined()
  })

  it('refuses more in common than there are', () => {
    expect(() => nodesInCommon({ first: 9, second: 20, inCommon: 10 })).toThrow(RangeError)
  })
})

describe('several estimates', () => {
  it('together are as right as they say, and better than each', () => {
    const random = seededRandom(1)
    const alone: Estimate[] = []
    const together = Array.from({ length: TRIALS }, () => {
      const places = circleOf(random, 1_000)
      const density = nodesByDensity(
        Array.from({ length: 8 }, () => runAround(places, Math.floor(random() * 1_000), 2)),
      )!
      alone.push(density)
      return combined([density, byLists(random, 1_000, 200)!])!
    })
    const quality = qualityOf(1_000, together)
    expect(Math.abs(quality.mean - 1)).toBeLessThan(0.03)
    expect(quality.meanAbsoluteError).toBeLessThan(0.8 * qualityOf(1_000, alone).meanAbsoluteError)
    expect(quality.withinTwo).toBeGreaterThan(0.9)
  })

  it('count by how precise they are', () => {
    const { count, standardError } = combined([
      { count: 100, standardError: 10 },
      { count: 110, standardError: 22 },
    ])!
    expect(count).toBeCloseTo(102)
    expect(standardError).toBeCloseTo(102 / Math.sqrt(125))
  })

  it('say that they contradict each other', () => {
    const estimates = [100, 1_000].map((count) => ({ count, standardError: count / 10 }))
    const { count, standardError } = combined(estimates)!
    expect(count).toBeCloseTo(550)
    expect(standardError).toBeCloseTo(450)
  })

  it('are as exact as the one that is', () => {
    const exact = { count: 5, standardError: 0 }
    expect(combined([{ count: 9, standardError: 3 }, exact])).toEqual(exact)
  })

  it('of which there is one or none', () => {
    expect(combined([])).toBeUndefined()
    const { count, standardError } = combined([{ count: 8, standardError: 2 }])!
    expect([count, standardError]).toEqual([8, 2])
  })
})
