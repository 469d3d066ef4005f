import { beforeEach, describe, expect, it, vi } from 'vitest'
import { BATCH_BLOCKS, BATCH_BYTES, BlockWriter } from '../../../src/node/block-writer.ts'
import type { StoredBlock } from '../../../src/store/blocks.ts'
import { StoreError } from '../../../src/store/store.ts'
import { blockOf, contentOf } from '../../acceptance/store-rows.ts'
import { coreOf, type TestCore } from './core.ts'
import { refused } from './file-room.ts'

const PART_BYTES = BATCH_BYTES / 8

let core: TestCore
let requireSpace: ReturnType<typeof vi.fn<(addedBytes: number) => Promise<void>>>
let writer: BlockWriter

beforeEach(() => {
  core = coreOf(0)
  requireSpace = vi.fn(() => Promise.resolve())
  writer = new BlockWriter(core, requireSpace)
})

/** A block of an eighth of a batch. */
const part = (label: number): StoredBlock => ({ id: blockOf(label), block: new Uint8Array(PART_BYTES) })

async function putParts(from: number, to: number): Promise<void> {
  for (let i = from; i < to; i++) await writer.put(blockOf(i), part(i).block)
}

/** Holds back durable writes from now on; each call lets one batch through, and returns its size. */
function holdBatches(): () => Promise<number> {
  const held: { count: number; release: () => void }[] = []
  const put = core.store.putDurably.bind(core.store)
  vi.spyOn(core.store, 'putDurably').mockImplementation(async (blocks) => {
    await new Promise<void>((release) => held.push({ count: blocks.length, release }))
    await put(blocks)
  })
  return async () => {
    await vi.waitFor(() => expect(held).not.toHaveLength(0))
    const { count = 0, release } = held.shift() ?? {}
    release?.()
    return count
  }
}

/** Whether a promise has settled once everything that needs no waiting is done. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false
  void promise.finally(() => (settled = true))
  await new Promise((done) => setImmediate(done))
  return settled
}

const held = (count: number): boolean[] =>
  Array.from({ length: count }, (_, i) => core.store.blockSizeBytes(blockOf(i)) !== undefined)

describe('the blocks of a file', () => {
  it('are stored in batches, limited in bytes and in blocks', async () => {
    const releaseBatch = holdBatches()
    const command = vi.spyOn(core, 'command')
    await putParts(0, 8)
    expect(await releaseBatch()).toBe(8)
    for (let i = 0; i < BATCH_BLOCKS; i++) await writer.put(blockOf(i), contentOf(i))
    expect(await releaseBatch(), 'small blocks are durable with the command').toBe(0)
    await writer.put(blockOf('last'), contentOf('last'))
    const finished = writer.finish()
    expect(await releaseBatch()).toBe(0)
    await finished
    const sizes = command.mock.calls.map(([each]) => (each.type === 'put-blocks' ? each.blocks.length : 0))
    expect(sizes).toEqual([8, BATCH_BLOCKS, 1])
  })

  it('are read while a batch is stored, but no more than one batch ahead', async () => {
    const releaseBatch = holdBatches()
    await putParts(0, 15)
    const second = putParts(15, 16)
    expect(await hasSettled(second)).toBe(false)
    await releaseBatch()
    await second
    await putParts(16, 23)
    const third = putParts(23, 24)
    expect(await hasSettled(third)).toBe(false)
    await releaseBatch()
    await third
    const finished = writer.finish()
    expect(await hasSettled(finished)).toBe(false)
    await releaseBatch()
    await releaseBatch()
    await finished
    expect(held(24)).not.toContain(false)
  })

  it('are reported to the machine once they are durable', async () => {
    const releaseBatch = holdBatches()
    const command = vi.spyOn(core, 'command')
    await putParts(0, 8)
    await new Promise((done) => setImmediate(done))
    expect(command).not.toHaveBeenCalled()
    await releaseBatch()
    await vi.waitFor(() => expect(command).toHaveBeenCalledTimes(1))
    expect(command.mock.calls[0]?.[0]).toMatchObject({ type: 'put-blocks', blocks: { length: 8 } })
  })

  it('count once, and only if they are not here', async () => {
    await core.store.putDurably([part(0)])
    for (const labels of [
      [0, 1, 1, 2, 2, 2, 0, 1],
      [0, 1, 2, 3, 3, 3, 3, 3],
    ]) {
      for (const label of labels) await writer.put(blockOf(label), part(label).block)
    }
    await writer.finish()
    expect(requireSpace.mock.calls.map(([addedBytes]) => addedBytes / PART_BYTES)).toEqual([2, 3, 3])
  })
})

describe('a block cannot be stored', () => {
  it.each([
    ['full', 'disk-full'],
    ['io', 'disk-error'],
  ] as const)('is told to whoever puts or finishes next: a StoreError %s as %s', async (code, expected) => {
    vi.spyOn(core.store, 'putDurably').mockRejectedValueOnce(new StoreError(code, 'the disk says no'))
    await putParts(0, 8)
    await expect(putParts(8, 16)).rejects.toEqual(refused(expected))
    await expect(writer.finish()).rejects.toEqual(refused(expected))
    expect(held(16)).not.toContain(true)
  })

  it('if the node stops', async () => {
    vi.spyOn(core.store, 'putDurably').mockImplementationOnce(() => {
      core.stop.abort()
      return Promise.reject(new Error('the folder is gone'))
    })
    await putParts(0, 1)
    await expect(writer.finish()).rejects.toEqual(refused('stopped'))
  })

  it('if there is no space', async () => {
    requireSpace.mockRejectedValueOnce(new Error('no space'))
    const put = vi.spyOn(core.store, 'putDurably')
    await putParts(0, 1)
    await expect(writer.finish()).rejects.toThrow('no space')
    expect(put).not.toHaveBeenCalled()
  })
})

it('a writer that is given up waits for pending writes', async () => {
  const releaseBatch = holdBatches()
  await putParts(0, 8)
  const disposed = writer[Symbol.asyncDispose]()
  expect(await hasSettled(disposed)).toBe(false)
  await releaseBatch()
  await disposed
  expect(held(9)).toEqual([...Array.from({ length: 8 }, () => true), false])
})
