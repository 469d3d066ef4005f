/** One root: how its DAG is walked, and the limits of what it may need. */
import { describe, expect, it } from 'vitest'
import {
  AUTO_BLOCK_BYTES,
  FEW_OPEN_WANTS,
  MAX_AUTO_OPEN_WANTS,
  MAX_BLOCKS,
  MAX_DEPTH,
  MAX_OPEN_WANTS,
  MIN_AUTO_BLOCKS,
} from '../../../../protocols/ensure-map/constants.ts'
import type { Ensured } from '../../../../protocols/ensure-map/ports.ts'
import { Root } from '../../../../protocols/ensure-map/root.ts'
import type { BlockId } from '../../../../protocols/wire/ids.ts'
import { anna, blockOf, bob, chainOf, file, leaf, leaves, node, room, type Block } from './dags.ts'
import { HeldBlocks } from './held-blocks.ts'

function rowOf({ id }: Block, maxBytes?: number, pinned = true): Ensured {
  return {
    ...{ room, id, state: 'searching', failure: undefined, pinned, maxBytes, jobs: [] },
    ...{ addedAtMs: 0, blocks: 0, sizeBytes: 0 },
  }
}

/** A root of which some blocks are here. */
function rootOf(of: Block, here: readonly Block[], maxBytes?: number, pinned?: boolean): Root {
  const held = new HeldBlocks()
  held.hold(undefined, here)
  return new Root(rowOf(of, maxBytes, pinned), held.ports)
}

/** Walks as long as there is something to visit; returns how many steps that took. */
function walkAll(root: Root): number {
  let steps = 0
  while (root.canWalk) steps += root.walk(1_000).steps
  return steps
}

describe('a walk', () => {
  const parts = leaves(5)
  const tree = node([node(parts.slice(0, 3), 'left'), node(parts.slice(2), 'right')])
  const [left, right] = [node(parts.slice(0, 3), 'left'), node(parts.slice(2), 'right')]
  const all = [tree, left, right, ...parts]

  it('over blocks that are here finds all of them, each once', () => {
    const root = rootOf(tree, all)
    const { needs, missing, held, steps } = root.walk(1_000)
    expect(needs.map(({ id }) => id).toSorted()).toEqual(all.map(({ id }) => id).toSorted())
    expect(held).toEqual(needs.map(({ id }) => id))
    expect({ missing, steps }).toEqual({ missing: [], steps: all.length })
    expect(root).toMatchObject({ isComplete: true, known: 8, have: 8, sizeBytes: sizeOf(all) })
  })

  it('over blocks that are not here begins with the root, and goes on as they arrive', () => {
    const root = rootOf(tree, [left])
    expect(root.walk(1_000)).toMatchObject({ missing: [{ id: tree.id, depth: 0 }], held: [] })
    expect(root.canWalk).toBe(false)
    const later = rootOf(tree, [tree, left])
    const found = later.walk(1_000)
    expect(found.missing.map(({ id }) => id).toSorted()).toEqual([right, ...parts.slice(0, 3)].map(idOf).toSorted())
    expect(found.missing.find(({ id }) => id === right.id)?.depth).toBe(1)
    expect(found.missing.find(({ id }) => id === parts[0]!.id)?.depth).toBe(2)
    expect(later).toMatchObject({ isComplete: false, known: 6, have: 2 })
  })

  it('takes no more steps than it is told', () => {
    const root = rootOf(tree, all)
    expect([root.walk(3).steps, root.walk(3).steps, root.walk(3).steps]).toEqual([3, 3, 2])
    expect(root.isComplete).toBe(true)
  })

  it('visits a block that many link to once, and remembers it once', () => {
    const shared = leaves(1_000)
    const nodes = Array.from({ length: 50 }, (_, i) => node(shared, i))
    const root = rootOf(node(nodes), [node(nodes), ...nodes, ...shared])
    expect(walkAll(root)).toBe(1 + 50 + 1_000)
    expect(root.isComplete).toBe(true)
  })
})

const idOf = ({ id }: Block): BlockId => id
const sizeOf = (blocks: readonly Block[]): number => blocks.reduce((sum, { data }) => sum + data.length, 0)

/** The dag-cbor list of a number of CIDs for which no blocks exist. */
function listOf(count: number): Block {
  const header = Uint8Array.of(0x9a, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff)
  const data = new Uint8Array(header.length + count * 41)
  data.set(header)
  for (let i = 0; i < count; i++) {
    const at = header.length + i * 41
    data.set([0xd8, 0x2a, 0x58, 0x25, 0, 1, 0x55, 0x12, 32], at)
    new DataView(data.buffer).setUint32(at + 9, i)
  }
  return blockOf('dag-cbor', data)
}

