import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RecentSet } from '../../../../protocols/batch-sync/recent-set.ts'

describe('RecentSet', () => {
  it('forgets the oldest beyond its size', () => {
    const set = new RecentSet<string>(2)
    for (const member of ['a', 'b', 'c']) set.add(member)
    expect(['a', 'b', 'c'].map((member) => set.has(member))).toEqual([false, true, true])
  })

  it('counts a member that is added again as new', () => {
    const set = new RecentSet<string>(2)
    for (const member of ['a', 'b', 'a', 'c']) set.add(member)
    expect(['a', 'b', 'c'].map((member) => set.has(member))).toEqual([true, false, true])
  })

  it('holds exactly the latest distinct members, as many as its size', () => {
    const members = fc.array(fc.nat(30), { maxLength: 200 })
    fc.assert(
      fc.property(members, fc.integer({ min: 1, max: 20 }), (added, size) => {
        const set = new RecentSet<number>(size)
        for (const member of added) set.add(member)
        const latest = new Set([...new Set(added.toReversed())].slice(0, size))
        for (let member = 0; member <= 30; member++) expect(set.has(member)).toBe(latest.has(member))
      }),
    )
  })
})
