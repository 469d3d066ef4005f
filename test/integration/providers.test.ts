/** Who has a file that no peer at hand has: told and found in the DHT, through a peer that knows nothing of the room. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core/memory'
import { encode as lengthPrefixed } from 'it-length-prefixed'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { expect, onTestFinished, test, vi } from 'vitest'
import { sha256Hex } from '../../protocols/wire/crypto.ts'
import type { BlockId, PeerId, ProvideKey, RoomId } from '../../protocols/wire/ids.ts'
import { provideKeyOf } from '../../protocols/wire/room-keys.ts'
import { BoundedDatastore } from '../../src/host/bounded-datastore.ts'
import { cidOfProvideKey } from '../../src/host/content-routing.ts'
import { createNode } from '../../src/node.ts'
import {
  addressOf,
  connectionsBetween,
  listenAddressOf,
  startTestHost,
  type TestHost,
} from '../unit/host/start-test-host.ts'

const POLL = { timeout: 20_000, interval: 20 }
const KEY = sha256Hex(Buffer.from('a file')) as ProvideKey
const DHT_PROTOCOL = '/kith/kad/1.0.0'

const soon = (): AbortSignal => AbortSignal.timeout(10_000)

/** A host that nobody can dial, connected to `hub`, when the DHT has asked who else is there. */
async function startSeeker(hub: TestHost): Promise<TestHost> {
  const asked = Promise.withResolvers<void>()
  const seeker = await startTestHost({
    listen: [],
    protocols: {
      probe({ connectionManager, events }: { connectionManager: never; events: EventTarget }) {
        events.addEventListener('kad-dht:query:self', () => asked.resolve())
        return connectionManager
      },
    },
  })
  await seeker.connect(addressOf(hub))
  await asked.promise
  return seeker
}

/** Connects to `hub` and tells it of the key once it knows the host. */
async function provideAt(host: TestHost, hub: TestHost, key = KEY): Promise<void> {
  await host.connect(addressOf(hub))
  await expect.poll(() => host.contentRouting.provide(key, soon()), POLL).toBeGreaterThan(0)
}

async function providersOf(host: TestHost, key = KEY): Promise<PeerId[]> {
  const peers: PeerId[] = []
  for await (const { peer } of host.contentRouting.findProviders(key, soon())) peers.push(peer)
  return peers
}

/** Sees all providers that the DHT knows, connected or not. */
async function startOnlooker(hubAddress: string) {
  const { promise, resolve } = Promise.withResolvers<Pick<Libp2p['contentRouting'], 'findProviders'>>()
  const probe = ({
    contentRouting,
    connectionManager,
  }: Pick<Libp2p, 'contentRouting'> & { connectionManager: never }) => {
    resolve(contentRouting)
    return connectionManager
  }
  const host = await startTestHost({ protocols: { probe } })
  await host.connect(hubAddress)
  const contentRouting = await promise
  return {
    async providersOf(key: ProvideKey): Promise<string[]> {
      const peers: string[] = []
      for await (const { id } of contentRouting.findProviders(cidOfProvideKey(key), { signal: soon() }))
        peers.push(id.toString())
      return peers
    },
  }
}

test('a host finds who provides something through a peer that both know, and connects to it', async () => {
  const hub = await startTestHost()
  const seeker = await startSeeker(hub)
  const provider = await startTestHost()
  await provideAt(provider, hub)
  expect(seeker.log).toEqual([`+${hub.peer}`])
  for await (const found of seeker.contentRouting.findProviders(KEY, soon())) {
    expect(found).toEqual({ peer: provider.peer, addresses: expect.arrayContaining([listenAddressOf(provider)]) })
    seeker.heard(found)
  }
  await expect.poll(() => seeker.log, POLL).toEqual([`+${hub.peer}`, `+${provider.peer}`])
  // Who is connected need not be found, nor who asks.
  expect(await providersOf(seeker)).toEqual([])
  expect(await providersOf(provider)).toEqual([])
  expect(await providersOf(seeker, sha256Hex(Buffer.from('another')) as ProvideKey)).toEqual([])
})