describe('a root fails', () => {
  /** Everything is here, and leaves have one byte. */
  const held = (top: Block): Root =>
    new Root(rowOf(top), {
      ...new HeldBlocks().ports,
      sizeBytes: (id) => (id === top.id ? top.data.length : 1),
      block: (id) => (id === top.id ? top.data : undefined),
    })

  it(`that needs more than ${MAX_BLOCKS} blocks`, () => {
    const most = held(listOf(MAX_BLOCKS - 1))
    walkAll(most)
    expect(most).toMatchObject({ isComplete: true, known: MAX_BLOCKS })
    const more = held(listOf(MAX_BLOCKS))
    walkAll(more)
    expect(more).toMatchObject({ failure: 'too-many-blocks', canWalk: false, isComplete: false })
  })

  it(`that needs a block ${MAX_DEPTH + 1} links away`, () => {
    const chain = chainOf(MAX_DEPTH + 2)
    const most = rootOf(chain.at(-2)!, chain)
    walkAll(most)
    expect(most).toMatchObject({ isComplete: true, known: MAX_DEPTH + 1 })
    const more = rootOf(chain.at(-1)!, chain)
    walkAll(more)
    expect(more).toMatchObject({ failure: 'too-deep', canWalk: false, isComplete: false })
  })

  it('that exceeds its limit of bytes', () => {
    const parts = leaves(3)
    const tree = node(parts)
    const sizeBytes = sizeOf([tree, ...parts])
    const most = rootOf(tree, [tree, ...parts], sizeBytes)
    walkAll(most)
    expect(most.isComplete).toBe(true)
    const more = rootOf(tree, [tree, ...parts], sizeBytes - 1)
    walkAll(more)
    expect(more.failure).toBe('too-large')
  })

  it('that claims to be larger than its limit, before any of it is requested', () => {
    const top = file([[leaf('a'), 1_001]])
    const root = rootOf(top, [top], 1_000)
    expect(root.walk(100).missing).toEqual([])
    expect(root.failure).toBe('too-large')
  })

  it('that claims to be smaller than it is, once it is found out', () => {
    const parts = leaves(3, 'part', 400)
    const top = file(parts.map((part) => [part, 1]))
    const root = rootOf(top, [top], 1_000)
    expect(root.walk(100).missing).toHaveLength(3)
    for (const part of parts) root.arrived({ id: part.id, depth: 1 }, part.data.length)
    expect(root.failure).toBe('too-large')
  })

  it('of which a block does not match its id', () => {
    const bad = blockOf('dag-pb', Buffer.from('no dag-pb'))
    const root = rootOf(node([bad]), [node([bad]), bad])
    walkAll(root)
    expect(root.failure).toBe('bad-block')
  })
})

describe('the open wants of a root', () => {
  it(`are at most ${MAX_OPEN_WANTS} blocks at a time`, () => {
    const parts = leaves(2 * MAX_OPEN_WANTS)
    const root = rootOf(node(parts), [node(parts)])
    const { missing } = root.walk(10_000)
    expect(missing).toHaveLength(MAX_OPEN_WANTS)
    expect(root.canWalk).toBe(false)
    const arrive = (visits: typeof missing) => visits.forEach((visit) => root.arrived(visit, 100))
    arrive(missing.slice(FEW_OPEN_WANTS + 1))
    expect([root.missing, root.canWalk]).toEqual([FEW_OPEN_WANTS + 1, false])
    arrive(missing.slice(0, 1))
    expect([root.missing, root.canWalk]).toEqual([FEW_OPEN_WANTS, true])
    expect(root.walk(10_000).missing).toHaveLength(MAX_OPEN_WANTS - FEW_OPEN_WANTS)
    expect([root.missing, root.canWalk]).toEqual([MAX_OPEN_WANTS, false])
  })
})

describe('a root that nobody asked for by hand', () => {
  const parts = leaves(3 * MIN_AUTO_BLOCKS)

  it('wants few blocks at a time', () => {
    const root = rootOf(node(parts.slice(0, 200)), [node(parts.slice(0, 200))], undefined, false)
    const { missing } = root.walk(10_000)
    expect(missing).toHaveLength(MAX_AUTO_OPEN_WANTS)
    for (const visit of missing.slice(MAX_AUTO_OPEN_WANTS / 2)) root.arrived(visit, 1)
    expect(root.canWalk).toBe(true)
  })

  it('fails with more blocks than its bytes are usually split into, until somebody asks for it', () => {
    const wide = node(parts)
    const failed = rootOf(wide, [wide], 1_000_000, false)
    failed.walk(1)
    expect(failed.failure).toBe('too-many-blocks')
    const larger = rootOf(wide, [wide], 3 * MIN_AUTO_BLOCKS * AUTO_BLOCK_BYTES, false)
    larger.walk(1)
    const pinned = rootOf(wide, [wide], 1_000_000, true)
    pinned.walk(1)
    expect([larger.failure, pinned.failure]).toEqual([undefined, undefined])
  })
})

describe('who sent how much', () => {
  it('is counted by peer, with the rate', () => {
    const root = rootOf(leaf('a'), [])
    expect(root.from).toBeUndefined()
    expect(root.bytesPerSecond(0)).toBe(0)
    root.took(anna, 100, 0)
    root.took(bob, 200, 100)
    root.took(anna, 300, 900)
    expect(root.from).toEqual(
      new Map([
        [anna, 400],
        [bob, 200],
      ]),
    )
    expect(root.bytesPerSecond(1_000)).toBe(600)
  })
})
