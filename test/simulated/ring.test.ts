/** Whole rings in virtual time: they become one ring, find their way, and keep their items through what happens to them. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { copiesOf, itemFaults, lookups, ringFaults } from '../../src/simulate/ring/checkers.ts'
import {
  churn,
  getOverTime,
  joinStorm,
  leaveOverTime,
  mergingHalves,
  putItems,
} from '../../src/simulate/ring/scenarios.ts'
import { RingNetwork } from '../../src/simulate/ring/network.ts'
import { readSessions } from '../../src/simulate/ring/sessions.ts'
import { TRIALS } from '../../src/simulate/ring/trials.ts'

const SEEDS = (process.env['KITH_SEEDS'] === undefined ? 2 : Number(process.env['KITH_SEEDS'])) || 1
const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1)
const SESSIONS_MS = readSessions(readFileSync(new URL('../../scripts/ring-sessions.txt', import.meta.url), 'utf8'))
/** Trials with seeds that ever failed. */
const KEPT = readFileSync(new URL('./kept-seeds.txt', import.meta.url), 'utf8').matchAll(/^ring-(\S+) (\d+)$/gm)
const HOUR_MS = 3_600_000
/** Two walks through all items, with their jitter. */
const REST_MS = 1_800_000

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length
const hopsAllowed = (nodes: number): number => 0.5 * Math.log2(nodes) + 2

function expectSound(network: RingNetwork, routes: number): void {
  expect(ringFaults(network)).toEqual([])
  const { wrong, unanswered, hops } = lookups(network, routes)
  expect({ wrong, unanswered }).toEqual({ wrong: 0, unanswered: 0 })
  expect(mean(hops)).toBeLessThanOrEqual(hopsAllowed(network.up.length))
}

describe.each(seeds)('seed %i', (seed) => {
  it.each([1, 2, 3, 5, 50])(
    'a ring of %i nodes that come at once is one, and holds what is put at all places',
    (nodes) => {
      const network = joinStorm({ seed, nodes })
      expectSound(network, 50)
      const items = putItems(network, 20)
      expect(items.size).toBe(20)
      network.run(10_000)
      expect(itemFaults(network, items)).toEqual([])
      for (const key of items.keys()) expect(copiesOf(network, key)).toBeGreaterThanOrEqual(Math.min(4, nodes, 3))
    },
  )

  it('in a ring of 5 nodes, two that are killed at once lose nothing', () => {
    const network = joinStorm({ seed, nodes: 5 })
    const items = putItems(network, 40)
    expect(items.size).toBe(40)
    for (const node of network.up.slice(0, 2)) network.crash(node)
    const [somebody] = network.up
    for (const key of items.keys()) {
      expect(network.ask(somebody!, { type: 'get', key, copies: 4 })).toMatchObject({
        type: 'got',
        item: { copies: 4 },
      })
    }
    network.run(REST_MS)
    expect(itemFaults(network, items)).toEqual([])
    for (const key of items.keys()) expect(copiesOf(network, key)).toBe(3)
  })

  it('two rings that meet at one place grow together, with their items', () => {
    const network = mergingHalves({ seed, nodes: 50 })
    network.run(30_000)
    expectSound(network, 50)
    const items = putItems(network, 20)
    const side = new Map(network.nodes.map((node) => [node, Math.floor(network.random() * 2)]))
    network.split((node) => side.get(node) ?? 0)
    network.run(120_000)
    for (const [key, copies] of putItems(network, 20, 'item of a half')) items.set(key, copies)
    network.heal()
    network.run(60_000)
    expectSound(network, 50)
    expect(itemFaults(network, items)).toEqual([])
  })

  it('two rings that have one half of the circle each become one within seconds, wherever they meet', () => {
    const network = new RingNetwork({ seed })
    for (let index = 0; index < 24; index++) {
      const node = network.addNode()
      node.side = Number(node.place >> 255n)
      network.scheduler.after(network.random() * 10_000, () => network.start(node))
    }
    network.run(60_000)
    expect(ringFaults(network)).not.toEqual([])
    network.heal()
    network.run(10_000)
    expectSound(network, 50)
  })

  it('where 30 % of all records are lost, the ring is one, and puts and gets still succeed', () => {
    const network = joinStorm({ seed, nodes: 50, loss: 0.3 })
    network.run(60_000)
    expect(ringFaults(network)).toEqual([])
    const items = putItems(network, 20)
    const gets = getOverTime(network, [...items.keys()], { count: 100, overMs: 60_000 })
    network.run(120_000)
    expect(items.size).toBeGreaterThanOrEqual(19)
    expect(gets).toEqual({ found: 100, missing: 0, wrong: 0 })
    expect(lookups(network, 50).wrong).toBe(0)
  })

  it('while half of the nodes leave over an hour, what has 4 copies is found, and stays', () => {
    const network = joinStorm({ seed, nodes: 50 })
    const items = putItems(network, 100)
    leaveOverTime(network, network.up.slice(0, 25), HOUR_MS)
    const gets = getOverTime(network, [...items.keys()], { count: 1_000, overMs: HOUR_MS })
    network.run(HOUR_MS)
    expect(gets.wrong).toBe(0)
    expect(gets.missing).toBeLessThanOrEqual(1)
    network.run(REST_MS)
    expectSound(network, 50)
    expect(itemFaults(network, items)).toEqual([])
  })

  it('nodes that come and go leave one ring, and no lookup of an item gives another one', () => {
    const network = joinStorm({ seed, nodes: 40 })
    const items = putItems(network, 30)
    churn(network, [300_000, 600_000, 1_200_000, 2_400_000], network.scheduler.nowMs + HOUR_MS)
    const gets = getOverTime(network, [...items.keys()], { count: 500, overMs: HOUR_MS })
    network.run(HOUR_MS + REST_MS)
    expect(gets.wrong).toBe(0)
    expectSound(network, 50)
    const kept = [...items].filter(([key]) => copiesOf(network, key) > 0)
    expect(itemFaults(network, kept)).toEqual([])
  })
})

it('a ring of 300 nodes is one, and finds its way within the hops allowed', () => {
  const network = joinStorm({ seed: 1, nodes: 300 })
  expectSound(network, 200)
})

it.each([
  ...Object.keys(TRIALS).map((name) => [name, 1] as const),
  ...[...KEPT].map(([, name = '', seed]) => [name, Number(seed)] as const),
])('the trial %s goes as it must with seed %i', (name, seed) => {
  expect(TRIALS[name]?.(seed, SESSIONS_MS)).toMatchObject({ faults: [] })
})

it('times of sessions are seconds, one a line, between comments', () => {
  expect(readSessions('60\n\n# a comment\n0.5\n')).toEqual([60_000, 500])
})

it.each(['# nothing\n', '60\nan hour\n', '-1\n'])('times of sessions are not %j', (text) => {
  expect(() => readSessions(text)).toThrow(RangeError)
})
