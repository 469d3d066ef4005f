import { expect, it } from 'vitest'
import { documentIdOfDigest, type PeerId, type RoomId } from '../../../../protocols/wire/ids.ts'
import { Neighbours } from '../../../../protocols/wire/neighbours.ts'

const [kitchen, garden] = [1, 2].map((byte) => documentIdOfDigest(new Uint8Array(32).fill(byte))) as [RoomId, RoomId]
const [anna, bob] = ['anna', 'bob'] as [PeerId, PeerId]

it('has what each neighbour said last, by room and by peer', () => {
  const neighbours = new Neighbours<string>()
  expect(neighbours.set(kitchen, anna, 'first')).toBe(true)
  expect(neighbours.set(kitchen, anna, 'last')).toBe(false)
  neighbours.set(kitchen, bob, 'b')
  neighbours.set(garden, anna, 'g')
  expect([...neighbours.of(kitchen)]).toEqual([
    [anna, 'last'],
    [bob, 'b'],
  ])
  expect([...neighbours.roomsOf(anna)]).toEqual([kitchen, garden])
  expect(neighbours.has(garden, bob)).toBe(false)
})

it('forgets who left, and all of a room that is closed', () => {
  const neighbours = new Neighbours<string>()
  for (const room of [kitchen, garden]) for (const peer of [anna, bob]) neighbours.set(room, peer, '')
  expect(neighbours.delete(kitchen, anna)).toBe(true)
  expect(neighbours.delete(kitchen, anna), 'a second time').toBe(false)
  expect([...neighbours.of(kitchen).keys()]).toEqual([bob])
  neighbours.close(garden)
  expect([...neighbours.of(garden)]).toEqual([])
  expect([...neighbours.roomsOf(anna)]).toEqual([])
  expect([...neighbours.roomsOf(bob)]).toEqual([kitchen])
  expect(neighbours.set(garden, anna, ''), 'as if for the first time').toBe(true)
})
