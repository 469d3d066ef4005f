/**
 * Every seed is a scenario with any features: gossip, files, carriers, liars and nodes that keep a
 * part of the history, besides all faults.
 * KITH_SEEDS=N runs N seeds, KITH_SEED=S a single one.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { simulate } from '../../src/simulate/simulate.ts'
import { randomScenario } from './random-scenario.ts'

/** Many times what a seed takes, to allow for busy machines. */
const SEED_TIMEOUT_MS = 5_000

const { KITH_SEED: one, KITH_SEEDS: many = '60' } = process.env
/** Seeds that ever failed are always run first. */
const kept = readFileSync(new URL('./kept-seeds.txt', import.meta.url), 'utf8').matchAll(/^scenario (\d+)$/gm)
const all = [...Array.from(kept, ([, seed]) => Number(seed)), ...Array.from({ length: Number(many) }, (_, i) => i + 1)]
const seeds = one === undefined ? [...new Set(all)] : [Number(one)]

test(
  'everybody has everything in the end, and the network comes to rest',
  { timeout: seeds.length * SEED_TIMEOUT_MS },
  () => {
    let allDropped = 0
    const failures = seeds.flatMap((seed) => {
      const { violations, dropped } = simulate(randomScenario(seed), seed)
      allDropped += dropped
      return violations.length === 0 ? [] : [`KITH_SEED=${seed}: ${violations.slice(0, 3).join('; ')}`]
    })
    expect(failures).toEqual([])
    expect(seeds.length === 1 || allDropped > 0).toBe(true)
  },
)

test('the same seed gives the same run', () => {
  expect(simulate(randomScenario(3), 3)).toEqual(simulate(randomScenario(3), 3))
})
