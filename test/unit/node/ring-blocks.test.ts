/** Blocks that come from the ring. */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { keyOfBlock } from '../../../protocols/ring/index.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../../src/kith.ts'
import {
  MAX_RING_BLOCKS_OF_ROOT,
  MAX_RING_GETS,
  MAX_RING_WAITING,
  RING_GET_RATE,
  RingBlocks,
} from '../../../src/node/ring-blocks.ts'
import { RING_SETTLE_MS } from '../../../src/node/ring-sharing.ts'
import { Writer } from '../room/history.ts'
import { coreOf, type TestCore } from './core.ts'
import { FakeRing } from './fake-ring.ts'

let core: TestCore
let ring: FakeRing
let host: EventEmitter
let blocks: RingBlocks
let room: RoomId
let wants: { isPaused: boolean }

const blocksOf = (count: number): { id: BlockId; block: Uint8Array }[] =>
  Array.from({ length: count }, (_, index) => {
    const block = Buffer.from(`block ${index}`)
    return { id: blockIdOf('raw', block), block }
  })
const share = (inRing: true | undefined) => core.command({ type: 'note', room, personal: { inRing } })
const need = async (...ids: BlockId[]): Promise<void> => {
  for (const id of ids) await core.command({ type: 'ensure', room, id })
}
const settled = () => new Promise<void>((resolve) => void setImmediate(resolve))

beforeEach(async () => {
  core = coreOf(0)
  ring = new FakeRing()
  ring.hasOthers = true
  wants = { isPaused: false }
  host = new EventEmitter()
  blocks = new RingBlocks({ ring, core, host: host as never, wants })
  room = (await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })).room as RoomId
  await share(true)
})

afterEach(() => void vi.useRealTimers())

it('a block that no peer has comes from the ring, and completes what needs it', async () => {
  const { id, block } = blocksOf(1)[0]!
  await ring.put(block)
  core.onEvent = (event) => event.type === 'absent' && blocks.absent(event.room!, event.missing)
  await core.command({ type: 'ensure', room, id })
  await vi.waitFor(() => expect(core.store.ensured(room, id)?.state).toBe('complete'))
  expect(core.store.block(id)).toEqual(block)
})

it('nothing is asked for a room whose user did not say so, or no more', async () => {
  await share(undefined)
  const ids = blocksOf(MAX_RING_GETS + 1).map(({ id }) => id)
  await need(...ids)
  blocks.absent(room, ids)
  expect(ring.found).toEqual([])
  await share(true)
  blocks.absent(room, ids)
  await share(undefined)
  await settled()
  expect(ring.found).toEqual(ids.slice(0, MAX_RING_GETS).map(keyOfBlock))
})

it('a few are looked for at a time, each once, and what is here by then is not', async () => {
  const made = blocksOf(3 * MAX_RING_GETS)
  const ids = made.map(({ id }) => id)
  await need(...ids)
  blocks.absent(room, ids)
  blocks.absent(room, ids)
  expect(ring.found).toHaveLength(MAX_RING_GETS)
  await core.command({ type: 'put-blocks', blocks: made.slice(-1) })
  await vi.waitFor(() => expect(ring.found).toEqual(ids.slice(0, -1).map(keyOfBlock)))
  await settled()
  expect(ring.found).toHaveLength(ids.length - 1)
})

it('no more wait than a number, and what was not found is looked for again when it is missed again', async () => {
  vi.useFakeTimers()
  blocks = new RingBlocks({ ring, core, host: host as never, wants })
  ring.hasOthers = false
  const ids = blocksOf(MAX_RING_WAITING + 2).map(({ id }) => id)
  await need(...ids)
  const miss = (from: number, count: number) => blocks.absent(room, ids.slice(from, from + count))
  miss(0, MAX_RING_BLOCKS_OF_ROOT + 1) // the last one is not taken
  for (let from = MAX_RING_BLOCKS_OF_ROOT + 1; from < ids.length; from += 100) miss(from, 100)
  miss(MAX_RING_BLOCKS_OF_ROOT, 1) // nor now
  ring.hasOthers = true
  blocks.absent(room, [])
  await vi.advanceTimersByTimeAsync(0)
  expect(ring.found).toHaveLength(RING_GET_RATE.burst)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(ring.found).toHaveLength(RING_GET_RATE.burst + 10 * RING_GET_RATE.perSecond)
  await vi.advanceTimersByTimeAsync((1_000 * MAX_RING_WAITING) / RING_GET_RATE.perSecond)
  expect(ring.found).toHaveLength(MAX_RING_WAITING)
  expect(ring.found).not.toContain(keyOfBlock(ids[MAX_RING_BLOCKS_OF_ROOT]!))
  blocks.absent(room, ids.slice(0, 1))
  expect(ring.found.at(-1)).toBe(keyOfBlock(ids[0]!))
})

it('what was missed while no node of the ring was there is looked for once one is', async () => {
  vi.useFakeTimers()
  ring.hasOthers = false
  const { id } = blocksOf(1)[0]!
  await need(id)
  blocks.absent(room, [id])
  ring.hasOthers = true
  host.emit('connected')
  host.emit('connected')
  await vi.advanceTimersByTimeAsync(RING_SETTLE_MS)
  expect(ring.found).toEqual([keyOfBlock(id)])
})

it('a document is not taken from there', async () => {
  const document = new Writer().say(0, 'hi')
  const id = document.id as BlockId
  await ring.put(document.block)
  await need(id)
  blocks.absent(room, [id])
  await settled()
  expect(ring.found).toHaveLength(1)
  expect(core.store.blockSizeBytes(id)).toBeUndefined()
})

it('a ring that does not answer is no error, nor is a node that stops', async () => {
  const made = blocksOf(2)
  await need(...made.map(({ id }) => id))
  ring.failure = new KithError('no-answer', 'no node of the ring answered')
  blocks.absent(room, [made[0]!.id])
  await settled()
  ring.failure = undefined
  await ring.put(made[1]!.block)
  blocks.absent(room, [made[1]!.id])
  core.stop.abort()
  await settled()
  expect(core.store.blockSizeBytes(made[1]!.id)).toBeUndefined()
})

it('what nothing needs any more is neither asked for nor kept, nor is anything while the disk is full', async () => {
  const made = blocksOf(3)
  const ids = made.map(({ id }) => id)
  await need(...ids)
  for (const { block } of made) await ring.put(block)
  wants.isPaused = true
  blocks.absent(room, ids)
  expect(ring.found).toEqual([])
  wants.isPaused = false
  await core.command({ type: 'release', room, id: ids[0]! })
  blocks.absent(room, [])
  await core.command({ type: 'release', room, id: ids[1]! })
  await settled()
  expect(ring.found).toEqual(ids.slice(1).map(keyOfBlock))
  expect(ids.map((id) => core.store.blockSizeBytes(id) !== undefined)).toEqual([false, false, true])
})
