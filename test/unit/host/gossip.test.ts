import { expect, test } from 'vitest'
import { MAX_REJECT_RECORDS, REJECT_HALF_LIFE_MS } from '../../../src/host/constants.ts'
import { RejectCounter } from '../../../src/host/gossip.ts'

test('rejects add up and fade', () => {
  const rejects = new RejectCounter()
  expect(rejects.count('peer', 0)).toBe(0)
  for (let i = 0; i < 8; i++) rejects.add('peer', 0)
  expect(rejects.count('peer', 0)).toBe(8)
  expect(rejects.count('peer', 2 * REJECT_HALF_LIFE_MS)).toBe(2)
  expect(rejects.count('other', 0)).toBe(0)
})

test('a bounded number of senders is remembered', () => {
  const rejects = new RejectCounter()
  for (let i = 0; i <= MAX_REJECT_RECORDS; i++) rejects.add(`peer ${i}`, 0)
  expect(rejects.count('peer 0', 0)).toBe(0)
  expect(rejects.count('peer 1', 0)).toBe(1)
})
