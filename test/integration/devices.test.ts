/** Several devices of one person, as real processes. */
import { expect, test, vi } from 'vitest'
import { POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

const roomsOf = async (node: NodeProcess): Promise<string[]> =>
  (await node.api.call('rooms.list', {})).map(({ id }) => id).toSorted()

const textsOf = async (node: NodeProcess, room: string): Promise<string[]> =>
  (await node.read(room)).map(({ text }) => text)

/** Makes a node a device of another one's person. */
async function addDevice(to: NodeProcess, node: NodeProcess, name: string): Promise<void> {
  const [made] = await kith.json<{ line: string }>(to.dataDir, 'device', 'add')
  const joined = await kith.run(node.dataDir, 'device', 'join', made!.line, '--name', name, '--yes')
  expect(joined).toMatchObject({ exitCode: 0, out: expect.stringContaining('This node is a device of') as string })
}

test('devices share rooms, what was read, and a name; rooms are joined and left for all of them', async () => {
  const laptop = await kith.start({ name: 'Anna' })
  const { id: kitchen } = await laptop.api.call('rooms.create', { name: 'Kitchen' })
  await laptop.send(kitchen, 'said before the phone came')
  const through = { peers: [laptop.address] }
  const phone = await kith.start({ name: 'Phone', ...through })
  const { id: garden } = await phone.api.call('rooms.create', { name: 'Garden' })
  await addDevice(laptop, phone, 'phone')

  const both = [kitchen, garden].toSorted()
  for (const node of [laptop, phone]) await vi.waitFor(async () => expect(await roomsOf(node)).toEqual(both), POLL)
  await vi.waitFor(async () => expect(await textsOf(phone, kitchen)).toEqual(['said before the phone came']), POLL)
  const listed = await kith.run(laptop.dataDir, 'device', 'list')
  expect(listed.out).toMatch(/Others know you as Anna\.\n[^]*phone +yes/)

  // What others wrote is new until it is read on one of them.
  const bob = await kith.start({ name: 'Bob', ...through })
  await bob.api.call('rooms.join', { room: kitchen })
  await vi.waitFor(async () => expect(await textsOf(bob, kitchen)).toHaveLength(1), POLL)
  await bob.send(kitchen, 'one', 'two')
  const newIn = async (node: NodeProcess) => (await node.api.call('rooms.show', { room: kitchen })).newMessages
  for (const node of [laptop, phone]) await vi.waitFor(async () => expect(await newIn(node)).toBe(2), POLL)
  expect(await kith.run(phone.dataDir, 'read', 'Kitchen')).toMatchObject({ exitCode: 0 })
  for (const node of [laptop, phone]) await vi.waitFor(async () => expect(await newIn(node)).toBe(0), POLL)

  // Under one name, whichever of them writes.
  await phone.send(kitchen, 'from the phone')
  await vi.waitFor(async () => expect((await bob.read(kitchen)).at(-1)).toMatchObject({ text: 'from the phone' }), POLL)
  expect((await bob.read(kitchen)).at(-1)?.name).toMatch(/^Anna/)

  // A room is called the same on both, and left for both, unless it is left on one only.
  await laptop.api.call('rooms.alias', { room: garden, alias: 'Our garden' })
  await vi.waitFor(async () => {
    expect((await phone.api.call('rooms.show', { room: garden })).name).toBe('Our garden')
  }, POLL)
  expect(await kith.run(laptop.dataDir, 'leave', kitchen)).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect(await roomsOf(phone)).toEqual([garden]), POLL)
  expect(await kith.run(phone.dataDir, 'leave', garden, '--only-here')).toMatchObject({ exitCode: 0 })
  await phone.api.call('rooms.join', { room: kitchen })
  await vi.waitFor(async () => expect(await roomsOf(laptop)).toEqual(both), POLL)
  expect(await roomsOf(phone)).toEqual([kitchen])
})

