/** Guests of a node: what they may do is what its owner allows, and nothing else, whatever their browser sends. */
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { inputs } from '../../src/api/contract.ts'
import { GUEST_CALLS } from '../../src/api/guests/guest-access.ts'
import type { GuestLink } from '../../src/api/guests/guest-calls.ts'
import type { FileInfo, Message, RoomDetails } from '../../src/kith.ts'
import { BrowserGuest, roomsOf, type Answer } from './browser-guest.ts'
import { POLL, useKith, type NodeProcess } from './kith-process.ts'
import { hasOpenssl, makeCertificate } from './certificate.ts'

const kith = useKith()
let node: NodeProcess
let chat: string
let map: string
let secret: string

beforeAll(async () => {
  node = await kith.start({ name: 'Anna', flags: ['--web', '127.0.0.1:0', '--web-name', 'home.example'] })
  const create = async (name: string, app: string): Promise<string> =>
    (await node.api.call('rooms.create', { name, app })).id
  chat = await create('Kitchen', 'chat')
  map = await create('Stock', 'map')
  secret = await create('Diary', 'chat')
  await node.send(chat, 'hello')
  await node.send(secret, 'dear diary')
  await node.do(map, 'put', { key: 'apples', value: 3 })
})

type Rights = Parameters<typeof invite>[0]

async function invite(input: {
  read?: string[]
  write?: string[]
  maxFileBytes?: number
  uses?: number
  expiresInMs?: number
}) {
  return node.api.call('guests.invite', input)
}

/** The address on loopback: that of a name comes first. */
function linkOf({ urls }: GuestLink): string {
  return urls.find((url) => url.includes('127.0.0.1'))!
}

let guests = 0

async function enter(rights: Rights = {}): Promise<{ guest: BrowserGuest; name: string }> {
  const name = `Kim ${guests++}`
  return { guest: await BrowserGuest.enter(linkOf(await invite(rights)), name), name }
}

const refused = { status: 403, body: { error: { code: 'forbidden' } } }

