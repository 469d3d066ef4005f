/** Takes and releases a lock again and again, with or without something to do, and measures how long that takes. */
import { KithError, type HeldLock, type JsonValue, type Room } from '../kith.ts'

export interface LockBenchInput {
  lock: string
  rounds: number
  leaseMs?: number
  /** A key of a map, to whose number 1 is added each time. */
  key?: string
}

/** How it went. Times are from wanting the lock to having it. */
export interface LockBenchReport {
  rounds: number
  done: number
  tookMs: number
  perSecond: number
  waitMs: { mean: number; median: number; max: number }
  /** Rounds in which the lock was lost before it was released: what was done then may have been refused. */
  lost: number
  firstFence: number
  lastFence: number
  /** What was last written under the key; null without one. */
  value: number | null
}

/** Reports are made so often. */
const REPORT_EVERY_MS = 500

export async function benchLock(
  room: Room,
  { lock, rounds, leaseMs, key }: LockBenchInput,
  onProgress: (report: LockBenchReport) => void,
  signal: AbortSignal,
): Promise<LockBenchReport> {
  const taken = room.lock(lock)
  const waits: number[] = []
  const [startedMs, fences] = [performance.now(), [] as number[]]
  let [lost, value, reportedMs] = [0, null as number | null, startedMs]
  const report = (): LockBenchReport =>
    reportOf({ rounds, waits, tookMs: performance.now() - startedMs, fences, lost, value })
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted()
    const wantedMs = performance.now()
    const held = await taken.acquire({ signal, ...(leaseMs !== undefined && { leaseMs }) })
    waits.push(performance.now() - wantedMs)
    fences.push(held.fence)
    try {
      if (key !== undefined) value = await addOne(room, key, held)
      await held.release()
    } catch (error) {
      if (!(error instanceof KithError) || error.code !== 'lock-lost') throw error
      lost++
    }
    if (performance.now() - reportedMs < REPORT_EVERY_MS) continue
    reportedMs = performance.now()
    onProgress(report())
  }
  return report()
}

/** Reads, adds and writes: only right if nobody else does so in between. */
async function addOne(room: Room, key: string, { fence, isCaughtUp }: HeldLock): Promise<number> {
  if (!isCaughtUp) throw new KithError('not-here', 'what the holder before wrote has not come')
  const before = (await room.do('get', { key }, { app: 'map' })) as JsonValue | undefined
  const value = (typeof before === 'number' ? before : 0) + 1
  await room.do('put', { key, value, fence }, { app: 'map' })
  return value
}

interface Measured {
  rounds: number
  waits: readonly number[]
  tookMs: number
  fences: readonly number[]
  lost: number
  value: number | null
}

function reportOf({ rounds, waits, tookMs, fences, lost, value }: Measured): LockBenchReport {
  const sorted = waits.toSorted((a, b) => a - b)
  const done = waits.length
  const mean = done === 0 ? 0 : waits.reduce((sum, each) => sum + each, 0) / done
  const waitMs = { mean, median: sorted[Math.floor(done / 2)] ?? 0, max: sorted.at(-1) ?? 0 }
  const perSecond = tookMs === 0 ? 0 : (1000 * done) / tookMs
  return {
    ...{ rounds, done, tookMs, perSecond, waitMs, lost, value },
    firstFence: fences[0] ?? 0,
    lastFence: fences.at(-1) ?? 0,
  }
}
