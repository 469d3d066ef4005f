import { describe, expect, it } from 'vitest'
import { MAX_DIFFERENCES } from '../../../../../protocols/ring/reconciliation/constants.ts'
import {
  ANSWER_MS,
  COMPARE_MS,
  ITEMS_BYTES,
  MAX_BACKOFF,
  MAX_GIVEN,
  MAX_GIVEN_PER_PEER,
  MAX_HOLDERS,
  MAX_SLICES,
  MAX_WANTED,
  OPEN_BURST,
  SETTLED_MS,
} from '../../../../../protocols/ring/slices/constants.ts'
import { contains } from '../../../../../protocols/ring/slices/parts.ts'
import type { PeerId } from '../../../../../protocols/wire/ids.ts'
import { toHex } from '../../vectors.ts'
import { comparisonBytes, itemOf, packedOf, partOf, WHOLE, World, type Node } from './world.ts'

function world(...names: string[]): { all: World; nodes: Node[]; a: Node; b: Node } {
  const all = new World(names)
  return { all, nodes: all.nodes, a: all.nodes[0]!, b: all.nodes[1]! }
}

function fill(node: Node, name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => toHex(node.put(packedOf(`${name} ${index}`)).id)).toSorted()
}

const hasFaults = (nodes: readonly Node[]): string[] => nodes.flatMap(({ faults }) => faults)

describe('two holders of a part', () => {
  it('become equal, and say what was new', () => {
    const { all, a, b, nodes } = world('a', 'b')
    fill(a, 'common', 300)
    fill(b, 'common', 300)
    const [ofA, ofB] = [fill(a, 'a', 40), fill(b, 'b', 25)]
    all.share(1, WHOLE)
    expect(a.ids).toEqual(b.ids)
    expect(a.ids).toHaveLength(365)
    expect(a.news(1).toSorted()).toEqual(ofB)
    expect(b.news(1).toSorted()).toEqual(ofA)
    expect(hasFaults(nodes)).toEqual([])
  })

  it('exchange what is new soon after it came, and nothing twice', () => {
    const { all, a, b } = world('a', 'b')
    all.share(1, WHOLE)
    all.pass(10_000)
    const item = all.add(a, packedOf('new'))
    all.pass(2_000)
    expect(b.news(1)).toEqual([toHex(item.id)])
    const sent = all.records.flatMap(({ record }) => (record.type === 'items' ? record.items : []))
    expect(sent).toHaveLength(1)
    expect(a.news(1)).toEqual([])
  })

  it('compare again after a while, and bring back what one of them lost', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'common', 50)
    all.share(1, WHOLE)
    all.remove(b, itemOf(packedOf('common 7')))
    all.pass(SETTLED_MS + 1.2 * MAX_BACKOFF * COMPARE_MS)
    expect(b.ids).toEqual(a.ids)
  })

  it('use the same symbols again: nothing is read a second time', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'common', 500)
    all.share(1, WHOLE)
    all.pass(2 * COMPARE_MS)
    const read = [a.read, b.read]
    all.add(a, packedOf('new'))
    all.pass(5 * COMPARE_MS)
    expect(b.ids).toEqual(a.ids)
    expect([a.read, b.read]).toEqual(read)
  })

  it('spend few bytes while nothing changes', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'common', 1_000)
    fill(b, 'common', 1_000)
    all.share(1, WHOLE)
    all.records.length = 0
    all.pass(600_000)
    const bytesPerSecond = comparisonBytes(all.records) / 600
    expect(bytesPerSecond).toBeGreaterThan(0)
    expect(bytesPerSecond).toBeLessThan(50)
  })

  it('take items from each other in answers of bounded size', () => {
    const { all, a, b, nodes } = world('a', 'b')
    const large = Array.from({ length: 3 }, (_, index) => Buffer.alloc(ITEMS_BYTES - 10, index + 1))
    for (const packed of large) b.put(packed)
    fill(b, 'small', 3 * MAX_WANTED)
    all.share(1, WHOLE)
    expect(a.ids).toEqual(b.ids)
    const wanted = all.records.flatMap(({ record }) => (record.type === 'want' ? record.checksums.length : []))
    expect(Math.max(...wanted)).toBe(MAX_WANTED)
    const answers = all.records.flatMap(({ record }) => (record.type === 'items' ? [record.items] : []))
    for (const items of answers) {
      expect(items.length).toBeLessThanOrEqual(MAX_WANTED)
      expect(items.slice(1).reduce((sum, { length }) => sum + length, 0)).toBeLessThanOrEqual(ITEMS_BYTES)
    }
    expect(hasFaults(nodes)).toEqual([])
  })

  it('leave to each other what is not welcome, and do not send it each time', () => {
    const { all, a, b, nodes } = world('a', 'b')
    fill(a, 'a', 20)
    fill(b, 'b', 20)
    a.welcomes = () => false
    b.welcomes = () => false
    all.share(1, WHOLE)
    all.pass(20 * COMPARE_MS)
    expect([a.items.size, b.items.size]).toEqual([20, 20])
    const items = all.records.flatMap(({ record }) => (record.type === 'items' ? record.items : []))
    // Each is sent once for each side's slice.
    expect(items.length).toBeLessThanOrEqual(80)
    expect(hasFaults(nodes)).toEqual([])
  })

  it('go on after they were apart', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'a', 2_000)
    let lost = 0
    all.tampers = (_from, _to, record) => (record.type === 'symbols' && lost++ < 2 ? undefined : record)
    all.share(1, WHOLE)
    expect(b.items.size).toBe(0)
    all.pass(3 * COMPARE_MS)
    expect(b.ids).toEqual(a.ids)
    expect(new Set(hasFaults(all.nodes))).toEqual(new Set(['slice-silence']))
  })
})

