/** Roots with everything they need: fetched once, noted by who needs it, released with them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { MAX_DEPTH, MAX_OPEN_WANTS, MAX_RETRY_MS, WALK_STEPS } from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapCommand, EnsureMapTimer } from '../../../../protocols/ensure-map/ports.ts'
import {
  anna,
  blockOf,
  bob,
  carol,
  chainOf,
  dave,
  file,
  leaf,
  leaves,
  node,
  otherRoom,
  room,
  type Block,
} from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'
import { TestNode } from './test-node.ts'
import { World } from './world.ts'

const ROUND_TRIP_MS = 100

let world: World
let a: TestNode
let b: TestNode

beforeEach(() => {
  world = new World()
  a = world.add(anna, [room, otherRoom])
  b = world.add(bob, [room, otherRoom])
})

const parts = leaves(6)
const left = node(parts.slice(0, 4), 'left')
const right = node(parts.slice(2), 'right')
const tree = node([left, right])
const all = [tree, left, right, ...parts]

const idsOf = (blocks: readonly Block[]): string[] => blocks.map(({ id }) => id).toSorted()
const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { data }) => sum + data.length, 0)
const untilEnded = (count = 1): number => world.passUntil(() => a.ended.length >= count, 3_600_000)

describe('a root', () => {
  it('fetches everything it links to, each block once, noted by who needs it', () => {
    b.held.hold(room, all)
    world.connect(a, b)
    a.ensure(room, tree)
    untilEnded()
    expect(a.held.row(room, tree)).toMatchObject({ state: 'complete', blocks: 9, sizeBytes: sizeOf(all) })
    expect(a.held.needs(room, tree).toSorted()).toEqual(idsOf(all))
    expect([...a.held.written.values()]).toEqual(all.map(() => 1))
    expect(b.sentTo(anna, 'block')).toHaveLength(9)
  })

  it('that is partly here requests only the rest', () => {
    b.held.hold(room, all)
    a.held.hold(undefined, [tree, left, ...parts.slice(0, 4)])
    world.connect(a, b)
    a.ensure(room, tree)
    untilEnded()
    expect([...a.held.written.keys()].toSorted()).toEqual(idsOf([right, ...parts.slice(4)]))
  })

  it('shares what is on its way with another root', () => {
    const other = node([right], 'other')
    b.held.hold(room, [...all, other])
    world.connect(a, b)
    a.ensure(room, tree)
    a.ensure(room, other)
    untilEnded(2)
    expect(b.sentTo(anna, 'block')).toHaveLength(10)
    expect(a.held.needs(room, other).toSorted()).toEqual(idsOf([other, right, ...parts.slice(2)]))
  })

  it('can be fetched by other members while it arrives', () => {
    const c = world.add(carol)
    b.held.hold(room, all)
    world.connect(a, c)
    c.ensure(room, tree)
    world.pass(1_000)
    world.connect(a, b)
    a.ensure(room, tree)
    world.passUntil(() => c.ended.length > 0, 3_000)
    expect(c.ended).toEqual(['complete'])
    expect(world.isConnected(bob, carol)).toBe(false)
  })

  it('reports its progress', () => {
    b.held.hold(room, [tree, left, ...parts.slice(0, 4)])
    world.connect(a, b)
    a.ensure(room, tree)
    expect(a.machine.progress(room, tree.id, 0)).toMatchObject({ known: 1, have: 0, asked: 1, absentAt: 0 })
    world.pass(2_000)
    const here = sizeOf([tree, left, ...parts.slice(0, 4)])
    const progress = a.machine.progress(room, tree.id, 2_000)
    expect(progress).toMatchObject({ known: 7, have: 6, sizeBytes: here, asked: 0, absentAt: 1 })
    expect(progress?.from).toEqual(new Map([[bob, here]]))
    expect(a.machine.progress(otherRoom, tree.id, 0)).toBeUndefined()
  })
})

describe('ensuring again', () => {
  it('widens the limit, keeps the pin and adds the job', () => {
    a.ensure(room, tree, { maxBytes: 10, pinned: true, job: 'a' })
    a.ensure(room, tree, { maxBytes: 20, job: 'b' })
    a.ensure(room, tree, { maxBytes: 5, job: 'a' })
    expect(a.held.row(room, tree)).toMatchObject({ maxBytes: 20, pinned: true, jobs: ['a', 'b'] })
    a.ensure(room, tree)
    expect(a.held.row(room, tree)?.maxBytes).toBeUndefined()
    expect(a.machine.searching).toBe(1)
  })

  it('reports at once what is complete', () => {
    a.held.hold(room, all)
    a.ensure(room, tree)
    a.ensure(room, tree, { job: 'late' })
    expect(a.ended).toEqual(['complete', 'complete'])
    expect(a.held.row(room, tree)).toMatchObject({ state: 'complete', blocks: 9, jobs: ['late'] })
  })

  it('retries what had failed', () => {
    b.held.hold(room, all)
    world.connect(a, b)
    a.ensure(room, tree, { maxBytes: 300 })
    untilEnded()
    a.ensure(room, tree, { maxBytes: 3_000 })
    untilEnded(2)
    expect(a.ended).toEqual(['too-large', 'complete'])
  })

  it('changes what is stored: finished jobs, and the pin', () => {
    a.held.hold(room, all)
    a.ensure(room, tree, { job: 'a', pinned: true })
    a.command({ type: 'job-done', room, id: tree.id, job: 'a' })
    a.command({ type: 'unpin', room, id: tree.id })
    expect(a.held.row(room, tree)).toMatchObject({ state: 'complete', jobs: [], pinned: false })
    a.command({ type: 'unpin', room, id: left.id })
    expect(a.held.row(room, left)).toBeUndefined()
  })
})

describe('releasing a root', () => {
  it('releases what only it needed', () => {
    const other = node([right], 'other')
    world.connect(a, b)
    b.held.hold(room, [tree, left, right, other])
    a.ensure(room, tree)
    a.ensure(room, other)
    world.pass(1_000)
    a.release(room, tree)
    expect(a.machine.searching).toBe(1)
    expect(a.held.row(room, tree)).toBeUndefined()
    expect(a.held.needs(room, tree)).toEqual([])
    a.takeSent()
    world.pass(MAX_RETRY_MS)
    expect(new Set(a.idsSentTo(bob, 'want'))).toEqual(new Set(idsOf(parts.slice(2))))
    a.release(room, other)
    world.pass(2 * MAX_RETRY_MS)
    expect(a.held.needed).toBe(0)
    expect(world.isAtRest).toBe(true)
  })

  it('tells peers not to send what is on its way', () => {
    b.held.hold(room, all)
    world.connect(a, b)
    a.ensure(room, tree)
    world.pass(1.5 * ROUND_TRIP_MS)
    a.release(room, tree)
    expect(a.idsSentTo(bob, 'cancel').length).toBeGreaterThan(0)
    expect(a.askedOf(bob)).toBe(0)
    const before = a.held.written.size
    world.pass(10_000)
    expect(a.held.written.size).toBe(before)
    expect(a.ended).toEqual([])
  })

  it('that is complete forgets it', () => {
    a.held.hold(otherRoom, all)
    a.ensure(room, tree)
    a.release(room, tree)
    expect(a.held.row(room, tree)).toBeUndefined()
    expect(a.held.ports.given(room, left.id)).toBeUndefined()
    expect(a.held.ports.given(otherRoom, left.id)).toBeDefined()
  })
})

describe('a root that cannot be fetched', () => {
  const failing: [string, string, Block, readonly Block[], number | undefined][] = [
    ['is too deep', 'too-deep', chainOf(MAX_DEPTH + 2).at(-1)!, chainOf(MAX_DEPTH + 2), undefined],
    ['is larger than it may be', 'too-large', tree, all, sizeOf(all) - 1],
    ['says itself to be too large', 'too-large', file([[leaf('a'), 5_000]]), [file([[leaf('a'), 5_000]])], 4_000],
    [
      'lies about its size',
      'too-large',
      file([[leaf('a', 5_000), 1]]),
      [file([[leaf('a', 5_000), 1]]), leaf('a', 5_000)],
      4_000,
    ],
    [
      'is not what its id says',
      'bad-block',
      blockOf('dag-pb', Buffer.from('?')),
      [blockOf('dag-pb', Buffer.from('?'))],
      undefined,
    ],
  ]

  it.each(failing)('as it %s fails, and leaves nothing behind', (_name, failure, root, blocks, maxBytes) => {
    b.held.hold(room, blocks)
    world.connect(a, b)
    a.ensure(room, root, { ...(maxBytes !== undefined && { maxBytes }) })
    untilEnded()
    expect(a.ended).toEqual([failure])
    expect(a.held.row(room, root)).toMatchObject({ state: 'failed', failure })
    expect(a.held.needed).toBe(0)
    expect(a.machine.searching).toBe(0)
    world.pass(2 * MAX_RETRY_MS)
    expect(a.askedOf(bob)).toBe(0)
    expect(world.isAtRest).toBe(true)
  })

  it('keeps no other root from getting what both need', () => {
    b.held.hold(room, all)
    world.connect(a, b)
    a.ensure(room, tree, { maxBytes: 400 })
    a.ensure(room, right)
    untilEnded(2)
    expect(a.ended).toEqual(['too-large', 'complete'])
  })
})

describe('a wide root', () => {
  it(`requests ${MAX_OPEN_WANTS} blocks at a time`, () => {
    const wide = leaves(3 * MAX_OPEN_WANTS, '', 20)
    const root = node(wide)
    a.held.hold(undefined, [root])
    a.ensure(room, root, { pinned: true })
    while (a.held.needs(room, root).length < 1 + MAX_OPEN_WANTS) world.pass(1)
    world.pass(1_000)
    expect(a.held.needs(room, root)).toHaveLength(1 + MAX_OPEN_WANTS)
    b.held.hold(room, wide)
    world.connect(a, b)
    untilEnded()
    expect(a.held.row(room, root)?.blocks).toBe(1 + wide.length)
  })

  it(`is walked ${WALK_STEPS} blocks at a time, and other inputs get their turn`, () => {
    const wide = leaves(3 * WALK_STEPS, '', 20)
    const held = new HeldBlocks()
    held.hold(undefined, [node(wide), ...wide])
    const timers: EnsureMapTimer[] = []
    const alone = new TestNode(
      dave,
      { nowMs: () => 0, send: () => undefined, setTimer: (timer) => timers.push(timer) },
      { rooms: [room], random: () => 0, held },
    )
    alone.ensure(room, node(wide))
    const steps: number[] = []
    const pause: EnsureMapCommand = { type: 'pause', isPaused: false }
    let known = 0
    while (alone.ended.length === 0) {
      const now = held.needs(room, node(wide)).length
      steps.push(now - known)
      known = now
      expect(timers, 'one timer, whatever comes between').toEqual([{ type: 'walk' }])
      if (steps.length === 2) alone.command(pause)
      else alone.handle({ type: 'timer', timer: timers.pop()! })
    }
    expect(steps).toEqual([WALK_STEPS, WALK_STEPS, WALK_STEPS])
  })
})
