import { describe, expect, test } from 'vitest'
import { progressLine } from '../../../src/cli/progress.ts'
import { width } from '../../../src/cli/text.ts'

describe('a progress line', () => {
  test.each([
    [0, 10, `[${'.'.repeat(30)}]   0%  a fact`],
    [5, 10, `[${'#'.repeat(15)}${'.'.repeat(15)}]  50%  a fact`],
    // 100% only once nothing is left.
    [999, 1000, `[${'#'.repeat(29)}.]  99%  a fact`],
    [10, 10, `[${'#'.repeat(30)}] 100%  a fact`],
    // The announced size may be wrong.
    [20, 10, `[${'#'.repeat(30)}] 100%  a fact`],
    [0, 0, `[${'#'.repeat(30)}] 100%  a fact`],
  ])('of %i of %i', (done, total, line) => {
    expect(progressLine({ done, total, facts: ['a fact'] }, 79)).toBe(line)
  })

  test.each([79, 40, 25, 20, 15, 10, 5])('fits into %i columns', (columns) => {
    const line = progressLine({ done: 1, total: 2, facts: ['厨房 fact', 'another'] }, columns)
    expect(width(line)).toBeLessThanOrEqual(columns)
    expect(line).toContain('50%'.slice(0, columns - 3))
  })
})
