/** Strangers who take connections and name addresses: newcomers get in, and nobody is dialled for them. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { ENDPOINT_PAUSE_MS, MAX_STRANGERS_PER_ADDRESS } from '../../src/host/constants.ts'
import { expectAgreement, joinRoom, POLL, useKith } from '../integration/kith-process.ts'
import type { NodeProcess } from '../integration/kith-process.ts'
import { identifyAs, suggest } from './attacks/hearsay.ts'
import { openIdle } from './attacks/idle-connections.ts'
import { beginFrames } from './attacks/unfinished-frames.ts'
import { descriptorsOf, residentBytes } from './process-figures.ts'

/** Many more than a node takes of one address; libp2p alone would take them all. */
const IDLE_CONNECTIONS = 100
const LISTENERS = 4
/** Of unfinished frames 32 MiB, as much again of buffers on the way, and what Node has not collected yet: 92 to 135 MiB in all were seen. */
const MAX_GROWTH_BYTES = 160 * 1024 * 1024

const kith = useKith()
let node: NodeProcess
let honest: NodeProcess
let room: RoomId
const listeners: Server[] = []
const said: string[] = []
/** Connections that somebody opened to the listeners. */
let dials = 0

beforeAll(async () => {
  node = await kith.start({ name: 'Node' })
  honest = await kith.start({ name: 'Honest', peers: [node.address] })
  room = (await node.api.call('rooms.create', { name: 'Kitchen' })).id as RoomId
  await joinRoom(honest, room)
  for (let i = 0; i < LISTENERS; i++) {
    const listener = createServer((socket) => {
      dials++
      socket.on('error', () => undefined).destroy()
    })
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    listeners.push(listener)
  }
})

afterAll(() => {
  for (const listener of listeners) listener.close()
})

async function say(from: NodeProcess, text: string): Promise<void> {
  said.push(text)
  await from.send(room, text)
}

test('idle connections of strangers give way to a newcomer, and no member is disconnected', async () => {
  const before = descriptorsOf(node.pid)
  const strangers = await openIdle(node.address, IDLE_CONNECTIONS)
  // All strangers of one address together.
  await expect
    .poll(async () => (await node.api.call('status', {})).connections, POLL)
    .toMatchObject({ strangers: MAX_STRANGERS_PER_ADDRESS, open: MAX_STRANGERS_PER_ADDRESS + 1 })
  expect(descriptorsOf(node.pid)).toBeLessThan(before + 2 * MAX_STRANGERS_PER_ADDRESS)
  const newcomer = await kith.start({ name: 'Newcomer', peers: [node.address] })
  await joinRoom(newcomer, room)
  await say(newcomer, 'let me in')
  await expectAgreement([node, honest, newcomer], room, said)
  expect(node.events.filter(({ event }) => event === 'peer')).not.toContainEqual(
    expect.objectContaining({ peer: honest.peer, connected: false }),
  )
  await Promise.all(strangers.map((peer) => peer.stop()))
  await newcomer.stop()
  // Its strangers are made in this process, which takes long on a busy machine.
}, 120_000)

test('unfinished frames take a bounded part of memory', async () => {
  const before = residentBytes(node.pid)
  const strangers = await beginFrames(node.address)
  await say(honest, 'in spite of it')
  await expectAgreement([node, honest], room, said)
  expect(residentBytes(node.pid)).toBeLessThan(before + MAX_GROWTH_BYTES)
  await Promise.all(strangers.map((peer) => peer.stop()))
})

test('ports that others name are dialled a few times, and never after a restart', async () => {
  const named = listeners.map((each) => `/ip4/127.0.0.1/tcp/${(each.address() as AddressInfo).port}`)
  const startedMs = performance.now()
  await identifyAs(node.address, named)
  const member = await suggest(node.address, room, named)
  await say(honest, 'all the same')
  await expectAgreement([node, honest], room, said)
  await member.stop()
  await node.stop()
  // The pauses double, so a port is dialled as often as they fit into the time.
  const pauses = (performance.now() - startedMs) / ENDPOINT_PAUSE_MS
  expect(dials).toBeGreaterThan(0)
  expect(dials).toBeLessThanOrEqual(LISTENERS * Math.ceil(Math.log2(pauses + 2)))
  dials = 0
  node = await kith.restart(node)
  await say(honest, 'back')
  await expectAgreement([node, honest], room, said)
  expect(dials).toBe(0)
})
