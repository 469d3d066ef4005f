/** Files on their way to and from browsers that stand still. */
import { once } from 'node:events'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addFileRoutes } from '../../../src/api/page-files.ts'
import { FILE_PATH, UPLOAD_PATH } from '../../../src/api/paths.ts'
import { TransferPlaces } from '../../../src/api/transfers.ts'
import { FakeNode } from './fake-node.ts'
import type { FakeRoom } from './fake-room.ts'

let server: FastifyInstance
let room: FakeRoom

beforeEach(async () => {
  const node = new FakeNode()
  room = node.add('Kitchen', 'chat')
  server = fastify()
  server.decorateRequest('linked', null)
  server.addHook('onRequest', async (asking) => {
    asking.linked = { room: room.id, document: 'large', type: null, session: { cookie: '', key: '' } }
  })
  const access = { causer: () => 'Kim', target: () => ({ room }), passed: () => undefined }
  await addFileRoutes(server, node, access, { idleMs: 50 })
  await server.listen({ host: '127.0.0.1', port: 0 })
})

afterEach(() => server.close())

function begin(method: string, path: string, headers = {}): ClientRequest {
  const { port } = server.server.address() as AddressInfo
  return request({ host: '127.0.0.1', port, method, path, agent: false, headers })
}

test('who sends nothing more is cut off, and shares nothing', async () => {
  const add = vi.spyOn(room.files, 'addBytes')
  const headers = { 'content-type': 'application/octet-stream', 'content-length': '100' }
  const outgoing = begin('POST', `${UPLOAD_PATH}?room=Kitchen&name=part`, headers)
  outgoing.write('half')
  await once(outgoing, 'error')
  await expect(add.mock.results[0]!.value).rejects.toThrow('sent no more')
  expect(room.files.list()).toEqual([])
})

test('who takes nothing more is cut off', async () => {
  room.files.fill('large', Buffer.alloc(2 ** 26))
  const outgoing = begin('GET', `${FILE_PATH}secret`).end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  const closed = once(outgoing.socket!, 'close')
  response.on('error', () => undefined)
  // It reads none of it: what was sent does not fit between the two.
  await vi.waitFor(async () => {
    const open = await new Promise<number>((resolve) => server.server.getConnections((_error, count) => resolve(count)))
    expect(open).toBe(0)
  })
  response.destroy()
  await closed
})

test('a place is for so many of all and of each, and is free again at the end', () => {
  const places = new TransferPlaces({ total: 3, each: 2, what: 'files are under way' })
  const ends = [places.take('Kim'), places.take('Kim')]
  expect(() => places.take('Kim')).toThrow('2 files are under way')
  places.take('Lea')
  expect(() => places.take('Mia')).toThrow('3 files are under way')
  ends[0]!()
  places.take('Kim')
  expect(() => places.take('Kim')).toThrow('2 files are under way')
})
