/** Sharing a room in the ring, as a user of the library does. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { coreOf, ringSharingOf, servicesOf } from './core.ts'
import { FakeRing } from './fake-ring.ts'
import { FileRoom, refused } from './file-room.ts'

let room: FileRoom

beforeEach(async () => {
  room = await FileRoom.open()
})

afterEach(() => room.close())

const local = () => room.rooms.get(room.id)

it('is off until the user says so, and over restarts on', async () => {
  expect(local().inRing()).toEqual({ isOn: false, files: [] })
  expect(local().details().isInRing).toBe(false)
  await local().shareInRing({ anyone: true })
  expect(local().details().isInRing).toBe(true)
  const again = coreOf(0, room.core.store)
  expect(new LocalRooms(again, servicesOf(again)).get(room.id).inRing()).toEqual({ isOn: true, files: [] })
  await local().endSharingInRing()
  await local().endSharingInRing()
  expect(local().inRing().isOn).toBe(false)
})

it('needs to be allowed to anyone, unless the room is private', async () => {
  await expect(local().shareInRing()).rejects.toEqual(refused('bad-value'))
  room.makePrivate()
  await local().shareInRing()
  expect(local().inRing().isOn).toBe(true)
})

it('is refused for a room that is not here yet or only carried, and on a node without a ring', async () => {
  const { core } = room
  const waiting = await room.rooms.join(local().id.replace(/.{6}$/, 'aaaaaq'))
  await expect(waiting.shareInRing({ anyone: true })).rejects.toEqual(refused('waiting'))
  const ring = new FakeRing()
  ring.isOn = false
  const without = new LocalRooms(core, { ...room.services, ringSharing: ringSharingOf(core, ring) })
  await expect(without.get(room.id).shareInRing({ anyone: true })).rejects.toEqual(refused('no-ring'))
})
