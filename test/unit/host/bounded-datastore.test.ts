import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { Key } from 'interface-datastore'
import { expect, test } from 'vitest'
import { BoundedDatastore } from '../../../src/host/bounded-datastore.ts'
import { MAX_DHT_RECORDS, MAX_STORED_PEERS } from '../../../src/host/constants.ts'

const VALUE = new Uint8Array([1])

async function count(store: BoundedDatastore, prefix: string): Promise<number> {
  let found = 0
  for await (const _key of store.queryKeys({ prefix })) found++
  return found
}

test.each([
  ['/dht/', MAX_DHT_RECORDS],
  ['/peers/', MAX_STORED_PEERS],
])('keys under %s are at most %i, the oldest go first and our own entry stays', async (prefix, limit) => {
  const self = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  const store = new BoundedDatastore(self)
  const own = new Key(`/peers/${self.toCID().toString()}`)
  await store.put(own, VALUE)
  const before = await count(store, prefix)
  for (let i = 0; i < limit + 5; i++) {
    await store.put(new Key(`${prefix}${i}`), VALUE)
    await store.put(new Key(`${prefix}0`), VALUE)
  }
  expect((await count(store, prefix)) - before).toBe(limit)
  expect(await store.has(new Key(`${prefix}0`))).toBe(true)
  expect(await store.has(new Key(`${prefix}1`))).toBe(false)
  expect(await store.has(own)).toBe(true)
})
