/** Bytes per second, over the last one or two seconds. */
import { expect, it } from 'vitest'
import { RateMeter } from '../../../../protocols/ensure-map/rate-meter.ts'

it('at first counts everything since the start', () => {
  const meter = new RateMeter(1_000)
  expect(meter.perSecond(1_000)).toBe(0)
  meter.add(100, 1_000)
  expect(meter.perSecond(1_500)).toBe(200)
})

it('then counts the previous second', () => {
  const meter = new RateMeter(0)
  for (let ms = 0; ms < 3_000; ms += 100) meter.add(ms < 2_000 ? 10 : 50, ms)
  expect(meter.perSecond(1_999 + 1_000)).toBe(100)
  expect(meter.perSecond(3_000)).toBe(500)
})

it('includes a longer pause', () => {
  const meter = new RateMeter(0)
  meter.add(1_000, 0)
  expect(meter.perSecond(2_000)).toBe(500)
})

it('is 0 if nothing has arrived for long', () => {
  const meter = new RateMeter(0)
  meter.add(1_000, 0)
  expect(meter.perSecond(3_000)).toBe(0)
  expect(meter.perSecond(60_000)).toBe(0)
  meter.add(700, 60_000)
  expect(meter.perSecond(61_000)).toBe(700)
})