describe('a guest', () => {
  test('may use no call, stream or task that is not listed, with whatever room', async () => {
    const { guest } = await enter({ write: [chat, map, secret], maxFileBytes: 1000 })
    const [room] = [...(await roomsOf(guest)).values()]
    const others = Object.keys(inputs).filter((name) => !(name in GUEST_CALLS) && name !== 'rooms.watch')
    expect(others.length).toBeGreaterThan(60)
    for (const name of others) {
      // A few at a time, as more would be too many.
      const { required } = inputs[name as keyof typeof inputs]
      const fields = Object.fromEntries(Object.keys(required).map((field) => [field, 'x']))
      expect(await guest.call(name, { ...fields, ...('room' in required && { room }) }), name).toMatchObject(refused)
    }
    const { guest: other } = await enter()
    for (const path of ['/v1/rooms.leave', '/v1/constructor', '/v1/', '/api.json', '/v1/page.link']) {
      expect((await other.send('GET', path, other.session)).status, path).toBe(403)
    }
  })

  test('may use the listed ones in its rooms only, and does not learn of others', async () => {
    const { guest } = await enter({ read: [chat] })
    const rooms = await roomsOf(guest)
    expect([...rooms.keys()]).toEqual(['Kitchen'])
    const more = { file: 'x', name: 'x', sizeBytes: 1, command: 'send' }
    const inputFor = (name: keyof typeof GUEST_CALLS, room: string) => {
      const fields = Object.keys(inputs[name].required).filter((field) => field !== 'room')
      return { room, ...Object.fromEntries(fields.map((field) => [field, more[field as keyof typeof more]])) }
    }
    for (const name of Object.keys(GUEST_CALLS) as (keyof typeof GUEST_CALLS)[]) {
      // By their ids, their names, and names that no room has.
      for (const room of [chat, secret, 'Kitchen', 'Diary', 'constructor', '0'.repeat(24)]) {
        expect(await guest.call(name, inputFor(name, room)), `${name} ${room}`).toMatchObject({
          ...refused,
          body: { error: { message: 'This room is not open to you.' } },
        })
      }
    }
  })

  test('is told nothing of the node but its name, and of a room nothing by which one could join it', async () => {
    const { guest } = await enter({ write: [chat] })
    const room = (await roomsOf(guest)).get('Kitchen')!
    await guest.call('rooms.do', { room, command: 'send', args: { text: 'hi' } })
    const answers = [
      await guest.call('rooms.show', { room }),
      await guest.call('messages.page', { room }),
      await guest.call('rooms.do', { room, command: 'send', args: { text: 'there' } }),
    ]
    const told: unknown[] = []
    for await (const record of guest.watch()) {
      told.push(record)
      if (record.event === 'listed') break
    }
    expect(told).toMatchObject([
      { event: 'guest', guest: { host: 'Anna', peer: node.peer } },
      { event: 'room' },
      { event: 'listed' },
    ])
    for (const { status } of answers) expect(status).toBe(200)
    const all = JSON.stringify([answers.map(({ body }) => body), told])
    for (const kept of [chat, secret, 'kith:', '/ip4/', node.dataDir]) expect(all).not.toContain(kept)
    expect(answers[0]!.body as RoomDetails).toMatchObject({ invite: '', frontier: [] })
  })

  test('writes where it may, by its own name and whose guest it is', async () => {
    const { guest, name } = await enter({ write: [chat], read: [secret] })
    const rooms = await roomsOf(guest)
    const say = (room: string, args: object, command = 'send'): Promise<Answer> =>
      guest.call('rooms.do', { room: rooms.get(room)!, command, args })
    expect(await say('Kitchen', { text: 'I am here' })).toMatchObject({ status: 200 })
    const shown = { text: 'I am here', name: `${name} (guest of Anna)`, guest: name, author: node.peer }
    expect((await node.read(chat)).at(-1)).toMatchObject(shown)
    const { out } = await kith.run(node.dataDir, 'read', chat, '--last', '1')
    expect(out).toContain(`${name} (guest of Anna)  I am here`)
    expect(await say('Diary', { text: 'me too' })).toMatchObject(refused)
    expect(await say('Kitchen', { text: 'x', guest: 'Anna' })).toMatchObject({ status: 200 })
    expect((await node.read(chat)).at(-1)).toMatchObject({ guest: name })
    expect(await say('Kitchen', {}, 'constructor')).toMatchObject(refused)
    expect(await node.read(secret)).toHaveLength(1)
  })

  test('shares files up to the size that it may, and reads them', async () => {
    const { guest, name } = await enter({ write: [chat], read: [secret], maxFileBytes: 10 })
    const rooms = await roomsOf(guest)
    const room = rooms.get('Kitchen')!
    const shared = await guest.upload(room, 'note.txt', 'short')
    expect(shared).toMatchObject({ status: 200 })
    expect((await node.api.call('files.list', { room: chat })).at(-1)).toMatchObject({ name: 'note.txt', guest: name })
    expect(await guest.upload(room, 'long.txt', 'far too long')).toMatchObject(refused)
    expect(await guest.call('files.check', { room, name: 'long.txt', sizeBytes: 12 })).toMatchObject(refused)
    expect(await guest.upload(rooms.get('Diary')!, 'a.txt', 'a')).toMatchObject(refused)
    expect(await guest.upload(chat, 'a.txt', 'a')).toMatchObject(refused)
    const [file] = (await guest.call('files.list', { room })).body as FileInfo[]
    const { path } = (await guest.call('files.link', { room, file: file!.document })).body as { path: string }
    const read = await guest.read(path)
    expect(read).toMatchObject({ status: 200, body: 'short' })
    expect(read.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(read.headers['content-disposition']).toMatch(/^attachment/)
    const { guest: other } = await enter({ read: [chat] })
    expect((await other.read(path)).status).toBe(401)
    // What is closed to it is closed to its links, too.
    await node.api.call('guests.allow', { guest: name, room: chat, right: 'none' })
    expect(await guest.read(path)).toMatchObject(refused)
  })

  test('is told what is allowed as soon as that changes, and of nothing else', async () => {
    const { guest, name } = await enter()
    const stream = guest.watch()
    const until = async (event: string) => {
      for (;;) {
        const { value, done } = await stream.next()
        if (done === true || value.event === event) return value
      }
    }
    await until('listed')
    await node.send(secret, 'still mine')
    await node.api.call('guests.allow', { guest: name, room: chat, right: 'read' })
    // The stream ends, and the page begins again.
    expect(await until('message')).toBeUndefined()
    expect([...(await roomsOf(guest)).keys()]).toEqual(['Kitchen'])
  })

  test('that is removed is out at once, with its streams', async () => {
    const { guest, name } = await enter({ write: [chat] })
    const stream = guest.watch()
    await stream.next()
    await kith.json(node.dataDir, 'guests', 'remove', name)
    let left = 0
    for await (const _ of stream) left++
    expect(left).toBeLessThan(4)
    expect((await guest.call('files.list', { room: 'x' })).status).toBe(401)
    await expect(guest.watch().next()).rejects.toThrow('401')
  })

  test('that leaves is none any more', async () => {
    const { guest, name } = await enter()
    expect((await guest.logout()).status).toBe(200)
    expect((await guest.call('files.list', { room: 'x' })).status).toBe(401)
    const { guests: left } = await node.api.call('guests.list', {})
    expect(left.some((each) => each.name === name)).toBe(false)
  })

  test('has at most four pages open, and its requests and messages have a rate', async () => {
    const { guest } = await enter({ write: [chat] })
    const room = (await roomsOf(guest)).get('Kitchen')!
    const { guest: other } = await enter({ read: [chat] })
    const open = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const stream = guest.watch()
        await stream.next()
        return stream
      }),
    )
    await expect(guest.watch().next()).rejects.toThrow('429')
    for (const stream of open) await stream.return(undefined)
    const said: number[] = []
    for (let i = 0; i < 25; i++) {
      said.push((await guest.call('rooms.do', { room, command: 'send', args: { text: `${i}` } })).status)
    }
    expect(said.slice(0, 15).every((status) => status === 200)).toBe(true)
    expect(said.at(-1)).toBe(429)
    const asked: number[] = []
    // One address has few connections at a time.
    for (let round = 0; round < 10; round++) {
      const some = Array.from({ length: 40 }, () => guest.call('rooms.show', { room }))
      asked.push(...(await Promise.all(some)).map(({ status }) => status))
    }
    expect(asked).toContain(429)
    // Others are not kept from anything by that.
    expect((await other.call('rooms.show', { room: (await roomsOf(other)).get('Kitchen')! })).status).toBe(200)
  })
})

