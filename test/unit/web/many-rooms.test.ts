/** A node with very many rooms: the page takes them at once, and then one by one. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RoomOverview } from '../../../src/api/page-calls.ts'
import { FakeNode } from '../api/fake-node.ts'

const ROOMS = 10_000

test('ten thousand rooms are shown in three steps, and each change in one more', async () => {
  // It looks for whom the page is served.
  vi.stubGlobal('document', { getElementById: () => null })
  onTestFinished(() => void vi.unstubAllGlobals())
  const { beginAgain, rooms, take } = await import('../../../src/web/state/node.ts')
  const summary = new FakeNode().add('Kitchen', 'chat').summary()
  const roomOf = (index: number, name = `Room ${index}`): RoomOverview => ({
    ...{ ...summary, id: `room ${index}`, name },
    last: null,
  })
  let steps = 0
  rooms.subscribe(() => steps++)
  beginAgain()
  for (let i = 0; i < ROOMS; i++) take({ event: 'room', room: roomOf(i) })
  take({ event: 'listed' })
  expect(rooms.value.size).toBe(ROOMS)
  expect(steps).toBeLessThanOrEqual(4)
  const before = rooms.value.get('room 7')
  take({ event: 'room', room: roomOf(8, 'Garden') })
  expect(rooms.value.get('room 8')?.name).toBe('Garden')
  // What has not changed is the same.
  expect(rooms.value.get('room 7')).toBe(before)
})
