import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CHECKPOINT_DOCUMENTS } from '../../../protocols/room/constants.ts'
import type { BlockId, RoomId } from '../../../protocols/wire/ids.ts'
import { BLOCKS_AT_ONCE, COLLECT_AFTER_MS, COLLECT_AGAIN_MS, Garbage } from '../../../src/node/garbage.ts'
import { RecordedLogs } from '../host/logs.ts'
import { blockBytes, makeFile, type MadeFile } from '../room/shared-files.ts'
import { coreOf, interceptCommands, type TestCore } from './core.ts'

/** For a root, and twice as many parts as are checked at a time. */
const CHECKS_OF_LARGE = ['collect-released', 'collect-released', 'collect-released']

let core: TestCore
let garbage: Garbage

beforeEach(() => {
  vi.useFakeTimers()
  core = coreOf(0)
  garbage = new Garbage(core)
  core.onEvent = (event) => {
    if (event.type === 'released') garbage.collectSoon('released')
    if (event.type === 'state-released') garbage.collectNow()
  }
})

afterEach(() => {
  vi.useRealTimers()
})

async function put({ blocks }: MadeFile): Promise<void> {
  await core.command({ type: 'put-blocks', blocks })
}

async function keep(file: MadeFile): Promise<void> {
  await put(file)
  await core.command({ type: 'ensure', room: undefined, id: file.id })
}

async function release({ id }: MadeFile): Promise<void> {
  await core.command({ type: 'release', room: undefined, id })
}

const isHere = (id: BlockId): boolean => core.store.blockSizeBytes(id) !== undefined
const held = ({ blocks }: MadeFile): number => blocks.filter(({ id }) => isHere(id)).length

describe('an unneeded block', () => {
  const wanted = makeFile(1, 3)
  const unwanted = makeFile(2, 3)

  it('is removed, and nothing else', async () => {
    await keep(wanted)
    await put(unwanted)
    expect(await garbage.collect(false)).toEqual({ blocks: 4, sizeBytes: blockBytes(unwanted) })
    expect([held(wanted), held(unwanted)]).toEqual([4, 0])
    expect(await garbage.collect(false)).toEqual({ blocks: 0, sizeBytes: 0 })
  })

  it('is only counted if that is requested', async () => {
    await keep(wanted)
    await put(unwanted)
    for (let i = 0; i < 2; i++) {
      expect(await garbage.collect(true)).toEqual({ blocks: 4, sizeBytes: blockBytes(unwanted) })
    }
    expect(held(unwanted)).toBe(4)
  })

  it('is found among many blocks, which are examined a few at a time', async () => {
    const [many, others] = [makeFile(3, 2 * BLOCKS_AT_ONCE, 100), makeFile(4, 2 * BLOCKS_AT_ONCE, 100)]
    await keep(many)
    await put(others)
    const command = vi.spyOn(core, 'command')
    expect(await garbage.collect(false)).toMatchObject({ blocks: others.blocks.length })
    expect(command.mock.calls.length).toBeGreaterThan(4)
    expect([held(many), held(others)]).toEqual([many.blocks.length, 0])
  })

  it('is kept if something that is needed shares it', async () => {
    const part = makeFile(1, 1)
    await keep(part)
    await put(wanted)
    expect(await garbage.collect(false)).toMatchObject({ blocks: 3 })
    expect(isHere(part.id)).toBe(true)
  })
})