test('a device is let into the rooms with members of its person while no admin is there', async () => {
  const bob = await kith.start({ name: 'Bob' })
  const made = await bob.api.call('rooms.create', { name: 'Crew', access: 'private' })
  const room = made.id
  await bob.send(room, 'before anybody came')
  const laptop = await kith.start({ name: 'Anna', peers: [bob.address] })
  const { line } = await bob.api.call('rooms.invite', { room, role: 'writer' })
  await laptop.api.call('rooms.join', { room: line })
  await vi.waitFor(async () => expect(await roleIn(laptop, room)).toBe('writer'), POLL)
  await vi.waitFor(async () => expect(await textsOf(laptop, room)).toEqual(['before anybody came']), POLL)
  await laptop.send(room, 'from the laptop')
  await vi.waitFor(async () => expect(await textsOf(bob, room)).toContain('from the laptop'), POLL)
  await bob.stop()

  const phone = await kith.start({ name: 'Phone', peers: [laptop.address] })
  await addDevice(laptop, phone, 'phone')
  const said = ['before anybody came', 'from the laptop']
  await vi.waitFor(async () => expect(await textsOf(phone, room)).toEqual(said), POLL)
  await vi.waitFor(async () => expect(await roleIn(phone, room)).toBe('writer'), POLL)
  await phone.send(room, 'from the phone')
  const { out } = await kith.run(laptop.dataDir, 'device', 'list')
  expect(out).not.toContain('is not in')

  const back = await kith.restart(bob, { name: 'Bob', peers: [laptop.address] })
  await vi.waitFor(async () => expect(await textsOf(back, room)).toEqual([...said, 'from the phone']), POLL)
  expect((await back.read(room)).map(({ name }) => name)).toEqual(['Bob', 'Anna', 'Anna'])
})

async function roleIn(node: NodeProcess, room: string): Promise<unknown> {
  return (await node.api.call('rooms.show', { room })).role
}

test('what is followed on one device is followed on the other, also below a private room of somebody else', async () => {
  const bob = await kith.start({ name: 'Bob' })
  const { id: room } = await bob.api.call('rooms.create', { name: 'Crew', access: 'private' })
  await bob.send(room, 'which soup?')
  const { line } = await bob.api.call('rooms.invite', { room, role: 'writer' })
  const laptop = await kith.start({ name: 'Anna', peers: [bob.address] })
  await laptop.api.call('rooms.join', { room: line })
  await vi.waitFor(async () => expect(await roleIn(laptop, room)).toBe('writer'), POLL)
  const phone = await kith.start({ name: 'Phone', peers: [laptop.address] })
  await addDevice(laptop, phone, 'phone')
  await vi.waitFor(async () => expect(await roleIn(phone, room)).toBe('writer'), POLL)

  const [{ id: message } = { id: '' }] = await bob.read(room)
  const { id: thread } = await bob.api.call('threads.start', { room, message, title: 'Soup' })
  await bob.send(thread, 'leek', '@Anna or tomato?')
  await vi.waitFor(
    async () => expect((await laptop.api.call('children.list', { room })).children).toHaveLength(1),
    POLL,
  )
  await laptop.api.call('children.follow', { path: `${room}/Soup` })
  const said = ['leek', '@Anna or tomato?']
  for (const node of [laptop, phone])
    await vi.waitFor(async () => expect(await textsOf(node, thread)).toEqual(said), POLL)
  const threadOn = async (node: NodeProcess) => (await node.api.call('children.list', { room })).children[0]
  for (const node of [laptop, phone]) {
    const isNew = { status: 'followed', newMessages: 2, newMentions: 1, messages: 2 }
    await vi.waitFor(async () => expect(await threadOn(node)).toMatchObject(isNew), POLL)
  }
  expect(await kith.run(phone.dataDir, 'read', 'Crew/Soup')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect(await threadOn(laptop)).toMatchObject({ newMessages: 0, newMentions: 0 }), POLL)
  expect(await kith.run(phone.dataDir, 'send', 'Crew/Soup', 'tomato')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect(await textsOf(bob, thread)).toEqual([...said, 'tomato']), POLL)
  expect(await kith.run(phone.dataDir, 'unfollow', 'Crew/Soup')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect(await threadOn(laptop)).toMatchObject({ status: 'linked' }), POLL)
})

