import { expect, test } from 'vitest'
import { LAZY_AFTER, MAX_PENDING_OFFERS, MAX_PUSHED } from '../../../../protocols/batch-sync/constants.ts'
import { Forwarding } from '../../../../protocols/batch-sync/forwarding.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'

const idOf = (i: number): DocumentId => `document ${i}` as DocumentId

/** To a peer that had some documents before they came. */
function inVain(count: number, from = 0): Forwarding {
  const forwarding = new Forwarding()
  for (let i = from; i < from + count; i++) {
    forwarding.pushed(idOf(i))
    forwarding.acknowledged(idOf(i), true)
  }
  return forwarding
}

test(`is lazy after ${LAZY_AFTER} in vain, until something is requested`, () => {
  expect(inVain(LAZY_AFTER - 1).isLazy).toBe(false)
  const forwarding = inVain(LAZY_AFTER)
  expect(forwarding.isLazy).toBe(true)
  forwarding.requested()
  expect(forwarding.isLazy).toBe(false)
})

test('one that came first begins the count anew; what was not forwarded changes nothing', () => {
  const forwarding = inVain(LAZY_AFTER - 1)
  forwarding.acknowledged(idOf(9_999), true)
  expect(forwarding.isLazy).toBe(false)
  forwarding.acknowledged(idOf(9_999), false)
  forwarding.pushed(idOf(100))
  forwarding.acknowledged(idOf(100), false)
  forwarding.pushed(idOf(101))
  forwarding.acknowledged(idOf(101), true)
  expect(forwarding.isLazy).toBe(false)
})

test(`of more than ${MAX_PUSHED} without an acknowledgement, the oldest teach nothing`, () => {
  const forwarding = new Forwarding()
  for (let i = 0; i < MAX_PUSHED + LAZY_AFTER; i++) forwarding.pushed(idOf(i))
  for (let i = 0; i < LAZY_AFTER; i++) forwarding.acknowledged(idOf(i), true)
  expect(forwarding.isLazy).toBe(false)
  for (let i = LAZY_AFTER; i < 2 * LAZY_AFTER; i++) forwarding.acknowledged(idOf(i), true)
  expect(forwarding.isLazy).toBe(true)
})

test(`at most ${MAX_PENDING_OFFERS} wait to be offered, without those that the peer holds by then`, () => {
  const forwarding = new Forwarding()
  const outcomes = Array.from({ length: MAX_PENDING_OFFERS + 1 }, (_, i) => forwarding.wait({ id: idOf(i), clock: i }))
  expect(outcomes.filter((waits) => !waits)).toHaveLength(1)
  forwarding.held(idOf(0))
  expect(forwarding.takeWaiting()).toHaveLength(MAX_PENDING_OFFERS - 1)
  expect(forwarding.isIdle).toBe(true)
})