describe('while something is added', () => {
  const file = makeFile(1, 3)

  it('nothing is removed, because its blocks come before the root that needs them', async () => {
    const adding = Promise.withResolvers<void>()
    const added = garbage.whileAdding(async () => {
      await put(file)
      await adding.promise
      await core.command({ type: 'ensure', room: undefined, id: file.id })
    })
    const other = garbage.whileAdding(() => adding.promise)
    const collected = garbage.collect(false)
    const counted = garbage.collect(true)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(held(file)).toBe(4)
    adding.resolve()
    await Promise.all([added, other])
    expect([await collected, await counted]).toMatchObject([{ blocks: 0 }, { blocks: 0 }])
    expect(held(file)).toBe(4)
  })

  it('that begins between two steps, the second one waits', async () => {
    const adding = Promise.withResolvers<void>()
    await put(makeFile(4, BLOCKS_AT_ONCE, 100))
    let added: Promise<void> | undefined
    interceptCommands(core, async (command, run) => {
      const outcome = await run()
      if (command.type === 'collect-garbage') {
        added ??= garbage.whileAdding(async () => {
          await put(file)
          await adding.promise
          await core.command({ type: 'ensure', room: undefined, id: file.id })
        })
      }
      return outcome
    })
    const collected = garbage.collect(false)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(held(file)).toBe(4)
    adding.resolve()
    expect(await collected).toMatchObject({ blocks: BLOCKS_AT_ONCE + 1 })
    expect(held(file)).toBe(4)
  })

  it('that begins during a step, it waits for the end of that', async () => {
    const looking = Promise.withResolvers<void>()
    interceptCommands(core, async (command, run) => {
      if (command.type === 'collect-garbage') await looking.promise
      return run()
    })
    const collected = garbage.collect(false)
    const added = garbage.whileAdding(async () => {
      await put(file)
      await core.command({ type: 'ensure', room: undefined, id: file.id })
    })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(held(file)).toBe(0)
    looking.resolve()
    expect(await collected).toEqual({ blocks: 0, sizeBytes: 0 })
    await added
    expect(held(file)).toBe(4)
  })

  it('and fails, what was added goes after a while', async () => {
    const adding = garbage.whileAdding(async () => {
      await put(file)
      throw new Error('the file changed')
    })
    await expect(adding).rejects.toThrow('the file changed')
    expect(held(file)).toBe(4)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect(held(file)).toBe(0)
  })

  it('its result is returned', async () => {
    expect(await garbage.whileAdding(() => Promise.resolve('it'))).toBe('it')
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('the states of checkpoints', () => {
  /** Writes as many messages as lead to the next checkpoint. */
  async function writeOn(room: RoomId): Promise<void> {
    const body = new TextEncoder().encode('hello')
    for (let i = 0; i < CHECKPOINT_DOCUMENTS; i++) await core.command({ type: 'write', room, kind: 'message', body })
    await vi.advanceTimersByTimeAsync(0)
  }

  it('go at once, but for the last two', async () => {
    const { room } = (await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })) as { room: RoomId }
    const numbers: number[] = []
    for (let i = 0; i < 4; i++) {
      await writeOn(room)
      numbers.push(core.store.ensuredRows({ room }).length)
      expect(core.store.unneededBlocks(Infinity).blocks).toEqual([])
      expect(core.store.releasedBlocks(1).ids).toEqual([])
    }
    expect(numbers).toEqual([1, 2, 2, 2])
  })

  it('wait while something is added', async () => {
    const { room } = (await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })) as { room: RoomId }
    const added = Promise.withResolvers<void>()
    const adding = garbage.whileAdding(() => added.promise)
    for (let i = 0; i < 4; i++) await writeOn(room)
    expect(core.store.releasedBlocks(1).ids).toHaveLength(1)
    added.resolve()
    await adding
    await vi.advanceTimersByTimeAsync(0)
    expect(core.store.releasedBlocks(1).ids).toEqual([])
  })
})

describe('something released', () => {
  it('goes after a while, several things together', async () => {
    const files = [makeFile(1, 3), makeFile(2, 3)]
    for (const file of files) await keep(file)
    const command = vi.spyOn(core, 'command')
    const collections = (): number => command.mock.calls.filter(([{ type }]) => type === 'collect-released').length
    for (const file of files) await release(file)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS - 1)
    expect([collections(), ...files.map(held)]).toEqual([0, 4, 4])
    await vi.advanceTimersByTimeAsync(1)
    expect([collections(), ...files.map(held)]).toEqual([1, 0, 0])
    await keep(files[0]!)
    await release(files[0]!)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect([collections(), held(files[0]!)]).toEqual([2, 0])
  })

  it('goes without a check of other blocks, some at a time', async () => {
    const [kept, large] = [makeFile(1, 3), makeFile(2, 2 * BLOCKS_AT_ONCE, 100)]
    await keep(kept)
    await keep(large)
    await put(makeFile(3, 3))
    const command = vi.spyOn(core, 'command')
    const checkAll = vi.spyOn(core.store, 'unneededBlocks')
    await release(large)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect([held(kept), held(large), held(makeFile(3, 3))]).toEqual([4, 0, 4])
    expect(command.mock.calls.map(([{ type }]) => type)).toEqual(['release', ...CHECKS_OF_LARGE])
    expect(checkAll).not.toHaveBeenCalled()
    expect(core.store.releasedBlocks(1).ids).toEqual([])
  })

  it('goes with everything else that nothing needs, if a full check is due as well', async () => {
    const [file, leftover] = [makeFile(1, 3), makeFile(2, 3)]
    await keep(file)
    await put(leftover)
    await release(file)
    garbage.collectSoon('all')
    await release(file)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect([held(file), held(leftover)]).toEqual([0, 0])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes later if it cannot be collected now, which is logged unless the node stops', async () => {
    const logs = new RecordedLogs()
    core.log = logs.forComponent('kith:node')
    let mayCollect = false
    interceptCommands(core, (command, run) =>
      command.type === 'collect-released' && !mayCollect ? Promise.reject(new Error('no')) : run(),
    )
    const file = makeFile(1, 3)
    await keep(file)
    await release(file)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect(logs.lines).toEqual(['kith:node:error garbage could not be collected: Error: no'])
    mayCollect = true
    await vi.advanceTimersByTimeAsync(COLLECT_AGAIN_MS - 1)
    expect(held(file)).toBe(4)
    await vi.advanceTimersByTimeAsync(1)
    expect(held(file)).toBe(0)
    mayCollect = false
    garbage.collectSoon('released')
    vi.spyOn(core.stopped, 'aborted', 'get').mockReturnValue(true)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect(logs.lines).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stays if something needs it again', async () => {
    const file = makeFile(1, 3)
    await keep(file)
    await release(file)
    await keep(file)
    await vi.advanceTimersByTimeAsync(COLLECT_AFTER_MS)
    expect(held(file)).toBe(4)
  })

  it('stays if the node stops before', async () => {
    const file = makeFile(1, 3)
    await keep(file)
    await release(file)
    core.stop.abort()
    await vi.advanceTimersByTimeAsync(2 * COLLECT_AFTER_MS)
    expect(held(file)).toBe(4)
  })
})
