/** Directories on real nodes: what one adds, another one finds that holds nothing of it, and admins remove. */
import { expect, test, vi } from 'vitest'
import type { DirectoryPage } from '../../src/kith.ts'
import { joinRoom, POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()
const LINK = 'bafyreidykglsfhoixmivffc5uwhcgshx4j465xwqntbmu43nb2dzqwfvae'

const run = async (node: NodeProcess, ...words: string[]): Promise<string> => {
  const { exitCode, out, err } = await kith.run(node.dataDir, ...words)
  if (exitCode !== 0) throw new Error(`kith ${words.join(' ')} ended with ${exitCode}: ${err}`)
  return out
}

const found = async (node: NodeProcess, room: string, prefix: string): Promise<string[]> => {
  const { entries }: DirectoryPage = await node.api.call('directory.find', { room, prefix })
  return entries.map(({ text }) => text)
}

test('entries are added, found from a node that just came, replaced and removed, by the command', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const bob = await kith.start({ name: 'Bob', peers: [anna.address] })
  const { id } = await anna.api.call('rooms.create', { name: 'Phonebook', app: 'directory' })
  expect(await run(anna, 'dir', 'add', 'Phonebook', 'Soup, Tomato', '--link', LINK)).toBe(
    'Added Soup, Tomato; 1 node has it.\n',
  )
  await joinRoom(bob, id)
  await vi.waitFor(async () => {
    expect(await bob.api.call('directory.add', { room: id, text: 'soup, thick' })).toEqual({ copies: 2 })
  }, POLL)
  const carol = await kith.start({ name: 'Carol', peers: [anna.address, bob.address] })
  await joinRoom(carol, id)
  await vi.waitFor(async () => {
    expect(await found(carol, id, 'SOUP, t')).toEqual(['soup, thick', 'Soup, Tomato'])
  }, POLL)
  const out = await run(carol, 'dir', 'find', 'Phonebook', 'soup, t', '--limit', '1')
  expect(out).toMatch(/^soup, thick +- +Bob/m)
  expect(out).toContain('There are more.')
  expect(await carol.api.call('directory.find', { room: id, prefix: 'soup, to' })).toMatchObject({
    entries: [{ text: 'Soup, Tomato', link: LINK, author: { peer: anna.peer, name: 'Anna' } }],
    next: null,
  })

  await anna.api.call('directory.add', { room: id, text: 'SOUP, TOMATO' })
  expect(await found(bob, id, 'soup, to')).toEqual(['SOUP, TOMATO'])
  const refused = await kith.run(bob.dataDir, 'dir', 'remove', 'Phonebook', 'soup, tomato', '--author', anna.peer)
  expect(refused).toMatchObject({ exitCode: 1, err: expect.stringContaining('only admins') as string })
  await anna.api.call('directory.remove', { room: id, text: 'soup, thick', author: bob.peer })
  expect(await found(carol, id, 's')).toEqual(['SOUP, TOMATO'])
  await run(anna, 'dir', 'remove', 'Phonebook', 'soup, tomato')
  expect(await run(carol, 'dir', 'find', 'Phonebook', 's')).toBe('Nothing there begins with s.\n')
  await expect(bob.api.call('directory.add', { room: id, text: '\u200b' })).rejects.toThrow('nothing to find it by')
})

test('in a private directory, what somebody wrote who is removed is gone from every node, and is not found by the one removed', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const bob = await kith.start({ name: 'Bob', peers: [anna.address] })
  const carol = await kith.start({ name: 'Carol', peers: [anna.address, bob.address] })
  const { id } = await anna.api.call('rooms.create', { name: 'Phonebook', app: 'directory', access: 'private' })
  for (const node of [bob, carol]) {
    const { line } = await anna.api.call('rooms.invite', { room: id })
    await joinRoom(node, line)
  }
  const add = (node: NodeProcess, text: string) => node.api.call('directory.add', { room: id, text })
  await vi.waitFor(() => add(bob, 'spam 0'), POLL)
  for (let i = 1; i < 5; i++) await add(bob, `spam ${i}`)
  await vi.waitFor(async () => {
    await add(carol, 'soup')
    expect(await found(anna, id, 's')).toHaveLength(6)
  }, POLL)
  await anna.api.call('rooms.setRole', { room: id, member: bob.peer, role: 'none' })
  await vi.waitFor(async () => {
    for (const node of [anna, carol]) expect(await found(node, id, 's')).toEqual(['soup'])
  }, POLL)
  await anna.api.call('directory.add', { room: id, text: 'salt' })
  await vi.waitFor(async () => {
    await expect(add(bob, 'more spam')).rejects.toThrow(/removed|member/)
  }, POLL)
  expect(await found(bob, id, 'salt')).toEqual([])
})
