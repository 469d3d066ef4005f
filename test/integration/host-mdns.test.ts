import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { TestContext } from 'vitest'
import { expect, onTestFinished, test } from 'vitest'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { Discovery } from '../../src/host/discovery.ts'
import type { DiscoveryInit } from '../../src/host/discovery.ts'
import type { Found } from '../../src/host/mdns-packets.ts'
import { ipv4Interfaces } from '../../src/host/network-interfaces.ts'
import { NO_LOG } from '../unit/host/logs.ts'
import { multicastReason, sendMulticast } from '../unit/host/multicast.ts'
import { addressOf, listenAddressOf, startTestHost } from '../unit/host/start-test-host.ts'

const POLL = { timeout: 20_000, interval: 20 }
const NETNS_SCRIPT = new URL('../unit/host/stock-mdns-in-netns.ts', import.meta.url).pathname
const PEERS = [
  '12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r',
  '12D3KooWCydfbsErCTskKedA7CE4sUeCFhrhV5ukDThtrxnZ1zac',
] as PeerId[]
const [FIRST = '' as PeerId, SECOND = '' as PeerId] = PEERS

async function needMulticast(ctx: TestContext): Promise<void> {
  const reason = await multicastReason()
  if (reason !== undefined) ctx.skip(reason)
}

/** A discovery on loopback, on a port of its own, that goes with the test. */
function discover(self: PeerId, port: number, options: Partial<DiscoveryInit> = {}): Found[] {
  const found: Found[] = []
  const discovery = new Discovery({
    self,
    port,
    addresses: () => ['/ip4/127.0.0.1/tcp/4001'],
    interfaces: ipv4Interfaces,
    onTwin: () => undefined,
    onFound: ({ peer, addresses }) => found.push({ peer, addresses }),
    log: NO_LOG,
    ...options,
  })
  discovery.start()
  onTestFinished(() => discovery.stop())
  return found
}

test('a host tells where its own key is heard from another process, and does not take it for a peer', async (ctx) => {
  await needMulticast(ctx)
  const twins: string[] = []
  const found = discover(FIRST, 53_540, { onTwin: (ip) => twins.push(ip) })
  discover(FIRST, 53_540)
  await expect.poll(() => twins, POLL).toContain('127.0.0.1')
  expect(found).toEqual([])
})

test('two hosts on one machine find each other, and again after one has moved to another port', async (ctx) => {
  await needMulticast(ctx)
  const [a, b] = await Promise.all([startTestHost({ mdns: true }), startTestHost({ mdns: true })])
  await expect.poll(() => a.log, POLL).toContain(`+${b.peer}`)
  await expect.poll(() => b.log, POLL).toContain(`+${a.peer}`)
  const before = addressOf(b)
  await b.stop()
  await expect.poll(() => a.log, POLL).toContain(`-${b.peer}`)
  const moved = await startTestHost({ mdns: true, privateKey: b.privateKey })
  expect(addressOf(moved)).not.toBe(before)
  await expect.poll(() => a.log.filter((line) => line === `+${b.peer}`), POLL).toHaveLength(2)
  await expect.poll(() => a.peerDetails(b.peer)?.addresses, POLL).toContain(listenAddressOf(moved))
})

test('a peer that started later is heard by both, and changed addresses are announced', async (ctx) => {
  await needMulticast(ctx)
  const first = discover(FIRST, 15_353)
  let addresses = ['/ip4/127.0.0.1/tcp/4002']
  const second = discover(SECOND, 15_353, { addresses: () => addresses })
  await expect.poll(() => first, POLL).toContainEqual({ peer: SECOND, addresses })
  await expect.poll(() => second, POLL).toContainEqual({ peer: FIRST, addresses: ['/ip4/127.0.0.1/tcp/4001'] })
  addresses = ['/ip4/127.0.0.1/tcp/4003']
  await expect.poll(() => first, POLL).toContainEqual({ peer: SECOND, addresses })
})

test('an interface that appears later is used', async (ctx) => {
  await needMulticast(ctx)
  const second = discover(SECOND, 15_354)
  let up = false
  discover(FIRST, 15_354, { interfaces: () => (up ? ipv4Interfaces() : []) })
  expect(second).toEqual([])
  up = true
  await expect.poll(() => second.map(({ peer }) => peer), POLL).toContain(FIRST)
})

test('garbage does not disturb the discovery', async (ctx) => {
  await needMulticast(ctx)
  const first = discover(FIRST, 15_355)
  for (let size = 0; size < 200; size++) await sendMulticast(15_355, Buffer.alloc(size, size))
  discover(SECOND, 15_355)
  await expect.poll(() => first.map(({ peer }) => peer), POLL).toContain(SECOND)
})

test('Kith and a libp2p node with @libp2p/mdns find each other', async (ctx) => {
  // The stock module sends through the system's default interface: a network of its own has loopback only.
  const commands = `ip link set lo up && exec "${process.execPath}" "${NETNS_SCRIPT}"`
  const unshare = ['--user', '--map-root-user', '--net', 'sh', '-c', commands]
  const result = await promisify(execFile)('unshare', unshare, { timeout: 40_000 }).catch(
    (error: Error & { stdout?: string; stderr?: string }) => error,
  )
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`
  if (!output.includes('started')) ctx.skip(`cannot make a network namespace here: ${output.trim().slice(0, 200)}`)
  expect(output).toContain('kith connected to stock')
  expect(output).toContain('stock discovered kith')
})