describe('a link for guests', () => {
  test('lets as many in as it was made for, each by a name of its own', async () => {
    const link = linkOf(await invite({ uses: 2 }))
    const browser = new BrowserGuest(link)
    expect((await browser.login(link, 'Lea')).status).toBe(200)
    expect(await browser.login(link, ' lea')).toMatchObject({ status: 200 })
    const { guests: all } = await node.api.call('guests.list', {})
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['Lea', 'lea']))
    expect((await browser.login(link, 'Mia')).status).toBe(401)
  })

  test.each([
    ['taken', 'Lea', 'already'],
    ['empty', ' ', 'name'],
    ['too long', 'x'.repeat(33), '32 bytes'],
    ['with what cannot be seen', 'Lea\u202e', 'invisible'],
  ])('holds on if a name is %s', async (_what, name, message) => {
    const link = linkOf(await invite({}))
    const browser = new BrowserGuest(link)
    const { status, body } = await browser.login(link, name)
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { code: 'bad-name' } } })
    expect(JSON.stringify(body)).toContain(message)
    expect((await browser.login(link, `Free ${guests++}`)).status).toBe(200)
  })

  test('that was withdrawn, has ended or never was lets nobody in', async () => {
    const withdrawn = await invite({})
    await kith.json(node.dataDir, 'guests', 'withdraw', withdrawn.id)
    const ended = await invite({ expiresInMs: 1 })
    await vi.waitFor(async () => {
      expect((await node.api.call('guests.list', {})).links.some(({ id }) => id === ended.id)).toBe(false)
    }, POLL)
    const never = `${new URL(linkOf(ended)).origin}/#link=${'x'.repeat(43)}`
    for (const link of [linkOf(withdrawn), linkOf(ended), never]) {
      expect((await new BrowserGuest(link).login(link, 'Nora')).status).toBe(401)
    }
  })
})

