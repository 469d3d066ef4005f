/** How far the user has read a room, and how many messages are new then. */
import { expect, test } from 'vitest'
import { damageDocuments } from './core.ts'
import { deviceNode, exchange } from './devices/device-nodes.ts'
import { failure } from './test-rooms.ts'

test('messages of others are new until they are read, which never goes back', async () => {
  const [anna, bob] = [deviceNode(0), deviceNode(1)]
  const room = await anna.rooms.create({ name: 'Kitchen' })
  await bob.rooms.join(room.id)
  exchange(anna, bob)
  const ids: string[] = []
  for (const text of ['one', 'two', 'three'])
    ids.push(((await bob.rooms.get(room.id).do('send', { text })) as { id: string }).id)
  await room.do('send', { text: 'of her own' })
  exchange(anna, bob)
  const left = () => anna.rooms.get(room.id).summary().newMessages
  expect(left()).toBe(3)
  await room.markRead(ids[1])
  expect(left()).toBe(1)
  await room.markRead(ids[0])
  expect(left()).toBe(1)
  await room.markRead()
  expect(left()).toBe(0)
  expect(await failure(() => room.markRead('nonsense'))).toMatchObject({ code: 'no-such-document' })
})

test('more than a hundred are not counted, and a room without messages has none', async () => {
  const [anna, bob] = [deviceNode(0), deviceNode(1)]
  const room = await anna.rooms.create({ name: 'Kitchen' })
  await bob.rooms.join(room.id)
  exchange(anna, bob)
  for (let i = 0; i < 105; i++) await bob.rooms.get(room.id).do('send', { text: `message ${i}` })
  exchange(anna, bob)
  expect(room.summary().newMessages).toBe(100)
  expect((await anna.rooms.create({ name: 'Stock', app: 'map' })).summary().newMessages).toBeNull()
})

test('what the disk has damaged is not counted, and told', async () => {
  const [anna, bob] = [deviceNode(0), deviceNode(1)]
  const room = await anna.rooms.create({ name: 'Kitchen' })
  await bob.rooms.join(room.id)
  exchange(anna, bob)
  for (const text of ['one', 'two']) await bob.rooms.get(room.id).do('send', { text })
  exchange(anna, bob)
  damageDocuments(anna.core, 'two', 'too')
  expect(room.summary().newMessages).toBe(1)
  expect(anna.core.isDamaged).toBe(true)
})