describe('three holders', () => {
  it('become equal, whoever has what, also with what comes meanwhile', () => {
    const { all, nodes } = world('a', 'b', 'c')
    for (const [index, node] of nodes.entries()) fill(node, `of ${index}`, 30)
    all.share(1, WHOLE)
    for (const [index, node] of nodes.entries()) all.add(node, packedOf(`later ${index}`))
    all.pass(5_000)
    for (const node of nodes) expect(node.ids).toEqual(nodes[0]!.ids)
    expect(nodes[0]!.ids).toHaveLength(93)
    for (const node of nodes) expect(new Set(node.news(1)).size).toBe(node.news(1).length)
    expect(hasFaults(nodes)).toEqual([])
  })
})

describe('a slice', () => {
  it('gets what is in its part, and nothing else', () => {
    const { all, a, b } = world('a', 'b')
    fill(b, 'b', 200)
    const part = partOf(0.75, 0.25)
    all.command(a, { type: 'slice', slice: 1, part, holders: [{ peer: b.peer, part }] })
    const inside = [...b.items.values()].filter(({ item }) => contains(part, item.place))
    expect(inside.length).toBeGreaterThan(50)
    expect(a.ids).toEqual(inside.map(({ item }) => toHex(item.id)).toSorted())
  })

  it.each([
    ['grows', partOf(0.1, 0.4), partOf(0.1, 0.6)],
    ['shrinks', partOf(0.1, 0.6), partOf(0.2, 0.5)],
    ['moves on', partOf(0.1, 0.4), partOf(0.3, 0.6)],
    ['moves back, over the beginning', partOf(0.1, 0.4), partOf(0.9, 0.2)],
    ['goes elsewhere', partOf(0.1, 0.4), partOf(0.6, 0.8)],
    ['becomes the whole ring', partOf(0.1, 0.4), WHOLE],
    ['becomes a part again', WHOLE, partOf(0.4, 0.1)],
  ])('that %s reads and gets only what joins it', (_name, before, after) => {
    const { all, a, b, nodes } = world('a', 'b')
    fill(b, 'b', 400)
    const inside = (part: typeof before) => [...b.items.values()].filter(({ item }) => contains(part, item.place))
    all.command(a, { type: 'slice', slice: 1, part: before, holders: [{ peer: b.peer, part: before }] })
    all.pass(1_000)
    all.records.length = 0
    b.read = 0
    all.command(a, { type: 'slice', slice: 1, part: after, holders: [{ peer: b.peer, part: after }] })
    all.pass(1_000)
    const joining = inside(after).filter(({ item }) => !contains(before, item.place))
    const leaving = inside(before).filter(({ item }) => !contains(after, item.place))
    const sent = all.records.flatMap(({ record }) => (record.type === 'items' ? record.items : []))
    expect(sent).toHaveLength(joining.length)
    expect(b.read).toBe(joining.length + leaving.length)
    for (const { item } of inside(after)) expect(a.items.has(toHex(item.id))).toBe(true)
    expect(hasFaults(nodes)).toEqual([])
  })

  it('is one of several, which may overlap, and each says what is new in it', () => {
    const { all, a, b } = world('a', 'b')
    all.command(a, { type: 'slice', slice: 1, part: partOf(0, 0.5), holders: [{ peer: b.peer, part: partOf(0, 0.5) }] })
    all.command(a, {
      type: 'slice',
      slice: 2,
      part: partOf(0.25, 0.75),
      holders: [{ peer: b.peer, part: partOf(0.25, 0.75) }],
    })
    const ids = Array.from({ length: 60 }, (_, index) => all.add(b, packedOf(`${index}`)))
    all.pass(COMPARE_MS + 5_000)
    const expected = (from: number, to: number) =>
      ids
        .filter(({ place }) => contains(partOf(from, to), place))
        .map(({ id }) => toHex(id))
        .toSorted()
    expect(a.news(1).toSorted()).toEqual(expected(0, 0.5))
    expect(a.news(2).toSorted()).toEqual(expected(0.25, 0.75))
  })

  it('that is closed gets nothing more', () => {
    const { all, a, b } = world('a', 'b')
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    all.command(a, { type: 'close', slice: 1 })
    fill(b, 'b', 5)
    all.pass(3 * COMPARE_MS)
    expect(a.items.size).toBe(0)
  })

  it('costs what its difference does', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'common', 5_000)
    fill(b, 'common', 5_000)
    fill(a, 'a', 50)
    fill(b, 'b', 50)
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    expect(a.ids).toEqual(b.ids)
    expect(comparisonBytes(all.records)).toBeLessThan(1.5 * 100 * 32 + 2_000)
  })
})

