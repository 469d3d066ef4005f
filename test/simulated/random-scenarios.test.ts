/**
 * Every seed is a scenario with any features: gossip, files, carriers, liars and nodes that keep a
 * part of the history, or members who come, are removed, cheat and go on from backups, besides all faults.
 * KITH_SEEDS=N runs N seeds, KITH_SEED=S a single one.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { simulate } from '../../src/simulate/simulate.ts'
import { randomMembersScenario, randomScenario } from './random-scenario.ts'

/** Many times what a seed takes, to allow for busy machines. */
const SEED_TIMEOUT_MS = 5_000

const { KITH_SEED: one, KITH_SEEDS: many } = process.env
const KEPT_SEEDS = readFileSync(new URL('./kept-seeds.txt', import.meta.url), 'utf8')

/** Seeds that ever failed are always run first. */
function seedsOf(kind: string, count: number): number[] {
  if (one !== undefined) return [Number(one)]
  const kept = KEPT_SEEDS.split('\n').flatMap((line) => {
    const [name, seed] = line.split(' ')
    return name === kind ? [Number(seed)] : []
  })
  return [...new Set([...kept, ...Array.from({ length: Number(many ?? count) }, (_, i) => i + 1)])]
}

const seeds = seedsOf('scenario', 60)
const memberSeeds = seedsOf('members', 20)

test(
  'in a room with members, all who may read have everything that counts, and nobody else what was said without them',
  { timeout: memberSeeds.length * SEED_TIMEOUT_MS },
  () => {
    const failures = memberSeeds.flatMap((seed) => {
      const { violations } = simulate(randomMembersScenario(seed), seed)
      return violations.length === 0 ? [] : [`KITH_SEED=${seed}: ${violations.slice(0, 3).join('; ')}`]
    })
    expect(failures).toEqual([])
  },
)

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
