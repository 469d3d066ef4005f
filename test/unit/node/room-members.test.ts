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

test('whoever lacks a right is told which, and who could give it', async () => {
  const { rooms, core } = setUp()
  const room = await rooms.create({ name: 'Notices', access: 'public-read' })
  const { id, seed } = { id: room.id as RoomId, seed: parseInvite((await room.invite({ role: 'reader' })).line).seed! }
  const [stranger, reader] = [coreOf(1), coreOf(2)] as const
  await stranger.command({ type: 'join', room: id })
  await reader.command({ type: 'join', room: id, inviteSeed: seed.toString('hex') })
  for (const node of [stranger, reader]) deliver(core, node, id)
  expect(reader.machine.rooms.require(id).acts.accept(NOW_MS)).toBeDefined()
  const owner = 'Author 0 (the owner)'
  const failed = async (node: TestCore, act: Parameters<TestCore['command']>[0]) => {
    const { code, message } = await failure(() => node.command(act))
    expect(code).toBe('no-right')
    return message
  }
  const message = { type: 'write', room: id, kind: 'message', body: new Uint8Array([1]) } as const
  expect(await failed(stranger, message)).toBe(
    `only members write in 'Notices', and this node is not one: ask an admin for an invite; admins there: ${owner} (kith members ROOM)`,
  )
  expect(await failed(reader, message)).toContain(
    `a reader does not write in 'Notices': ask an admin for another role; admins there: ${owner}`,
  )
  const removal = { type: 'act', room: id, sayings: [{ type: 'role', member: core.self, role: 'none' }] } as const
  expect(await failed(reader, removal)).toContain(`admins there: ${owner}`)
  const handover = { type: 'act', room: id, sayings: [{ type: 'owner', member: reader.self }] } as const
  expect(await failed(reader, handover)).toContain(`only the owner can make somebody else the owner; that is ${owner}`)
})

test('an invite ends within a time that calendars can show', async () => {
  const { rooms } = setUp()
  const room = await rooms.create({ name: 'Family', access: 'private' })
  const yearMs = 366 * 24 * 60 * 60 * 1000
  expect(await failure(() => room.invite({ expiresInMs: 100 * yearMs + 1 }))).toEqual({
    code: 'bad-value',
    message: 'an invite ends within 100 years',
  })
  expect((await room.invite({ expiresInMs: 99 * yearMs })).status).toBe('open')
})
