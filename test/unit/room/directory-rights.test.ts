/** Who may write in a directory, by its room: also who was removed, and let in again. */
import { expect, test } from 'vitest'
import { signRecord, type DirectoryRecord } from '../../../protocols/directory/index.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { Access } from '../../../protocols/access/constants.ts'
import { DirectoryRights } from '../../../src/room/directory-rights.ts'
import { coreOf, type TestCore } from '../node/core.ts'
import { signerOf } from './history.ts'

const [bob, carol] = [signerOf(1), signerOf(2)]

async function roomOf(access?: Access): Promise<{ core: TestCore; room: RoomId; rights: DirectoryRights }> {
  const core = coreOf(0)
  const create = { type: 'create' as const, name: 'Phonebook', app: 'directory', ...(access && { access }) }
  const { room } = (await core.command(create)) as { room: RoomId }
  return { core, room, rights: new DirectoryRights(core.machine.rooms.require(room)) }
}

const give = (core: TestCore, room: RoomId, role: 'none' | 'reader' | 'writer' | 'admin') =>
  core.command({ type: 'act', room, sayings: [{ type: 'role', member: bob.author, role }] })

function entryIn(room: RoomId, rights: DirectoryRights, of = bob.author): DirectoryRecord {
  const act = rights.actOf(bob.author)
  const about = of === bob.author ? {} : { isGone: true, of }
  return signRecord(room, { text: 'soup', timeMs: 1, ...about, ...(act && { act }) }, bob)
}

test('in an open room everybody writes, and the owner alone removes what others wrote', async () => {
  const { core, room, rights } = await roomOf()
  expect(rights.counts(entryIn(room, rights))).toBe(true)
  expect(rights.counts(entryIn(room, rights, carol.author))).toBe(false)
  expect([core.self, bob.author].map((author) => rights.isAdmin(author))).toEqual([true, false])
  expect(rights.mayRead(carol.author)).toBe(true)
})

test('in a room with members, what somebody wrote who was removed does not count, also once let in again', async () => {
  const { core, room, rights } = await roomOf('public-read')
  expect(rights.counts(entryIn(room, rights))).toBe(false)
  await give(core, room, 'writer')
  const first = entryIn(room, rights)
  expect(rights.counts(first)).toBe(true)
  expect(rights.counts(entryIn(room, rights, carol.author))).toBe(false)
  await give(core, room, 'admin')
  expect([rights.counts(first), rights.counts(entryIn(room, rights, carol.author))]).toEqual([true, true])
  await give(core, room, 'none')
  expect(rights.counts(first)).toBe(false)
  await give(core, room, 'writer')
  expect(rights.counts(first)).toBe(false)
  expect(rights.counts(entryIn(room, rights))).toBe(true)
})

test('who only reads may hold what others wrote in a private room, and nobody else', async () => {
  const { core, room, rights } = await roomOf('private')
  expect(rights.mayRead(bob.author)).toBe(false)
  await give(core, room, 'reader')
  expect([rights.mayRead(bob.author), rights.counts(entryIn(room, rights))]).toEqual([true, false])
  await give(core, room, 'none')
  expect(rights.mayRead(bob.author)).toBe(false)
})