test('a lost device is removed while no admin is there: it reads nothing new, and its words appear nowhere', async () => {
  const bob = await kith.start({ name: 'Bob' })
  const { id: room } = await bob.api.call('rooms.create', { name: 'Crew', access: 'private' })
  const { line } = await bob.api.call('rooms.invite', { room, role: 'writer' })
  const laptop = await kith.start({ name: 'Anna', peers: [bob.address] })
  await laptop.api.call('rooms.join', { room: line })
  await vi.waitFor(async () => expect(await roleIn(laptop, room)).toBe('writer'), POLL)
  const phone = await kith.start({ name: 'Phone', peers: [laptop.address] })
  await addDevice(laptop, phone, 'phone')
  await vi.waitFor(async () => expect(await roleIn(phone, room)).toBe('writer'), POLL)
  await phone.send(room, 'while it was mine')
  for (const node of [laptop, bob]) {
    await vi.waitFor(async () => expect(await textsOf(node, room)).toEqual(['while it was mine']), POLL)
  }

  // Nobody hears what the phone writes, and no admin is there when it is removed.
  await Promise.all([bob.stop(), laptop.stop()])
  await phone.send(room, 'from a thief')
  await phone.kill()
  const alone = await kith.restart(laptop, { name: 'Anna' })
  const removed = await kith.run(alone.dataDir, 'device', 'remove', 'phone', '--yes')
  expect(removed).toMatchObject({ exitCode: 0, err: '' })
  expect(removed.out).toContain('also from 1 room with members')
  await alone.send(room, 'without the phone')
  const thief = await kith.restart(phone, { name: 'Phone', peers: [alone.address, bob.address] })
  const back = await kith.restart(bob, { name: 'Bob', peers: [alone.address] })
  const said = ['while it was mine', 'without the phone']
  for (const node of [alone, back]) await vi.waitFor(async () => expect(await textsOf(node, room)).toEqual(said), POLL)
  await back.send(room, 'bob knows')
  await vi.waitFor(async () => expect(await textsOf(alone, room)).toEqual([...said, 'bob knows']), POLL)
  await thief.send(room, 'from a thief again').catch(() => undefined)
  // It is told of no further rooms either.
  const { id: later } = await alone.api.call('rooms.create', { name: 'Later' })
  await alone.send(room, 'the end')
  await vi.waitFor(async () => expect(await textsOf(back, room)).toEqual([...said, 'bob knows', 'the end']), POLL)
  const readByThief = await textsOf(thief, room)
  for (const text of ['without the phone', 'bob knows', 'the end']) expect(readByThief).not.toContain(text)
  expect(await roomsOf(thief)).not.toContain(later)
  // All that it learns is that it was removed, also as a device.
  await vi.waitFor(async () => expect((await thief.api.call('devices.list', {})).state).toBe('removed'), POLL)
  await vi.waitFor(async () => {
    expect((await thief.api.call('rooms.show', { room })).removed).toMatchObject({
      by: { peer: laptop.peer },
      isProven: true,
    })
  }, POLL)
  const { out } = await kith.run(back.dataDir, 'members', room)
  expect(out).toMatch(/^Anna +writer.*\n└ Anna +removed/m)
  expect((await alone.api.call('devices.list', {})).devices).toHaveLength(1)
})

