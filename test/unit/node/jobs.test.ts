import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { EnsureStatus } from '../../../src/kith.ts'
import { Jobs } from '../../../src/node/jobs.ts'
import { Wants } from '../../../src/node/wants.ts'
import type { Store } from '../../../src/store/store.ts'
import { makeFile, type MadeFile } from '../room/shared-files.ts'
import { coreOf, type TestCore } from './core.ts'

let core: TestCore
let jobs: Jobs
const run = vi.fn<(status: EnsureStatus) => Promise<void> | void>()
const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)

/** A node with jobs, on an earlier store if one is given. */
function start(store?: Store): void {
  core = coreOf(0, store)
  const wants = new Wants(core)
  jobs = new Jobs(core, (row) => wants.statusOf(row))
  core.onEvent = (event) => {
    if (event.type === 'ensured') jobs.completed(event.root)
  }
}

const restart = (): void => start(core.store)

beforeEach(() => start())

afterEach(() => {
  run.mockReset()
  warn.mockClear()
})

async function ensure({ id }: MadeFile, job: string, room?: RoomId): Promise<void> {
  await core.command({ type: 'ensure', room, id, job })
}

async function arrive({ blocks }: MadeFile): Promise<void> {
  await core.command({ type: 'put-blocks', blocks })
}

/** Lets what was begun finish: nothing here waits for anything but promises. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Names of jobs that are still to be run. */
const left = ({ id }: MadeFile): readonly string[] | undefined => core.store.ensured(undefined, id)?.jobs

describe('a job', () => {
  const file = makeFile(1, 3)

  it('is run once what it is for is complete, and only once', async () => {
    jobs.register('open', run)
    await ensure(file, 'open')
    await settle()
    expect(run).not.toHaveBeenCalled()
    await arrive(file)
    await settle()
    expect(run.mock.calls).toMatchObject([[{ id: file.id, room: null, state: 'complete', have: 4 }]])
    expect(left(file)).toEqual([])
    restart()
    jobs.register('open', run)
    await settle()
    expect(run).toHaveBeenCalledTimes(1)
  })

  it('is run for what was complete before it was registered, even before a restart', async () => {
    const other = makeFile(2, 2)
    await ensure(file, 'open')
    await ensure(other, 'open')
    await arrive(file)
    restart()
    jobs.register('open', run)
    await settle()
    expect(run.mock.calls.map(([{ id }]) => id)).toEqual([file.id])
    await arrive(other)
    await settle()
    expect(run.mock.calls.map(([{ id }]) => id)).toEqual([file.id, other.id])
  })

  it('of another name, or for what has failed, is not run', async () => {
    jobs.register('open', run)
    await ensure(file, 'print')
    await ensure(makeFile(2, 1), 'open')
    await core.command({ type: 'ensure', room: undefined, id: makeFile(3, 2).id, maxBytes: 10, job: 'open' })
    await arrive(file)
    await arrive(makeFile(3, 2))
    await settle()
    expect(core.store.ensured(undefined, makeFile(3, 2).id)?.state).toBe('failed')
    expect(run).not.toHaveBeenCalled()
    expect(left(file)).toEqual(['print'])
  })

  it('that rejects remains to be done, and is run again at the next start', async () => {
    run.mockRejectedValueOnce(new Error('the printer is on fire'))
    jobs.register('print', run)
    await ensure(file, 'print')
    await arrive(file)
    await settle()
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/'print'.*the printer is on fire/))
    expect(left(file)).toEqual(['print'])
    await arrive(makeFile(2, 1))
    await settle()
    expect(run).toHaveBeenCalledTimes(1)
    restart()
    jobs.register('print', run)
    await settle()
    expect(run).toHaveBeenCalledTimes(2)
    expect(left(file)).toEqual([])
  })

  it('that throws is treated like one that rejects', async () => {
    run.mockImplementationOnce(() => {
      throw new Error('no paper')
    })
    jobs.register('print', run)
    await ensure(file, 'print')
    await arrive(file)
    await settle()
    expect(warn).toHaveBeenCalledTimes(1)
    expect(left(file)).toEqual(['print'])
  })

  it('that had not finished when the node stopped is run again', async () => {
    const never = Promise.withResolvers<void>()
    run.mockReturnValueOnce(never.promise)
    jobs.register('print', run)
    await ensure(file, 'print')
    await arrive(file)
    await settle()
    restart()
    jobs.register('print', run)
    await settle()
    expect(run).toHaveBeenCalledTimes(2)
    expect(left(file)).toEqual([])
  })

  it('is not run a second time while it is running', async () => {
    const printing = Promise.withResolvers<void>()
    run.mockReturnValueOnce(printing.promise)
    jobs.register('print', run)
    await ensure(file, 'print')
    await arrive(file)
    await ensure(file, 'print')
    jobs.register('print', run)
    await settle()
    expect(run).toHaveBeenCalledTimes(1)
    printing.resolve()
    await settle()
    expect(left(file)).toEqual([])
  })

  it('is run again when its root is requested again', async () => {
    jobs.register('print', run)
    for (let i = 1; i <= 2; i++) {
      await ensure(file, 'print')
      await arrive(file)
      await settle()
      expect(run).toHaveBeenCalledTimes(i)
    }
  })

  it('is run for each room, and beside others', async () => {
    const { room } = await core.command({ type: 'create', name: 'Kitchen', app: 'chat' })
    jobs.register('open', run)
    jobs.register('print', run)
    await ensure(file, 'open', room)
    await ensure(file, 'open')
    await ensure(file, 'print')
    await arrive(file)
    await settle()
    expect(run.mock.calls.map(([status]) => status.room)).toEqual([room, null, null])
    expect([left(file), core.store.ensured(room, file.id)?.jobs]).toEqual([[], []])
  })

  it('of something that is released while it runs brings nothing back', async () => {
    const printing = Promise.withResolvers<void>()
    run.mockReturnValueOnce(printing.promise)
    jobs.register('print', run)
    await ensure(file, 'print')
    await arrive(file)
    await settle()
    await core.command({ type: 'release', room: undefined, id: file.id })
    printing.resolve()
    await settle()
    expect(core.store.ensuredRows({})).toEqual([])
    expect(warn).not.toHaveBeenCalled()
  })
})
