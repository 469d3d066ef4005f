import { expect, it, vi } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { AccessChange } from '../../../src/kith.ts'
import { Announcer } from '../../../src/node/announcer.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { coreOf, servicesOf } from './core.ts'

async function setUp() {
  const core = coreOf(1)
  const rooms = new LocalRooms(core, servicesOf(core))
  const announcer = new Announcer(core.machine, rooms, () => undefined)
  core.onEvent = (event) => {
    if (event.type === 'document') announcer.document(event)
    if (event.type === 'room') announcer.room(event.room)
    if (event.type === 'access') announcer.access(event)
  }
  const room = await rooms.create({ name: 'Kitchen' })
  return { announcer, room, rooms, self: core.self, reading: rooms.byId(room.id as RoomId).reading }
}

it('creates an event once for all listeners, and only if there are any', async () => {
  const { announcer, room, reading } = await setUp()
  const messageOf = vi.spyOn(reading, 'messageOf')
  await room.send('nobody hears it')
  expect(messageOf).not.toHaveBeenCalled()
  const heard: string[] = []
  announcer.on('message', ({ text }) => heard.push(`node: ${text}`))
  room.on('message', ({ text }) => heard.push(`room: ${text}`))
  await room.send('hello')
  expect(heard).toEqual(['node: hello', 'room: hello'])
  expect(messageOf).toHaveBeenCalledTimes(1)
})

it('announces documents of every kind, and messages only if there is one', async () => {
  const { announcer, room } = await setUp()
  const kinds: string[] = []
  const messages: string[] = []
  announcer.on('document', ({ kind }) => kinds.push(kind))
  announcer.on('message', ({ text }) => messages.push(text))
  await room.write('reaction', new Uint8Array(1))
  await room.send('hello')
  expect(kinds).toEqual(['reaction', 'message'])
  expect(messages).toEqual(['hello'])
})

it('announces that a room was left', async () => {
  const { announcer, room } = await setUp()
  const left: string[] = []
  announcer.on('left', ({ id }) => left.push(id))
  await room.setAlias('Galley')
  expect(left).toEqual([])
  await room.leave()
  expect(left).toEqual([room.id])
})

it('tells of members and invites on the node and on their room, with names', async () => {
  const { announcer, rooms, self } = await setUp()
  const room = await rooms.create({ name: 'Notices', access: 'public-read' })
  const heard: AccessChange[] = []
  announcer.on('access', (change) => heard.push(change))
  room.on('access', (change) => heard.push(change))
  const { id } = await room.invite()
  await room.withdrawInvite(id)
  const by = { peer: self, name: room.members()[0]!.name }
  const set = { atMs: expect.any(Number) as number, by }
  const invite = { what: 'invite', room: room.id, id, role: 'writer', set }
  const [made, withdrawn] = [
    { ...invite, before: null, status: 'open' },
    { ...invite, before: 'open', status: 'withdrawn' },
  ]
  expect(heard).toEqual([made, made, withdrawn, withdrawn])
})
