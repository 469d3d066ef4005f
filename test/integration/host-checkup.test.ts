/** A host asks another one to look at it, and tries addresses step by step. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { expect, onTestFinished, test } from 'vitest'
import { CHECKUP_BURST, CHECKUP_PROTOCOL } from '../../protocols/checkup/index.ts'
import type { Probe, ProbeStep } from '../../src/kith.ts'
import { Checkups, checkUp } from '../../src/host/checkup.ts'
import { NO_LOG } from '../unit/host/logs.ts'
import {
  addressOf,
  connectionsBetween,
  listenAddressOf,
  startTestHost,
  type TestHost,
} from '../unit/host/start-test-host.ts'

const never = new AbortController().signal

/** A TCP server that greets whoever connects; resolves with its multiaddr. */
async function serverThatSays(greeting: string): Promise<string> {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket.on('error', () => undefined))
    socket.end(greeting)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return `/ip4/127.0.0.1/tcp/${(server.address() as AddressInfo).port}`
}

async function closedAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `/ip4/127.0.0.1/tcp/${port}`
}

const probe = (host: TestHost, address: string): Promise<Probe> => host.probe(address, () => undefined, never)

function failed({ steps }: Probe): ProbeStep['step'] | undefined {
  return steps.find(({ result }) => result === 'failed')?.step
}

test('a peer dials back and tells its time', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  const { dialBack, clockAheadMs, error } = await a.checkUp(b.peer, never)
  expect({ dialBack, error }).toEqual({ dialBack: 'reached', error: null })
  expect(Math.abs(clockAheadMs ?? Infinity)).toBeLessThan(60_000)
})

test('a peer that finds nothing at the port says so', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  const address = await closedAddress()
  const answer = await checkUp(new Checkups(NO_LOG), connectionsBetween(a, b.peer), [address], never)
  expect(answer).toMatchObject({ dialBack: 'refused', error: null })
})

test('a peer is not asked for more than it gives: it says that it did not try', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  for (let round = 0; round < CHECKUP_BURST; round++) {
    expect((await a.checkUp(b.peer, never)).dialBack).toBe('reached')
  }
  expect(await a.checkUp(b.peer, never)).toMatchObject({ dialBack: null, error: 'it did not try to dial back' })
})

test('nonsense gets no answer, and the next request does', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  const [connection] = connectionsBetween(a, b.peer)
  const stream = await connection!.newStream(CHECKUP_PROTOCOL)
  const closed = once(stream as never, 'close')
  stream.send(new Uint8Array([3, 9, 9, 9]))
  await closed
  expect((await a.checkUp(b.peer, never)).dialBack).toBe('reached')
})

test('who is not connected cannot be asked', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  expect(await a.checkUp(b.peer, never)).toEqual({ clockAheadMs: null, dialBack: null, error: 'it is not connected' })
})

test('an address is reached step by step', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  const begun: ProbeStep['step'][] = []
  const found = await a.probe(addressOf(b), (step) => begun.push(step), never)
  expect(begun).toEqual(['route', 'connection', 'encryption', 'identity', 'protocols'])
  expect(found).toMatchObject({ address: listenAddressOf(b), failure: null, peer: b.peer })
  expect(found.steps.map(({ result }) => result)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok'])
})

test('an address fails at the step where it does, and those behind are skipped', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  const other = (await generateKeyPair('Ed25519')).publicKey.toString()
  const cases: [address: string, step: ProbeStep['step'], failure: Probe['failure']][] = [
    ['/dns4/no-such-name.invalid/tcp/4001', 'route', 'no-name'],
    [await closedAddress(), 'connection', 'refused'],
    [await serverThatSays('SSH-2.0-OpenSSH_9.2\r\n'), 'encryption', 'not-kith'],
    [await serverThatSays('HTTP/1.1 400 Bad Request\r\n\r\n'), 'encryption', 'not-kith'],
    [await serverThatSays(''), 'encryption', 'not-kith'],
    [`${listenAddressOf(b)}/p2p/${other}`, 'identity', 'other-peer'],
  ]
  for (const [address, step, failure] of cases) {
    const found = await probe(a, address)
    expect([address, failed(found), found.failure]).toEqual([address, step, failure])
    const skipped = found.steps.slice(found.steps.findIndex(({ result }) => result === 'failed') + 1)
    expect(skipped.every(({ result }) => result === 'skipped')).toBe(true)
  }
})

test('another machine with the key of this one is found by an address, as are nonsense and its own address', async () => {
  const a = await startTestHost()
  const twin = await startTestHost({ privateKey: a.privateKey })
  expect(await probe(a, listenAddressOf(twin))).toMatchObject({ failure: 'self', peer: null })
  const nonsense = (text: string): Promise<unknown> => (async () => probe(a, text))()
  await expect(nonsense('/ip4/1.2.3.4')).rejects.toMatchObject({ code: 'bad-address' })
  await expect(nonsense(addressOf(a))).rejects.toMatchObject({ code: 'bad-address' })
})
