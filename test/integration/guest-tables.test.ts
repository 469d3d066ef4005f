/** Guests of a node in its tables: what they may do there is what its owner allows, and it is shown whose guests they are. */
import { beforeAll, expect, test } from 'vitest'
import { BrowserGuest, roomsOf } from './browser-guest.ts'
import { useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()
let node: NodeProcess
let map: string

beforeAll(async () => {
  node = await kith.start({ name: 'Anna', flags: ['--web', '127.0.0.1:0'] })
  map = (await node.api.call('rooms.create', { name: 'Stock', app: 'map' })).id
  await node.do(map, 'put', { key: 'apples', value: 3 })
})

async function enter(name: string, rights: { read?: string[]; write?: string[] }): Promise<BrowserGuest> {
  const { urls } = await node.api.call('guests.invite', rights)
  return BrowserGuest.enter(
    urls.find((url) => url.includes('127.0.0.1'))!,
    name,
  )
}

const refused = { status: 403, body: { error: { code: 'forbidden' } } }

test('a guest that may only read a map changes nothing in it', async () => {
  const name = 'Kim'
  const guest = await enter(name, { read: [map] })
  const room = (await roomsOf(guest)).get('Stock')!
  const { body } = await guest.call('rooms.do', { room, command: 'entries' })
  expect(body).toMatchObject({ value: [{ key: 'apples', value: 3 }] })
  const write = (command: string) =>
    guest.call('rooms.do', { room, command, args: { key: 'apples', ...(command === 'put' && { value: 4 }) } })
  for (const command of ['put', 'delete']) expect(await write(command), command).toMatchObject(refused)
  expect((await guest.call('rooms.show', { room })).body).toMatchObject({ role: 'reader' })
  const changes = () => guest.call('rooms.do', { room, command: 'changes', args: { key: 'apples' } })
  expect((await changes()).body).toMatchObject({ value: [{ value: 3, name: 'Anna' }] })
  await node.api.call('guests.allow', { guest: name, room: map, right: 'write' })
  expect((await guest.call('rooms.show', { room })).body).toMatchObject({ role: null })
  await node.api.call('guests.allow', { guest: name, room: map, right: 'read' })
  expect(await write('put')).toMatchObject(refused)
  // They cost much: only a few at a time.
  const statuses: number[] = []
  for (let i = 0; i < 8; i++) statuses.push((await changes()).status)
  expect(statuses[0]).toBe(200)
  expect(statuses.at(-1)).toBe(429)
})

test('a guest changes a map where it may, by its own name and whose guest it is', async () => {
  const list = (await node.api.call('rooms.create', { name: 'List', app: 'map' })).id
  await node.do(list, 'put', { key: 'milk', value: 1 })
  const name = 'Lea'
  const guest = await enter(name, { write: [list] })
  const room = (await roomsOf(guest)).get('List')!
  const write = (command: string, args: object) => guest.call('rooms.do', { room, command, args })
  const written = await write('put', { key: 'milk', value: { litres: 2 } })
  expect(written).toMatchObject({ status: 200, body: { value: { room, clock: expect.any(Number) as number } } })
  expect(JSON.stringify(written.body)).not.toContain(list)
  const by = { name: `${name} (guest of Anna)`, guest: name, author: node.peer }
  const entries = [{ key: 'milk', value: { litres: 2 }, ...by }]
  // To others, to itself, and in the terminal of the owner.
  expect(await node.do(list, 'entries')).toEqual({ value: entries })
  expect((await guest.call('rooms.do', { room, command: 'entries' })).body).toEqual({ value: entries })
  expect((await kith.run(node.dataDir, 'entries', list)).out).toContain(by.name)
  expect(await write('put', { key: 'eggs', value: 6, guest: 'Anna', by: { guest: 'Anna' } })).toMatchObject({
    status: 200,
  })
  expect(await write('delete', { key: 'milk' })).toMatchObject({ status: 200 })
  expect(await node.do(list, 'entries')).toEqual({ value: [{ key: 'eggs', value: 6, ...by }] })
  expect(await node.do(list, 'changes', { key: 'milk' })).toMatchObject({
    value: [{ value: 1, name: 'Anna' }, { value: { litres: 2 }, ...by }, by],
  })
  for (const [command, args, status] of [
    ['put', { key: 'eggs' }, 400],
    ['put', { key: '', value: 1 }, 400],
    ['put', { key: 1, value: 1 }, 400],
    ['put', { key: 'eggs', value: 'x'.repeat(17_000) }, 413],
    ['delete', {}, 400],
    ['send', { text: 'hello' }, 403],
  ] as const) {
    expect((await write(command, args)).status, `${command} ${JSON.stringify(args).slice(0, 40)}`).toBe(status)
  }
  const statuses: number[] = []
  for (let i = 0; i < 25; i++) statuses.push((await write('put', { key: `key ${i}`, value: i })).status)
  expect(statuses[0]).toBe(200)
  expect(statuses.at(-1)).toBe(429)
})