describe('the page for guests', () => {
  test('is one page, and says whom it is for', async () => {
    const guest = new BrowserGuest(linkOf(await invite({})))
    const page = await guest.send('GET', '/')
    expect(page.status).toBe(200)
    expect(page.body).toContain('data-for="guests"')
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(Object.keys(page.headers).some((name) => name.startsWith('access-control'))).toBe(false)
  })

  test('is served by the names of its machine only, to its own pages only', async () => {
    const { guest } = await enter({ read: [chat] })
    const { host } = new URL(guest.origin)
    const port = host.split(':')[1]
    for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1:1', `127.0.0.1.evil.example:${port}`]) {
      expect((await guest.send('GET', '/', { host: name })).status, name).toBe(403)
      expect((await guest.call('rooms.show', { room: 'x' }, { host: name, origin: `http://${name}` })).status).toBe(403)
    }
    expect((await guest.send('GET', '/', { host: `home.example:${port}` })).status).toBe(200)
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', `https://${host}`, '']) {
      expect((await guest.call('rooms.show', { room: 'x' }, { origin })).status, origin).toBe(403)
    }
  })

  test('is no way into the API of the node, nor the other way round', async () => {
    const { guest } = await enter({ read: [chat] })
    const { url, token } = node.api as unknown as { url: string; token: string }
    expect((await guest.call('rooms.list', {}, { authorization: `Bearer ${token ?? ''}` })).status).toBe(403)
    const own = new BrowserGuest((await node.api.call('page.link', {})).url)
    own.session = { ...guest.session, origin: own.origin }
    expect((await own.call('rooms.show', { room: chat })).status).toBe(401)
    expect(url).not.toBe(guest.origin)
  })

  test('keeps its guests when the node starts again', async () => {
    const web = new URL(linkOf(await invite({}))).host
    const { guest, name } = await enter({ read: [chat] })
    const room = (await roomsOf(guest)).get('Kitchen')!
    await node.kill()
    node = await kith.restart(node, { name: 'Anna', flags: ['--web', web] })
    expect((await guest.call('messages.page', { room })).body as { messages: Message[] }).toMatchObject({ next: null })
    const { guests: kept } = await node.api.call('guests.list', {})
    expect(kept.find((each) => each.name === name)).toMatchObject({
      rooms: [{ room: chat, right: 'read', name: 'Kitchen' }],
    })
  })
})

test.each([
  ['an address without a port', ['--web', '0.0.0.0'], 'such as 0.0.0.0:4081'],
  ['a name', ['--web', 'localhost:4081'], 'such as 0.0.0.0:4081'],
  ['an address of another machine', ['--web', '192.0.2.1:4081'], 'no address 192.0.2.1'],
  ['a key alone', ['--web', '127.0.0.1:0', '--web-key', 'key.pem'], 'both --web-cert and --web-key'],
  ['a name for no page', ['--web-name', 'home.example'], 'need --web'],
])('%s is refused', async (_what, flags, message) => {
  const { exitCode, err } = await kith.run(kith.folder(), 'start', '--no-mdns', '--name', 'X', ...flags)
  expect(exitCode).not.toBe(0)
  expect(err).toContain(message)
})

test.skipIf(!hasOpenssl)('with a certificate, the page is encrypted, and so is its cookie', async () => {
  const dataDir = kith.folder()
  const flags = ['--web', '127.0.0.1:0', ...makeCertificate(dataDir)]
  const encrypted = await kith.start({ dataDir, flags })
  const link = await encrypted.api.call('guests.invite', {})
  expect(link).toMatchObject({ isEncrypted: true, urls: [expect.stringMatching(/^https:/)] })
  const guest = new BrowserGuest(link.urls[0]!)
  const { status, headers } = await guest.login(link.urls[0]!, 'Kim')
  expect(status).toBe(200)
  expect(headers['set-cookie']![0]).toMatch(/; Secure/)
  expect((await roomsOf(guest)).size).toBe(0)
  const plain = guest.origin.replace('https:', 'http:')
  expect((await guest.call('rooms.show', { room: 'x' }, { origin: plain })).body).toMatchObject({
    error: { message: expect.stringContaining('other addresses') as string },
  })
})

test('whoever tries links that do not hold is not heard for a while', async () => {
  const link = linkOf(await invite({}))
  const wrong = `${new URL(link).origin}/#link=${'x'.repeat(43)}`
  const browser = new BrowserGuest(link)
  const tried: number[] = []
  for (let i = 0; i < 15; i++) tried.push((await browser.login(wrong, 'Nora')).status)
  expect(tried[0]).toBe(401)
  expect(tried.at(-1)).toBe(429)
  expect((await browser.login(link, 'Nora')).status).toBe(429)
})
