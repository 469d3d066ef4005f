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

test('guests are shown with whose guests they are, in entries and in their history', async () => {
  const anna = deviceNode(0)
  const room = await anna.rooms.create({ name: 'Stock', app: map })
  await room.put('apples', 1)
  await room.put('apples', 2, { guest: ' Kim ' })
  await room.put('pears', 3, { guest: 'Kim' })
  await room.delete('pears', { guest: 'Lea' })
  const host = room.members().find(({ self }) => self)!.name
  const kim = { guest: 'Kim', name: `Kim (guest of ${host})`, author: room.self }
  expect(room.entries()).toEqual([{ key: 'apples', value: 2, ...kim }])
  expect(room.changes('apples')).toMatchObject([
    { value: 1, name: host },
    { value: 2, ...kim },
  ])
  expect(room.changes('apples')[0]).not.toHaveProperty('guest')
  expect(room.changes('pears')).toMatchObject([
    { value: 3, ...kim },
    { name: `Lea (guest of ${host})`, guest: 'Lea' },
  ])
  await expect(room.put('apples', 3, { guest: 'Kim\u202e' })).rejects.toMatchObject({ code: 'bad-name' })
  await expect(room.delete('apples', { guest: ' ' })).rejects.toMatchObject({ code: 'bad-name' })
  expect(room.get('apples')).toBe(2)
})

test('a long one ends with the newest changes', async () => {
  const anna = deviceNode(0)
  const room = await anna.rooms.create({ name: 'Stock', app: map })
  for (let i = 0; i < 1_010; i++) await room.put('apples', i)
  const changes = room.changes('apples')
  expect(changes).toHaveLength(1_000)
  expect(changes.at(-1)).toMatchObject({ value: 1_009 })
})
