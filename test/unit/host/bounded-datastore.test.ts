import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { Key } from 'interface-datastore'
import { describe, expect, it, test } from 'vitest'
import { BoundedDatastore } from '../../../src/host/bounded-datastore.ts'
import {
  MAX_DHT_RECORD_BYTES,
  MAX_DHT_RECORDS,
  MAX_PROVIDERS_PER_KEY,
  MAX_STORED_PEER_BYTES,
  MAX_STORED_PEERS,
} from '../../../src/host/constants.ts'

const VALUE = new Uint8Array([1])

async function newPeer(): Promise<PeerId> {
  return peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
}

function peerKey(peer: PeerId): Key {
  return new Key(`/peers/${peer.toCID().toString()}`)
}

async function keysOf(store: BoundedDatastore, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of store.query({ prefix })) keys.push(key.toString())
  return keys
}

test.each([
  ['/dht/', MAX_DHT_RECORDS],
  ['/dht/provider/key/', MAX_PROVIDERS_PER_KEY],
  ['/peers/', MAX_STORED_PEERS],
])('keys under %s are at most %i; the oldest go first and our own entry stays', async (prefix, limit) => {
  const self = await newPeer()
  const store = new BoundedDatastore(self)
  const own = peerKey(self)
  await store.put(own, VALUE)
  const before = (await keysOf(store, prefix.slice(0, 5))).length
  for (let i = 0; i < limit + 5; i++) {
    await store.put(new Key(`${prefix}${i}`), VALUE)
    await store.put(new Key(`${prefix}0`), VALUE)
  }
  expect((await keysOf(store, prefix.slice(0, 5))).length - before).toBe(limit)
  expect(await store.has(new Key(`${prefix}0`))).toBe(true)
  expect(await store.has(new Key(`${prefix}1`))).toBe(false)
  expect(await store.has(own)).toBe(true)
})

test.each([
  ['/dht/record/key', MAX_DHT_RECORD_BYTES],
  ['/peers/peer', MAX_STORED_PEER_BYTES],
])('%s and its value have at most %i bytes; anything larger changes nothing', async (text, limitBytes) => {
  const store = new BoundedDatastore(await newPeer())
  const largest = new Uint8Array(limitBytes - text.length)
  await store.put(new Key(text), largest)
  await store.put(new Key(text), new Uint8Array(largest.length + 1))
  await store.put(new Key(`${text}-2`), new Uint8Array(largest.length - 1))
  expect(await store.get(new Key(text))).toEqual(largest)
  expect(await store.has(new Key(`${text}-2`))).toBe(false)
})

describe('provider records', () => {
  const recordOf = (provided: string, peer: PeerId): Key => new Key(`/dht/provider/${provided}/${peer.toString()}`)

  async function setUp() {
    const [self, other, third] = [await newPeer(), await newPeer(), await newPeer()]
    const store = new BoundedDatastore(self)
    for (const peer of [self, other, third]) await store.put(peerKey(peer), VALUE)
    return { self, other, third, store }
  }

  it('are read by what they provide, and all together', async () => {
    const { self, other, store } = await setUp()
    const records = [recordOf('aa', other), recordOf('aa', self), recordOf('aab', other)]
    for (const record of records) await store.put(record, VALUE)
    const texts = records.map(String)
    expect(await keysOf(store, '/dht/provider/aa')).toEqual(texts.slice(0, 2))
    expect(await keysOf(store, '/dht/provider/aab')).toEqual(texts.slice(2))
    expect(await keysOf(store, '/dht/provider/a')).toEqual([])
    expect(await keysOf(store, '/dht/provider')).toEqual(texts)
    await store.delete(records[0]!)
    expect(await keysOf(store, '/dht/provider/aa')).toEqual(texts.slice(1, 2))
    await store.delete(records[1]!)
    expect(await keysOf(store, '/dht/provider/aa')).toEqual([])
  })

  it("are omitted if the peer's addresses are gone", async () => {
    const { other, third, store } = await setUp()
    for (const peer of [other, third]) await store.put(recordOf('aa', peer), VALUE)
    await store.delete(peerKey(other))
    expect(await keysOf(store, '/dht/provider/aa')).toEqual([recordOf('aa', third).toString()])
  })

  it('stay if they are our own, whatever others provide', async () => {
    const { self, other, store } = await setUp()
    const own = recordOf('aa', self)
    await store.put(own, VALUE)
    for (let i = 0; i <= MAX_PROVIDERS_PER_KEY; i++) await store.put(new Key(`/dht/provider/aa/${i}`), VALUE)
    for (let i = 0; i <= MAX_DHT_RECORDS; i++) await store.put(recordOf(`b${i}`, other), VALUE)
    expect(await keysOf(store, '/dht/provider/aa')).toEqual([own.toString()])
    expect(await keysOf(store, '/dht/provider')).toHaveLength(MAX_DHT_RECORDS + 1)
  })
})
