/** When slices are compared: soon after something new, wherever it came, and seldom where nothing comes of it. */
import { describe, expect, it } from 'vitest'
import { COMPARE_MS, COMPARE_SOON_MS, GIVE_STEPS, MAX_BACKOFF } from '../../../../../protocols/ring/slices/constants.ts'
import { toHex } from '../../vectors.ts'
import { itemOf, packedOf, partOf, WHOLE, World, type Node } from './world.ts'

const HOUR_MS = 3_600_000
/** Timers are looked at once a second. */
const SOON_MS = COMPARE_SOON_MS + 2_000

/** Only the first of two nodes has a slice. */
function opened(part = WHOLE): { all: World; opener: Node; holder: Node } {
  const all = new World(['opener', 'holder'])
  const [opener, holder] = all.nodes as [Node, Node]
  all.command(opener, { type: 'slice', slice: 1, part, holders: [{ peer: holder.peer, part }] })
  all.pass(10_000)
  all.records.length = 0
  return { all, opener, holder }
}

const countOf = ({ records }: World, type: string): number =>
  records.filter(({ record }) => record.type === type).length

describe('something new at a holder', () => {
  it('is told, and comes long before the next comparison would', () => {
    const { all, opener, holder } = opened()
    const { id } = all.add(holder, packedOf('new'))
    all.pass(SOON_MS)
    expect(opener.news(1)).toEqual([toHex(id)])
  })

  it('is told once for all that comes until the next comparison', () => {
    const { all, opener, holder } = opened()
    for (let index = 0; index < 20; index++) all.add(holder, packedOf(`${index}`))
    expect(countOf(all, 'changed')).toBe(1)
    all.pass(SOON_MS)
    expect(opener.news(1)).toHaveLength(20)
    expect(countOf(all, 'changed')).toBe(1)
  })

  it('is told after the comparison if it came during it', () => {
    const { all, opener, holder } = opened()
    let added = 0
    all.tampers = (_from, _to, record) => {
      // The symbols are on their way, and this is not in them.
      if (record.type === 'symbols' && added++ === 0) all.add(holder, packedOf('meanwhile'))
      return record
    }
    all.add(holder, packedOf('first'))
    all.pass(2 * SOON_MS)
    expect(opener.ids).toEqual(holder.ids)
    expect(opener.ids).toHaveLength(2)
  })

  it('is not told if it is not in the part, or if the opener gave it', () => {
    const { all, opener, holder } = opened(partOf(0, 0.5))
    const items = Array.from({ length: 20 }, (_, index) => packedOf(`${index}`))
    for (const packed of items) all.add(opener, packed)
    all.pass(SOON_MS)
    expect(holder.items.size).toBeGreaterThan(0)
    const outside = items.filter((packed) => !holder.items.has(toHex(itemOf(packed).id)))
    for (const packed of outside) all.add(holder, packed)
    expect(outside.length).toBeGreaterThan(0)
    expect(countOf(all, 'changed')).toBe(0)
  })

  it('is told again after nothing came of it for long', () => {
    const { all, opener, holder } = opened()
    opener.welcomes = () => false
    for (let index = 0; index < 8; index++) {
      all.add(holder, packedOf(`unwelcome ${index}`))
      all.pass(30_000)
    }
    opener.welcomes = () => true
    all.add(holder, packedOf('welcome'))
    all.pass(MAX_BACKOFF * COMPARE_SOON_MS + SOON_MS)
    const { id } = all.add(holder, packedOf('soon again'))
    all.pass(SOON_MS)
    expect(opener.news(1)).toContain(toHex(id))
  })
})

describe('a comparison of which nothing comes', () => {
  it('is seldom repeated while the same is welcome on one side only', () => {
    const { all, opener, holder } = opened()
    holder.welcomes = () => false
    for (let index = 0; index < 100; index++) all.add(opener, packedOf(`of one copy ${index}`))
    all.pass(HOUR_MS)
    all.records.length = 0
    all.pass(HOUR_MS)
    expect(countOf(all, 'open')).toBeGreaterThan(0)
    // What was not taken is given once more within the hour, which changes nothing.
    expect(countOf(all, 'open')).toBeLessThanOrEqual((1.2 * HOUR_MS) / (MAX_BACKOFF * COMPARE_MS) + 2)
  })

  it('comes in its turn again once something is taken', () => {
    const { all, opener, holder } = opened()
    holder.welcomes = () => false
    all.add(opener, packedOf('of one copy'))
    all.pass(HOUR_MS)
    holder.welcomes = () => true
    all.add(opener, packedOf('of four'))
    all.pass(MAX_BACKOFF * COMPARE_SOON_MS + SOON_MS)
    all.records.length = 0
    all.pass(2.5 * COMPARE_MS)
    expect(countOf(all, 'open')).toBeGreaterThanOrEqual(1)
  })

  it('is no way to have another node compare without end', () => {
    const { all, opener, holder } = opened()
    const minutes = 30
    for (let second = 0; second < 60 * minutes; second++) {
      all.receive(opener, holder, { type: 'changed', slice: 1 })
      all.pass(1_000)
    }
    const pauses = (60_000 * minutes) / (MAX_BACKOFF * COMPARE_SOON_MS)
    expect(countOf(all, 'open')).toBeLessThanOrEqual(pauses + Math.log2(MAX_BACKOFF) + 1)
    expect(opener.faults).toEqual([])
  })

  it('is that of equal parts, which comes in its turn', () => {
    const { all } = opened()
    all.pass(10 * COMPARE_MS)
    expect(countOf(all, 'open')).toBeGreaterThanOrEqual(9)
  })
})

describe('what a holder should not have', () => {
  it('is not given to it, however much it is, and the rest is', () => {
    const all = new World(['opener', 'holder'])
    const [opener, holder] = all.nodes as [Node, Node]
    const items = Array.from({ length: 3 * GIVE_STEPS }, (_, index) => opener.put(packedOf(`${index}`)))
    const few = new Set(items.slice(0, 20).map(({ id }) => toHex(id)))
    opener.gives = (id) => few.has(toHex(id))
    all.command(opener, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: holder.peer, part: WHOLE }] })
    all.pass(2 * COMPARE_MS)
    expect(holder.ids).toEqual([...few].toSorted())
    const given = all.records.flatMap(({ record }) => (record.type === 'items' ? record.items : []))
    expect(given).toHaveLength(few.size)
    expect([...opener.faults, ...holder.faults]).toEqual([])
  })

  it('makes no comparison due, and is told if the holder keeps a slice there', () => {
    const { all, opener, holder } = opened()
    opener.gives = () => false
    all.add(opener, packedOf('of one copy'))
    all.pass(SOON_MS)
    expect(countOf(all, 'open')).toBe(0)
    all.command(holder, { type: 'slice', slice: 5, part: WHOLE, holders: [{ peer: opener.peer, part: WHOLE }] })
    const { id } = all.add(opener, packedOf('another one'))
    all.pass(SOON_MS)
    expect(holder.news(5)).toContain(toHex(id))
  })
})

it('news about a slice that is closed are ignored', () => {
  const { all, opener, holder } = opened()
  all.command(opener, { type: 'close', slice: 1 })
  all.add(holder, packedOf('new'))
  all.pass(COMPARE_MS)
  expect(countOf(all, 'changed')).toBe(1)
  expect(countOf(all, 'open')).toBe(0)
  expect(opener.faults).toEqual([])
})
