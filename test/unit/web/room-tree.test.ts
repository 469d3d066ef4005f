import { expect, test } from 'vitest'
import type { RoomOverview } from '../../../src/api/page-calls.ts'
import { treeOf } from '../../../src/web/state/room-tree.ts'

/** A room by its id, when something was last said there, and what it is below. */
const room = (id: string, timeMs: number, more: Partial<RoomOverview> = {}): RoomOverview =>
  ({ id, name: id, last: timeMs === 0 ? null : { timeMs }, ...more }) as RoomOverview

const listed = (rooms: RoomOverview[]): string[] =>
  treeOf(rooms).map(({ room: { id }, depth }) => `${'-'.repeat(depth)}${id}`)

test('rooms stand below those that they are below, by the newest message in them or below them', () => {
  const rooms = [
    room('garden', 5),
    room('kitchen', 1),
    room('soup', 3, { parent: 'kitchen' }),
    room('leeks', 9, { parent: 'soup' }),
    room('bread', 4, { parent: 'kitchen' }),
    room('elsewhere', 8, { parent: 'not here' }),
    room('coming', 0, { link: { room: 'garden', title: 'Coming', about: null } }),
  ]
  expect(listed(rooms)).toEqual(['kitchen', '-soup', '--leeks', '-bread', 'elsewhere', 'garden', '-coming'])
})

test('links in circles, as of rooms that are still to come, hide none', () => {
  const link = (to: string) => ({ link: { room: to, title: 'Linked', about: null } })
  const rooms = [room('a', 0, link('b')), room('b', 0, link('a')), room('c', 0, link('c')), room('d', 1)]
  expect(
    listed(rooms)
      .map((id) => id.replaceAll('-', ''))
      .toSorted(),
  ).toEqual(['a', 'b', 'c', 'd'])
})
