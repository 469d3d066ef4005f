/** Threads and other rooms below a room, on real nodes: who follows one has it, and who does not has the link only. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { ChildRoom, Message } from '../../src/kith.ts'
import { expectAgreement, joinRoom, POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

/** Whether a word is somewhere in a folder. */
function isIn(folder: string, word: string): boolean {
  const files = readdirSync(folder, { recursive: true }).map((path) => join(folder, path.toString()))
  return files.some((path) => statSync(path).isFile() && readFileSync(path).includes(word))
}

const childrenOf = async (node: NodeProcess, room: string): Promise<ChildRoom[]> =>
  (await node.api.call('children.list', { room })).children

const run = async (node: NodeProcess, ...words: string[]): Promise<string> => {
  const { exitCode, out, err } = await kith.run(node.dataDir, ...words)
  if (exitCode !== 0) throw new Error(`kith ${words.join(' ')} ended with ${exitCode}: ${err}`)
  return out
}

/** Three in a room, the last two connected to the first. */
async function threeIn(name: string): Promise<[anna: NodeProcess, bob: NodeProcess, carol: NodeProcess, room: string]> {
  const anna = await kith.start({ name: 'Anna' })
  const through = { peers: [anna.address] }
  const bob = await kith.start({ name: 'Bob', ...through })
  const carol = await kith.start({ name: 'Carol', peers: [anna.address, bob.address] })
  const { id } = await anna.api.call('rooms.create', { name })
  for (const node of [bob, carol]) await joinRoom(node, id)
  return [anna, bob, carol, id]
}

test('a thread is started, followed by one, read and written there, and left; who does not follow it has the link only', async () => {
  const [anna, bob, carol, room] = await threeIn('Kitchen')
  await anna.send(room, 'Is the soup ready?')
  await expectAgreement([anna, bob, carol], room, ['Is the soup ready?'])
  const [{ id: message }] = (await bob.read(room)) as [Message]

  const started = await run(bob, 'thread', 'start', 'Kitchen', message.slice(-8), 'Soup', 'talk')
  expect(started).toContain('Started the thread Soup talk.')
  const again = await kith.run(bob.dataDir, 'thread', 'start', 'Kitchen', message)
  expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining("'Kitchen/Soup talk'") as string })
  await run(bob, 'send', 'Kitchen/Soup talk', 'aardvark')

  for (const node of [anna, carol]) {
    await vi.waitFor(async () => {
      expect(await childrenOf(node, room)).toMatchObject([
        { title: 'Soup talk', about: message, status: 'linked', startedBy: { name: 'Bob' }, newMessages: null },
      ])
    }, POLL)
  }
  const unread = await kith.run(carol.dataDir, 'read', 'Kitchen/Soup talk')
  expect(unread).toMatchObject({ exitCode: 1, err: expect.stringContaining('kith follow') as string })

  const [{ id: thread }] = (await childrenOf(anna, room)) as [ChildRoom]
  expect(await run(anna, 'follow', 'Kitchen/Soup talk')).toContain('Follows Soup talk')
  await expectAgreement([anna, bob], thread, ['aardvark'])
  await run(anna, 'send', 'Kitchen/Soup talk', '@Bob echidna')
  await expectAgreement([anna, bob], thread, ['aardvark', '@Bob echidna'])
  await vi.waitFor(async () => {
    expect(await childrenOf(bob, room)).toMatchObject([{ newMessages: 1, newMentions: 1, status: 'followed' }])
  }, POLL)
  expect(await run(bob, 'thread', 'list', 'Kitchen')).toMatch(/^Soup talk +followed +1 @1 +Bob/m)
  expect(await run(bob, 'read', 'Kitchen')).toMatch(
    /ready\?\n +↳ Soup talk: 2 messages, 1 @1 new +(npx )?kith read 'Kitchen\/Soup talk'/,
  )
  expect(await run(carol, 'read', 'Kitchen')).toMatch(
    /↳ Soup talk, not followed +(npx )?kith follow 'Kitchen\/Soup talk'/,
  )
  expect(await run(bob, 'read', 'Kitchen/Soup talk')).toContain('echidna')
  expect(await run(bob, 'thread', 'list', 'Kitchen')).toMatch(/^Soup talk +followed +0 +Bob/m)
  expect(await run(bob, 'room', 'list')).toMatch(/^Kitchen\/Soup talk +chat/m)
  expect(await run(carol, 'thread', 'list', 'Kitchen')).toMatch(/^Soup talk +not followed +- +Bob/m)

  // Carol has neither the room nor a word of it.
  expect((await carol.api.call('rooms.list', {})).map(({ id }) => id)).toEqual([room])
  await carol.stop()
  expect(isIn(carol.dataDir, 'Is the soup ready?')).toBe(true) // so the search works
  for (const word of ['aardvark', 'echidna']) expect(isIn(carol.dataDir, word), word).toBe(false)

  expect(await run(anna, 'unfollow', 'Kitchen/Soup talk', '--delete')).toContain('Follows Soup talk no more')
  expect(await childrenOf(anna, room)).toMatchObject([{ status: 'linked', newMessages: null }])
  await run(bob, 'send', 'Kitchen/Soup talk', 'pangolin')
  await run(anna, 'follow', 'Kitchen/Soup talk')
  await expectAgreement([anna, bob], thread, ['aardvark', '@Bob echidna', 'pangolin'])

  // The link is found again after the next start.
  const back = await kith.restart(carol, { peers: [anna.address, bob.address] })
  expect(await childrenOf(back, room)).toMatchObject([{ id: thread, status: 'linked' }])
  await run(back, 'follow', `Kitchen/${thread}`)
  await expectAgreement([anna, bob, back], thread, ['aardvark', '@Bob echidna', 'pangolin'])
}, 120_000)

