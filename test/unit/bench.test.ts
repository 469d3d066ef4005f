import { describe, expect, it } from 'vitest'
import { readdirSync } from 'node:fs'
import { caseNames, loadCase } from '../../scripts/bench/cases.ts'
import { chartOf } from '../../scripts/bench/chart.ts'
import { markdownOf } from '../../scripts/bench/markdown.ts'
import { setsOf } from '../../scripts/bench/range-costs.ts'
import { resultsOf } from '../../scripts/bench/results.ts'
import { keepsTarget, rowOf, timesFloor } from '../../scripts/bench/row.ts'
import { percentile, summaryOf } from '../../scripts/bench/statistics.ts'
import { KITH } from '../../scripts/bench/system.ts'
import { figure, tableOf } from '../../scripts/bench/table.ts'
import { inTurns } from '../../scripts/bench/turns.ts'

describe('percentile', () => {
  it.each([
    [[7], 50, 7],
    [[3, 1, 2], 50, 2],
    [[4, 1, 3, 2], 50, 2.5],
    [[0, 100], 99, 99],
    [[5, 1], 0, 1],
    [[5, 1], 100, 5],
  ])('of %j at %i is %d', (values, percent, expected) => {
    expect(percentile(values, percent)).toBe(expected)
  })

  it('of nothing is an error', () => {
    expect(() => percentile([], 50)).toThrow(RangeError)
  })

  it('leaves the values as they were', () => {
    const values = [3, 1, 2]
    expect(summaryOf(values)).toEqual({ median: 2, min: 1, max: 3, count: 3 })
    expect(values).toEqual([3, 1, 2])
  })
})

describe('a row', () => {
  it.each([
    [{ atMost: 2 }, true],
    [{ atMost: 1.9 }, false],
    [{ atLeast: 2 }, true],
    [{ atLeast: 2.1 }, false],
  ])('of the median 2 against %j: %s', (target, keeps) => {
    expect(keepsTarget(rowOf('x', 'ms', { values: [1, 2, 9], target }))).toBe(keeps)
  })

  it('says how many times the cost of the floor its own is', () => {
    const floor = { name: 'bare', values: [10] }
    expect(timesFloor(rowOf('time', 'ms', { values: [30], floor }))).toBe(3)
    expect(timesFloor(rowOf('rate', 'documents/s', { values: [5], floor }))).toBe(2)
    expect(timesFloor(rowOf('alone', 'ms', { values: [30] }))).toBeUndefined()
  })
})

describe('the table', () => {
  it.each([
    [0.5467, '0.547'],
    [32.76, '32.8'],
    [1531.2, '1,531'],
    [0, '0'],
  ])('writes %d as %s', (value, text) => {
    expect(figure(value)).toBe(text)
  })

  it('aligns figures, verdicts and floors, and reports what was skipped', () => {
    const rows = [
      rowOf('start', 'ms', {
        values: [400, 500, 900],
        target: { atMost: 1500 },
        floor: { name: 'bare', values: [50] },
      }),
      rowOf('writes', 'documents/s', { values: [4000], target: { atLeast: 5000 } }),
      { name: 'idle', skipped: 'there is no /proc on this system' },
    ]
    expect(tableOf(rows).split('\n')).toEqual([
      '        n  median    min    max  runs  unit         target          floor      x floor',
      'start         500    400    900     3  ms           <= 1,500  pass  bare   50     10.0',
      'writes      4,000  4,000  4,000     1  documents/s  >= 5,000  MISS',
      'idle: skipped, there is no /proc on this system',
    ])
  })

  it('has two columns for each peer: its figure, and how many times its cost the row is', () => {
    const rows = [
      rowOf('join', 'ms', { values: [30], n: 1000, peers: new Map([['ssb', [60]]]) }),
      rowOf('writes', 'documents/s', { values: [10], peers: new Map([['yjs', [20]]]) }),
    ]
    expect(tableOf(rows).split('\n')).toEqual([
      '            n  median  min  max  runs  unit         target    floor    x floor  ssb  x ssb  yjs  x yjs',
      'join    1,000      30   30   30     1  ms                                        60    0.5',
      'writes             10   10   10     1  documents/s                                           20    2.0',
    ])
  })
})

