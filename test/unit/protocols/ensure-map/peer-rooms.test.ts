/** In the name of which of a peer's rooms it is asked for a block, and what of that is forgotten. */
import { beforeEach, describe, expect, it } from 'vitest'
import { PeerRooms } from '../../../../protocols/ensure-map/peer-rooms.ts'
import { Wants, type Want } from '../../../../protocols/ensure-map/wants.ts'
import type { RoomId } from '../../../../protocols/wire/ids.ts'
import { bob, carol, leaf, roomOf } from './dags.ts'

const [home, second, third] = ['home', 'second', 'third'].map((name) => roomOf(name).id) as [RoomId, RoomId, RoomId]

let rooms: PeerRooms
let want: Want

beforeEach(() => {
  rooms = new PeerRooms(bob, 1, [second, home, third])
  want = new Wants(() => 0).missing(home, leaf('page').id, undefined)
})

describe('a peer is asked', () => {
  it('in the room of the block, then in one other after the other', () => {
    expect(rooms.home(want)).toBe(home)
    rooms.lacks(want, home)
    expect(rooms.home(want)).toBeUndefined()
    expect(rooms.elsewhere(want, undefined)).toBe(second)
    rooms.lacks(want, second)
    expect(rooms.elsewhere(want, undefined)).toBe(third)
    rooms.lacks(want, third)
    expect(rooms.elsewhere(want, undefined)).toBeUndefined()
  })

  it('in a single other room, where that is the only one that may be named', () => {
    expect(rooms.elsewhere(want, third)).toBe(third)
    expect(rooms.elsewhere(want, roomOf('not shared').id)).toBeUndefined()
    rooms.lacks(want, third)
    expect(rooms.elsewhere(want, third)).toBeUndefined()
  })

  it('again in a room that it left and joined', () => {
    for (const room of [home, second, third]) rooms.lacks(want, room)
    for (const room of [home, second]) {
      rooms.leave(room)
      rooms.join(room)
    }
    expect(rooms.home(want)).toBe(home)
    expect(rooms.elsewhere(want, undefined)).toBe(second)
  })

  it('in no room that it left', () => {
    for (const room of [home, second]) rooms.leave(room)
    expect(rooms.home(want)).toBeUndefined()
    expect(rooms.elsewhere(want, undefined)).toBe(third)
    expect([...rooms]).toEqual([third])
  })
})

describe('what a peer lacks', () => {
  it('is forgotten with its stream, and kept once per peer', () => {
    new PeerRooms(carol, 2, [home]).lacks(want, home)
    rooms.lacks(want, home)
    const next = new PeerRooms(bob, 3, rooms)
    expect(next.home(want)).toBe(home)
    next.lacks(want, home)
    expect(want.absentAt.map(({ peer }) => peer)).toEqual([carol, bob])
  })

  it('is forgotten once it may have it', () => {
    rooms.lacks(want, home)
    rooms.lacks(want, second)
    rooms.forget(want)
    expect(want.absentAt).toEqual([])
    expect(rooms.home(want)).toBe(home)
  })
})

it('rooms that come and go are to be numbered anew after a while', () => {
  for (let i = 0; !rooms.isSparse; i++) {
    expect(i).toBeLessThan(100)
    rooms.leave(second)
    rooms.join(second)
  }
  expect(new PeerRooms(bob, 2, rooms).isSparse).toBe(false)
})
