import { expect, test } from 'vitest'
import {
  ALL_CHECKUPS_BURST,
  CHECKUP_BURST,
  CHECKUPS_PER_SECOND,
  MAX_CHECKED_PEERS,
} from '../../../protocols/checkup/index.ts'
import { CheckupLimits } from '../../../src/host/checkup-limits.ts'

/** How many of so many checkups are made. */
function made(limits: CheckupLimits, count: number, peerOf: (index: number) => string, nowMs: number): number {
  return Array.from({ length: count }, (_, index) => limits.take(peerOf(index), nowMs)).filter(Boolean).length
}

test('a peer has its burst, and then its rate', () => {
  const limits = new CheckupLimits(0)
  expect(made(limits, CHECKUP_BURST + 5, () => 'anna', 0)).toBe(CHECKUP_BURST)
  expect(limits.take('ben', 0)).toBe(true)
  expect(made(limits, 5, () => 'anna', 1_000 / CHECKUPS_PER_SECOND)).toBe(1)
})

test('all peers together have a burst, however many keys there are', () => {
  expect(made(new CheckupLimits(0), ALL_CHECKUPS_BURST + 20, (index) => `peer ${index}`, 0)).toBe(ALL_CHECKUPS_BURST)
})

test('a peer whose share is forgotten among many others is still bounded by the total', () => {
  const limits = new CheckupLimits(0)
  made(limits, CHECKUP_BURST, () => 'anna', 0)
  expect(limits.take('anna', 0)).toBe(false)
  made(limits, MAX_CHECKED_PEERS, (index) => `peer ${index}`, 0)
  expect(limits.take('anna', 0)).toBe(false)
  expect(limits.take('anna', 1_000)).toBe(true)
})
