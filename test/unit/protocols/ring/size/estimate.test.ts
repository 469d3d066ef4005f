import { describe, expect, it } from 'vitest'
import { MIN_IN_COMMON } from '../../../../../protocols/ring/size/constants.ts'
import {
  combined,
  nodesByDensity,
  nodesInCommon,
  type Estimate,
  type Lists,
} from '../../../../../protocols/ring/size/index.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import type { Random } from '../../../../../protocols/wire/machine.ts'
import { isNearer } from '../../../../../protocols/ring/circle.ts'
import { circleOf, qualityOf, randomPlace, runAround } from './circles.ts'

const TRIALS = 600

function sample(random: Random, nodes: number, size: number): Set<number> {
  const picked = new Set<number>()
  while (picked.size < size) picked.add(Math.floor(random() * nodes))
  return picked
}

/** By two lists of so many nodes each. */
function byLists(random: Random, nodes: number, size: number): Estimate | undefined {
  const [first, second] = [sample(random, nodes, size), sample(random, nodes, size)]
  return nodesInCommon(listsOf(first, second), nodes)
}

function listsOf<Node>(first: ReadonlySet<Node>, second: ReadonlySet<Node>): Lists {
  const inCommon = [...first].filter((node) => second.has(node)).length
  return { first: first.size, second: second.size, inCommon }
}

/** The index of the node that is nearest to a place. */
function ownerOf(places: readonly bigint[], place: bigint): number {
  let owner = 0
  for (const [index, other] of places.entries()) if (isNearer(other, places[owner]!, place)) owner = index
  return owner
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
    expect(nodesInCommon({ first: 20, second: 20, inCommon: 20 }, 20)).toEqual({ count: 20, standardError: 0 })
  })

  it('needs MIN_IN_COMMON, by how many are to be expected', () => {
    const lists = { first: 70, second: 10, inCommon: 2 }
    expect(nodesInCommon(lists, 700 / MIN_IN_COMMON + 1)).toBeUndefined()
    expect(nodesInCommon(lists, 700 / MIN_IN_COMMON)).toBeDefined()
  })

  it('refuses more in common than there are', () => {
    expect(() => nodesInCommon({ first: 9, second: 20, inCommon: 10 }, 20)).toThrow(RangeError)
  })

  it('is right for owners of random places beside nodes beyond such owners, and too low for owners twice', () => {
    const [random, nodes, lookups] = [seededRandom(7), 60, 32]
    const estimates = { fair: [] as Estimate[], twice: [] as Estimate[] }
    for (let trial = 0; trial < TRIALS; trial++) {
      const places = circleOf(random, nodes)
      const owners = (): number[] => Array.from({ length: lookups }, () => ownerOf(places, randomPlace(random)))
      const [first, again] = [owners(), owners()]
      const beyond = first.map((owner) => (owner + 2) % nodes)
      const fair = nodesInCommon(listsOf(new Set(first), new Set(beyond)), nodes)
      const twice = nodesInCommon(listsOf(new Set(first), new Set(again)), nodes)
      if (fair !== undefined) estimates.fair.push(fair)
      if (twice !== undefined) estimates.twice.push(twice)
    }
    expect(estimates.fair.length).toBeGreaterThan(TRIALS / 2)
    const fair = qualityOf(nodes, estimates.fair)
    expect(Math.abs(fair.mean - 1)).toBeLessThan(0.05)
    expect(fair.withinTwo).toBeGreaterThan(0.88)
    expect(qualityOf(nodes, estimates.twice).mean).toBeLessThan(0.85)
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
