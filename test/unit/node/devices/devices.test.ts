/** What devices of one person do for each other, without sockets. */
import type { RoomId } from '../../../../protocols/wire/ids.ts'
import { describe, expect, test } from 'vitest'
import type { Role } from '../../../../src/kith.ts'
import { MAX_LISTED_ROOMS } from '../../../../protocols/devices/constants.ts'
import { deviceKey, roomKey } from '../../../../src/node/devices/entries.ts'
import { failure } from '../test-rooms.ts'
import { addDevice, deviceNode, exchange, invited, peerOf, roleOf, settle, textsOf } from './device-nodes.ts'

const idsIn = ({ rooms }: ReturnType<typeof deviceNode>): string[] =>
  rooms
    .list()
    .map(({ id }) => id)
    .toSorted()

describe('becoming a device', () => {
  test('takes a line that joins no room, and no invite to one', async () => {
    const [anna, phone] = [deviceNode(0), deviceNode(1)]
    const { line } = await anna.devices.add({ name: 'laptop' })
    for (const act of [() => phone.rooms.join(line), () => phone.rooms.carry(line)]) {
      const { code, message } = await failure(act)
      expect({ code, message }).toMatchObject({
        code: 'bad-invite',
        message: expect.stringContaining('kith device join') as string,
      })
    }
    expect(phone.rooms.list()).toEqual([])
    const room = await anna.rooms.create({ name: 'Family', access: 'private' })
    const { line: invite } = await room.invite()
    for (const text of [invite, room.id]) {
      expect(await failure(() => phone.devices.join(text))).toMatchObject({ code: 'bad-invite' })
    }
    expect(phone.devices.list().state).toBe('none')
  })

  test('an invite to another room that was made to look like such a line gives that no room of this node', async () => {
    const [mallory, anna] = [deviceNode(0), deviceNode(1)]
    const trap = await mallory.rooms.create({ name: 'Prizes', access: 'private' })
    const secret = await anna.rooms.create({ name: 'Kitchen' })
    const { line } = await trap.invite({ role: 'admin' })
    await anna.devices.join(line.replace('invite=', 'device='))
    exchange(mallory, anna)
    await anna.reconciler.run()
    expect(anna.devices.list()).toMatchObject({ state: 'foreign', devices: [] })
    exchange(mallory, anna)
    const said = [...mallory.rooms.get(trap.id).documents()].map(({ body }) => Buffer.from(body).toString())
    expect(said.join()).not.toContain(secret.id)
    await anna.devices.leave()
    expect(anna.devices.list().state).toBe('none')
  })

  test("a device of somebody is nobody else's before it has ended that", async () => {
    const [anna, phone, bob] = [deviceNode(0), deviceNode(1), deviceNode(2)]
    await addDevice(anna, phone, 'phone')
    const { line } = await bob.devices.add()
    expect(await failure(() => phone.devices.join(line))).toMatchObject({ code: 'is-device' })
    await phone.devices.leave()
    await phone.devices.join(line)
    await settle(anna, phone, bob)
    expect(phone.devices.list()).toMatchObject({ state: 'ready', person: 'Author 2' })
    expect(bob.devices.list().devices.map(({ peer }) => peer)).toEqual([peerOf(bob), peerOf(phone)])
  })

  test('a line is for another device than those that there are', async () => {
    const [anna, phone] = [deviceNode(0), deviceNode(1)]
    await addDevice(anna, phone, 'phone')
    const { line } = await anna.devices.add()
    for (const device of [anna, phone]) {
      const { message } = await failure(() => device.devices.join(line))
      expect(message).toContain('one of these devices already')
    }
  })

  test('the room of the devices is in no list, and found by its whole id only', async () => {
    const anna = deviceNode(0)
    await anna.devices.add()
    expect(anna.rooms.list()).toEqual([])
    const { id } = anna.inside.room
    expect(anna.rooms.get(id).id).toBe(id)
    for (const reference of ['Devices', id.slice(0, 20)]) {
      expect(await failure(() => anna.rooms.get(reference))).toMatchObject({ code: 'no-such-room' })
    }
  })
})

