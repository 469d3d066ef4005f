/** A node that may have few files open, while another program takes as many of its connections as it gets. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readApiFile } from '../../src/api/api-file.ts'
import { useKith } from './kith-process.ts'

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
