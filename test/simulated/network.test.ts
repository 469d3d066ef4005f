/** Networks of a room: one root, right distances, a tree, and few links, whatever happened. More seeds: scripts/simulate-network.ts. */
import { expect, test } from 'vitest'
import { TRIALS } from '../../src/simulate/room-network/trials.ts'

/** Small networks, as many as take a few seconds. */
const SEEDS: Readonly<Record<string, readonly number[]>> = {
  growth: [1, 2, 3, 4, 5],
  churn: [4, 10],
  halves: [4, 10],
  rounds: [1, 2, 3, 4, 5],
  hub: [1, 2],
}

test.each(Object.entries(TRIALS))('%s', (name, trial) => {
  const faults = (SEEDS[name] ?? []).flatMap((seed) => trial(seed, 16).faults.map((fault) => `seed ${seed}: ${fault}`))
  expect(SEEDS[name]).toBeDefined()
  expect(faults).toEqual([])
})