test('a device keeps its name where the first one is removed, and the list is made anew', async () => {
  const [laptop, phone, tablet] = [deviceNode(0), deviceNode(1), deviceNode(2)]
  await addDevice(laptop, phone, 'phone')
  await addDevice(laptop, tablet, 'tablet')
  await settle(laptop, phone, tablet)
  await phone.devices.rename('handy')
  const { toAddAgain } = await phone.devices.remove(peerOf(laptop))
  expect(toAddAgain).toMatchObject([{ name: 'tablet' }])
  await settle(phone)
  expect(phone.devices.list().devices).toMatchObject([{ name: 'handy', self: true, isFirst: true }])
})

describe('rooms with members', () => {
  test.each<Role>(['reader', 'writer', 'admin'])('a device of a %s is let in while the owner is away', async (role) => {
    const [bob, laptop, phone] = [deviceNode(0), deviceNode(1), deviceNode(2)]
    const { id } = await bob.rooms.create({ name: 'Crew', access: 'private' })
    await bob.rooms.get(id).do('send', { text: 'before anybody came' })
    await invited(bob, laptop, id, role)
    expect(roleOf(laptop, id)).toBe(role)
    await addDevice(laptop, phone, 'phone')
    expect(roleOf(phone, id)).toBe(role)
    expect(textsOf(phone, id)).toEqual(['before anybody came'])
    expect(laptop.devices.list().devices.flatMap(({ lacks }) => lacks)).toEqual([])
  })

  test("the owner's device is an admin, and what a new device brings along is for the others", async () => {
    const [laptop, phone] = [deviceNode(0), deviceNode(1)]
    const { id: family } = await laptop.rooms.create({ name: 'Family', access: 'private' })
    const { id: notes } = await phone.rooms.create({ name: 'Notes', access: 'public-read' })
    await addDevice(laptop, phone, 'phone')
    expect([roleOf(phone, family), roleOf(laptop, notes)]).toEqual(['admin', 'admin'])
  })

  test('what cannot be done is said: a device that nobody let in, and one whose role was taken away', async () => {
    const [bob, laptop, phone] = [deviceNode(0), deviceNode(1), deviceNode(2)]
    const { id } = await bob.rooms.create({ name: 'Crew', access: 'private' })
    await invited(bob, laptop, id, 'writer')
    await addDevice(laptop, phone, 'phone')
    exchange(bob, laptop, phone)
    await bob.rooms.get(id).setRole(peerOf(phone), 'none')
    await settle(bob, laptop, phone)
    const { devices } = laptop.devices.list()
    expect(devices.find(({ name }) => name === 'phone')?.lacks).toEqual([
      {
        room: id,
        roomName: 'Crew',
        why: 'its role was taken away there: an admin gives it one (kith invite, or kith role)',
      },
    ])
    expect(roleOf(laptop, id)).toBe('writer')
  })

  test('a device that was removed loses its part in all rooms, also in those that come later', async () => {
    const [bob, laptop, phone] = [deviceNode(0), deviceNode(1), deviceNode(2)]
    const { id } = await bob.rooms.create({ name: 'Crew', access: 'private' })
    await invited(bob, laptop, id, 'writer')
    await addDevice(laptop, phone, 'phone')
    const { id: own } = await phone.rooms.create({ name: 'Own', access: 'private' })
    await settle(laptop, phone)
    const removal = await laptop.devices.remove('phone')
    expect(removal).toMatchObject({ name: 'phone', rooms: 1, openRooms: [], added: [], toAddAgain: [] })
    expect(removal.remaining).toMatchObject([{ room: own, why: 'it owns the room, and nobody removes the owner' }])
    exchange(bob, laptop)
    await bob.rooms.get(id).do('send', { text: 'for the others' })
    exchange(bob, laptop)
    expect(textsOf(laptop, id)).toEqual(['for the others'])
    exchange(bob, laptop, phone)
    expect(phone.rooms.get(id).details().unread).toBeGreaterThan(0)
    // Who was let in again by others is not removed again.
    await bob.rooms.get(id).setRole(peerOf(phone), 'writer')
    await settle(bob, laptop)
    expect(
      bob.rooms
        .get(id)
        .members()
        .find(({ peer }) => peer === peerOf(phone))?.standing?.role,
    ).toBe('writer')
    expect(laptop.devices.list().stillIn).toMatchObject([
      { room: id, why: 'others let it in again after that: an admin ends that (kith remove)' },
      { room: own },
    ])
    expect(await failure(() => laptop.devices.remove('phone'))).toMatchObject({ code: 'no-such-peer' })
    expect(await failure(() => laptop.devices.remove('first'))).toMatchObject({ code: 'no-right' })
  })

  test.each<[Role, string, string]>([
    [
      'writer',
      'its role was taken away there: an admin gives it one (kith invite, or kith role)',
      'others let it in again after that: an admin ends that (kith remove)',
    ],
    ['admin', 'its role was taken away there: kith invite, or kith role, gives it one', ''],
  ])(
    'a device of a %s that was removed and added again stays out until an admin lets it in',
    async (role, why, back) => {
      const [bob, laptop, phone] = [deviceNode(0), deviceNode(1), deviceNode(2)]
      const { id } = await bob.rooms.create({ name: 'Crew', access: 'private' })
      await invited(bob, laptop, id, role)
      await addDevice(laptop, phone, 'phone')
      exchange(bob, laptop, phone)
      const rank = () => bob.core.machine.rooms.require(id as RoomId).graph.gate.control?.rank(peerOf(phone))
      expect(await laptop.devices.remove('phone')).toMatchObject({ rooms: 1, remaining: [] })
      exchange(bob, laptop, phone)
      await phone.devices.leave()
      await addDevice(laptop, phone, 'phone')
      await settle(bob, laptop, phone)
      expect(rank()).toBe(0)
      expect(laptop.devices.list().devices.flatMap(({ lacks }) => lacks)).toMatchObject([{ room: id, why }])
      await bob.rooms.get(id).setRole(peerOf(phone), role)
      await settle(bob, laptop, phone)
      expect(roleOf(phone, id)).toBe(role)

      // It is a member in its own right now, whom only admins remove.
      const again = await laptop.devices.remove('phone')
      expect(again.remaining).toHaveLength(back === '' ? 0 : 1)
      await settle(bob, laptop)
      expect(laptop.devices.list().stillIn.map((each) => each.why)).toEqual(back === '' ? [] : [back])
      expect(rank() === 0).toBe(back === '')
    },
  )

  test('a device that was removed waits for a new line to be accepted, also where it did not leave before', async () => {
    const [laptop, phone] = [deviceNode(0), deviceNode(1)]
    await addDevice(laptop, phone, 'phone')
    for (const isLeaving of [true, false]) {
      await laptop.devices.remove('phone')
      exchange(laptop, phone)
      expect(phone.devices.list().state).toBe('removed')
      if (isLeaving) await phone.devices.leave()
      await phone.devices.join((await laptop.devices.add()).line, { name: 'phone' })
      expect(phone.devices.list()).toMatchObject({ state: 'waiting', waitingFor: 'the invite to arrive' })
      await settle(laptop, phone)
      expect(phone.devices.list().state).toBe('ready')
    }
  })
})

