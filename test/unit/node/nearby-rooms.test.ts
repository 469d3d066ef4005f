/** What peers announce, as a list for people. */
import { describe, expect, it } from 'vitest'
import type { Announced, Offer } from '../../../protocols/nearby/index.ts'
import { documentIdOfDigest, type PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_OFFERS } from '../../../protocols/nearby/constants.ts'
import { roomsOf } from '../../../src/node/nearby-rooms.ts'
import { parseInvite } from '../../../src/node/invite.ts'
import { failure, setUp } from './test-rooms.ts'

const [BOB, CARLA] = ['12D3KooWbob11111', '12D3KooWcarla222'] as PeerId[] as [PeerId, PeerId]
const id = (index: number) => documentIdOfDigest(new Uint8Array(32).fill(index))
const offer = (index: number, rest: Partial<Offer> = {}): Offer => ({
  ...{ room: id(index), name: `Room ${index}`, app: 'chat', access: 'open' },
  ...rest,
})
const said = (peer: PeerId, from: string, ...offers: Offer[]): Announced => ({ peer, from, offers })

describe('rooms nearby', () => {
  it('are listed by name, once for all who announce them, with a line to join', () => {
    const invite = { seed: new Uint8Array(32).fill(7), act: id(9) }
    const rooms = roomsOf(
      [said(BOB, 'Bob', offer(2), offer(1)), said(CARLA, 'Carla', offer(1), offer(3, { access: 'private', invite }))],
      (room) => room === id(2),
    )
    expect(rooms.map(({ name, isHere, offeredBy }) => [name, isHere, offeredBy.map((each) => each.name)])).toEqual([
      ['Room 1', false, ['Bob', 'Carla']],
      ['Room 2', true, ['Bob']],
      ['Room 3', false, ['Carla']],
    ])
    expect(parseInvite(rooms[2]?.invite ?? '')).toMatchObject({
      room: id(3),
      act: invite.act,
      seed: Buffer.from(invite.seed),
    })
  })

  it('that two call differently are listed as each does', () => {
    const rooms = roomsOf([said(BOB, 'Bob', offer(1)), said(CARLA, 'Carla', offer(1, { name: 'Trap' }))], () => false)
    expect(rooms.map(({ name, offeredBy }) => `${name} by ${offeredBy[0]?.name}`)).toEqual([
      'Room 1 by Bob',
      'Trap by Carla',
    ])
  })

  it('have names like those of rooms and people: nothing unseen, and no two alike', () => {
    const rooms = roomsOf(
      [said(BOB, 'Anna', offer(1, { name: 'a\u202eb' }), offer(2, { name: '\u200b' })), said(CARLA, 'Anna', offer(3))],
      () => false,
    )
    expect(rooms.map(({ name }) => name)).toEqual(['', 'a⟨U+202E⟩b', 'Room 3'])
    expect(rooms[1]?.offeredBy).toEqual([{ peer: BOB, name: `Anna …${BOB.slice(-8)}` }])
    const posing = roomsOf([said(BOB, 'Anna …22222222', offer(1))], () => false)
    expect(posing[0]?.offeredBy[0]?.name).toBe(`Anna …22222222 …${BOB.slice(-8)}`)
  })
})

describe('a room', () => {
  it('is announced until that is ended, or the room is left', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    expect(room.details().isAnnounced).toBe(false)
    await room.announce()
    await room.announce()
    expect(room.details().isAnnounced).toBe(true)
    await room.endAnnouncing()
    expect(room.details().isAnnounced).toBe(false)
    await room.announce()
    await room.leave()
    expect((await rooms.join(room.id)).details().isAnnounced).toBe(false)
  })

  it('that is private is announced only if anyone may come, with an invite that ends with it', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Family', access: 'private' })
    expect(await failure(() => room.announce())).toMatchObject({ code: 'bad-value', message: /is private.*--anyone/ })
    await room.announce({ anyone: true })
    expect(room.invites()).toMatchObject([{ status: 'open', role: 'writer', uses: 100 }])
    expect(room.details().isAnnounced).toBe(true)
    await room.endAnnouncing()
    expect(room.invites()).toMatchObject([{ status: 'withdrawn' }])
    await room.announce({ anyone: true })
    await room.withdrawInvite(room.invites()[1]!.id)
    expect(room.details().isAnnounced).toBe(false)
  })

  it('is one of a few, and one that is here', async () => {
    const { rooms } = setUp()
    for (let i = 0; i < MAX_OFFERS; i++) await (await rooms.create({ name: `Room ${i}` })).announce()
    const more = await rooms.create({ name: 'One more' })
    expect(await failure(() => more.announce())).toMatchObject({ code: 'too-many' })
    const waiting = await rooms.join(id(1))
    expect(await failure(() => waiting.announce())).toMatchObject({ code: 'waiting' })
    const carried = await rooms.carry(id(2))
    expect((await failure(() => carried.announce())).code).toMatch(/^(waiting|carried)$/)
  })
})
