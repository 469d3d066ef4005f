/** What a stolen device wrote before it was removed, and what that changes for the other ones. */
import { expect, test } from 'vitest'
import { MAX_DEVICES } from '../../../../protocols/access/constants.ts'
import type { RoomId } from '../../../../protocols/wire/ids.ts'
import { removedKey } from '../../../../src/node/devices/entries.ts'
import { deviceProof } from '../../../../src/room/access/acts.ts'
import { personOf } from '../../../../src/room/access/persons.ts'
import { signerOf } from '../../room/history.ts'
import { addDevice, deviceNode, exchange, invited, peerOf, roleOf, settle, type DeviceNode } from './device-nodes.ts'

const controlOf = ({ core }: DeviceNode, room: string) => core.machine.rooms.require(room as RoomId).graph.gate.control!

type Five = [DeviceNode, DeviceNode, DeviceNode, DeviceNode, DeviceNode]

const rankIn = (node: DeviceNode, room: string, of: DeviceNode) => controlOf(node, room).rank(peerOf(of))

/** Bob's room, of which Anna's laptop is a writer, and so is the phone that it added. */
async function withPhone() {
  const [bob, laptop, phone] = [deviceNode(0), deviceNode(1), deviceNode(2)]
  const { id } = await bob.rooms.create({ name: 'Crew', access: 'private' })
  await invited(bob, laptop, id, 'writer')
  await addDevice(laptop, phone, 'phone')
  exchange(bob, laptop, phone)
  return { bob, laptop, phone, id }
}

test('any number of keys that are called removed do not hide that it is removed itself', async () => {
  const { bob, laptop, phone, id } = await withPhone()
  expect(roleOf(phone, id)).toBe('writer')
  for (let i = 0; i < 2 * MAX_DEVICES; i++) await phone.inside.put(removedKey(signerOf(1_000 + i).author), true)
  // What the owner of the list says counts, as many as that are.
  for (let i = 0; i < 2 * MAX_DEVICES; i++) await laptop.inside.put(removedKey(signerOf(2_000 + i).author), true)
  await settle(laptop, phone)
  expect(await laptop.devices.remove('phone')).toMatchObject({ rooms: 1, remaining: [] })
  exchange(bob, laptop)
  expect(rankIn(bob, id, phone)).toBe(0)
})

test('whom it calls removed, and who never was a device, keeps its part in rooms', async () => {
  const { bob, laptop, phone } = await withPhone()
  const { id } = await laptop.rooms.create({ name: 'Family', access: 'private' })
  await invited(laptop, bob, id, 'writer')
  await phone.inside.put(removedKey(peerOf(bob)), true)
  // Nor does a role in the devices room, which nobody accepts, make one of somebody.
  await phone.inside.room.setRole(peerOf(bob), 'carrier')
  await settle(laptop, phone, bob)
  expect(rankIn(laptop, id, bob)).toBeGreaterThan(0)
  await laptop.devices.remove('phone')
  await settle(laptop, bob)
  expect(rankIn(laptop, id, bob)).toBeGreaterThan(0)
})

test('whom it called removed as the owner of the list is not in the list that takes the place of that', async () => {
  const [bob, phone, laptop, old, back] = [0, 1, 2, 3, 4].map((i) => deviceNode(i)) as Five
  await addDevice(phone, old, 'old')
  await phone.devices.remove('old')
  await addDevice(phone, back, 'back')
  await phone.devices.remove('back')
  await back.devices.leave()
  await addDevice(phone, back, 'back')
  await addDevice(phone, laptop, 'laptop')
  for (let i = 0; i < 100; i++) await phone.inside.put(removedKey(signerOf(1_000 + i).author), true)
  await phone.inside.put(removedKey(peerOf(bob)), true)
  await settle(phone, laptop)
  expect([...laptop.inside.removed]).toContain(peerOf(bob))
  await laptop.devices.remove(peerOf(phone))
  expect([...laptop.inside.removed].toSorted()).toEqual([peerOf(old), peerOf(phone)].toSorted())
  expect([...laptop.inside.list().removed.keys()].toSorted()).toEqual([peerOf(old), peerOf(phone)].toSorted())
})

test('who was removed stays so in a list made anew, whose owner says it', async () => {
  const [laptop, phone, tablet] = [deviceNode(0), deviceNode(1), deviceNode(2)]
  const { id } = await laptop.rooms.create({ name: 'Family', access: 'private' })
  await addDevice(laptop, phone, 'phone')
  await phone.devices.remove(peerOf(laptop))
  await addDevice(phone, tablet, 'tablet')
  await settle(phone, tablet)
  expect([...tablet.inside.removed]).toEqual([peerOf(laptop)])
  const stillIn = [{ peer: peerOf(laptop), room: id, why: 'it owns the room, and nobody removes the owner' }]
  expect(tablet.devices.list().stillIn).toMatchObject(stillIn)
})

test('keys that it let into rooms itself are named, with the room, until they are removed there', async () => {
  const { bob, laptop, phone, id } = await withPhone()
  const second = deviceNode(50)
  await second.rooms.join(id)
  exchange(bob, phone, second)
  const box = second.core.machine.rooms.require(id as RoomId).keys.ownBox()
  const proof = deviceProof(peerOf(phone), box, signerOf(50))
  const person = personOf(controlOf(phone, id), peerOf(phone))
  await phone.core.command({
    type: 'act',
    room: id as RoomId,
    sayings: [{ type: 'device', member: peerOf(second), person, role: 'writer', box, proof }],
  })
  await settle(bob, laptop, phone)
  const named = [{ peer: peerOf(second), room: id, roomName: 'Crew' }]
  expect(laptop.devices.list().unlisted).toEqual(named)
  expect((await laptop.devices.remove('phone')).unlisted).toEqual(named)
  expect(laptop.devices.list().unlisted).toEqual(named)
  await laptop.rooms.get(id).setRole(peerOf(second), 'none')
  expect(laptop.devices.list().unlisted).toEqual([])
  exchange(bob, laptop)
  expect(rankIn(bob, id, second)).toBe(0)
})

test('devices of its own displace none that came before, and those beyond the limit are told', async () => {
  const [laptop, phone, desk, tablet] = [deviceNode(1), deviceNode(2), deviceNode(3), deviceNode(4)]
  await addDevice(laptop, phone, 'phone')
  await addDevice(laptop, desk, 'desk')
  await settle(laptop, phone, desk)
  const thieves = Array.from({ length: MAX_DEVICES - 1 }, (_, i) => deviceNode(100 + i))
  for (const thief of thieves) {
    const { line } = await phone.devices.add()
    await thief.devices.join(line, { name: 'mine' })
    exchange(phone, thief)
  }
  exchange(laptop, phone)
  await addDevice(laptop, tablet, 'tablet')
  const { id } = await laptop.rooms.create({ name: 'Family', access: 'private' })
  await settle(laptop, desk, tablet)
  await settle(laptop, desk, tablet)
  const beyond = () => {
    const { devices } = laptop.devices.list()
    return devices.flatMap(({ name, isBeyondLimit }) => (isBeyondLimit ? [name] : []))
  }
  expect(rankIn(laptop, id, desk)).toBeGreaterThan(0)
  expect(rankIn(laptop, id, tablet)).toBe(0)
  expect(beyond()).toContain('tablet')
  for (const thief of thieves.slice(0, 2)) await laptop.devices.remove(peerOf(thief))
  await settle(laptop, desk, tablet)
  expect(rankIn(laptop, id, tablet)).toBeGreaterThan(0)
  expect(beyond()).toEqual([])
})
