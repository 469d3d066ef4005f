/** What the library refuses of what programs ask of a room with members. */
import { expect, test } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { AccessMode, Role } from '../../../src/kith.ts'
import { parseInvite } from '../../../src/node/invite.ts'
import { at, NOW_MS, peerA } from '../room/history.ts'
import { coreOf, type TestCore } from './core.ts'
import { failure, setUp } from './test-rooms.ts'

/** Gives one node what another has of a room. */
function deliver(from: TestCore, to: TestCore, room: RoomId): void {
  const blocks = from.store.documents(room, { limit: 100 }).map(({ block }) => block)
  to.machine.rooms.receive(room, blocks, peerA, at(NOW_MS))
}

test('a room is not created with an access that does not exist', async () => {
  const { rooms } = setUp()
  const access = 'secret' as AccessMode
  expect(await failure(() => rooms.create({ name: 'Family', access }))).toEqual({
    code: 'bad-value',
    message: "a room's access is open, public-read, private, not 'secret'",
  })
  expect(rooms.list()).toEqual([])
})

test('a role that does not exist is neither offered nor given, and nothing is written', async () => {
  const { rooms, core } = setUp()
  const room = await rooms.create({ name: 'Family', access: 'private' })
  const { documents } = room.details()
  for (const role of ['owner', 'none', 'boss'] as string[] as Role[]) {
    expect(await failure(() => room.invite({ role }))).toEqual({
      code: 'bad-value',
      message: `a member's role is carrier, reader, writer, admin, not '${role}'`,
    })
  }
  expect(await failure(() => room.setRole(core.self, 'boss' as Role))).toMatchObject({ code: 'bad-value' })
  expect(room.details().documents).toBe(documents)
})

test('withdrawing an invite again writes nothing', async () => {
  const { rooms } = setUp()
  const room = await rooms.create({ name: 'Family', access: 'private' })
  const { id } = await room.invite()
  expect(await room.withdrawInvite(id)).toMatchObject({ status: 'withdrawn' })
  const { documents } = room.details()
  expect(await room.withdrawInvite(id)).toMatchObject({ id, status: 'withdrawn' })
  expect(room.details().documents).toBe(documents)
})

test('a private room is not handed over to a carrier, which has no key, nor is it made a reader', async () => {
  const { rooms, core } = setUp()
  const room = await rooms.create({ name: 'Family', access: 'private' })
  const { line } = await room.invite({ role: 'carrier' })
  const { room: id, seed } = parseInvite(line)
  const carrier = coreOf(1)
  await carrier.command({ type: 'carry', room: id, maxBytes: 10 ** 6, inviteSeed: seed!.toString('hex') })
  deliver(core, carrier, id)
  expect(carrier.machine.rooms.require(id).acts.accept(NOW_MS)).toBeDefined()
  deliver(carrier, core, id)
  expect(room.members().find(({ peer }) => peer === carrier.self)?.standing?.role).toBe('carrier')
  for (const act of [() => room.handOver(carrier.self), () => room.setRole(carrier.self, 'reader')]) {
    const { code, message } = await failure(act)
    expect(code).toBe('no-such-peer')
    expect(message).toContain("has never been given a key of 'Family': invite it instead")
  }
  expect(room.details().role).toBe('owner')
})

test('who accepts an invite again, from a backup of before, is no further one who did', async () => {
  const { rooms, core } = setUp()
  const room = await rooms.create({ name: 'Family', access: 'private' })
  const { id: inviteId, line } = await room.invite({ role: 'carrier', uses: 2 })
  const { room: id, seed } = parseInvite(line)
  const inviteSeed = seed!.toString('hex')
  const carriers = [coreOf(1), coreOf(1)] as const
  for (const carrier of carriers) {
    await carrier.command({ type: 'carry', room: id, maxBytes: 10 ** 6, inviteSeed })
    deliver(core, carrier, id)
  }
  const { documents } = core.store.totals(id)
  // A moment apart, so that they are not the same document.
  for (const [i, carrier] of carriers.entries()) carrier.machine.rooms.require(id).acts.accept(NOW_MS + i)
  for (const carrier of carriers) deliver(carrier, core, id)
  const invite = room.invites().find((each) => each.id === inviteId)
  expect(core.store.totals(id).documents).toBe(documents + 2)
  expect(invite).toMatchObject({ usedBy: [{ peer: carriers[0].self }], status: 'open' })
})
