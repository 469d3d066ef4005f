/** All that can happen to a lock within bounds, tried one by one. */
import { describe, expect, it } from 'vitest'
import { explore, type Bounds } from './model.ts'

/** As far apart as they may be: who has the lock counts too slowly, and who grants it too fast. */
const DRIFT = { electors: 0.01, clients: -0.01 }
const NOTHING: Bounds = {
  ...{ drift: DRIFT, stepsMs: [], acquires: 1, renews: 0, releases: 0, duplicates: 0, crashes: 0, losses: 0 },
  maxStates: 600,
}
/** KITH_STATES=N looks at so many of each, instead of as many as take a second. */
const MORE = process.env['KITH_STATES'] === undefined ? {} : { maxStates: Number(process.env['KITH_STATES']) }

describe('never two holders, and never a fence that is not higher', () => {
  it('whatever order messages come in, or whether they come', () => {
    const { states, isComplete, violation, holds } = explore({ ...NOTHING, maxStates: Infinity })
    expect({ isComplete, violation }).toEqual({ isComplete: true, violation: undefined })
    expect(holds).toBeGreaterThan(0)
    process.stdout.write(`${states} states, all there are`)
  })

  it.each<[what: string, bounds: Partial<Bounds>]>([
    ['messages that come twice', { duplicates: 1 }],
    ['a release', { releases: 1 }],
    ['leases that end', { stepsMs: [895, 100] }],
    ['a lease that is renewed', { renews: 1, stepsMs: [500, 500] }],
    ['an elector that crashes, with its memory and without', { crashes: 1 }],
    ['an elector that crashes, and leases that end', { crashes: 1, stepsMs: [895, 100] }],
  ])('with %s', (what, bounds) => {
    // Without WAIT, which only hastens things, more of the rest is seen.
    const { states, isComplete, violation, holds } = explore({ ...NOTHING, lost: ['wait'], ...bounds, ...MORE })
    process.stdout.write(
      `${what}: ${states} states${isComplete ? ', all there are' : ', those that are reached first'}`,
    )
    expect(violation).toBeUndefined()
    expect(holds).toBeGreaterThan(0)
  })
})

describe('what is assumed is needed', () => {
  it('an elector that has lost its memory and does not know it lets two have the lock', () => {
    const { violation } = explore({ ...NOTHING, crashes: 1, lost: ['wait'], isUnaware: true, maxStates: 50_000 })
    expect(violation?.at(-1)).toMatch(/^two hold it|holds it with/)
  })
})
