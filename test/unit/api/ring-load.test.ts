/** Loads of the ring: what counts as lost, and that a seed repeats one. */
import { describe, expect, it } from 'vitest'
import { loadRing, type RingLoadOptions, type RingLoadReport } from '../../../src/api/ring-load.ts'
import { KithError, type RingItem, type RingPut, type RingPutOptions } from '../../../src/kith.ts'
import { FakeRing } from './fake-ring.ts'
import { FAKE_PEER } from './fake-room.ts'

/** Notes its calls, which may fail, and may give something else. */
class LoadedRing extends FakeRing {
  readonly calls: string[] = []
  spoil: (item: RingItem) => RingItem | undefined = (item) => item
  fails: () => KithError | undefined = () => undefined

  override async put(value: Uint8Array, options: RingPutOptions = {}): Promise<RingPut> {
    this.calls.push(`put ${options.name ?? 'by content'}`)
    const failure = this.fails()
    if (failure !== undefined) throw failure
    return super.put(value, options)
  }

  override async get(key: string): Promise<RingItem | undefined> {
    this.calls.push(`get ${key}`)
    const item = await super.get(key)
    return item && this.spoil(item)
  }
}

const OPTIONS: RingLoadOptions = { ops: 300, put: 0.3, keys: 20, perSecond: 1_000_000, seed: 42 }

async function load(ring: LoadedRing, options: Partial<RingLoadOptions> = {}): Promise<RingLoadReport> {
  const never = new AbortController().signal
  return loadRing({ ring, peer: FAKE_PEER } as never, { ...OPTIONS, ...options }, () => {}, never)
}

const lossesOf = ({ lost, outdated, wrong }: RingLoadReport): number[] => [lost, outdated, wrong]

describe('a load', () => {
  it('of a ring that keeps everything loses nothing, and measures all operations', async () => {
    const report = await load(new LoadedRing())
    expect(report).toMatchObject({ seed: 42, ops: 300, done: 300, lost: 0, outdated: 0, wrong: 0, failures: [] })
    expect(report.latencies.map(({ kind }) => kind)).toEqual(['put', 'put-named', 'get', 'get-named'])
    expect(report.latencies.reduce((sum, { done }) => sum + done, 0)).toBe(300)
    for (const { p50Ms, p90Ms, p99Ms, maxMs } of report.latencies) {
      expect([p50Ms, p90Ms, p99Ms, maxMs]).toEqual([p50Ms, p90Ms, p99Ms, maxMs].toSorted((a, b) => a - b))
      expect(p50Ms).toBeGreaterThan(0)
    }
    const puts = report.latencies.slice(0, 2).reduce((sum, { done }) => sum + done, 0)
    expect(puts).toBeGreaterThan(60)
    expect(puts).toBeLessThan(120)
  })

  it('with the same seed does the same, and with another one something else', async () => {
    const rings = [new LoadedRing(), new LoadedRing(), new LoadedRing()]
    for (const [index, ring] of rings.entries()) await load(ring, { seed: index === 2 ? 43 : 42 })
    expect(rings[1]!.calls).toEqual(rings[0]!.calls)
    expect(rings[2]!.calls).not.toEqual(rings[0]!.calls)
  })

  it('finds what an earlier one with its seed put, which is not wrong', async () => {
    const ring = new LoadedRing()
    await load(ring, { put: 1 })
    const report = await load(ring, { put: 0 })
    expect(lossesOf(report)).toEqual([0, 0, 0])
    expect(report.absent).toBe(0)
  })

  it('of nothing but gets finds nothing, which is no loss', async () => {
    expect(await load(new LoadedRing(), { put: 0 })).toMatchObject({ absent: 300, lost: 0 })
  })

  it('counts what was put and is not found, and names it', async () => {
    const ring = new LoadedRing()
    ring.spoil = () => undefined
    const { lost, lostKeys, outdated, wrong } = await load(ring)
    expect(lost).toBeGreaterThan(100)
    expect(lostKeys.length).toBeGreaterThan(0)
    expect(lostKeys.length).toBeLessThanOrEqual(10)
    expect([outdated, wrong]).toEqual([0, 0])
  })

  it('counts older versions and wrong values', async () => {
    const old = new LoadedRing()
    old.spoil = (item) => ({ ...item, sequence: item.sequence === null ? null : item.sequence - 1 })
    expect(lossesOf(await load(old))).toEqual([0, expect.any(Number), 0])
    expect((await load(old)).outdated).toBeGreaterThan(0)
    const wrong = new LoadedRing()
    wrong.spoil = (item) => ({ ...item, value: Buffer.from('put 1 of something else') })
    const report = await load(wrong)
    expect(report.wrong).toBeGreaterThan(100)
  })

  it('counts what fails by its code, and goes on', async () => {
    const ring = new LoadedRing()
    ring.fails = () => new KithError('ring-full', 'no space')
    const report = await load(ring)
    const puts = report.latencies.slice(0, 2)
    expect(report.failures).toEqual([{ code: 'ring-full', count: puts.reduce((sum, { failed }) => sum + failed, 0) }])
    expect(puts.every(({ done, failed, maxMs }) => done === failed && maxMs === 0)).toBe(true)
    expect(report.done).toBe(300)
  })

  it('of a node without a ring throws', async () => {
    const ring = new LoadedRing()
    ring.fails = () => new KithError('no-ring', 'none')
    await expect(load(ring)).rejects.toMatchObject({ code: 'no-ring' })
    expect(ring.calls.length).toBeLessThan(100)
  })

  it('ends where its reader does', async () => {
    const ring = new LoadedRing()
    const stop = new AbortController()
    const reports: RingLoadReport[] = []
    const onProgress = (report: RingLoadReport): void => {
      reports.push(report)
      stop.abort()
    }
    const over = loadRing({ ring, peer: FAKE_PEER } as never, OPTIONS, onProgress, stop.signal)
    await expect(over).rejects.toThrow('aborted')
    expect(reports).toHaveLength(1)
    expect(ring.calls.length).toBeLessThan(300)
  })
})
