import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MIN_GAPS } from '../../../../../protocols/ring/size/constants.ts'
import {
  cutAt,
  itemsByDensity,
  nodesByDensity,
  type Estimate,
  type Run,
} from '../../../../../protocols/ring/size/index.ts'
import { seededRandom } from '../../../../../src/simulate/random.ts'
import { circleOf, qualityOf, randomPlace, runAround } from './circles.ts'

const TRIALS = 600
const CIRCLE = 1n << 256n

/** Estimates of rings of so many nodes, each from runs around nodes picked at random. */
function estimatesOf(nodes: number, runs: number, leaves: number): Estimate[] {
  const random = seededRandom(nodes + runs)
  return Array.from({ length: TRIALS }, () => {
    const places = circleOf(random, nodes)
    const around = (): Run => runAround(places, Math.floor(random() * nodes), leaves)
    return nodesByDensity(Array.from({ length: runs }, around)) ?? { count: Number.NaN, standardError: Number.NaN }
  })
}

describe('the number of nodes', () => {
  it.each([
    // As a node with its own neighbours only, and with those that peers tell.
    [50, 1, 8, 0.2],
    [100, 8, 2, 0.15],
    [100, 2, 8, 0.15],
    [1_000, 1, 8, 0.23],
    [1_000, 20, 2, 0.1],
    [1_000, 5, 8, 0.1],
  ])(
    '%i, from %i runs of %i on each side: right on average, and its error is what it says',
    (nodes, runs, leaves, most) => {
      const { mean, meanAbsoluteError, withinOne, withinTwo } = qualityOf(nodes, estimatesOf(nodes, runs, leaves))
      expect(Math.abs(mean - 1)).toBeLessThan(0.03)
      expect(meanAbsoluteError).toBeLessThan(most)
      expect(Math.abs(withinOne - 0.68)).toBeLessThan(0.06)
      expect(Math.abs(withinTwo - 0.94)).toBeLessThan(0.04)
    },
  )

  it('does not depend on where the ring begins, nor on the order of runs', () => {
    const turn = fc.bigInt({ min: 0n, max: CIRCLE - 1n })
    fc.assert(
      fc.property(fc.nat(10_000), turn, (seed, turned) => {
        const random = seededRandom(seed)
        const places = circleOf(random, 60)
        const runs = Array.from({ length: 4 }, () => runAround(places, Math.floor(random() * 60), 3))
        const other = runs.map((run) => run.map((place) => BigInt.asUintN(256, place + turned))).toReversed()
        const [first, second] = [nodesByDensity(runs), nodesByDensity(other)]
        expect(first!.count).toBeCloseTo(second!.count, 6)
        expect(first!.standardError).toBeCloseTo(second!.standardError, 6)
      }),
    )
  })

  it('counts what several runs know once', () => {
    const places = circleOf(seededRandom(1), 200)
    const whole = runAround(places, 50, 10)
    expect(nodesByDensity([whole.slice(0, 12), whole.slice(5), whole])).toEqual(nodesByDensity([whole]))
  })

  it('counts a node that one run leaves out', () => {
    const places = circleOf(seededRandom(1), 200)
    const whole = runAround(places, 50, 10)
    const stale = whole.filter((_, index) => index !== 7)
    expect(nodesByDensity([stale, whole.slice(6, 9)])).toEqual(nodesByDensity([whole]))
  })

  it.each([1, 2, 3, 5])('is exact if runs go around the ring, as with %i nodes', (nodes) => {
    const places = circleOf(seededRandom(nodes), nodes)
    expect(nodesByDensity([runAround(places, 0, Math.ceil(nodes / 2))])).toEqual({ count: nodes, standardError: 0 })
  })

  it('needs MIN_GAPS gaps', () => {
    const run = circleOf(seededRandom(1), 100).slice(0, MIN_GAPS)
    expect(nodesByDensity([])).toBeUndefined()
    expect(nodesByDensity([[5n], run])).toBeUndefined()
    expect(nodesByDensity([run, [run.at(-1)!, run.at(-1)! + 1n]])).toBeDefined()
  })

  it('is too low around nodes that were looked up, unless their gaps are cut', () => {
    const random = seededRandom(1)
    const estimatesWith = (cut: (run: Run, place: bigint) => Run[]): Estimate[] =>
      Array.from({ length: TRIALS }, () => {
        const places = circleOf(random, 500)
        const runs = Array.from({ length: 10 }, () => {
          const sought = randomPlace(random)
          const found = places.findIndex((place) => place >= sought)
          return cut(runAround(places, Math.max(0, found), 2), sought)
        })
        return nodesByDensity(runs.flat())!
      })
    expect(
      qualityOf(
        500,
        estimatesWith((run) => [run]),
      ).mean,
    ).toBeLessThan(0.9)
    expect(Math.abs(qualityOf(500, estimatesWith(cutAt)).mean - 1)).toBeLessThan(0.03)
  })
})

describe('a run that is cut', () => {
  it.each([
    [[10n, 20n, 30n], 20n, [[10n, 20n], [30n]]],
    [[10n, 20n, 30n], 15n, [[10n], [20n, 30n]]],
    [[10n, 20n, 30n], 30n, [[10n, 20n, 30n]]],
    [[10n, 20n, 30n], 5n, [[10n, 20n, 30n]]],
    [[CIRCLE - 5n, 5n], CIRCLE - 1n, [[CIRCLE - 5n], [5n]]],
    [[CIRCLE - 5n, 5n], 0n, [[CIRCLE - 5n], [5n]]],
  ])('%s at %s is %s', (run, place, parts) => {
    expect(cutAt(run, place)).toEqual(parts)
  })
})

describe('the number of items', () => {
  it.each([
    [1_000, 0.1],
    [20_000, 0.02],
  ])('%i, from a slice of %f of the ring: right on average, and its error is what it says', (items, share) => {
    const random = seededRandom(items)
    const estimates = Array.from({ length: TRIALS }, () => {
      const from = randomPlace(random)
      const width = BigInt(Math.floor(share * 2 ** 52)) << 204n
      const held = Array.from({ length: items }, () => random()).filter((place) => place < share).length
      return itemsByDensity([{ from, to: BigInt.asUintN(256, from + width), items: held }])!
    })
    const { mean, withinOne, withinTwo } = qualityOf(items, estimates)
    expect(Math.abs(mean - 1)).toBeLessThan(0.02)
    expect(Math.abs(withinOne - 0.68)).toBeLessThan(0.06)
    expect(Math.abs(withinTwo - 0.95)).toBeLessThan(0.03)
  })

  it.each([
    ['the whole ring', [{ from: 7n, to: 7n, items: 12 }], { count: 12, standardError: 0 }],
    [
      'two parts, one of them across the beginning',
      [
        { from: CIRCLE - CIRCLE / 8n, to: CIRCLE / 8n, items: 60 },
        { from: CIRCLE / 4n, to: CIRCLE / 2n, items: 40 },
      ],
      { count: 200, standardError: Math.sqrt(100 * 0.5) / 0.5 },
    ],
    [
      'a part without items',
      [{ from: 0n, to: CIRCLE / 4n, items: 0 }],
      { count: 0, standardError: Math.sqrt(0.75) / 0.25 },
    ],
  ])('from %s', (_name, parts, estimate) => {
    expect(itemsByDensity(parts)).toEqual(estimate)
  })

  it('from nothing is not known', () => {
    expect(itemsByDensity([])).toBeUndefined()
  })
})
