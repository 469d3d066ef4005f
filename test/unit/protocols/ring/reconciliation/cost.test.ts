/** What a comparison costs: 100 differences of 100,000 ids within 1.5 times their ids and 2 kB. */
import { expect, it } from 'vitest'
import { codedSet, compare, idsOf, keyOf } from './sets.ts'

const IDS = 100_000
const DIFFERENCES = 100
const RUNS = 100
const LIMIT_BYTES = 1.5 * DIFFERENCES * 32 + 2_000
/** Of both sides, the records around the symbols: a request and an answer for each part. */
const ROUND_BYTES = 20

it('stays within the limit on average, and in 95 of 100 runs', { timeout: 60_000 }, () => {
  const common = idsOf('common', IDS)
  const [own, peers] = [codedSet(keyOf(1), common), codedSet(keyOf(1), common)]
  const sizes: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const different = idsOf(`run ${run}`, DIFFERENCES)
    const sideOf = (index: number) => (index % 2 === 0 ? own : peers)
    different.forEach((id, index) => sideOf(index).add(id))
    const { decoder, sizeBytes, rounds } = compare(own, peers)
    expect(decoder.state).toBe('complete')
    sizes.push(sizeBytes + rounds * ROUND_BYTES)
    different.forEach((id, index) => sideOf(index).remove(id))
  }
  expect(sizes.reduce((sum, size) => sum + size, 0) / RUNS).toBeLessThan(LIMIT_BYTES)
  expect(sizes.filter((size) => size <= LIMIT_BYTES).length).toBeGreaterThanOrEqual(0.95 * RUNS)
})
