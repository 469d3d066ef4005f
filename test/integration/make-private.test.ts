/** An open room of three on real nodes that goes on in a private one, to which only some are invited. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { expectAgreement, joinRoom, POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

const textsOf = async (node: NodeProcess, room: string): Promise<string[]> =>
  (await node.read(room)).map(({ text }) => text)

const movedOf = async (node: NodeProcess, room: string) => (await node.api.call('rooms.show', { room })).moved

/** Whether a word is somewhere in a folder. */
function isIn(folder: string, word: string): boolean {
  const files = readdirSync(folder, { recursive: true }).map((path) => join(folder, path.toString()))
  return files.some((path) => statSync(path).isFile() && readFileSync(path).includes(word))
}

test('an open room of three goes on in a private one; who is not invited keeps what was said, is told, and reads nothing new', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const through = { peers: [anna.address] }
  const [bob, carol] = (await Promise.all([
    kith.start({ name: 'Bob', ...through }),
    kith.start({ name: 'Carol', ...through }),
  ])) as [NodeProcess, NodeProcess]
  const { id: old } = await anna.api.call('rooms.create', { name: 'Kitchen' })
  for (const node of [bob, carol]) await joinRoom(node, old)
  await anna.send(old, 'to everybody')
  await carol.send(old, 'hello all')
  const said = ['to everybody', 'hello all']
  await expectAgreement([anna, bob, carol], old, said)

  const unasked = await kith.run(anna.dataDir, 'room', 'make-private', 'Kitchen')
  expect(unasked).toMatchObject({ exitCode: 2 })
  expect(unasked.err).toContain('Nobody can take that back')
  const stranger = await kith.run(bob.dataDir, 'room', 'make-private', 'Kitchen', '--yes')
  expect(stranger).toMatchObject({ exitCode: 1, err: expect.stringContaining('only the owner') as string })
  expect(await movedOf(anna, old)).toBeUndefined()

  const made = await kith.run(anna.dataDir, 'room', 'make-private', 'Kitchen', '--yes')
  expect(made).toMatchObject({ exitCode: 0, err: '' })
  expect(made.out).toContain('Kitchen goes on in a private room.')
  const { room } = (await movedOf(anna, old))!
  expect(made.out).toContain(room)
  await anna.send('Kitchen', 'aardvark among us')
  const { line } = await anna.api.call('rooms.invite', { room: room! })

  // All are told, and nobody writes in the old room any more.
  for (const node of [bob, carol]) {
    await vi.waitFor(async () => expect(await movedOf(node, old)).toMatchObject({ room: null }), POLL)
    await vi.waitFor(() => expect(node.events).toContainEqual(expect.objectContaining({ event: 'moved' })), POLL)
    const sent = await kith.run(node.dataDir, 'send', 'Kitchen', 'still here')
    expect(sent.exitCode).toBe(1)
    expect(sent.err).toMatch(/'Kitchen' \(bafy\w+\) has moved to another room.*ask its owner, Anna \(12D3\w+\)/)
    expect((await kith.run(node.dataDir, 'room', 'list')).out).toMatch(/^Kitchen +chat +moved/m)
    expect((await kith.run(node.dataDir, 'chat', 'Kitchen')).err).toContain(
      'Kitchen has moved to another room; ask Anna',
    )
  }

  // Bob is invited; the name is that of the private room from then on.
  expect(await kith.run(bob.dataDir, 'join', line)).toMatchObject({ exitCode: 0 })
  await vi.waitFor(async () => expect(await textsOf(bob, room!)).toEqual(['aardvark among us']), POLL)
  expect(await movedOf(bob, old)).toMatchObject({ room })
  await vi.waitFor(async () => {
    expect((await bob.api.call('rooms.show', { room: 'Kitchen' })).role).toBe('writer')
  }, POLL)
  expect(await kith.run(bob.dataDir, 'send', 'Kitchen', 'echidna too')).toMatchObject({ exitCode: 0 })
  await expectAgreement([anna, bob], room!, ['aardvark among us', 'echidna too'])
  expect((await kith.run(bob.dataDir, 'send', old, 'to the old one')).err).toContain(room)

  // Carol, who knows no more than the old room, has that and nothing else, also as ciphertext.
  expect(await textsOf(carol, old)).toEqual(await textsOf(anna, old))
  expect((await textsOf(carol, old)).toSorted()).toEqual(said.toSorted())
  await carol.stop()
  expect(isIn(carol.dataDir, 'hello all')).toBe(true) // so the search works
  for (const word of ['aardvark', 'echidna', room!]) expect(isIn(carol.dataDir, word), word).toBe(false)
  const back = await kith.restart(carol, through)
  expect(await movedOf(back, old)).toMatchObject({ room: null, by: { name: 'Anna' } })
  // Whoever comes to the old room now is told, too.
  const dave = await kith.start({ name: 'Dave', peers: [back.address] })
  const late = await kith.run(dave.dataDir, 'join', old)
  expect(late.out).toContain('Kitchen has moved to another room; ask Anna')
})

test('a table that is made private has all of its entries, though the node is killed meanwhile', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const { id: old } = await anna.api.call('rooms.create', { name: 'Stock', app: 'map' })
  const keys = Array.from({ length: 600 }, (_, i) => `key ${i}`)
  for (let at = 0; at < keys.length; at += 50) {
    await Promise.all(keys.slice(at, at + 50).map((key) => anna.do(old, 'put', { key, value: `value of ${key}` })))
  }
  // Killed as soon as it tells that it copies.
  const ended = Promise.withResolvers<unknown>()
  const onProgress = () => ended.resolve(anna.kill())
  await expect(anna.api.run('rooms.makePrivate', { room: old }, { onProgress })).rejects.toMatchObject({
    code: 'broken-off',
  })
  await ended.promise

  const again = await kith.restart(anna)
  const room = (await movedOf(again, old))!.room!
  const state = await again.api.call('rooms.state', { room: old })
  expect(Object.keys(state as object)).toHaveLength(600)
  // The node goes on by itself.
  await vi.waitFor(async () => expect(await again.api.call('rooms.state', { room })).toEqual(state), POLL)
  const once = await kith.run(again.dataDir, 'room', 'make-private', old)
  expect(once).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining(`moved to the private room 'Stock' (${room})`) as string,
  })
  expect(await again.api.call('rooms.list', {})).toHaveLength(2)
})
