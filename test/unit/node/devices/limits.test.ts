/** What devices do for each other is bounded, whatever another one of them writes. */
import { encode } from '@ipld/dag-cbor'
import { expect, test } from 'vitest'
import { MAX_LISTED_ROOMS } from '../../../../protocols/devices/constants.ts'
import type { PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { documentIdOfDigest } from '../../../../protocols/wire/ids.ts'
import { mapCodec } from '../../../../src/apps/map/state.ts'
import { LISTED_ROOM_BYTES_MAX, MAX_REPEATS, MAX_STEPS } from '../../../../src/node/devices/constants.ts'
import { deviceKey, listOf, readKey, roomKey, roomValue } from '../../../../src/node/devices/entries.ts'
import { stepsFor, type KnownRoom } from '../../../../src/node/devices/reconcile.ts'
import { signerOf } from '../../room/history.ts'
import { addDevice, deviceNode, exchange, peerOf, settle } from './device-nodes.ts'

const AUTHOR = signerOf(0).author

function idOf(index: number): RoomId {
  const digest = new Uint8Array(32)
  new DataView(digest.buffer).setUint32(0, index)
  return documentIdOfDigest(digest)
}

/** The state of a map with these entries, in this order. */
function stateOf(entries: readonly (readonly [key: string, value: unknown])[]) {
  const tuples = entries.map(([key, value], index) => [key, [value], index + 1, idOf(index), AUTHOR] as const)
  return mapCodec.decode(encode(tuples))
}

const roomEntries = (count: number) =>
  Array.from({ length: count }, (_, i) => [roomKey(idOf(i)), roomValue({ isJoined: true, alias: undefined })] as const)

const here = (list: ReturnType<typeof listOf>, rooms: readonly KnownRoom[]) => ({
  ...{ self: AUTHOR, isFirst: false, nodeName: 'Anna', deviceName: 'laptop', list, rooms },
  ...{ others: [] as PeerId[], box: new Uint8Array(32) },
})

test('rooms beyond the limit are not joined, those that were listed first are, and none is added', () => {
  const list = listOf(stateOf(roomEntries(MAX_LISTED_ROOMS + 5)))
  expect({ rooms: list.rooms.length, last: list.rooms.at(-1)?.id, ignored: list.ignored }).toEqual({
    ...{ rooms: MAX_LISTED_ROOMS, last: idOf(MAX_LISTED_ROOMS - 1), ignored: 5 },
  })
  const own: KnownRoom = { id: idOf(70_000), how: 'joined', alias: undefined, personal: {}, lacksBox: false }
  const steps = stepsFor(here(list, [own]))
  expect(steps.filter(({ type }) => type === 'join')).toHaveLength(MAX_LISTED_ROOMS)
  expect(steps.filter(({ type }) => type === 'list')).toEqual([])
  expect(stepsFor(here(listOf(stateOf([])), [own])).filter(({ type }) => type === 'list')).toHaveLength(1)
})

test.each([
  ['a room that is no id', 'room/nonsense', { joined: true }],
  ['a room of which nothing is said', roomKey(idOf(1)), {}],
  ['a room as a list', roomKey(idOf(1)), [true]],
  ['a position that is none', readKey(idOf(1)), [1.5, idOf(2)]],
  ['a position of something else', readKey(idOf(1)), [1, 'nonsense']],
  ['a device without a box', deviceKey(AUTHOR), { name: 'laptop', node: 'Anna', proofs: {} }],
  ['a device of another author', deviceKey(signerOf(1).author), { name: 'laptop', node: 'Anna', box: '', proofs: {} }],
  ['a name that nobody can see', 'name', '\u200b'],
  ['something of a newer version', 'unheard-of/1', 1],
])('%s is ignored, and counted', (_what, key, value) => {
  const { ignored, rooms, devices, reads, name } = listOf(stateOf([[key, value]]))
  expect({ ignored, found: [rooms.length, devices.size, reads.size, name] }).toEqual({
    ...{ ignored: 1, found: [0, 0, 0, undefined] },
  })
})

test('a name that nobody can see is no alias', () => {
  const [room] = listOf(stateOf([[roomKey(idOf(1)), { joined: true, alias: '\u202e' }]])).rooms
  expect(room?.alias).toBeUndefined()
})

test('one run takes a part of many steps, and a room of another device takes bounded space', async () => {
  const [laptop, phone] = [deviceNode(0), deviceNode(1)]
  const count = MAX_STEPS + 8
  for (let i = 0; i < count; i++) await laptop.rooms.create({ name: `Room ${i}` })
  await addDevice(laptop, phone, 'phone')
  await settle(laptop, phone)
  expect(phone.rooms.list()).toHaveLength(count)
  expect(phone.rooms.list()[0]?.limits().maxBytes).toBe(LISTED_ROOM_BYTES_MAX)
  for (let i = 0; i < count; i++) await laptop.rooms.create({ name: `Another ${i}` })
  const { documents } = laptop.inside.room.details()
  await laptop.reconciler.run()
  expect(laptop.inside.room.details().documents).toBe(documents + MAX_STEPS)
})

test('what another device undoes again and again is not done again without end', async () => {
  const [laptop, phone] = [deviceNode(0, { isClockStill: true }), deviceNode(1)]
  await addDevice(laptop, phone, 'phone')
  const documents = () => laptop.inside.room.details().documents
  let written = 0
  for (let i = 0; i < 3 * MAX_REPEATS; i++) {
    await phone.inside.put(deviceKey(peerOf(laptop)), i)
    exchange(laptop, phone)
    const before = documents()
    await laptop.reconciler.run()
    written += documents() - before
    exchange(laptop, phone)
  }
  // Some of that may have been used up before.
  expect(written).toBeGreaterThan(0)
  expect(written).toBeLessThanOrEqual(MAX_REPEATS)
})

test('reading on is told now and then, and not for each message', async () => {
  const [laptop, phone] = [deviceNode(0, { isClockStill: true }), deviceNode(1)]
  const room = await laptop.rooms.create({ name: 'Kitchen' })
  await addDevice(laptop, phone, 'phone')
  const { documents } = laptop.inside.room.details()
  for (let i = 0; i < 5; i++) {
    await room.do('send', { text: `message ${i}` })
    await room.markRead()
    await laptop.reconciler.run()
  }
  expect(laptop.inside.room.details().documents).toBe(documents + 1)
})
