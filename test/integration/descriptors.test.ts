/** A node that may have few files open, while another program takes as many of its connections as it gets. */
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Agent, request, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { readApiFile } from '../../src/api/api-file.ts'
import { API_PREFIX } from '../../src/api/paths.ts'
import { MIN_OPEN_FILES } from '../../src/cli/open-files.ts'
import { BIN, POLL, useKith } from './kith-process.ts'

const MAX_OPEN_FILES = 256
/** More than all of these. */
const CONNECTIONS = 400

const kith = useKith()

test(`commands work with ${MAX_OPEN_FILES} descriptors and ${CONNECTIONS} idle connections`, async ({ skip }) => {
  skip(process.platform !== 'linux', 'prlimit is of Linux')
  const node = await kith.start()
  execFileSync('prlimit', ['--pid', String(node.pid), `--nofile=${MAX_OPEN_FILES}`])
  await node.api.call('rooms.create', { name: 'Kitchen' })
  const { port } = new URL(readApiFile(node.dataDir)!.url)
  const sockets: Socket[] = []
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined)
    sockets.push(socket)
    await Promise.race([once(socket, 'connect'), once(socket, 'close')])
  }
  for (const text of ['one', 'two', 'three']) {
    expect(await kith.run(node.dataDir, 'send', 'Kitchen', text)).toMatchObject({ exitCode: 0, err: '' })
  }
  expect((await kith.run(node.dataDir, 'read', 'Kitchen')).out).toContain('three')
  for (const socket of sockets) socket.destroy()
  await node.stop()
}, 60_000)

test('a start that may open too few files says so, and how to raise the limit', async ({ skip }) => {
  skip(process.platform !== 'linux', 'prlimit is of Linux')
  for (const openFiles of [MIN_OPEN_FILES - 1, 32, 28]) {
    const args = [`--nofile=${openFiles}:${openFiles}`, process.execPath, BIN, 'start', '--data', kith.folder()]
    const { status, stderr } = spawnSync('prlimit', args, { encoding: 'utf8' })
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(new RegExp(`^kith: Only ${openFiles} files may be open here, .*\\(ulimit -n 1024`)),
    })
  }
}, 60_000)

/** Calls over one connection that stays open, as each connection of the usual client takes a descriptor. */
function oneConnection(dataDir: string) {
  const { url, token } = readApiFile(dataDir)!
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async call(name: string, input: object): Promise<unknown> {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const outgoing = request(url + API_PREFIX + name, { method: 'POST', agent, headers }).end(JSON.stringify(input))
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      return json(response)
    },
    close: (): void => agent.destroy(),
  }
}

test('a node that has no descriptor left lives on, and works once it has some', async ({ skip }) => {
  skip(process.platform !== 'linux', 'prlimit is of Linux')
  const node = await kith.start({ listen: '/ip4/0.0.0.0/tcp/0' })
  const listen = `/ip4/127.0.0.1/tcp/${/\/tcp\/(\d+)/.exec(node.address)?.[1]}/p2p/${node.peer}`
  const peer = await kith.start({ peers: [listen], name: 'Bob' })
  const { id } = await node.api.call('rooms.create', { name: 'Kitchen' })
  await peer.api.call('rooms.join', { room: id })
  await vi.waitFor(async () => expect((await peer.api.call('rooms.show', { room: id })).status).toBe('open'), POLL)
  const limit = (openFiles: number): void => {
    execFileSync('prlimit', ['--pid', String(node.pid), `--nofile=${openFiles}:${MAX_OPEN_FILES}`])
  }
  const api = oneConnection(node.dataDir)
  await api.call('status', {})
  limit(readdirSync(`/proc/${node.pid}/fd`).length)
  // What is asked takes a descriptor for a moment.
  expect(await api.call('status', {})).toMatchObject({ peer: node.peer })
  expect(await api.call('rooms.show', { room: id })).toMatchObject({ invite: expect.stringContaining('addr=') })
  api.close()
  await peer.stop()
  const again = await kith.start({ dataDir: peer.dataDir, peers: [listen] })
  await again.send(id, 'here again')
  limit(MAX_OPEN_FILES)
  await vi.waitFor(async () => {
    expect((await node.read(id)).map(({ text }) => text)).toContain('here again')
  }, POLL)
  expect((await node.api.call('status', {})).memoryBytes).toBeGreaterThan(0)
  expect(await node.stop()).toMatchObject({ exitCode: 0, err: '' })
}, 60_000)