test('a removed device is added again, and stays out of a room with members until it is given a role there', async () => {
  const bob = await kith.start({ name: 'Bob' })
  const { id: room } = await bob.api.call('rooms.create', { name: 'Crew', access: 'private' })
  const laptop = await kith.start({ name: 'Anna', peers: [bob.address] })
  const { line } = await bob.api.call('rooms.invite', { room, role: 'writer' })
  await laptop.api.call('rooms.join', { room: line })
  await vi.waitFor(async () => expect(await roleIn(laptop, room)).toBe('writer'), POLL)
  const phone = await kith.start({ name: 'Phone', peers: [laptop.address, bob.address] })
  await addDevice(laptop, phone, 'phone')
  await vi.waitFor(async () => expect(await roleIn(phone, room)).toBe('writer'), POLL)
  expect(await kith.run(laptop.dataDir, 'device', 'remove', 'phone', '--yes')).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect((await phone.api.call('devices.list', {})).state).toBe('removed'), POLL)
  const told = await kith.run(phone.dataDir, 'device', 'list')
  expect(told.out).toContain('Another device has removed this one. To add it again: kith device leave')

  expect(await kith.run(phone.dataDir, 'device', 'leave', '--yes')).toMatchObject({ exitCode: 0 })
  await addDevice(laptop, phone, 'phone')
  await vi.waitFor(async () => {
    const { out } = await kith.run(laptop.dataDir, 'device', 'list')
    expect(out).toContain('phone is not in Crew: its role was taken away there: an admin gives it one')
  }, POLL)
  expect(await roleIn(phone, room)).toBe('none')
  await bob.api.call('rooms.setRole', { room, member: phone.peer, role: 'writer' })
  await vi.waitFor(async () => expect(await roleIn(phone, room)).toBe('writer'), POLL)
  await phone.send(room, 'here again')
  await vi.waitFor(async () => expect(await textsOf(bob, room)).toEqual(['here again']), POLL)
})

test('the device that made the list is removed: the list is made anew, and the others are added again', async () => {
  const laptop = await kith.start({ name: 'Anna' })
  const { id: kitchen } = await laptop.api.call('rooms.create', { name: 'Kitchen' })
  const { id: family } = await laptop.api.call('rooms.create', { name: 'Family', access: 'private' })
  const phone = await kith.start({ name: 'Phone', peers: [laptop.address] })
  await addDevice(laptop, phone, 'phone')
  const tablet = await kith.start({ name: 'Tablet', peers: [laptop.address, phone.address] })
  await addDevice(phone, tablet, 'tablet')
  for (const node of [phone, tablet])
    await vi.waitFor(async () => expect(await roleIn(node, family)).toBe('admin'), POLL)
  await vi.waitFor(async () => {
    const { devices: known } = await phone.api.call('devices.list', {})
    expect(known.map(({ name }) => name)).toContain('tablet')
  }, POLL)
  const { devices } = await phone.api.call('devices.list', {})
  const first = devices.find(({ isFirst }) => isFirst)!.peer
  await laptop.kill()

  const { out } = await kith.run(phone.dataDir, 'device', 'remove', first.slice(-8), '--yes')
  expect(out).toContain('It still has a part in Family: it owns the room')
  expect(out).toContain('It can still read and write in open rooms, as it has their ids: Kitchen.')
  expect(out).toMatch(/had to be made anew\. Add again: tablet\./)
  expect(await kith.run(tablet.dataDir, 'device', 'leave', '--yes')).toMatchObject({ exitCode: 0 })
  await addDevice(phone, tablet, 'tablet')
  const { id: attic } = await phone.api.call('rooms.create', { name: 'Attic' })
  const all = [kitchen, family, attic].toSorted()
  for (const node of [phone, tablet]) await vi.waitFor(async () => expect(await roomsOf(node)).toEqual(all), POLL)
  const { person, devices: left } = await tablet.api.call('devices.list', {})
  expect({ person, names: left.map(({ name }) => name).toSorted() }).toEqual({
    person: 'Anna',
    names: ['phone', 'tablet'],
  })

  const back = await kith.restart(laptop, { name: 'Anna', peers: [phone.address] })
  await back.send(kitchen, 'still here')
  await vi.waitFor(async () => expect(await textsOf(phone, kitchen)).toContain('still here'), POLL)
  expect(await roomsOf(back)).not.toContain(attic)
})
