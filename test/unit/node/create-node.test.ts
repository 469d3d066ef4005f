import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { KithNode } from '../../../src/kith.ts'
import { chat, createNode } from '../../../src/node.ts'

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'kith-node-'))
})

afterEach(() => rmSync(dataDir, { recursive: true }))

function portOf(node: KithNode): number {
  return Number(/\/tcp\/(\d+)/.exec(node.addresses()[0]!)![1])
}

test('a node listens on its own port, on another one if that is taken, and later on its own again', async () => {
  const first = await createNode({ dataDir, mdns: false })
  const port = portOf(first)
  const room = await first.rooms.create({ name: 'Kitchen' })
  await room.send('hello')
  await first.stop()

  const other = createServer().listen(port, '0.0.0.0')
  await once(other, 'listening')
  const second = await createNode({ dataDir, mdns: false })
  expect(portOf(second)).not.toBe(port)
  expect(second.peer).toBe(first.peer)
  expect(Array.from(second.rooms.get('Kitchen').messages(), ({ text }) => text)).toEqual(['hello'])
  await second.rooms.get('Kitchen', chat).send('from another port')
  await second.stop()
  other.close()
  await once(other, 'close')

  const third = await createNode({ dataDir, mdns: false })
  expect(portOf(third)).toBe(port)
  await third.stop()
})

test('a node keeps the name that it was given, until it is given another', async () => {
  const nameOf = async (options: { name?: string }): Promise<string> => {
    const node = await createNode({ dataDir, mdns: false, ...options })
    await node.stop()
    return node.name
  }
  const first = await nameOf({})
  expect(readFileSync(join(dataDir, 'name'), 'utf8')).toBe(`${first}\n`)
  expect(await nameOf({ name: ' Anna ' })).toBe('Anna')
  expect(await nameOf({})).toBe('Anna')
  expect(await nameOf({ name: 'Bob' })).toBe('Bob')
  expect(await nameOf({})).toBe('Bob')
  expect(first).not.toBe('Bob')
})

test('a running node is given another name, which its rooms are told, each time', async () => {
  const node = await createNode({ dataDir, mdns: false, name: 'Anna' })
  const rooms = [
    await node.rooms.create({ name: 'Kitchen' }),
    await node.rooms.create({ name: 'Attic', access: 'private' }),
  ]
  await node.rooms.get('Kitchen', chat).send('as Anna')
  const names = () => rooms.map((room) => room.members()[0]!.name)
  for (const name of ['Anna Bell', ' مريم ', 'Bell']) {
    await node.setName(name)
    expect([node.name, node.status().name, ...names()]).toEqual(Array(4).fill(name.trim()))
    const { documents } = rooms[0]!.summary()
    await node.setName(name)
    expect(rooms[0]!.summary().documents).toBe(documents)
  }
  for (const bad of ['', ' ', 'x'.repeat(65), 'An\u0000na', 'a\u202eb', '-Anna', ' --json']) {
    await expect(node.setName(bad)).rejects.toMatchObject({ code: 'bad-name' })
  }
  expect([...rooms[0]!.messages()].map(({ name }) => name)).toEqual(['Anna'])
  await node.stop()
  const again = await createNode({ dataDir, mdns: false })
  await again.stop()
  expect(again.name).toBe('Bell')
})

test.each(['lost', 'emptied'])('a node whose name was %s has that which others know it by', async (how) => {
  const anna = await createNode({ dataDir, mdns: false, name: 'Anna' })
  await anna.rooms.create({ name: 'Kitchen' })
  await anna.stop()
  if (how === 'lost') rmSync(join(dataDir, 'name'))
  else writeFileSync(join(dataDir, 'name'), '')
  const again = await createNode({ dataDir, mdns: false })
  await again.stop()
  expect(again.name).toBe('Anna')
  expect(readFileSync(join(dataDir, 'name'), 'utf8')).toBe('Anna\n')
})

test('a name that commands take for an option is not given any more, and who has it keeps it', async () => {
  await expect(createNode({ dataDir, mdns: false, name: '-Anna' })).rejects.toMatchObject({
    code: 'bad-name',
    message: "a node's name cannot begin with -, as commands would take it for an option",
  })
  writeFileSync(join(dataDir, 'name'), '-Anna\n')
  const node = await createNode({ dataDir, mdns: false })
  await node.stop()
  expect(node.name).toBe('-Anna')
})

test('an empty name is refused, and so is a remembered one that was damaged: neither becomes that of the host', async () => {
  await expect(createNode({ dataDir, mdns: false, name: '' })).rejects.toMatchObject({ code: 'bad-name' })
  writeFileSync(join(dataDir, 'name'), 'An\u0000na\n')
  await expect(createNode({ dataDir, mdns: false })).rejects.toMatchObject({
    code: 'bad-name',
    message: expect.stringMatching(
      /in .*name, was damaged \(.*U\+0000.*\): give it again, with kith start --name/,
    ) as string,
  })
  for (const latin1 of ['Ann\u00e9\n', '\u00ff\u00fe']) {
    writeFileSync(join(dataDir, 'name'), latin1, 'latin1')
    await expect(createNode({ dataDir, mdns: false })).rejects.toMatchObject({
      code: 'bad-name',
      message: expect.stringMatching(/in .*name, was damaged \(.*utf-8\): give it again/) as string,
    })
  }
  const node = await createNode({ dataDir, mdns: false, name: 'Anna' })
  await node.stop()
  expect(node.name).toBe('Anna')
  expect(readFileSync(join(dataDir, 'name'), 'utf8')).toBe('Anna\n')
})

test('a node that cannot start leaves its folder free', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const listen = [`/ip4/127.0.0.1/tcp/${port}`]
  await expect(createNode({ dataDir, mdns: false, listen })).rejects.toMatchObject({ code: 'port-in-use' })
  taken.close()
  const node = await createNode({ dataDir, mdns: false, listen: ['/ip4/127.0.0.1/tcp/0'] })
  await node.stop()
})

test('a stopped node says so', async () => {
  const node = await createNode({ dataDir, mdns: false, listen: ['/ip4/127.0.0.1/tcp/0'] })
  const room = await node.rooms.create({ name: 'Kitchen' })
  const following = room.followMessages()[Symbol.asyncIterator]()
  const next = following.next()
  await node.stop()
  expect(await next).toEqual({ done: true, value: undefined })
  await expect(room.send('late')).rejects.toMatchObject({ code: 'stopped' })
  expect(() => [...room.messages()]).toThrow(expect.objectContaining({ code: 'stopped' }))
})
