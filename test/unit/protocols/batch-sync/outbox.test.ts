import { expect, test } from 'vitest'
import { MAX_PENDING_OFFERS } from '../../../../protocols/batch-sync/constants.ts'
import { Outbox } from '../../../../protocols/batch-sync/outbox.ts'
import type { BatchSyncPorts } from '../../../../protocols/batch-sync/index.ts'
import { SendQueue } from '../../../../protocols/batch-sync/send-queue.ts'
import type { DocumentId, RoomId } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'

const ROOM = 'room' as RoomId
const positions = (from: number, count: number): Position[] =>
  Array.from({ length: count }, (_, i) => ({ id: `document ${from + i}` as DocumentId, clock: from + i }))

test(`of more than ${MAX_PENDING_OFFERS} offers that wait, as the peer answers none, nothing is kept`, () => {
  const ports = {} as BatchSyncPorts
  const outbox = new Outbox(ROOM, ports, new SendQueue(ROOM, ports))
  expect(outbox.offer(positions(0, MAX_PENDING_OFFERS))).toBe(true)
  const { offers } = outbox.take({ maxBytes: 1, maxItems: 1, maxOffers: 10 }, 'auto', () => false)
  expect(offers).toHaveLength(10)
  expect(outbox.isEmpty).toBe(false)
  expect(outbox.offer(positions(MAX_PENDING_OFFERS, 11))).toBe(false)
  expect(outbox.isEmpty).toBe(true)
})
