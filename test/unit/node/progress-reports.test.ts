import { beforeEach, expect, it, vi } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { RoomProgress } from '../../../src/kith.ts'
import { ProgressReports } from '../../../src/node/progress-reports.ts'
import { Timers } from '../../../src/runtime/timers.ts'

const room = 'kitchen' as RoomId
let now: RoomProgress | undefined
let told: RoomProgress[] = []
let timers: Timers
let reports: ProgressReports

function at(have: number, perSecond = 100): RoomProgress {
  const missing = 1_000 - have
  return { room, name: 'Kitchen', what: 'history', known: 1_000, have, missing, perSecond, remainingMs: null }
}

beforeEach(() => {
  vi.useFakeTimers()
  told = []
  timers = new Timers()
  reports = new ProgressReports({
    progressOf: () => now,
    tell: (_room, progress) => told.push(progress),
    setTimer: (run, afterMs) => timers.set(run, afterMs),
  })
  return () => vi.useRealTimers()
})

it('tells the progress now and then, and that it is complete', () => {
  for (let have = 100; have <= 1_000; have += 10) {
    now = at(have)
    reports.changed(room)
    vi.advanceTimersByTime(10)
  }
  vi.advanceTimersByTime(1_000)
  expect(told.map(({ have }) => have)).toEqual([340, 590, 840, 1_000])
  expect(told.at(-1)?.missing).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
})

it('goes on while the pace changes, and waits for more once nothing comes', () => {
  now = at(500)
  reports.changed(room)
  vi.advanceTimersByTime(250)
  now = at(500, 50)
  vi.advanceTimersByTime(250)
  now = at(500, 0)
  vi.advanceTimersByTime(10_000)
  expect(told.map(({ perSecond }) => perSecond)).toEqual([100, 50, 0])
  expect(vi.getTimerCount()).toBe(0)
  now = at(1_000)
  reports.changed(room)
  vi.advanceTimersByTime(250)
  expect(told.at(-1)?.missing).toBe(0)
})

it('says that nothing more comes of a room that was left', () => {
  now = at(500)
  reports.changed(room)
  vi.advanceTimersByTime(250)
  now = undefined
  vi.advanceTimersByTime(1_000)
  expect(told.slice(1)).toEqual([{ ...at(500), perSecond: 0, remainingMs: null }])
  expect(vi.getTimerCount()).toBe(0)
})

it('tells nothing of a room that was left at once', () => {
  now = undefined
  reports.changed(room)
  vi.advanceTimersByTime(1_000)
  expect(told).toEqual([])
})
