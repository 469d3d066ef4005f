/** Feeds of messages whose authors wrote odd times. */
import { expect, test } from 'vitest'
import { atomFeed, jsonFeed } from '../../../src/api/public/feeds.ts'

const ROOM = { name: 'News', app: 'chat', slug: '0a' }
const said = (id: string, timeMs: number) => ({ id, name: 'Anna', speaker: 'x', timeMs, text: 'hello' })

test('a time that RFC 3339 cannot say is not said', () => {
  const messages = [
    said('a', Date.UTC(10_000, 0, 1)),
    said('b', Date.UTC(-1, 0, 1)),
    said('c', 8.64e15 + 1),
    said('d', Date.UTC(9_999, 11, 31)),
  ]
  const atom = atomFeed(ROOM, messages)
  const times = [...atom.matchAll(/<(?:updated|published)>(.*?)</g)].map(([, time]) => time!)
  const never = '1970-01-01T00:00:00.000Z'
  const last = '9999-12-31T00:00:00.000Z'
  // That of the feed is of the newest message that has one.
  expect(times).toEqual([last, ...Array(6).fill(never), last, last])
  const { items } = JSON.parse(jsonFeed(ROOM, messages)) as { items: { date_published: string }[] }
  expect(items.map(({ date_published: time }) => time)).toEqual([never, never, never, last])
})
