import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Ensured } from '../../../protocols/ensure-map/index.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, PeerId, ProvideKey, RoomId } from '../../../protocols/wire/ids.ts'
import { provideKeyOf } from '../../../protocols/wire/room-keys.ts'
import type { FoundPeer } from '../../../src/host/host.ts'
import {
  LOOKUP_PAUSE_MS,
  LOOKUP_RATE,
  LOOKUP_TIMEOUT_MS,
  MAX_FOUND_PROVIDERS,
  MAX_PARALLEL_LOOKUPS,
  MAX_QUEUED_LOOKUPS,
  MAX_REMEMBERED_LOOKUPS,
} from '../../../src/node/provider-search.ts'
import {
  ENOUGH_TOLD,
  MAX_LOOKUP_ROOMS,
  MAX_PROVIDED,
  PROVIDE_PAUSE_MS,
  PROVIDE_TIMEOUT_MS,
  REPROVIDE_MS,
  SETTLE_MS,
  TELL_OTHERS_MS,
} from '../../../src/node/providers.ts'
import { FakeHost, PEER, setUp } from './provider-host.ts'

const keyOf = ({ room, id }: Ensured): ProvideKey => provideKeyOf(room!, id)
const blockIds = (count: number): BlockId[] =>
  Array.from({ length: count }, (_, index) => blockIdOf('raw', Buffer.from(`missing ${index}`)))
const foundPeers = (count: number): FoundPeer[] =>
  Array.from({ length: count }, (_, index) => ({ peer: `provider ${index}` as PeerId, addresses: [] }))

/** When the first is told after peers have come: a timer takes at least 1 ms. */
const TOLD_MS = SETTLE_MS + 1

