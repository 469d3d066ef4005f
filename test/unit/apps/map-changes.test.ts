/** What a key of a map was set to. */
import { expect, test } from 'vitest'
import { map } from '../../../src/apps/map/index.ts'
import { deviceNode, exchange } from '../node/devices/device-nodes.ts'

test('the history of a key has all that it was set to, by whom, and where it was removed', async () => {
  const [anna, bob] = [deviceNode(0), deviceNode(1)]
  const room = await anna.rooms.create({ name: 'Stock', app: map })
  const ofBob = (await bob.rooms.join(room.id)).as(map)
  exchange(anna, bob)
  await room.put('apples', 3)
  await room.put('pears', 9)
  exchange(anna, bob)
  await ofBob.put('apples', { red: 2 })
  await ofBob.write('put', Uint8Array.of(0xff))
  exchange(anna, bob)
  await room.delete('apples')
  await room.put('apples', 0)
  const changes = room.changes('apples')
  expect(changes.map(({ value }) => value)).toEqual([3, { red: 2 }, undefined, 0])
  expect(changes.map(({ author }) => author)).toEqual([room.self, ofBob.self, room.self, room.self])
  expect(changes.every(({ timeMs }) => Number.isSafeInteger(timeMs))).toBe(true)
  expect(room.changes('plums')).toEqual([])
  await room.dropAuthor(ofBob.self)
  expect(room.changes('apples').map(({ value }) => value)).toEqual([3, undefined, 0])
})

test('a long one ends with the newest changes', async () => {
  const anna = deviceNode(0)
  const room = await anna.rooms.create({ name: 'Stock', app: map })
  for (let i = 0; i < 1_010; i++) await room.put('apples', i)
  const changes = room.changes('apples')
  expect(changes).toHaveLength(1_000)
  expect(changes.at(-1)).toMatchObject({ value: 1_009 })
})
