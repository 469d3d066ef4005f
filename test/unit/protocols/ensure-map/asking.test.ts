/** How much is requested from whom at a time, in records of what size, and how answers change this. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  ASK_BURST,
  ASK_PAUSE_MS,
  CREDIT_BYTES,
  EXPECTED_BLOCK_BYTES,
  FAST_MS,
  GIVE_UP_MS,
  MAX_ASKED,
  MAX_IDS,
  MAX_WINDOW_BYTES,
  MIN_WINDOW_BYTES,
  REPORT_EVERY_BYTES,
  RETRY_MS,
  SILENT_MS,
  UNREPORTED_MS,
  WANTS_PER_SECOND,
} from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import type { BlockId, DocumentId } from '../../../../protocols/wire/ids.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { anna, bob, carol, kitchen, leaf, leaves, node, room, type Block } from './dags.ts'
import type { TestNode } from './test-node.ts'
import { World } from './world.ts'

const topic = topicKeyOf(room)
const KIB = 1024

let world: World
let a: TestNode

beforeEach(() => {
  world = new World()
  a = world.add(anna)
})

const blocksOf = (blocks: readonly Block[]): EnsureMapRecord[] =>
  blocks.map(({ id, data }) => ({ type: 'block', topic, id, data }))

const dontHave = (...ids: BlockId[]): EnsureMapRecord => ({ type: 'dont-have', topic, ids })

const ensureAll = (blocks: readonly Block[]): void => blocks.forEach((block) => a.ensure(room, block))

/** Which of some blocks a peer is asked for now. */
const asked = (blocks: readonly Block[], peer = bob): Block[] =>
  blocks.filter((block) => a.askedFor(block).includes(peer))