it('two parts that differ too much at once are compared half by half', () => {
  const { all, a, b, nodes } = world('a', 'b')
  a.welcomes = () => false
  fill(b, 'b', MAX_DIFFERENCES + 50)
  all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
  const found = (): number => a.events.reduce((sum, event) => sum + (event.type === 'compared' ? event.there : 0), 0)
  expect(found()).toBe(0)
  all.pass(5_000)
  expect(found()).toBe(MAX_DIFFERENCES + 50)
  expect(a.events.filter(({ type }) => type === 'ended')).toEqual([
    { type: 'ended', slice: 1, holder: b.peer, isEqual: true },
  ])
  expect(hasFaults(nodes)).toEqual([])
})

describe('a peer that does as it likes', () => {
  const nonce = new Uint8Array(16)
  const open = (slice: number) => ({
    ...{ type: 'open' as const, slice, part: WHOLE, nonce, answererNonce: new Uint8Array(), end: 8 },
  })

  it('is refused more slices than MAX_GIVEN_PER_PEER at a time', () => {
    const { all, a, b } = world('a', 'b')
    for (let slice = 0; slice <= MAX_GIVEN_PER_PEER; slice++) all.receive(a, b, open(slice))
    const answers = all.records.map(({ record }) => record.type)
    expect(answers).toEqual([...Array.from({ length: MAX_GIVEN_PER_PEER }, () => 'symbols'), 'end'])
    // One that is over makes room.
    all.receive(a, b, { type: 'end', slice: 0, isOpener: true, isRefused: false })
    all.receive(a, b, open(9))
    expect(all.records.at(-1)?.record.type).toBe('symbols')
  })

  it('has room made for it that another one does not use', () => {
    const peers = MAX_GIVEN / MAX_GIVEN_PER_PEER
    const { all, a, nodes } = world('a', ...Array.from({ length: peers + 1 }, (_, index) => `peer ${index}`))
    const [last, ...others] = nodes.slice(1)
    for (const peer of others)
      for (let slice = 0; slice < MAX_GIVEN_PER_PEER; slice++) all.receive(a, peer, open(slice))
    all.records.length = 0
    all.receive(a, last!, open(1))
    expect(all.records.map(({ record }) => record.type)).toEqual(['end'])
    // One of the others falls silent, and the set is forgotten for the last one.
    all.pass(2 * ANSWER_MS)
    all.receive(a, last!, open(1))
    expect(all.records.at(-1)?.record.type).toBe('symbols')
    all.receive(a, others[0]!, { type: 'more', slice: 0, end: 20 })
    expect(all.records.at(-1)?.record.type).toBe('symbols')
    expect(all.records.at(-1)?.to).toBe(last!.peer)
  })

  it('is refused too many comparisons', () => {
    const { all, a, b } = world('a', 'b')
    for (let i = 0; i <= OPEN_BURST; i++) all.receive(a, b, open(1))
    expect(a.faults).toEqual(['slice-flood'])
    expect(all.records.at(-1)?.record).toMatchObject({ type: 'end', isRefused: true })
  })

  it.each([
    ['other symbols than were asked for', { symbols: new Uint8Array(37) }],
    ['symbols that are cut off', { symbols: new Uint8Array(10) }],
    ['symbols from elsewhere', { first: 3 }],
  ])('and sends %s is put off', (_name, changes) => {
    const { all, a, b } = world('a', 'b')
    fill(b, 'b', 20)
    all.tampers = (_from, _to, record) => (record.type === 'symbols' ? { ...record, ...changes } : record)
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    expect(a.faults).toEqual(['bad-symbols'])
    expect(a.items.size).toBe(0)
    all.tampers = (_from, _to, record) => record
    all.pass(2 * COMPARE_MS)
    expect(a.ids).toEqual(b.ids)
  })

  it('and changes symbols is found out, and asked again under another key', () => {
    const { all, a, b } = world('a', 'b')
    fill(a, 'a', 20)
    fill(b, 'b', 20)
    const nonces = new Set<string>()
    all.tampers = (from, _to, record) => {
      if (record.type === 'open' && from === a) nonces.add(toHex(record.nonce))
      if (record.type !== 'symbols') return record
      return { ...record, symbols: record.symbols.map((byte, index) => (index % 37 === 5 ? byte ^ 1 : byte)) }
    }
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    all.pass(2 * COMPARE_MS)
    expect(new Set(a.faults)).toEqual(new Set(['slice-contradiction']))
    expect(a.items.size).toBe(20)
    expect(nonces.size).toBeGreaterThan(1)
  })

  it('is not asked again before its turn, whatever is new', () => {
    const { all, a, b } = world('a', 'b')
    all.tampers = (_from, _to, record) => (record.type === 'symbols' ? { ...record, first: 3 } : record)
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    for (let index = 0; index < 10; index++) {
      all.add(a, packedOf(`${index}`))
      all.pass(2_000)
    }
    expect(all.records.filter(({ record }) => record.type === 'open')).toHaveLength(1)
  })

  it('and comes back is compared with at once', () => {
    const { all, a, b } = world('a', 'b')
    all.share(1, WHOLE)
    all.cut(a, b)
    all.add(b, packedOf('new'))
    all.pass(500)
    all.join(a, b)
    expect(a.ids).toEqual(b.ids)
    expect(a.items.size).toBe(1)
  })

  it('and has not what it claims is not asked for it for ever', () => {
    const { all, a, b } = world('a', 'b')
    fill(b, 'b', 20)
    all.tampers = (_from, _to, record) => (record.type === 'items' ? { ...record, items: [] } : record)
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    expect(a.faults).toEqual(['slice-lacks'])
    expect(all.records.at(-1)?.record.type).toBe('end')
  })

  it('and sends items that nobody asked for, or none, has them refused', () => {
    const { all, a, b } = world('a', 'b')
    const items = [packedOf('x')]
    all.receive(a, b, open(1))
    all.receive(a, b, { type: 'items', slice: 1, isOpener: true, items: [new Uint8Array()] })
    all.receive(a, b, { type: 'end', slice: 1, isOpener: true, isRefused: false })
    all.receive(a, b, { type: 'items', slice: 1, isOpener: true, items })
    expect(a.faults).toEqual(['bad-item', 'unasked-item'])
    all.command(a, { type: 'slice', slice: 1, part: WHOLE, holders: [{ peer: b.peer, part: WHOLE }] })
    all.receive(a, b, { type: 'items', slice: 1, isOpener: false, items })
    expect(a.faults).toEqual(['bad-item', 'unasked-item', 'unasked-item'])
    expect(a.items.size).toBe(0)
  })

  it('and gives an item outside of the part has it refused', () => {
    const { all, a, b } = world('a', 'b')
    const packed = packedOf('x')
    const { place } = itemOf(packed)
    all.receive(a, b, { ...open(1), part: { from: place + 1n, to: place } })
    all.receive(a, b, { type: 'items', slice: 1, isOpener: true, items: [packed] })
    expect(a.faults).toEqual(['unasked-item'])
    expect(a.items.size).toBe(0)
  })

  it('and asks out of turn is counted', () => {
    const { all, a, b } = world('a', 'b')
    all.receive(a, b, open(1))
    all.receive(a, b, { type: 'more', slice: 1, end: 8 })
    all.receive(a, b, { type: 'more', slice: 1, end: 100_000 })
    all.receive(a, b, { type: 'end', slice: 1, isOpener: true, isRefused: false })
    all.receive(a, b, { type: 'want', slice: 1, checksums: [1] })
    all.receive(a, b, { type: 'want', slice: 7, checksums: [1] })
    expect(a.faults).toEqual(['bad-more', 'bad-more', 'bad-want'])
  })
})

it('a node has at most MAX_SLICES with MAX_HOLDERS each', () => {
  const { all, a } = world('a', 'b')
  for (let slice = 0; slice < MAX_SLICES; slice++) all.command(a, { type: 'slice', slice, part: WHOLE, holders: [] })
  expect(() => all.command(a, { type: 'slice', slice: MAX_SLICES, part: WHOLE, holders: [] })).toThrow(RangeError)
  const holders = Array.from({ length: MAX_HOLDERS + 1 }, (_, index) => ({
    peer: `peer ${index}` as PeerId,
    part: WHOLE,
  }))
  expect(() => all.command(a, { type: 'slice', slice: 0, part: WHOLE, holders })).toThrow(RangeError)
})
