/** A private room on real nodes, all of whose documents go through a carrier that can read none of them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectAgreement, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'
import { found } from './words.ts'

const kith = useKith()

const ROOM_NAME = 'Aardvarkrat'

const roleOf = async (node: NodeProcess, room: string): Promise<unknown> =>
  (await node.api.call('rooms.show', { room })).role

const textsOf = async (node: NodeProcess, room: string): Promise<string[]> =>
  (await node.read(room)).map(({ text }) => text)

test('three talk through a carrier that sees no word of it, and one is removed while away and writing', async () => {
  const carrier = await kith.start({ name: 'Carrier' })
  const through = { peers: [carrier.address] }
  const anna = await kith.start({ name: 'Annabellissima', ...through })
  const [created] = await kith.json<{ id: string }>(anna.dataDir, 'room', 'create', ROOM_NAME, '--private')
  const room = created!.id
  await carrier.api.call('rooms.carry', { room })
  await anna.send(room, 'before anybody came')
  const [invited] = await kith.json<{ line: string }>(anna.dataDir, 'invite', ROOM_NAME, '--uses', '2')
  const { documents } = await anna.api.call('rooms.show', { room })
  const carried = async () => (await carrier.api.call('rooms.show', { room })).documents
  await vi.waitFor(async () => expect(await carried()).toBe(documents), POLL)

  // With the only admin off, the invite is accepted through the carrier alone.
  await anna.stop()
  const [bob, carol] = (await Promise.all(
    ['Bobolinkhaus', 'Carolinensis'].map((name) => kith.start({ name, ...through })),
  )) as [NodeProcess, NodeProcess]
  for (const node of [bob, carol]) {
    await node.api.call('rooms.join', { room: invited!.line })
    await vi.waitFor(async () => expect(await textsOf(node, room)).toEqual(['before anybody came']), POLL)
    await vi.waitFor(async () => expect(await roleOf(node, room)).toBe('writer'), POLL)
  }
  await bob.send(room, 'says the bobolink')
  // The carrier dies while it is sent to.
  const sending = carol.send(room, ...Array.from({ length: 20 }, (_, i) => `quokka ${i}`))
  await carrier.kill()
  await sending
  const again = await kith.restart(carrier)
  const owner = await kith.restart(anna, { peers: [again.address] })
  const said = ['before anybody came', 'says the bobolink', ...Array.from({ length: 20 }, (_, i) => `quokka ${i}`)]
  const expectAll = async (node: NodeProcess, texts: readonly string[]) =>
    vi.waitFor(async () => expect((await textsOf(node, room)).toSorted()).toEqual(texts.toSorted()), POLL)
  for (const node of [owner, bob, carol]) await expectAll(node, said)

  // A file, which its readers open and the carrier does not.
  const folder = kith.folder()
  writeFileSync(join(folder, 'Quollplan.txt'), 'bilby by bilby, '.repeat(10_000))
  const added = await kith.run(owner.dataDir, 'file', 'add', ROOM_NAME, join(folder, 'Quollplan.txt'))
  expect(added).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => {
    const listed = await kith.run(bob.dataDir, 'file', 'list', ROOM_NAME)
    expect(listed.out).toContain('Quollplan.txt')
  }, POLL)
  const got = await kith.run(bob.dataDir, 'file', 'get', ROOM_NAME, 'Quollplan.txt', '-o', join(folder, 'copy.txt'))
  expect(got).toMatchObject({ exitCode: 0 })
  expect(readFileSync(join(folder, 'copy.txt'), 'utf8')).toContain('bilby by bilby')
  said.push('shared Quollplan.txt')

  // Carol writes while nobody hears it, and is removed meanwhile.
  await Promise.all([again, owner, bob].map((node) => node.stop()))
  await carol.send(room, 'wombat beside the removal')
  await carol.kill()
  const passing = await kith.restart(again)
  const removing = await kith.restart(owner, { peers: [passing.address] })
  const { out } = await kith.run(removing.dataDir, 'remove', ROOM_NAME, 'Carolinensis', '--yes')
  expect(out).toContain('Removed')
  await removing.send(room, 'numbat without her')
  const { documents: written } = await removing.api.call('rooms.show', { room })
  await vi.waitFor(async () => {
    expect((await passing.api.call('rooms.show', { room })).documents).toBe(written)
  }, POLL)
  await removing.kill()
  // The others are never up at the same time until the end.
  const other = await kith.restart(bob, { peers: [passing.address] })
  await vi.waitFor(async () => expect(await textsOf(other, room)).toContain('numbat without her'), POLL)
  await other.send(room, 'axolotl agrees')
  const gone = await kith.restart(carol, { peers: [passing.address, other.address] })
  const back = await kith.restart(removing, { peers: [passing.address] })
  const later = [...said, 'numbat without her', 'axolotl agrees']
  for (const node of [back, other]) await expectAll(node, later)
  await expectAgreement([back, other], room, later)
  const { out: members } = await kith.run(back.dataDir, 'members', ROOM_NAME)
  expect(members).toMatch(/Carolinensis +removed/)
  const { out: shown } = await kith.run(back.dataDir, 'room', 'show', ROOM_NAME)
  expect(shown).toContain('private: only members read and write; this node is the owner')

  // Whoever passed it on saw nothing, and whoever was removed nothing new.
  expect((await textsOf(gone, room)).toSorted()).toEqual([...said, 'wombat beside the removal'].toSorted())
  const names = [ROOM_NAME, 'Annabellissima', 'Bobolinkhaus', 'Carolinensis']
  const words = ['Quollplan', 'bilby', 'anybody came', 'bobolink', 'quokka', 'wombat', 'numbat', 'axolotl']
  expect(found(passing.dataDir, [...names, ...words])).toEqual([])
  expect(found(gone.dataDir, ['numbat', 'axolotl'])).toEqual([])
  // Members keep what they read sealed under their own keys.
  for (const node of [back, other]) expect(found(node.dataDir, [...names, ...words])).toEqual([])
  expect(found(other.dataDir, ['/ip4/127.0.0.1/tcp/'])).not.toEqual([]) // so the search works
  const { out: rooms } = await kith.run(passing.dataDir, 'room', 'list')
  expect(rooms).not.toContain(ROOM_NAME)

  // Who was removed is told by whom, and comes back by another invite.
  const told = /[Yy]ou were removed from '?Aardvarkrat'? by \w+/
  await vi.waitFor(async () => {
    expect((await kith.run(gone.dataDir, 'room', 'show', ROOM_NAME)).out).toMatch(told)
  }, POLL)
  for (const argv of [['room', 'list'], ['status']]) expect((await kith.run(gone.dataDir, ...argv)).out).toMatch(told)
  const refused = await kith.run(gone.dataDir, 'send', ROOM_NAME, 'still there?')
  expect(refused).toMatchObject({ exitCode: 1, err: expect.stringMatching(told) as string })
  const changes = () => gone.events.flatMap((record) => (record.event === 'access' ? [record.access] : []))
  const own = { what: 'member', self: true, before: 'writer', role: 'none', set: { by: { peer: anna.peer } } }
  // Also if its neighbours told it before its API was open.
  await vi.waitFor(() => expect(changes()).toMatchObject([own]), POLL)
  const [anew] = await kith.json<{ line: string }>(back.dataDir, 'invite', ROOM_NAME)
  const joined = await kith.run(gone.dataDir, 'join', anew!.line)
  expect(joined.out).toMatch(/, as a writer, by \w+/)
  await vi.waitFor(async () => expect(await textsOf(gone, room)).toContain('axolotl agrees'), POLL)
  await gone.send(room, 'potoroo is back')
  await vi.waitFor(async () => expect(await textsOf(other, room)).toContain('potoroo is back'), POLL)
  await vi.waitFor(() => {
    const last = changes().findLast((change) => change.what === 'member' && change.self)
    expect(last).toMatchObject({ self: true, before: 'none', role: 'writer', set: { how: 'invite' } })
  }, POLL)
  expect((await kith.run(gone.dataDir, 'room', 'show', ROOM_NAME)).out).not.toMatch(told)
})

test('who only has the id is told how much it cannot read, and that it needs an invite', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const { id: room } = await anna.api.call('rooms.create', { name: ROOM_NAME, access: 'private' })
  await anna.send(room, 'to nobody yet')
  const stranger = await kith.start({ name: 'Stranger', peers: [anna.address] })
  await stranger.api.call('rooms.join', { room })
  await vi.waitFor(async () => {
    const { status, unread } = await stranger.api.call('rooms.show', { room })
    expect({ status, unread }).toEqual({ status: 'open', unread: 2 })
  }, POLL)
  const read = await kith.run(stranger.dataDir, 'read', room)
  expect(read).toMatchObject({ exitCode: 1, out: '' })
  expect(read.err).toMatch(/^2 documents cannot be read here for want of a key\..*\nkith: only members read /)
  const sent = await kith.run(stranger.dataDir, 'send', room, 'hello')
  expect(sent).toMatchObject({ exitCode: 1, err: expect.stringContaining('ask an admin for an invite') as string })
  const shown = await kith.run(stranger.dataDir, 'room', 'show', room)
  expect(shown.out).toContain('2 documents that this node has no key for')
})