test('without connected peers nothing is announced or found, and an aborted query ends', async () => {
  const alone = await startTestHost()
  expect(await alone.contentRouting.provide(KEY, soon())).toBe(0)
  expect(await providersOf(alone)).toEqual([])
  const hub = await startTestHost()
  await provideAt(alone, hub)
  expect(await alone.contentRouting.provide(KEY, AbortSignal.abort())).toBe(0)
  for await (const found of hub.contentRouting.findProviders(KEY, AbortSignal.abort())) expect(found).toBeUndefined()
})

test('a provider is found hours after its peer heard of its addresses', async () => {
  const hub = await startTestHost()
  const seeker = await startSeeker(hub)
  const provider = await startTestHost()
  await provideAt(provider, hub)
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await providersOf(seeker)).toEqual([provider.peer])
})

/** Field of a protobuf message that holds bytes. */
const field = (number: number, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of((number << 3) | 2), lengthPrefixed.single(bytes).subarray()])

/** What a host tells another by kad-dht when it provides something. */
function addProvider(provided: Uint8Array, host: TestHost): Uint8Array {
  const peer = peerIdFromString(host.peer).toMultihash().bytes
  const provider = Buffer.concat([field(1, peer), field(2, multiaddr(listenAddressOf(host)).bytes)])
  const message = Buffer.concat([Uint8Array.of(8, 2), field(2, provided), field(9, provider)])
  return lengthPrefixed.single(message).subarray()
}

test('a record that a peer provides under a huge name is not kept', async () => {
  const offered = vi.spyOn(BoundedDatastore.prototype, 'put')
  const kept = vi.spyOn(MemoryDatastore.prototype, 'put')
  onTestFinished(() => void vi.restoreAllMocks())
  const [host, attacker] = [await startTestHost(), await startTestHost()]
  await attacker.connect(addressOf(host))
  const stream = await connectionsBetween(attacker, host.peer)[0]!.newStream(DHT_PROTOCOL)
  const hugeName = CID.createV1(raw.code, identity.digest(Buffer.alloc(3 * 1024 * 1024)))
  for (const name of [hugeName.bytes, cidOfProvideKey(KEY).multihash.bytes]) stream.send(addProvider(name, attacker))
  const sizes = (calls: typeof kept.mock.calls): number[] =>
    calls.map(([key]) => key.toString().length).filter((length) => length > 100)
  await expect.poll(() => sizes(offered.mock.calls).length, POLL).toBe(2)
  expect(sizes(kept.mock.calls)).toEqual([Math.min(...sizes(offered.mock.calls))])
})

test('a node gets a file from a member of its room whom only the DHT knows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-providers-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const start = async (name: string, listen: string[], peers: string[] = []) => {
    const node = await createNode({ dataDir: join(folder, name), name, listen, peers, mdns: false })
    onTestFinished(() => node.stop())
    return node
  }
  const loopback = ['/ip4/127.0.0.1/tcp/0']
  const b = await start('b', loopback)
  const [address] = b.addresses() as [string]
  // Nobody can dial A; so once its DHT has looked round, a second after the start, it and C meet only if A looks for C.
  const a = await start('a', [], [address])
  await delay(1_500)
  const c = await start('c', loopback)
  const room = await c.rooms.create({ name: 'Kitchen' })
  const path = join(folder, 'soup.txt')
  writeFileSync(path, 'the soup is ready')
  const file = await room.files.add(path)
  await c.connect(address)
  // A asks again only after a minute if it asks before C has told.
  const onlooker = await startOnlooker(address)
  const key = provideKeyOf(room.id as RoomId, file.id as BlockId)
  await expect.poll(() => onlooker.providersOf(key), POLL).toEqual([c.peer])

  await a.rooms.join(room.id)
  const ensured = a.ensure(file.id, { room: room.id })
  const { state, have, missing } = await ensured.done
  expect({ state, have, missing }).toEqual({ state: 'complete', have: 1, missing: 0 })
  expect(a.peers().filter(({ connected }) => connected)).toContainEqual(
    expect.objectContaining({ peer: c.peer, direction: 'outbound' }),
  )

  // A says so too, but has no address to give.
  expect(await onlooker.providersOf(key)).toEqual([c.peer])
})
