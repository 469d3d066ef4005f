/** Programs of the same machine that do not have the token: they cannot keep the user's own commands out. */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { readApiFile } from '../../src/api/api-file.ts'
import { MAX_UNPROVEN_CONNECTIONS } from '../../src/api/connections.ts'
import { POLL, useKith } from '../integration/kith-process.ts'
import type { NodeProcess } from '../integration/kith-process.ts'
import { descriptorsOf } from './process-figures.ts'

const HALF_REQUESTS = 400
const IDLE_CONNECTIONS = 240
/** Commands that must succeed meanwhile. */
const COMMANDS = 5

const kith = useKith()
let node: NodeProcess
const sockets: Socket[] = []

beforeAll(async () => {
  node = await kith.start({ name: 'Node' })
})

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})

/** Resolves once the system has connected them; the node may close them at any time. */
async function open(count: number, firstBytes: string): Promise<void> {
  const port = Number(new URL(readApiFile(node.dataDir)!.url).port)
  const opened = Array.from({ length: count }, () => connect(port, '127.0.0.1'))
  sockets.push(...opened)
  await Promise.all(
    opened.map(async (socket) => {
      socket.resume().on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(firstBytes)
    }),
  )
}

test('400 half requests and 240 idle connections hold few descriptors, and every command succeeds', async () => {
  const before = descriptorsOf(node.pid)
  await open(HALF_REQUESTS, 'POST /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n')
  await open(IDLE_CONNECTIONS, '')
  for (let i = 0; i < COMMANDS; i++) {
    expect(await kith.run(node.dataDir, 'status')).toMatchObject({ exitCode: 0, err: '' })
  }
  await expect.poll(() => descriptorsOf(node.pid), POLL).toBeLessThanOrEqual(before + MAX_UNPROVEN_CONNECTIONS + 2)
})

test('commands succeed while connections are opened without a pause', async () => {
  let isOver = false
  const flood = (async () => {
    while (!isOver) {
      await open(MAX_UNPROVEN_CONNECTIONS / 2, 'POST ').catch(() => undefined)
      for (const socket of sockets.splice(0, sockets.length - 4 * MAX_UNPROVEN_CONNECTIONS)) socket.destroy()
    }
  })()
  try {
    for (let i = 0; i < COMMANDS; i++) {
      expect(await kith.run(node.dataDir, 'status')).toMatchObject({ exitCode: 0, err: '' })
    }
  } finally {
    isOver = true
    await flood
  }
})