describe('a peer is asked', () => {
  it('for two blocks at first, because these may be large', () => {
    world.meet(a, bob)
    ensureAll(leaves(10))
    expect(a.askedOf(bob)).toBe(MIN_WINDOW_BYTES / EXPECTED_BLOCK_BYTES)
  })

  it('for more as they turn out to be small', () => {
    world.meet(a, bob)
    const blocks = leaves(4_000, '', 100)
    ensureAll(blocks)
    let most = 0
    for (let i = 0; i < 200; i++) {
      a.hear(bob, ...blocksOf(asked(blocks).slice(0, 10)))
      most = Math.max(most, a.askedOf(bob))
    }
    expect(most).toBe(MIN_WINDOW_BYTES / KIB)
  })

  it(`for twice as much while it sends fast, up to ${MAX_WINDOW_BYTES} bytes`, () => {
    world.meet(a, bob)
    const blocks = leaves(200, '', EXPECTED_BLOCK_BYTES)
    ensureAll(blocks)
    const windows: number[] = []
    for (let i = 0; i < 7; i++) {
      world.pass(FAST_MS / 4)
      const inWindow = asked(blocks)
      windows.push(inWindow.length * EXPECTED_BLOCK_BYTES)
      a.hear(bob, ...blocksOf(inWindow))
    }
    expect(windows).toEqual([1, 2, 4, 8, 16, 16, 16].map((times) => times * MIN_WINDOW_BYTES))
    expect(windows.at(-1)).toBe(MAX_WINDOW_BYTES)
  })

  it('for no more while it sends slowly', () => {
    world.meet(a, bob)
    const blocks = leaves(20, '', EXPECTED_BLOCK_BYTES)
    ensureAll(blocks)
    for (let i = 0; i < 5; i++) {
      world.pass(FAST_MS)
      a.hear(bob, ...blocksOf(asked(blocks)))
      expect(a.askedOf(bob)).toBe(2)
    }
  })

  it(`for at most ${MAX_ASKED} blocks, however small they are and however fast it is`, () => {
    world.meet(a, bob)
    const blocks = leaves(8_000, '', KIB)
    ensureAll(blocks)
    let most = 0
    for (let i = 0; a.askedOf(bob) > 0; i++) {
      a.hear(bob, ...blocksOf(asked(blocks)))
      most = Math.max(most, a.askedOf(bob))
    }
    expect(most).toBe(MAX_ASKED)
    expect(a.held.written.size).toBe(blocks.length)
  })

  it(`for ${ASK_BURST} blocks at once, however fast it answers, and then for ${WANTS_PER_SECOND} a second`, () => {
    world.meet(a, bob)
    let asked = 0
    const askOn = (): void => {
      for (let ids = idsAsked(); ids.length > 0; ids = idsAsked()) {
        asked += ids.length
        a.hear(bob, dontHave(...ids))
      }
    }
    const idsAsked = (): BlockId[] => a.takeSent().flatMap(({ record }) => (record.type === 'want' ? record.ids : []))
    ensureAll(leaves(2 * ASK_BURST, '', 20))
    askOn()
    expect(asked).toBe(ASK_BURST)
    world.pass(ASK_PAUSE_MS - 1)
    expect(idsAsked()).toEqual([])
    while (world.nowMs < 1_000) {
      world.pass(10)
      askOn()
    }
    expect(Math.abs(asked - ASK_BURST - WANTS_PER_SECOND)).toBeLessThan((2 * WANTS_PER_SECOND * ASK_PAUSE_MS) / 1_000)
  })

  it(`for at most ${MAX_IDS} ancestors in one record, and for ${MAX_ASKED} at a time`, () => {
    const ids = leaves(MAX_IDS + 100).map(({ id }) => id as BlockId as DocumentId)
    a.held.accept([kitchen])
    a.command({ type: 'missing', room, ids, from: undefined, isPatient: false })
    world.meet(a, bob)
    expect(a.sentTo(bob, 'want').map((record) => record.ids.length)).toEqual([MAX_ASKED])
    world.meet(a, carol)
    const records = a.sentTo(carol, 'want')
    expect(records.every((record) => record.ids.length <= MAX_IDS)).toBe(true)
  })

  it('for urgent blocks first: ancestors, then blocks that may link to others, then the rest', () => {
    const [first, second, third] = leaves(3) as [Block, Block, Block]
    const top = node([third])
    ensureAll([first, second, top])
    a.held.accept([kitchen])
    a.command({ type: 'missing', room, ids: [kitchen.id], from: undefined, isPatient: false })
    world.meet(a, bob)
    const wants = a.sentTo(bob, 'want')
    expect(wants.map(({ ids, priority }) => [ids, priority])).toEqual([
      [[kitchen.id], 2],
      [[top.id], 1],
    ])
    expect(wants.map(({ afterClock }) => afterClock)).toEqual([1, undefined])
  })

  it('in preference to others, if it has sent blocks of the same root', () => {
    const parts = leaves(10)
    const tree = node(parts)
    world.meet(a, bob)
    world.meet(a, carol)
    a.ensure(room, tree)
    a.hear(bob, dontHave(tree.id))
    a.hear(carol, ...blocksOf([tree]))
    expect(asked(parts, carol).length).toBeGreaterThan(0)
    expect(asked(parts, carol)).toEqual(parts.slice(0, asked(parts, carol).length))
  })

  it('together with others: wants are spread over those with capacity', () => {
    world.meet(a, bob)
    world.meet(a, carol)
    ensureAll(leaves(4))
    expect([a.askedOf(bob), a.askedOf(carol)]).toEqual([2, 2])
  })
})

