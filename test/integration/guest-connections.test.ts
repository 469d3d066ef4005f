/** Connections of guests: what was begun ends with what a guest may do, and TLS counts as plain connections do. */
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { expect, test, vi } from 'vitest'
import { UPLOAD_PATH } from '../../src/api/paths.ts'
import { BrowserGuest } from './browser-guest.ts'
import { POLL, useKith } from './kith-process.ts'
import { hasOpenssl, makeCertificate } from './certificate.ts'

const kith = useKith()

/** What a guest calls the first room that it is told of. */
async function firstRoomOf(guest: BrowserGuest): Promise<string> {
  for await (const record of guest.watch()) {
    if (record.event === 'room') return (record as unknown as { room: { id: string } }).room.id
  }
  throw new Error('no room is open to this guest')
}

test('a guest that is removed after it began to ask is answered as if it had not', async () => {
  const node = await kith.start({ name: 'Anna', flags: ['--web', '127.0.0.1:0'] })
  const { id: chat } = await node.api.call('rooms.create', { name: 'Kitchen', app: 'chat' })
  const { urls } = await node.api.call('guests.invite', { write: [chat], maxFileBytes: 1000 })
  const guest = await BrowserGuest.enter(urls[0]!, 'Kim')
  const room = await firstRoomOf(guest)
  const begin = (path: string, length: number, type: string): ClientRequest => {
    const headers = { ...guest.session, 'content-type': type, 'content-length': length }
    return request(guest.origin + path, { method: 'POST', agent: false, headers })
  }
  const said = JSON.stringify({ room, command: 'send', args: { text: 'still here' } })
  const json = 'application/json'
  const query = new URLSearchParams({ room, name: 'late.txt' })
  const begun: [ClientRequest, string][] = [
    [begin('/v1/rooms.watch', 2, json), '{}'],
    [begin('/v1/rooms.do', said.length, json), said],
    [begin(`${UPLOAD_PATH}?${query}`, 4, 'application/octet-stream'), 'late'],
  ]
  const statuses = begun.map(async ([outgoing]) => {
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.destroy()
    return response.statusCode
  })
  for (const [outgoing, body] of begun) outgoing.write(body.slice(0, 1))
  // What was sent before has come in by then.
  expect((await guest.call('rooms.show', { room })).status).toBe(200)
  await node.api.call('guests.remove', { guest: 'Kim' })
  for (const [outgoing, body] of begun) outgoing.end(body.slice(1))
  expect(await Promise.all(statuses)).toEqual([401, 401, 401])
  expect(await node.read(chat)).toHaveLength(0)
})

test('a guest that sends no end of files keeps no other one from sharing', async () => {
  const node = await kith.start({ name: 'Anna', flags: ['--web', '127.0.0.1:0'] })
  const { id: chat } = await node.api.call('rooms.create', { name: 'Kitchen', app: 'chat' })
  const { urls } = await node.api.call('guests.invite', { write: [chat], maxFileBytes: 1000, uses: 2 })
  const [kim, lea] = [await BrowserGuest.enter(urls[0]!, 'Kim'), await BrowserGuest.enter(urls[0]!, 'Lea')]
  const room = await firstRoomOf(kim)
  const headers = { ...kim.session, 'content-type': 'application/octet-stream', 'content-length': 100 }
  const path = `${UPLOAD_PATH}?${new URLSearchParams({ room, name: 'never' })}`
  const begun = Array.from({ length: 4 }, () => {
    const outgoing = request(kim.origin + path, { method: 'POST', agent: false, headers })
    outgoing.on('error', () => undefined)
    outgoing.write('half')
    return outgoing
  })
  await vi.waitFor(async () => expect((await kim.upload(room, 'more', 'x')).status).toBe(429), POLL)
  expect((await lea.upload(room, 'hers', 'x')).status).toBe(200)
  for (const outgoing of begun) outgoing.destroy()
  await vi.waitFor(async () => expect((await kim.upload(room, 'his', 'x')).status).toBe(200), POLL)
})

test.skipIf(!hasOpenssl)('with a certificate, connections that were closed are not counted any more', async () => {
  const dataDir = kith.folder()
  const flags = ['--web', '127.0.0.1:0', ...makeCertificate(dataDir)]
  const node = await kith.start({ dataDir, flags })
  // More than may be open at the same time, one after the other, and of two guests as each has a rate.
  for (const name of ['Kim', 'Lea']) {
    const { urls } = await node.api.call('guests.invite', {})
    const guest = await BrowserGuest.enter(urls[0]!, name)
    for (let i = 0; i < 150; i++) expect((await guest.call('rooms.show', { room: 'x' })).status, `${i}`).toBe(403)
  }
})
