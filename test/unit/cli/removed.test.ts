/** What commands say of a room from which this node was removed. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Removal } from '../../../src/kith.ts'
import { removedLine } from '../../../src/cli/removed.ts'
import type { FakeRoom } from '../api/fake-room.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

const removed: Removal = {
  by: { peer: '12D3KooWAnna', name: 'Anna' },
  ...{ atMs: Date.UTC(2023, 10, 14, 12), isProven: true, saidBy: { peer: '12D3KooWCarol', name: 'Carol' } },
}
const SAID =
  /You were removed from Family by Anna, 2023-11-14 \d\d:\d\d\. You can still read what this node has; who removed you can invite you again\./

let served: ServedNode
let room: FakeRoom

beforeEach(async () => {
  served = await serveFakeNode()
  room = served.node.add('Family', 'chat')
  room.unusual = { access: 'private' }
  room.removed = removed
})

afterEach(() => served.close())

test.each([[['room', 'show', 'Family']], [['room', 'list']], [['status']]])(
  '%j says who did it, and when',
  async (argv) => {
    expect((await served.run(argv)).out).toMatch(SAID)
  },
)

test('room list shows it in place of the status, and read says it beside what it prints', async () => {
  expect((await served.run(['room', 'list'])).out).toMatch(/^Family +chat +removed /m)
  expect((await served.run(['read', 'Family'])).err).toMatch(SAID)
  const [summary] = JSON.parse((await served.run(['room', 'list', '--json'])).out) as [{ removed: unknown }]
  expect(summary.removed).toEqual(removed)
})

test('what nothing proves is said to be said, and the room stays open', async () => {
  room.removed = { ...removed, isProven: false }
  const { out } = await served.run(['room', 'list'])
  expect(out).toMatch(/^Family +chat +open /m)
  expect(out).toMatch(
    /Carol says that you were removed from Family by Anna, .*\. Whether Anna may do that is not known here/,
  )
})

test('who has the id of a room that everybody reads reads on', () => {
  expect(removedLine({ id: 'bafyroom0', name: 'Notices', access: 'public-read', removed })).toContain('You read on')
  expect(removedLine({ id: 'bafyroom0', name: 'Notices' })).toBeUndefined()
})
