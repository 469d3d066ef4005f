/** The shipped scenarios over a few seeds each; `npm run simulate:all` runs many. */
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { htmlReport } from '../../src/simulate/page/html-report.ts'
import { readScenario } from '../../src/simulate/read-scenario.ts'
import { simulate } from '../../src/simulate/simulate.ts'
import type { Scenario } from '../../src/simulate/scenario.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))
const SEEDS = [1, 2]

/** Nodes that are enough to see a scenario work; `npm run simulate:all` runs it with all of them. */
const ENOUGH_NODES = 24

function load(path: string): Scenario {
  const text = readFileSync(`${PROJECT}/${path}`, 'utf8').replace(/^nodes: \d{2,}$/m, `nodes: ${ENOUGH_NODES}`)
  return readScenario(text, path, basename(path, '.yaml'))
}

const scenarios = globSync('scripts/scenarios/*.yaml', { cwd: PROJECT }).toSorted().map(load)

test('the scenarios are found', () => {
  expect(scenarios.map(({ name }) => name)).toEqual([
    'churn',
    'offline-return',
    'reliabilities',
    'semi-connected',
    'three-nodes',
    'two-nodes',
  ])
})

describe.each(scenarios)('$name', (scenario) => {
  test.each(SEEDS)('seed %i: everybody has everything in the end, and the checks hold', (seed) => {
    const report = simulate(scenario, seed)
    expect(report.violations).toEqual([])
    expect(report.isAtRest).toBe(true)
    const { expected, delivered } = report.delivery
    expect(delivered).toBe(expected)
    const written = scenario.writes.reduce((sum, { by, count }) => sum + by.length * count, 0)
    expect(report.documents).toBeGreaterThanOrEqual(written + scenario.nodes.length)
  })

  test('the same seed gives the same report, byte for byte, and another seed another one', () => {
    const [first, again, other] = [5, 5, 6].map((seed) => {
      const report = simulate(scenario, seed)
      return JSON.stringify(report) + htmlReport(report)
    })
    expect(again).toBe(first)
    expect(other?.replaceAll('seed 6', 'seed 5')).not.toBe(first)
  })
})

test('what B wrote came to A by way of D and C, and the report says so', () => {
  const scenario = scenarios.find(({ name }) => name === 'semi-connected')!
  const { deliveries, edges } = simulate(scenario, 1)
  const ofB = deliveries.filter(({ author, kind }) => author === 'B' && kind === 'message')
  const ways = ofB.map(({ from, to, record }) => `${from} → ${to} by ${record}`)
  expect([...new Set(ways)]).toEqual(['B → D by message', 'D → C by message', 'C → A by message'])
  expect(ofB).toHaveLength(15)
  expect(edges.some(({ from, to }) => from === 'B' && to === 'A')).toBe(false)
})
