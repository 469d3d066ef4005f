import { describe, expect, test } from 'vitest'
import { placeOn, scaleFor } from '../../../src/web/screens/map/plot-scale.ts'

describe('the axis of a plot', () => {
  test.each([
    [
      [3, 17],
      [0, 5, 10, 15, 20],
    ],
    [
      [0, 1],
      [0, 0.5, 1],
    ],
    [
      [-2, 2],
      [-2, -1, 0, 1, 2],
    ],
    [
      [1_000, 1_000_000],
      [0, 500_000, 1_000_000],
    ],
  ])('for %j has round numbers', (values, ticks) => {
    expect(scaleFor(values).ticks).toEqual(ticks)
  })

  test.each([[[5]], [[0, 0]], [[-3, -3]], [[1e308, -1e308]], [[1e-300, 2e-300]], [[2 ** 53, 2 ** 53 - 1]], [[1e300]]])(
    'for %j has all of them on it, and few ticks',
    (values) => {
      const scale = scaleFor(values)
      for (const value of values) {
        const place = placeOn(scale, value)
        expect(place).toBeGreaterThanOrEqual(0)
        expect(place).toBeLessThanOrEqual(1)
      }
      expect(scale.ticks.length).toBeGreaterThan(0)
      expect(scale.ticks.length).toBeLessThan(20)
      expect(scale.ticks.every(Number.isFinite)).toBe(true)
    },
  )

  test('puts a single moment in the middle', () => {
    expect(placeOn({ min: 7, max: 7 }, 7)).toBe(0.5)
  })
})