describe('a peer that falls silent', () => {
  it(`for ${SILENT_MS} ms is asked for less, and for nothing more until it answers`, () => {
    world.meet(a, bob)
    const blocks = leaves(100, '', EXPECTED_BLOCK_BYTES)
    ensureAll(blocks)
    for (let i = 0; i < 3; i++) a.hear(bob, ...blocksOf(asked(blocks)))
    expect(a.askedOf(bob)).toBe(16)
    world.pass(SILENT_MS)
    const before = asked(blocks)
    ensureAll(leaves(1, 'more'))
    expect(a.askedOf(bob)).toBe(16)
    a.hear(bob, ...blocksOf(before.slice(0, 8)))
    expect(a.askedOf(bob), 'half as much').toBe(8)
  })

  it('is not silent while it answers anything', () => {
    world.meet(a, bob)
    world.meet(a, carol)
    const blocks = leaves(40, '', EXPECTED_BLOCK_BYTES)
    ensureAll(blocks)
    a.hear(carol, dontHave(...blocks.map(({ id }) => id)))
    const [first] = asked(blocks)
    for (let ms = 0; ms < GIVE_UP_MS; ms += SILENT_MS / 2) {
      world.pass(SILENT_MS / 2)
      a.hear(bob, ...blocksOf(asked(blocks).slice(1)))
    }
    world.pass(SILENT_MS)
    expect(a.askedFor(first!), 'what it left out is asked of others').not.toEqual([bob])
  })

  it(`for ${GIVE_UP_MS} ms is taken not to have what it was asked for`, () => {
    world.meet(a, bob)
    const page = leaf('page')
    a.ensure(room, page)
    world.pass(GIVE_UP_MS - 1)
    expect(a.askedFor(page)).toEqual([bob])
    world.pass(1)
    expect(a.askedFor(page)).toEqual([])
    expect(a.idsSentTo(bob, 'cancel')).toEqual([page.id])
    expect(a.faults).toEqual([{ peer: bob, code: 'asked-in-vain' }])
    expect(a.events).toEqual([{ type: 'absent', room, id: page.id, missing: [page.id] }])
    world.pass(RETRY_MS)
    expect(a.askedFor(page)).toEqual([bob])
  })

  it('and answers late is still accepted', () => {
    world.meet(a, bob)
    const page = leaf('page')
    a.ensure(room, page)
    world.pass(GIVE_UP_MS + 1)
    a.hear(bob, ...blocksOf([page]))
    expect(a.ended).toEqual(['complete'])
  })
})

describe('received bytes', () => {
  it(`are reported every ${REPORT_EVERY_BYTES} bytes, including wrong and unrequested blocks`, () => {
    world.meet(a, bob)
    const blocks = leaves(3, '', REPORT_EVERY_BYTES / 2)
    a.hear(bob, ...blocksOf(blocks.slice(0, 1)))
    expect(a.sentTo(bob, 'received')).toEqual([])
    a.hear(bob, ...blocksOf([{ id: blocks[2]!.id, data: blocks[1]!.data }]))
    expect(a.sentTo(bob, 'received')).toEqual([{ type: 'received', sizeBytes: REPORT_EVERY_BYTES }])
    a.hear(bob, ...blocksOf(blocks))
    expect(a.sentTo(bob, 'received').at(-1)).toEqual({ type: 'received', sizeBytes: 2.5 * REPORT_EVERY_BYTES })
  })

  it('keep a peer sending: its credit never runs out for good', () => {
    const b = world.add(bob)
    const blocks = leaves(100, '', EXPECTED_BLOCK_BYTES)
    const tree = node(blocks)
    b.held.hold(room, [tree, ...blocks])
    world.connect(a, b)
    a.ensure(room, tree)
    world.passUntil(() => a.ended.length > 0, 10_000)
    expect(a.held.written.size).toBe(101)
  })

  it(`that are not reported count as received after ${UNREPORTED_MS} ms`, () => {
    const b = world.add(bob)
    const blocks = leaves(40, '', EXPECTED_BLOCK_BYTES)
    b.held.hold(room, blocks)
    world.meet(b, carol)
    b.hear(carol, { type: 'want', topic, ids: blocks.map(({ id }) => id), priority: 0 })
    const given = (): number => b.sentTo(carol, 'block').length
    expect(given()).toBe(CREDIT_BYTES / EXPECTED_BLOCK_BYTES)
    world.pass(UNREPORTED_MS - 1)
    expect(given()).toBe(CREDIT_BYTES / EXPECTED_BLOCK_BYTES)
    world.pass(1)
    expect(given()).toBe((2 * CREDIT_BYTES) / EXPECTED_BLOCK_BYTES)
  })

  it('that exceed what was sent are a fault', () => {
    world.meet(a, bob)
    a.hear(bob, { type: 'received', sizeBytes: 1 })
    expect(a.faults).toEqual([{ peer: bob, code: 'received-more-than-sent' }])
  })
})
