import { describe, expect, it } from 'vitest'
import { RateLimits } from '../../../../protocols/wire/rate-limits.ts'

describe('a rate limit', () => {
  const rate = { burst: 10, perSecond: 2 }

  it('is exceeded by one key and not by others, until time has passed', () => {
    const limits = new RateLimits<string>(rate)
    limits.spend('fast', 0, 9)
    expect(limits.isOver('fast', 0)).toBe(false)
    limits.spend('fast', 0)
    expect(limits.isOver('fast', 0)).toBe(true)
    expect(limits.isOver('slow', 0)).toBe(false)
    expect(limits.isOver('fast', 499)).toBe(true)
    expect(limits.isOver('fast', 500)).toBe(false)
  })

  it('holds in the long run even if many arrive at a time', () => {
    const limits = new RateLimits<string>(rate)
    limits.spend('large', 0, rate.burst + 100)
    expect(limits.isOver('large', 0)).toBe(true)
    expect(limits.isOver('large', 50_499)).toBe(true)
    expect(limits.isOver('large', 50_500)).toBe(false)
  })

  it('remembers 1,024, and then forgets one of those that have most left', () => {
    const limits = new RateLimits<number>(rate)
    for (let key = 0; key < 1_024; key++) limits.spend(key, 0, rate.burst)
    expect(limits.isOver(0, 0)).toBe(true)
    limits.spend(1_024, 0, rate.burst)
    expect(limits.isOver(0, 0)).toBe(false)
    expect(limits.isOver(1, 0)).toBe(true)
    expect(limits.isOver(1_024, 0)).toBe(true)
  })
})
