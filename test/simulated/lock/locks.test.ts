/** Locks on a network of which everything goes wrong at random: never two holders at a time, and fences only grow. */
import { expect, it } from 'vitest'
import { runLocks } from './lock-network.ts'

/** KITH_SEEDS=N runs N of them. */
const SEEDS = Number(process.env['KITH_SEEDS'] ?? 150)

it(`${SEEDS} runs: one holder at a time, each with a higher fence, and what the lock guards is changed in their order`, () => {
  const totals = { holds: 0, accepted: 0, refused: 0, crashes: 0, suspensions: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { holds, accepted, refused, faults, crashes, suspensions } = runLocks(seed)
    expect(faults, `seed ${seed}`).toEqual([])
    totals.holds += holds.length
    totals.accepted += accepted.length
    totals.refused += refused
    totals.crashes += crashes
    totals.suspensions += suspensions
  }
  process.stdout.write(`${SEEDS} runs: ${JSON.stringify(totals)}`)
  expect(totals.holds).toBeGreaterThan(3 * SEEDS)
  expect(totals.refused).toBeGreaterThan(0)
})
