/** Nodes of the tree: the vectors, in any order, and what holds of all of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AUTHOR_NODE_RECORDS, MAX_NODE_RECORDS, MAX_RECORDS } from '../../../../protocols/directory/constants.ts'
import { holdersOf } from '../../../../protocols/directory/holders.ts'
import { entriesOf, mergedHead, PrefixNode } from '../../../../protocols/directory/prefix-node.ts'
import { readRecord, unpackRecord, type DirectoryRecord } from '../../../../protocols/directory/record.ts'
import type { Rights } from '../../../../protocols/directory/index.ts'
import type { PeerId, RoomId } from '../../../../protocols/wire/ids.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'
import { entry, memberOf, OWNER, removal, rightsWithout } from './members.ts'

interface NodeVector {
  name: string
  prefix: string
  admin: PeerId
  records: string[]
  bound: string | null
  children: string
  rows: string[]
  entries: string[]
}

const { nodes } = readVectors<{ nodes: NodeVector[] }>('directory/vectors/nodes.json')
const { nodes: held } = readVectors<{ nodes: { room: RoomId; prefix: string; peers: PeerId[]; holders: PeerId[] }[] }>(
  'directory/vectors/holders.json',
)

const hexOf = (place: string): string => Buffer.from(place, 'latin1').toString('hex')
const placeOf = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1')

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = seededRandom(seed)
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

function nodeWith(prefix: string, records: readonly DirectoryRecord[], rights: Rights): PrefixNode {
  const node = new PrefixNode(prefix, undefined, [])
  for (const record of records) node.add(record, rights)
  return node
}

describe('the vectors', () => {
  it.each(nodes)('$name: in any order', ({ prefix, admin, records, ...expected }) => {
    const rights: Rights = {
      counts: ({ author, of }) => of === author || author === admin,
      isAdmin: (author) => author === admin,
    }
    const all = records.map((packed) => readRecord(unpackRecord(fromHex(packed))))
    for (let seed = 0; seed < 5; seed++) {
      const node = nodeWith(placeOf(prefix), seed === 0 ? all : shuffled(all, seed), rights)
      expect({
        bound: node.bound === undefined ? null : hexOf(node.bound),
        children: toHex(node.children),
        rows: node.records.map(({ row }) => hexOf(row)),
        entries: entriesOf(node.records, rights).map(({ text }) => text),
      }).toEqual({
        ...{ bound: expected.bound, children: expected.children },
        ...{ rows: expected.rows, entries: expected.entries },
      })
    }
  })

  it.each(held)('the node $prefix has these holders', ({ room, prefix, peers, holders }) => {
    for (let seed = 0; seed < 3; seed++) {
      expect(holdersOf(room, placeOf(prefix), shuffled(peers, seed))).toEqual(holders)
    }
  })
})

describe('a node', () => {
  const rights = rightsWithout()
  const authors = Array.from({ length: 8 }, (_, i) => memberOf(`author ${i}`))
  const texts = ['soup', 'Soup', 'salt', 'sugar', 'soup, thick', 'sage', 'süß', 'tea']
  const anyRecord = fc.oneof(
    fc
      .record({ text: fc.constantFrom(...texts), author: fc.constantFrom(...authors), timeMs: fc.nat({ max: 4 }) })
      .map(({ text, author, timeMs }) => entry(text, author, timeMs)),
    fc
      .record({ text: fc.constantFrom(...texts), of: fc.constantFrom(...authors), timeMs: fc.nat({ max: 4 }) })
      .map(({ text, of, timeMs }) => removal(text, OWNER, of.author, timeMs)),
    fc
      .record({ text: fc.constantFrom(...texts), author: fc.constantFrom(...authors), timeMs: fc.nat({ max: 4 }) })
      .map(({ text, author, timeMs }) => removal(text, author, author.author, timeMs)),
  )

  it('says the same after the same records, whatever their order and however often they come', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 30 }), fc.nat(), (records, seed) => {
        const node = nodeWith('', records, rights)
        const again = nodeWith('', [...shuffled(records, seed), ...records], rights)
        expect(again.digest).toBe(node.digest)
        expect(again.records.map(({ row }) => row)).toEqual(node.records.map(({ row }) => row))
      }),
      { numRuns: 30 },
    )
  })

  it('has an entry at a place only if the newest there is none that is gone', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
        const entries = entriesOf(nodeWith('', records, rights).records, rights)
        for (const author of authors) {
          for (const place of new Set(records.map((record) => record.place))) {
            const own = records.filter((each) => each.place === place && each.author === author.author)
            const newestMs = Math.max(...own.map(({ timeMs }) => timeMs))
            const removedMs = records.filter((each) => each.place === place && each.of !== each.author)
            const isRemoved = removedMs.some(({ timeMs }) => timeMs >= newestMs)
            const isThere = entries.some((each) => each.place === place && each.author === author.author)
            const newest = own.filter(({ timeMs }) => timeMs === newestMs)
            const mayBeThere = !isRemoved && newest.some(({ isGone }) => isGone !== true)
            const mustBeThere = mayBeThere && newest.every(({ isGone }) => isGone !== true)
            expect([mayBeThere, mustBeThere]).toContain(isThere)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  const numbered = (count: number, author = 0): DirectoryRecord[] =>
    Array.from({ length: count }, (_, i) =>
      entry(`soup ${String(i).padStart(4, '0')}`, memberOf(`author ${author + (i % 8)}`)),
    )

  it('that is too full keeps its first half, and gives the rest away', () => {
    const node = new PrefixNode('', undefined, [])
    const all = numbered(MAX_NODE_RECORDS + 1)
    const spilled = all.flatMap((record) => {
      const added = node.add(record, rights)
      return added.type === 'kept' ? added.spilled : []
    })
    expect(node.records).toHaveLength(MAX_NODE_RECORDS / 2)
    expect([...node.records, ...spilled].map(({ row }) => row)).toEqual(all.map(({ row }) => row))
    expect(node.bound).toBe(node.records.at(-1)?.place)
    expect(node.add(all.at(-1)!, rights)).toEqual({ type: 'beyond' })
    expect(node.add(all[0]!, rights)).toEqual({ type: 'known' })
  })

  it('has AUTHOR_NODE_RECORDS of an author, the first ones, and any number of an admin', () => {
    const anna = memberOf('anna')
    const all = Array.from({ length: AUTHOR_NODE_RECORDS + 6 }, (_, i) =>
      entry(`soup ${String(i).padStart(3, '0')}`, anna),
    )
    for (const seed of [1, 2]) {
      const node = nodeWith('', shuffled(all, seed), rights)
      expect(node.records.map(({ text }) => text)).toEqual(all.slice(0, AUTHOR_NODE_RECORDS).map(({ text }) => text))
    }
    const full = nodeWith('', all.slice(0, AUTHOR_NODE_RECORDS), rights)
    expect(full.add(all.at(-1)!, rights)).toEqual({ type: 'over-quota' })
    const ofOwner = nodeWith(
      '',
      all.map(({ text }) => entry(text, OWNER)),
      rights,
    )
    expect(ofOwner.records).toHaveLength(all.length)
  })

  it('tells pages that add up to all, no larger than asked for', () => {
    const all = numbered(200)
    const node = nodeWith('', all, rights)
    const seen: string[] = []
    let after = 'soup'
    for (let i = 0; i < 20; i++) {
      const { records, hasMore } = node.page('soup', after, 60, 5_000, rights)
      expect(records.length).toBeLessThanOrEqual(MAX_RECORDS)
      expect(records.reduce((sum, { body }) => sum + body.length + 96, 0)).toBeLessThanOrEqual(5_000)
      seen.push(...records.map(({ text }) => text))
      after = records.at(-1)?.place ?? after
      if (!hasMore) break
    }
    expect(seen).toEqual(all.map(({ text }) => text))
    expect(node.page('soup 00', 'soup 00', 60, 14_336, rights).records).toHaveLength(60)
    expect(node.page('salt', 'salt', 60, 14_336, rights)).toEqual({ records: [], hasMore: false })
  })

  it('tells nothing of who was removed, and drops it when it is revised', () => {
    const removed = new Set<PeerId>()
    const now = rightsWithout(removed)
    const node = nodeWith('', [entry('soup', authors[0]!), entry('soup', authors[1]!)], now)
    removed.add(authors[0]!.author)
    expect(node.page('s', 's', 10, 14_336, now).records.map(({ author }) => author)).toEqual([authors[1]!.author])
    expect(node.revise(now).map(({ author }) => author)).toEqual([authors[0]!.author])
    expect(node.records).toHaveLength(1)
  })

  it('merged from several holders is known up to the lowest bound', () => {
    const children = new Uint8Array(32)
    const other = Uint8Array.from(children).fill(1, 0, 1)
    expect(mergedHead([])).toBeUndefined()
    expect(
      mergedHead([
        { bound: undefined, children },
        { bound: 'b', children: other },
        { bound: 'a', children },
      ]),
    ).toEqual({ bound: 'a', children: other })
  })
})
