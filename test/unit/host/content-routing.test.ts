import { expect, test } from 'vitest'
import type { ProvideKey } from '../../../protocols/wire/ids.ts'
import { cidOfProvideKey, createContentRouting } from '../../../src/host/content-routing.ts'
import type { FoundPeer } from '../../../src/host/host.ts'
import { readVectors } from '../protocols/vectors.ts'

const { rooms } = readVectors<{ rooms: { provided: { key: ProvideKey; cid: string }[] }[] }>(
  'wire/vectors/room-keys.json',
)
const vectors = rooms.flatMap(({ provided }) => provided)
const KEY = vectors[0]!.key

/** A DHT that tells three peers, of which two store the record, or finds two, and then fails. */
function failingDht(failure: Error) {
  async function* provide() {
    for (const messageName of ['FIND_NODE', 'ADD_PROVIDER', 'ADD_PROVIDER'])
      yield { name: 'PEER_RESPONSE', messageName }
    throw failure
  }
  async function* findProviders() {
    yield { name: 'PEER_RESPONSE', messageName: 'GET_PROVIDERS' }
    yield { name: 'PROVIDER', providers: ['known', 'new'].map((id) => ({ id, multiaddrs: ['/ip4/10.0.0.1/tcp/1'] })) }
    throw failure
  }
  const cancelReprovide = (): Promise<void> => Promise.reject(failure)
  return { provide, findProviders, cancelReprovide } as never
}

test.each(vectors)('the key $key is $cid', ({ key, cid }) => {
  expect(cidOfProvideKey(key).toString()).toBe(cid)
})

test('what was told and found before a failure counts, and the failure is reported unless it was requested', async () => {
  const failure = new Error('the DHT broke')
  const errors: unknown[] = []
  const routing = createContentRouting(
    failingDht(failure),
    (peer) => peer === 'known',
    (error) => errors.push(error),
  )
  const find = async (signal: AbortSignal): Promise<FoundPeer[]> => {
    const found: FoundPeer[] = []
    for await (const each of routing.findProviders(KEY, signal)) found.push(each)
    return found
  }
  for (const [signal, reported] of [
    [AbortSignal.abort(), []],
    [new AbortController().signal, [failure, failure]],
  ] as const) {
    expect(await routing.provide(KEY, signal)).toBe(2)
    expect(await find(signal)).toEqual([{ peer: 'new', addresses: ['/ip4/10.0.0.1/tcp/1'] }])
    expect(errors).toEqual(reported)
  }
  routing.stopProviding(KEY)
  await expect.poll(() => errors).toEqual([failure, failure, failure])
})