beforeEach(() => {
  vi.useFakeTimers()
  // Otherwise the system's clock runs it.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((timeoutMs) => {
    const over = new AbortController()
    setTimeout(() => over.abort(), timeoutMs).unref()
    return over.signal
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('what a node keeps', () => {
  it('is announced once peers have come, the newest first, one after another', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    const [first, second] = [await complete(room), await complete(room)]
    const providers = start()
    const third = await complete(room)
    providers.ensured(third)
    expect(vi.getTimerCount()).toBe(0)

    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(host.provided).toEqual([keyOf(third)])
    await vi.advanceTimersByTimeAsync(PROVIDE_PAUSE_MS - 1)
    providers.ensured(third)
    expect(host.provided).toEqual([keyOf(third)])
    await vi.advanceTimersByTimeAsync(1)
    expect(host.provided).toEqual([third, second].map(keyOf))
    await vi.advanceTimersByTimeAsync(PROVIDE_PAUSE_MS)
    expect(host.provided).toEqual([third, second, first].map(keyOf))
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS / 2)
    expect(host.provided).toHaveLength(3)
  })

  it('is announced to peers that were connected before, too', async () => {
    const host = new FakeHost()
    host.peers = () => [PEER]
    const { create, complete, start } = setUp(host)
    const root = await complete(await create())
    start()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(host.provided).toEqual([keyOf(root)])
  })

  it('is announced as soon as it is complete', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    const providers = start()
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(vi.getTimerCount()).toBe(0)
    const root = await complete(room)
    providers.ensured(root)
    await vi.advanceTimersByTimeAsync(0)
    expect(host.provided).toEqual([keyOf(root)])
  })

  it('is announced again before it expires, at once if nobody was there, and later if there were few', async () => {
    const { host, create, complete, start } = setUp()
    const root = await complete(await create())
    start()
    host.listeners = 0
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(host.provided).toHaveLength(1)

    host.listeners = ENOUGH_TOLD - 1
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(host.provided).toHaveLength(2)

    host.listeners = ENOUGH_TOLD
    host.connect()
    await vi.advanceTimersByTimeAsync(TELL_OTHERS_MS - 1)
    expect(host.provided).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(host.provided).toHaveLength(3)

    host.connect()
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS - 1)
    expect(host.provided).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(host.provided).toEqual(Array.from({ length: 4 }, () => keyOf(root)))
  })

  it('is not announced to nobody', async () => {
    const { host, create, complete, start } = setUp()
    await complete(await create())
    start()
    host.connect()
    host.events.emit('disconnected', PEER.peer)
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS)
    expect(host.provided).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('belongs to its room', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    const ofNoRoom = await complete(undefined)
    const root = await complete(room)
    const providers = start()
    providers.ensured(ofNoRoom)
    providers.ensured({ ...root, id: blockIds(1)[0]!, state: 'failed', failure: 'too-large' })
    host.connect()
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS)
    expect(host.provided).toEqual([keyOf(root)])
  })

  it.each([
    ['it was let go of', (room: RoomId, id: BlockId) => ({ type: 'release', room, id }) as const],
    ['the room was left', (room: RoomId) => ({ type: 'leave', room }) as const],
    [
      'the room is not shared',
      (room: RoomId) => ({ type: 'share', room, peer: undefined, sharing: { policy: 'accept' } }) as const,
    ],
  ])('is no longer announced once %s', async (_, commandOf) => {
    const { core, host, create, complete, start } = setUp()
    const room = await create()
    const root = await complete(room)
    start()
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    expect(host.provided).toEqual([keyOf(root)])
    await core.command(commandOf(room, root.id))
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS)
    expect(host.provided).toEqual([keyOf(root)])
    expect(host.dropped).toEqual([keyOf(root)])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is announced only up to a number, the newest first', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    const roots: Ensured[] = []
    for (let i = 0; i < MAX_PROVIDED + 2; i++) roots.push(await complete(room))
    const providers = start()
    host.connect()
    await vi.advanceTimersByTimeAsync(SETTLE_MS)
    const newest = await complete(room)
    providers.ensured(newest)
    expect(host.dropped).toEqual([keyOf(roots[2]!)])
    await vi.advanceTimersByTimeAsync(PROVIDE_PAUSE_MS * (MAX_PROVIDED + 10))
    expect(host.provided).toEqual([...roots.slice(3), newest].map(keyOf).toReversed())
  })

  it('is deferred if the DHT does not finish', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    const [first, second] = [await complete(room), await complete(room)]
    const providers = start()
    host.isSlow = true
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    providers.ensured(first)
    await vi.advanceTimersByTimeAsync(PROVIDE_TIMEOUT_MS - 1)
    expect(host.running).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(host.running).toBe(0)
    host.isSlow = false
    await vi.advanceTimersByTimeAsync(PROVIDE_PAUSE_MS)
    expect(host.provided).toEqual([second, first].map(keyOf))
    await vi.advanceTimersByTimeAsync(TELL_OTHERS_MS)
    expect(host.provided).toEqual([second, first, second].map(keyOf))
  })

  it('is no longer announced once the node stops', async () => {
    const { host, create, complete, start } = setUp()
    const room = await create()
    await complete(room)
    await complete(room)
    const providers = start()
    host.isSlow = true
    host.connect()
    await vi.advanceTimersByTimeAsync(TOLD_MS)
    providers.stop()
    await vi.advanceTimersByTimeAsync(0)
    expect(host.running).toBe(0)
    host.connect()
    await vi.advanceTimersByTimeAsync(REPROVIDE_MS)
    expect(host.provided).toHaveLength(1)
  })
})

