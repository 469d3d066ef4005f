/** What sync costs, counted in the simulator, so the same on every machine. `npm run bench` prints the full-size figures. */
import { expect, test } from 'vitest'
import { costOfMeeting, costOfMessage, costOfMissingParent, costOfSilence } from '../../src/simulate/sync-costs.ts'

test('a message among 6 nodes is sent at most 25 times, and leaves no rows behind', () => {
  const { copies, rows } = costOfMessage(6)
  expect(copies).toBeLessThanOrEqual(25)
  expect(rows).toBe(0)
})

test.each([
  { where: 'recent', maxBytes: 14_000, maxRoundTrips: 2 },
  { where: 'spread', maxBytes: 65_000, maxRoundTrips: 2.5 },
] as const)(
  '100 $where documents on each side cost $maxRoundTrips round trips and a few bytes beside them',
  ({ where, maxBytes, maxRoundTrips }) => {
    const { overheadBytes, roundTrips, rows } = costOfMeeting(10_000, 100, where)
    expect(overheadBytes).toBeLessThanOrEqual(maxBytes)
    expect(roundTrips).toBeLessThanOrEqual(maxRoundTrips)
    // The peer's frontier, however long the history.
    expect(rows).toBe(1)
  },
)

test('two nodes that agree send each other nothing', () => {
  expect(costOfSilence()).toBe(0)
})

test('a parent that gossip lost arrives in one round trip, with what waits for it', () => {
  expect(costOfMissingParent().roundTrips).toBe(1)
})
