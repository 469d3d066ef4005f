import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DiskStatus, KithError } from '../../../src/kith.ts'
import {
  CHECK_EVERY_MS,
  DiskSpace,
  DOCUMENT_RESERVE_BYTES,
  FULL_MS,
  READ_ONLY_BYTES,
  RESERVE_BYTES,
  type Disks,
} from '../../../src/node/disk-space.ts'
import { makeFile } from '../room/shared-files.ts'
import { RecordedLogs } from '../host/logs.ts'
import { coreOf, type TestCore } from './core.ts'

const DATA = '/data'
const STICK = '/stick/copies'

let core: TestCore
let disk: DiskSpace
/** Free bytes, by folder. */
let free: Record<string, number>
/** What paused at each check so far. */
const paused = vi.fn<(paused: DiskStatus['paused']) => void>()
const onSpace = (status: DiskStatus): void => paused(status.paused)

const freeBytes = vi.fn<Disks['freeBytes']>((folder) =>
  free[folder] === undefined ? Promise.reject(new Error('no such folder')) : Promise.resolve(free[folder]),
)

const disks: Disks = {
  freeBytes,
  areOne: (folder, other) => Promise.resolve(folder.startsWith(DATA) === other.startsWith(DATA)),
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.clearAllMocks()
  free = { [DATA]: RESERVE_BYTES + 1_000, '/data/copies': RESERVE_BYTES + 1_000, [STICK]: 1_000 }
  core = { ...coreOf(0), dataDir: DATA }
  disk = new DiskSpace(core, onSpace, disks)
})

afterEach(() => {
  vi.useRealTimers()
})

const full = expect.objectContaining({ name: 'KithError', code: 'disk-full' }) as KithError

describe('space', () => {
  it('is there as long as the reserve remains', async () => {
    await disk.require(1_000)
    await expect(disk.require(1_001)).rejects.toEqual(full)
    await expect(disk.require(1_001)).rejects.toThrow(
      /^the disk of \/data has [\d,]+ bytes free, .* 1,001 and [\d,]+ to spare$/,
    )
    free[DATA] = RESERVE_BYTES - 1
    await expect(disk.require(0)).rejects.toEqual(full)
  })

  it('on another disk may be used up, on that of the node not', async () => {
    await disk.requireIn(STICK, 1_000)
    await expect(disk.requireIn(STICK, 1_001)).rejects.toThrow(/^the disk of \/stick\/copies .* needs 1,001$/)
    await disk.requireIn('/data/copies', 1_000)
    await expect(disk.requireIn('/data/copies', 1_001)).rejects.toEqual(full)
  })

  it('is always there for a node that keeps nothing, but not for what it saves', async () => {
    const memory = new DiskSpace(coreOf(0), onSpace, disks)
    await memory.require(10 ** 15)
    await expect(memory.requireIn(STICK, 1_001)).rejects.toEqual(full)
  })

  it('is read from the system', async () => {
    const real = new DiskSpace({ ...core, dataDir: import.meta.dirname }, onSpace)
    await real.requireIn(import.meta.dirname, 0)
    await expect(real.require(2 ** 60)).rejects.toEqual(full)
  })
})

describe('fetching', () => {
  /** Lets the disk be checked once. */
  const look = (): Promise<unknown> => vi.advanceTimersByTimeAsync(CHECK_EVERY_MS)

  beforeEach(async () => {
    await core.command({ type: 'ensure', room: undefined, id: makeFile(1, 1).id })
  })

  it('goes on where the disk cannot be looked at, which is logged', async () => {
    const logs = new RecordedLogs()
    core.log = logs.forComponent('kith:node')
    delete free[DATA]
    await look()
    expect(logs.lines).toEqual(['kith:node:error free space could not be checked: Error: no such folder'])
    expect(paused).not.toHaveBeenCalled()
  })

  it('pauses when the disk gets full, then documents of others, then everything, and all continue', async () => {
    const steps = [RESERVE_BYTES, DOCUMENT_RESERVE_BYTES, READ_ONLY_BYTES, 0]
    for (const bytes of [...steps, ...steps.toReversed()]) {
      free[DATA] = bytes
      await look()
    }
    const all = ['nothing', 'files', 'documents', 'all'] as const
    expect(paused.mock.calls.flat()).toEqual([...all, ...all.toReversed()])
    expect(disk.space).toEqual({ freeBytes: RESERVE_BYTES, paused: 'nothing', overcounted: false })
  })

  it('is paused before it begins, at the start', async () => {
    await core.command({ type: 'release', room: undefined, id: makeFile(1, 1).id })
    free[DATA] = RESERVE_BYTES - 1
    await disk.check()
    expect(paused.mock.calls).toEqual([['files']])
  })

  it('pauses with all else for some time after a write found no space, whatever the system counts', async () => {
    disk.filled()
    await look()
    expect(new Set(paused.mock.calls.flat())).toEqual(new Set(['all']))
    expect(disk.space).toEqual({ freeBytes: RESERVE_BYTES + 1_000, paused: 'all', overcounted: true })
    await vi.advanceTimersByTimeAsync(FULL_MS)
    expect(disk.space).toMatchObject({ paused: 'nothing', overcounted: false })
  })

  it('is not said to have been counted wrong where the system counts as little as there is', async () => {
    free[DATA] = 0
    disk.filled()
    await look()
    expect(disk.space).toEqual({ freeBytes: 0, paused: 'all', overcounted: false })
  })

  it('never pauses in a node that keeps nothing', async () => {
    await new DiskSpace(coreOf(0), onSpace, disks).check()
    expect(freeBytes).not.toHaveBeenCalled()
  })

  it('continues if the disk cannot be checked', async () => {
    delete free[DATA]
    await look()
    expect(freeBytes).toHaveBeenCalledTimes(1)
    expect(paused).not.toHaveBeenCalled()
  })

  it('neither pauses nor continues once the node stops', async () => {
    free[DATA] = 0
    const answer = Promise.withResolvers<number>()
    freeBytes.mockReturnValueOnce(answer.promise)
    await look()
    core.stop.abort()
    answer.resolve(0)
    await look()
    expect(paused).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })
})
