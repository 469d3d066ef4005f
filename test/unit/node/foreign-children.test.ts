/** Links by which somebody wants a room to be taken for one below another, or hides one that is. */
import { describe, expect, it } from 'vitest'
import { CHILD_KIND } from '../../../protocols/room/constants.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import type { Room } from '../../../src/kith.ts'
import { childLinkBody } from '../../../src/room/children.ts'
import { idOf } from '../../acceptance/store-rows.ts'
import { Writer } from '../room/history.ts'
import { failure, setUp } from './test-rooms.ts'

/** More links than are looked at for one reference. */
const MANY = 150

async function kitchenOf() {
  // Another author than that of a Writer's room.
  const node = setUp(1)
  const kitchen = await node.rooms.create({ name: 'Kitchen' })
  const { id: message } = await kitchen.send('Is the soup ready?')
  const secrets = await node.rooms.create({ name: 'Secrets' })
  return { ...node, kitchen, message: message as DocumentId, secrets }
}

const link = (room: Room, to: string, title: string, about?: DocumentId) =>
  room.write(CHILD_KIND, childLinkBody({ child: to as RoomId, title, ...(about !== undefined && { about }) }))

const isHere = { code: 'thread-exists', message: expect.stringContaining("'Kitchen/") as string }

const notBelow = (id: string) => ({
  code: 'not-below',
  message: `'Kitchen/Soup' is only a link to a room which says itself that it is not below 'Kitchen': to use that room, use its id, ${id}`,
})

describe('a room that is linked to, and not below', () => {
  it('is listed for what it is, and neither found, followed nor left by a path', async () => {
    const { rooms, kitchen, secrets } = await kitchenOf()
    await link(kitchen, secrets.id, 'Soup')
    expect(kitchen.children.list().children).toMatchObject([{ id: secrets.id, title: 'Soup', status: 'foreign' }])
    expect(kitchen.children.tree().rooms).toMatchObject([{ id: secrets.id, status: 'foreign', depth: 1 }])
    for (const reference of ['Soup', 'soup', 'So', secrets.id, secrets.id.slice(-8)]) {
      for (const act of [
        () => kitchen.children.get(reference),
        () => kitchen.children.follow(reference),
        () => kitchen.children.unfollow(reference, { delete: true }),
        () => rooms.get(`Kitchen/${reference}`),
        () => rooms.child(`Kitchen/${reference}`),
      ]) {
        expect(await failure(act), reference).toEqual(notBelow(secrets.id))
      }
    }
    expect((await failure(() => rooms.create({ name: 'Salt', in: 'Kitchen/Soup' }))).code).toBe('not-below')
    expect((await failure(() => rooms.get('Kitchen/Soup/Salt'))).code).toBe('not-below')
    expect(rooms.list().map(({ id }) => id)).toEqual(expect.arrayContaining([kitchen.id, secrets.id]))
    expect(rooms.get('Secrets')).toBe(rooms.get(secrets.id))
  })

  it('is not taken for one that is only linked', async () => {
    const { rooms, kitchen, secrets } = await kitchenOf()
    const genuine = idOf('genuine')
    await link(kitchen, genuine, 'Soup')
    await link(kitchen, secrets.id, 'Soup')
    expect(kitchen.children.get('Soup')).toMatchObject({ id: genuine, status: 'linked' })
    for (const act of [() => rooms.get('Kitchen/Soup'), () => kitchen.children.unfollow('Soup', { delete: true })]) {
      expect((await failure(act)).code).toBe('not-followed')
    }
    expect(await kitchen.children.follow('Soup')).toMatchObject({ id: genuine, status: 'waiting' })
    expect(rooms.get('Kitchen/Soup').id).toBe(genuine)
    expect(await kitchen.children.unfollow('Soup', { delete: true })).toMatchObject({ id: genuine, status: 'linked' })
    expect(rooms.get(secrets.id).summary().status).toBe('open')
  })

  it('hides no true one by its title or a part of it, nor do those that nothing is here of, however many', async () => {
    const { rooms, kitchen, message, secrets } = await kitchenOf()
    const soup = await kitchen.children.startThread(message, { title: 'Soup' })
    const salt = await rooms.create({ name: 'Salt and pepper', in: 'Kitchen' })
    await link(kitchen, secrets.id, 'Soup', message)
    await link(kitchen, secrets.id, 'Salt')
    await link(kitchen, idOf('waited for'), 'Soup', message)
    await kitchen.children.follow(idOf('waited for'))
    for (let i = 0; i < MANY; i++) await link(kitchen, idOf(`bait ${i}`), 'Soup', message)
    expect(kitchen.children.get('Soup')).toEqual(soup)
    expect(kitchen.children.get(message)).toEqual(soup)
    expect(rooms.get('Kitchen/Soup').id).toBe(soup.id)
    expect(rooms.get('Kitchen/Salt').id, 'the beginning of a title').toBe(salt.id)
    expect(await failure(() => kitchen.children.startThread(message))).toEqual(isHere)
    await kitchen.children.unfollow('Soup')
    expect(kitchen.children.get('Soup')).toMatchObject({ id: idOf('waited for'), status: 'waiting' })
  })

  it('is told from one below also where it is only carried', async () => {
    const { rooms, kitchen, receive } = await kitchenOf()
    const { room, documents } = new Writer()
    await rooms.carry(room)
    await link(kitchen, room, 'Soup')
    expect(kitchen.children.get('Soup'), 'its root is not here').toMatchObject({ status: 'linked' })
    receive(room, documents)
    expect(kitchen.children.list().children).toMatchObject([{ status: 'foreign' }])
    expect(await failure(() => kitchen.children.follow('Soup'))).toEqual(notBelow(room))
  })

  it('is not left by its path once it says so after it was followed, but by its id', async () => {
    const { rooms, kitchen, receive } = await kitchenOf()
    const { room, documents } = new Writer()
    await link(kitchen, room, 'Soup')
    expect(await kitchen.children.follow('Soup')).toMatchObject({ status: 'waiting' })
    receive(room, documents)
    expect(await failure(() => kitchen.children.unfollow('Soup', { delete: true }))).toEqual(notBelow(room))
    await rooms.get(room).leave()
    expect(kitchen.children.get('Soup')).toMatchObject({ status: 'linked' })
    expect(await kitchen.children.follow('Soup'), 'its root is here').toMatchObject({ id: room, status: 'foreign' })
  })
})