describe('the results', () => {
  it('hold medians and ratios of cost to the floor and to each peer', () => {
    const rows = [
      rowOf('writes', 'documents/s', {
        values: [10, 30, 20],
        n: 5,
        target: { atLeast: 5 },
        floor: { name: 'bare', values: [40] },
        peers: new Map([['ssb', [10]]]),
      }),
      { name: 'idle', skipped: 'there is no /proc on this system' },
    ]
    expect(resultsOf('writes', rows)).toEqual([
      {
        case: 'writes',
        figure: 'writes',
        n: 5,
        unit: 'documents/s',
        runs: 3,
        median: 20,
        min: 10,
        max: 30,
        floor: 40,
        peers: { ssb: 10 },
        ratio: { floor: 2, ssb: 0.5 },
        keepsTarget: true,
      },
    ])
  })
})

const grown = [1_000, 10_000].map((n) =>
  rowOf('join', 'ms', {
    values: [n],
    n,
    floor: { name: 'bare', values: [n / 10] },
    peers: new Map([['ssb', [2 * n]]]),
  }),
)

describe('the table for READMEs', () => {
  it('has a line for each figure and size, and the ratios of cost', () => {
    const rows = [...grown, rowOf('writes', 'documents/s', { values: [10] })]
    expect(markdownOf(resultsOf('any', rows)).split('\n')).toEqual([
      '| figure | n | unit | Kith | floor | ssb |',
      '| --- | --: | --- | --: | --: | --: |',
      '| join | 1,000 | ms | 1,000 | 100 (× 10.0) | 2,000 (× 0.5) |',
      '| join | 10,000 | ms | 10,000 | 1,000 (× 10.0) | 20,000 (× 0.5) |',
      '| writes |  | documents/s | 10 |  |  |',
    ])
  })
})

describe('the chart', () => {
  it('has a curve for each system, by its figures at each size', () => {
    const svg = chartOf(resultsOf('any', grown))
    expect(svg.match(/<polyline/g)).toHaveLength(3)
    expect(svg).toContain('join (ms)')
    for (const label of ['kith, n = 1,000: 1,000', 'floor, n = 10,000: 1,000', 'ssb, n = 10,000: 20,000']) {
      expect(svg).toContain(`<title>${label}</title>`)
    }
  })

  it('leaves out what was measured at one size only, and is empty without anything else', () => {
    expect(chartOf(resultsOf('any', grown.slice(1)))).toBe('')
  })
})

describe('turns', () => {
  const bench = { runs: 2, progress: () => undefined, systems: [KITH, { name: 'ssb', worker: '' }] }
  const figures = [
    { name: 'time', unit: 'ms' },
    { name: 'beyond the documents', unit: 'kB' },
  ]

  it('leave out a figure that a system or the floor does not have', async () => {
    const rows = await inTurns(bench as never, {
      n: 1,
      figures,
      system: ({ name }) => Promise.resolve(name === 'kith' ? [5, 7] : [6, undefined]),
      floor: { name: 'bare', run: () => Promise.resolve([1]) },
    })
    expect(resultsOf('any', rows)).toMatchObject([
      { median: 5, runs: 2, floor: 1, peers: { ssb: 6 } },
      { median: 7, runs: 2, floor: null, peers: {} },
    ])
  })
})

describe('two sets', () => {
  it.each(['newest', 'scattered'] as const)('that differ in %s documents', (place) => {
    const { first, second } = setsOf(1000, 11, place)
    const ids = [first, second].map((keys) => new Set(keys.map(({ digest }) => digest.toString())))
    expect(ids.map(({ size }) => size)).toEqual([1006, 1005])
    expect(new Set(ids.flatMap((some) => [...some])).size).toBe(1011)
    const clocks = first.map(({ clock }) => clock)
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b))
  })
})

describe('the cases', () => {
  it('are listed by their files', () => {
    const files = readdirSync(new URL('../../scripts/bench/cases/', import.meta.url))
    expect(caseNames().map((name) => `${name}.ts`)).toEqual(files.toSorted())
    expect(caseNames()).toContain('cold-join')
  })

  it.each(caseNames())('%s can be measured', async (name) => {
    expect(await loadCase(name)).toBeTypeOf('function')
  })
})