describe('what is missing', () => {
  it('is looked for under the key of its room, or of all rooms, the newest of them', async () => {
    const { host, create, start } = setUp()
    const rooms: RoomId[] = []
    for (let i = 0; i < MAX_LOOKUP_ROOMS + 1; i++) rooms.push(await create())
    const [id, other] = blockIds(2) as [BlockId, BlockId]
    const providers = start()
    await meet(host)
    host.found = foundPeers(1)
    providers.absent(rooms[0], id)
    await vi.advanceTimersByTimeAsync(0)
    expect(host.asked).toEqual([provideKeyOf(rooms[0]!, id)])
    expect(host.dialled).toEqual(['provider 0'])
    providers.absent(undefined, other)
    await vi.advanceTimersByTimeAsync(0)
    expect(host.asked.slice(1)).toEqual(rooms.slice(1).map((room) => provideKeyOf(room, other)))
  })

  it('is not looked for again within a minute, unless peers came', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const [id] = blockIds(1) as [BlockId]
    const providers = start()
    await meet(host)
    const miss = async (afterMs: number): Promise<number> => {
      await vi.advanceTimersByTimeAsync(afterMs)
      providers.absent(room, id)
      await vi.advanceTimersByTimeAsync(0)
      return host.asked.length
    }
    expect(await miss(0)).toBe(1)
    expect(await miss(LOOKUP_PAUSE_MS - 1)).toBe(1)
    expect(await miss(1)).toBe(2)
    host.connect()
    await vi.advanceTimersByTimeAsync(SETTLE_MS)
    expect(host.asked).toHaveLength(3)
    expect(await miss(0)).toBe(3)
    await vi.advanceTimersByTimeAsync(LOOKUP_PAUSE_MS)
    host.connect()
    await vi.advanceTimersByTimeAsync(SETTLE_MS)
    expect(host.asked).toHaveLength(3)
    host.isSlow = true
    host.connect()
    expect(await miss(0)).toBe(4)
    await vi.advanceTimersByTimeAsync(SETTLE_MS)
    expect(host.asked).toHaveLength(4)
  })

  it('is looked for a few at a time, for a while each, and what has no space is not', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const ids = blockIds(MAX_PARALLEL_LOOKUPS + MAX_QUEUED_LOOKUPS + 1)
    const providers = start()
    await meet(host)
    host.isSlow = true
    for (const id of ids) providers.absent(room, id)
    for (const id of ids.slice(0, -1)) providers.absent(room, id)
    await vi.advanceTimersByTimeAsync(LOOKUP_TIMEOUT_MS - 1)
    expect(host.running).toBe(MAX_PARALLEL_LOOKUPS)
    expect(host.asked).toHaveLength(MAX_PARALLEL_LOOKUPS)
    await vi.advanceTimersByTimeAsync(1)
    expect(host.asked).toHaveLength(2 * MAX_PARALLEL_LOOKUPS)
    host.isSlow = false
    await vi.advanceTimersByTimeAsync(LOOKUP_TIMEOUT_MS)
    expect(host.asked).toEqual(ids.slice(0, -1).map((id) => provideKeyOf(room, id)))
    providers.absent(room, ids.at(-1)!)
    expect(host.asked.at(-1)).toBe(provideKeyOf(room, ids.at(-1)!))
  })

  it('has only a number of providers dialled', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    host.found = foundPeers(MAX_FOUND_PROVIDERS + 1)
    const providers = start()
    await meet(host)
    providers.absent(room, blockIds(1)[0]!)
    await vi.advanceTimersByTimeAsync(0)
    expect(host.dialled).toEqual(foundPeers(MAX_FOUND_PROVIDERS).map(({ peer }) => peer))
  })

  it('while nobody is connected is looked for once someone is', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const [id] = blockIds(1) as [BlockId]
    start().absent(room, id)
    await vi.advanceTimersByTimeAsync(LOOKUP_TIMEOUT_MS)
    expect(host.asked).toEqual([])
    await meet(host)
    expect(host.asked).toEqual([provideKeyOf(room, id)])
  })

  it('is remembered up to a limit', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const providers = start()
    const ids = blockIds(MAX_REMEMBERED_LOOKUPS + 1)
    for (const id of ids) providers.absent(room, id)
    host.connect()
    providers.absent(room, ids[1]!)
    expect(host.asked).toEqual([])
    providers.absent(room, ids[0]!)
    expect(host.asked).toEqual([provideKeyOf(room, ids[0]!)])
  })

  it('is looked for in a burst, and then at a rate', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const providers = start()
    await meet(host)
    const missAll = async (ids: BlockId[]): Promise<number> => {
      for (const id of ids) {
        providers.absent(room, id)
        await vi.advanceTimersByTimeAsync(0)
      }
      return host.asked.length
    }
    const { burst, perSecond } = LOOKUP_RATE
    expect(await missAll(blockIds(burst + 1))).toBe(burst)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(await missAll(blockIds(2 * burst).slice(burst))).toBe(burst + 10 * perSecond)
  })

  it('is no longer looked for once the node stops', async () => {
    const { host, create, start } = setUp()
    const room = await create()
    const ids = blockIds(MAX_PARALLEL_LOOKUPS + 1)
    const providers = start()
    await meet(host)
    host.isSlow = true
    for (const id of ids) providers.absent(room, id)
    providers.stop()
    await vi.advanceTimersByTimeAsync(0)
    expect(host.running).toBe(0)
    expect(host.asked).toHaveLength(MAX_PARALLEL_LOOKUPS)
  })
})

/** A peer connects, and what was missed before has been looked for. */
async function meet(host: FakeHost): Promise<void> {
  host.connect()
  await vi.advanceTimersByTimeAsync(SETTLE_MS)
}
