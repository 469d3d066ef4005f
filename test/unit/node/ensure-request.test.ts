import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { KithError, type EnsureStatus } from '../../../src/kith.ts'
import { EnsureRequest, PROGRESS_EVERY_MS } from '../../../src/node/ensure-request.ts'
import { makeFile } from '../room/shared-files.ts'

const { id } = makeFile(1, 1)

const STATUS: EnsureStatus = {
  ...{ id, room: null, state: 'searching', failure: null, pinned: true, known: 9, have: 0, missing: 9, bytes: 0 },
  ...{ bytesPerSecond: 0, from: [], absentAt: 0, asked: 0, jobs: [] },
}

let status: EnsureStatus | undefined
let noted: PromiseWithResolvers<void>
let request: EnsureRequest
const release = vi.fn<() => Promise<void>>(() => Promise.resolve())
const watch = vi.fn<(request: EnsureRequest) => void>()
const acts = { status: () => status, initial: () => STATUS, release, watch }
const listener = vi.fn<(status: EnsureStatus) => void>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.clearAllMocks()
  status = STATUS
  noted = Promise.withResolvers()
  request = new EnsureRequest(id, noted.promise, acts)
})

afterEach(() => {
  vi.useRealTimers()
})

/** Lets a number of intervals pass after which a listener may be called. */
const pass = (times = 1): void => void vi.advanceTimersByTime(times * PROGRESS_EVERY_MS)

describe('a listener', () => {
  it('reports changes, at most a few times a second', () => {
    request.on('progress', listener)
    pass()
    expect(listener.mock.calls).toEqual([[STATUS]])
    pass(10)
    expect(listener).toHaveBeenCalledTimes(1)
    for (let have = 1; have <= 5; have++) status = { ...STATUS, have, missing: 9 - have }
    pass()
    expect(listener).toHaveBeenCalledTimes(2)
    expect(listener).toHaveBeenLastCalledWith({ ...STATUS, have: 5, missing: 4 })
  })

  it('that is removed is not called, but others still are', () => {
    const other = vi.fn<(status: EnsureStatus) => void>()
    request.on('progress', listener).on('progress', other).off('progress', listener)
    pass()
    expect([listener.mock.calls.length, other.mock.calls.length]).toEqual([0, 1])
    request.off('progress', other)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is not called any more once it is over', () => {
    const ends: ((each: EnsureRequest) => void)[] = [
      (each) => each.end({ ...STATUS, state: 'complete' }),
      (each) => each.end({ ...STATUS, state: 'failed', failure: 'it is gone' }),
      (each) => each.reject(new Error('the node stops')),
    ]
    for (const end of ends) {
      request = new EnsureRequest(id, noted.promise, acts).on('progress', listener)
      expect(vi.getTimerCount()).toBe(1)
      end(request)
      expect(vi.getTimerCount()).toBe(0)
    }
    request.on('progress', listener)
    expect(vi.getTimerCount(), 'also one that comes late').toBe(0)
  })
})

describe('a request', () => {
  it('is noted once it is durable', async () => {
    const order: string[] = []
    const waiting = request.noted.then(() => order.push('noted'))
    order.push('durable')
    noted.resolve()
    await waiting
    expect(order).toEqual(['durable', 'noted'])
  })

  it('that could not be stored is not done either', async () => {
    const error = new KithError('quota', 'too much')
    noted.reject(error)
    await expect(request.noted).rejects.toBe(error)
    await expect(request.done).rejects.toBe(error)
  })

  it('ends as its status says', async () => {
    request.end({ ...STATUS, state: 'complete' })
    request.reject(new Error('too late'))
    expect(await request.done).toMatchObject({ state: 'complete' })
    const failed = new EnsureRequest(id, noted.promise, acts)
    failed.end({ ...STATUS, state: 'failed', failure: 'it has more bytes' })
    await expect(failed.done).rejects.toMatchObject({
      ...{ name: 'KithError', code: 'cannot-have', message: `${id} cannot be fetched: it has more bytes` },
    })
  })

  it('that nobody waits for may fail', async () => {
    vi.useRealTimers()
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    noted.reject(new Error('nobody hears of it'))
    request.end({ ...STATUS, state: 'failed', failure: 'it is gone' })
    await new Promise((resolve) => setImmediate(resolve))
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('that is waited for only later ends with the status at that time', async () => {
    noted.resolve()
    await request.noted
    status = { ...STATUS, state: 'complete' }
    expect(await request.done).toMatchObject({ state: 'complete' })
    const released = new EnsureRequest(id, noted.promise, acts)
    await released.noted
    status = undefined
    await expect(released.done).rejects.toMatchObject({ code: 'cancelled' })
    expect(released.status()).toEqual(STATUS)
  })

  it('is told of its end only if someone waits for it', () => {
    expect(watch).not.toHaveBeenCalled()
    void request.done
    expect(watch.mock.calls).toEqual([[request]])
  })

  it('is cancelled', async () => {
    await request.cancel()
    expect(release).toHaveBeenCalledTimes(1)
  })
})
