import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TokenBucket } from '../../../../protocols/wire/token-bucket.ts'

describe('TokenBucket', () => {
  it('allows its burst at once, then what time adds', () => {
    const bucket = new TokenBucket(3, 2, 1_000)
    expect([1, 2, 3, 4].map(() => bucket.take(1_000))).toEqual([true, true, true, false])
    expect(bucket.take(1_499)).toBe(false)
    expect(bucket.take(1_500)).toBe(true)
    expect(bucket.take(1_500)).toBe(false)
  })

  it('never holds more than its burst', () => {
    const bucket = new TokenBucket(2, 100, 0)
    expect([1, 2, 3].map(() => bucket.take(3_600_000))).toEqual([true, true, false])
  })

  it('takes all or nothing', () => {
    const bucket = new TokenBucket(10, 1, 0)
    expect(bucket.take(0, 11)).toBe(false)
    expect(bucket.take(0, 10)).toBe(true)
    expect(bucket.take(0, 1)).toBe(false)
  })

  it('adds nothing when the clock goes back', () => {
    const bucket = new TokenBucket(1, 1, 10_000)
    expect(bucket.take(10_000)).toBe(true)
    expect(bucket.take(5_000)).toBe(false)
    expect(bucket.take(5_999)).toBe(false)
    expect(bucket.take(6_000)).toBe(true)
  })

  it('allows at most its burst and its rate over any time', () => {
    const settings = fc.record({ burst: fc.integer({ min: 1, max: 50 }), perSecond: fc.integer({ min: 1, max: 50 }) })
    fc.assert(
      fc.property(settings, fc.array(fc.nat(700), { maxLength: 200 }), ({ burst, perSecond }, pausesMs) => {
        const bucket = new TokenBucket(burst, perSecond, 0)
        let nowMs = 0
        let taken = 0
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs
          if (bucket.take(nowMs)) taken++
        }
        expect(taken).toBeLessThanOrEqual(burst + (nowMs * perSecond) / 1_000)
        expect(taken).toBeGreaterThanOrEqual(Math.min(pausesMs.length, burst))
      }),
    )
  })
})
