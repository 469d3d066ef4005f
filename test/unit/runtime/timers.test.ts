import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { monotonicMs } from '../../../src/runtime/clock.ts'
import { Timers } from '../../../src/runtime/timers.ts'

it('no timer runs before its time by the monotonic clock, which is fractions of a millisecond away', async () => {
  const timers = new Timers()
  const late: Promise<number>[] = []
  for (let index = 0; index < 500; index++) {
    const afterMs = (index % 20) + 0.6
    const dueMs = monotonicMs() + afterMs
    late.push(new Promise((resolve) => timers.set(() => resolve(monotonicMs() - dueMs), afterMs)))
    await setImmediate()
  }
  expect(Math.min(...(await Promise.all(late)))).toBeGreaterThanOrEqual(0)
})

it('cleared timers do not run', async () => {
  const timers = new Timers()
  const ran: string[] = []
  timers.set(() => ran.push('cleared'), 1)
  timers.clear()
  await new Promise<void>((resolve) => timers.set(resolve, 5))
  expect(ran).toEqual([])
})