describe('a device that was stolen', () => {
  test('lists no more rooms than are joined, and what makes no sense is counted', async () => {
    const [laptop, phone] = [deviceNode(0), deviceNode(1)]
    await addDevice(laptop, phone, 'phone')
    const { id } = await deviceNode(2).rooms.create({ name: 'Some room' })
    const list = laptop.inside.list()
    expect(list.ignored).toBe(0)
    await phone.inside.put(roomKey(id as typeof laptop.inside.id & string), 'nonsense')
    await phone.inside.put('room/nonsense', { joined: true })
    await phone.inside.put('unheard-of', 1)
    await settle(laptop, phone)
    expect(laptop.devices.list().ignored).toBe(3)
    expect(idsIn(laptop)).toEqual([])
    expect(MAX_LISTED_ROOMS).toBeLessThan(10_000)
  })

  test('says nothing in the name of another device', async () => {
    const [laptop, phone] = [deviceNode(0), deviceNode(1)]
    await addDevice(laptop, phone, 'phone')
    const forged = { name: 'Mine', node: 'Mine', box: Buffer.alloc(32).toString('base64'), proofs: {}, left: true }
    await phone.inside.put(deviceKey(peerOf(laptop)), forged)
    exchange(laptop, phone)
    expect(phone.inside.list().devices.has(peerOf(laptop))).toBe(false)
    await settle(laptop, phone)
    // Which it says anew.
    expect(phone.inside.list().devices.get(peerOf(laptop))).toMatchObject({ name: 'first', hasLeft: false })
  })
})
