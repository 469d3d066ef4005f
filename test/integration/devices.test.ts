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
