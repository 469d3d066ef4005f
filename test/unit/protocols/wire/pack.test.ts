import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packRuns } from '../../../../protocols/wire/pack.ts'

const sizes = fc.array(fc.nat(120), { maxLength: 60 })
const limits = fc.record({ maxSize: fc.integer({ min: 1, max: 100 }), maxItems: fc.integer({ min: 1, max: 8 }) })
const itself = (size: number): number => size
const sum = (run: readonly number[]): number => run.reduce((total, size) => total + size, 0)

describe('packRuns', () => {
  it('keeps all items in order, in runs that are never empty', () => {
    fc.assert(
      fc.property(sizes, limits, (items, within) => {
        const runs = packRuns(items, itself, within)
        expect(runs.flat()).toEqual(items)
        expect(runs.every((run) => run.length > 0)).toBe(true)
      }),
    )
  })

  it('stays within size and count, except for an item that is too large by itself', () => {
    fc.assert(
      fc.property(sizes, limits, (items, within) => {
        for (const run of packRuns(items, itself, within)) {
          expect(run.length).toBeLessThanOrEqual(within.maxItems)
          expect(run.length === 1 || sum(run) <= within.maxSize).toBe(true)
        }
      }),
    )
  })

  it('ends a run only if the next item would not have fitted', () => {
    fc.assert(
      fc.property(sizes, limits, (items, within) => {
        const runs = packRuns(items, itself, within)
        for (const [index, run] of runs.slice(0, -1).entries()) {
          const next = runs[index + 1]![0]!
          expect(run.length === within.maxItems || sum(run) + next > within.maxSize).toBe(true)
        }
      }),
    )
  })

  it('is exact at its limits', () => {
    expect(packRuns([5, 5], itself, { maxSize: 10, maxItems: 2 })).toEqual([[5, 5]])
    expect(packRuns([5, 6], itself, { maxSize: 10, maxItems: 2 })).toEqual([[5], [6]])
    expect(packRuns([1, 1, 1], itself, { maxSize: 10, maxItems: 2 })).toEqual([[1, 1], [1]])
    expect(packRuns([11, 1], itself, { maxSize: 10, maxItems: 2 })).toEqual([[11], [1]])
  })
})