it('a room stays below its parent however often others link to it', async () => {
  const { rooms, kitchen, message, secrets } = await kitchenOf()
  const thread = await kitchen.children.startThread(message, { title: 'Soup' })
  for (let i = 0; i < MANY; i++) await link(secrets, thread.id, `Soup ${i}`)
  expect(rooms.get(thread.id).summary().parent).toBe(kitchen.id)
})

describe('a link to a thread that does not exist', () => {
  it('keeps nobody from starting one about the message; both are listed', async () => {
    const { rooms, kitchen, message, secrets } = await kitchenOf()
    await link(kitchen, idOf('nothing'), 'Bait', message)
    await link(kitchen, secrets.id, 'Bait of another room', message)
    const thread = await kitchen.children.startThread(message, { title: 'Soup' })
    expect(thread).toMatchObject({ title: 'Soup', about: message, status: 'followed' })
    const { children } = kitchen.children.list({ threads: true })
    expect(children.map(({ title, status }) => [title, status])).toEqual([
      ['Soup', 'followed'],
      ['Bait of another room', 'foreign'],
      ['Bait', 'linked'],
    ])
    expect(rooms.get('Kitchen/Soup').id).toBe(thread.id)
    expect(kitchen.children.get(message)).toEqual(thread)
    expect(await failure(() => kitchen.children.startThread(message))).toEqual(isHere)
  })

  it('that is waited for does, as that may be one', async () => {
    const { kitchen, message } = await kitchenOf()
    await link(kitchen, idOf('theirs'), 'Soup', message)
    await kitchen.children.follow('Soup')
    expect(await failure(() => kitchen.children.startThread(message))).toEqual(isHere)
  })
})