test('rooms below rooms are joined one by one, by people who need not be in those above', async () => {
  const [anna, bob, carol, room] = await threeIn('Kitchen')
  expect(await run(anna, 'room', 'create', 'Recipes', '--in', 'Kitchen')).toContain('below Kitchen')
  await run(anna, 'room', 'create', 'Soups', '--in', 'Kitchen/Recipes', '--app', 'map')
  await run(anna, 'put', 'Kitchen/Recipes/Soups', 'tomato', 'with salt')
  await vi.waitFor(
    async () => expect(await run(bob, 'room', 'tree', 'Kitchen')).toMatch(/Recipes +room +not followed/),
    POLL,
  )
  await run(bob, 'follow', 'Kitchen/Recipes')
  await vi.waitFor(
    async () => expect(await run(bob, 'room', 'tree', 'Kitchen')).toMatch(/Soups +room +not followed/),
    POLL,
  )
  await run(bob, 'follow', 'Kitchen/Recipes/Soups')
  await vi.waitFor(
    async () => expect(await run(bob, 'get', 'Kitchen/Recipes/Soups', 'tomato')).toContain('with salt'),
    POLL,
  )

  // Anna leaves all that is above; Carol is let into the last room only.
  const [{ id: soups }] = (await childrenOf(bob, 'Kitchen/Recipes')) as [ChildRoom]
  for (const above of ['Kitchen/Recipes', 'Kitchen']) await run(anna, 'leave', above)
  await run(carol, 'leave', room)
  await joinRoom(carol, soups)
  await run(anna, 'put', soups, 'leek', 'with cream')
  for (const node of [bob, carol]) {
    await vi.waitFor(async () => expect(await run(node, 'get', soups, 'leek')).toContain('with cream'), POLL)
  }
  expect(await run(carol, 'room', 'list')).not.toContain('Kitchen')
}, 120_000)

test('a thread of a private room is for its members; who is removed from the room reads nothing new in the thread', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const through = { peers: [anna.address] }
  const bob = await kith.start({ name: 'Bob', ...through })
  const carol = await kith.start({ name: 'Carol', peers: [anna.address, bob.address] })
  const { id: room } = await anna.api.call('rooms.create', { name: 'Family', access: 'private' })
  for (const node of [bob, carol]) {
    const { line } = await anna.api.call('rooms.invite', { room })
    await run(node, 'join', line)
  }
  const membersOf = async (node: NodeProcess, of: string) =>
    (await node.api.call('rooms.members', { room: of })).filter(({ standing }) => standing?.role === 'writer').length
  for (const node of [anna, bob, carol]) await vi.waitFor(async () => expect(await membersOf(node, room)).toBe(2), POLL)
  await anna.send(room, 'Where do we go?')
  await expectAgreement([anna, bob, carol], room, ['Where do we go?'])

  const [{ id: message }] = (await bob.read(room)) as [Message]
  await run(bob, 'thread', 'start', 'Family', message, 'Travel')
  await run(bob, 'send', 'Family/Travel', 'aardvark')
  await vi.waitFor(async () => expect(await childrenOf(carol, room)).toMatchObject([{ title: 'Travel' }]), POLL)
  const [{ id: thread }] = (await childrenOf(carol, room)) as [ChildRoom]
  await run(carol, 'follow', 'Family/Travel')
  await expectAgreement([bob, carol], thread, ['aardvark'])
  await run(carol, 'send', 'Family/Travel', 'echidna')
  await expectAgreement([bob, carol], thread, ['aardvark', 'echidna'])

  // A stranger with the id of the thread has ciphertext at most.
  const mallory = await kith.start({ name: 'Mallory', peers: [anna.address, bob.address] })
  await mallory.api.call('rooms.carry', { room: thread })

  await run(anna, 'remove', 'Family', 'Carol', '--yes')
  await vi.waitFor(async () => {
    expect(
      (await bob.api.call('rooms.members', { room: thread })).find(({ peer }) => peer === carol.peer),
    ).toMatchObject({
      standing: { role: 'none' },
    })
  }, POLL)
  await run(bob, 'send', 'Family/Travel', 'pangolin')
  await run(anna, 'follow', 'Family/Travel')
  await expectAgreement([anna, bob], thread, ['aardvark', 'echidna', 'pangolin'])
  await run(anna, 'send', 'Family/Travel', 'wombat')
  await expectAgreement([anna, bob], thread, ['aardvark', 'echidna', 'pangolin', 'wombat'])
  const refused = await kith.run(carol.dataDir, 'send', thread, 'still here')
  expect(refused.exitCode).toBe(1)
  expect((await carol.read(thread)).map(({ text }) => text)).toEqual(['aardvark', 'echidna'])
  await Promise.all([carol.stop(), mallory.stop()])
  for (const word of ['pangolin', 'wombat']) expect(isIn(carol.dataDir, word), word).toBe(false)
  for (const word of ['aardvark', 'echidna', 'pangolin', 'Travel'])
    expect(isIn(mallory.dataDir, word), word).toBe(false)
}, 120_000)
