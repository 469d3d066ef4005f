/** Providers that the ring knows. */
import { beforeEach, afterEach, expect, it, vi } from 'vitest'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId } from '../../../protocols/wire/ids.ts'
import type { FoundRecord } from '../../../src/node/ring-providers.ts'
import { RING_LOOKUP_RATE } from '../../../src/node/provider-search.ts'
import { SETTLE_MS } from '../../../src/node/providers.ts'
import { FakeHost, PEER, setUp } from './provider-host.ts'

const blockIds = (count: number): BlockId[] =>
  Array.from({ length: count }, (_, index) => blockIdOf('raw', Buffer.from(`missing ${index}`)))
const recordOf = (provider: string): FoundRecord => {
  return { provider: provider as PeerId, atSeconds: 1, peerRecord: new Uint8Array(1), from: PEER.peer }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A node that is connected, and misses blocks of a room. */
async function connected(...records: FoundRecord[]) {
  const { host, create, start } = setUp(new FakeHost())
  const room = await create()
  host.records = records
  const providers = start()
  host.connect()
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
  const miss = async (ids: readonly BlockId[]): Promise<void> => {
    for (const id of ids) providers.absent(room, id)
    await vi.advanceTimersByTimeAsync(0)
  }
  return { host, miss }
}

it('who is listed in the ring is dialled, if the addresses are its own', async () => {
  const { host, miss } = await connected(recordOf('anna'), recordOf('ben'))
  await miss(blockIds(1))
  expect([host.dialled, host.refused]).toEqual([['anna', 'ben'], 0])
  host.accepts = false
  await miss(blockIds(2))
  expect([host.dialled, host.refused]).toEqual([['anna', 'ben'], 2])
})

it('the ring is asked less often than the DHT', async () => {
  const { host, miss } = await connected(recordOf('anna'))
  const { burst, perSecond } = RING_LOOKUP_RATE
  await miss(blockIds(2 * burst))
  expect([host.asked.length, host.dialled.length]).toEqual([2 * burst, burst])
  await vi.advanceTimersByTimeAsync(5_000)
  await miss(blockIds(4 * burst).slice(2 * burst))
  expect([host.asked.length, host.dialled.length]).toEqual([4 * burst, burst + 5 * perSecond])
})
