/** Slices of the ring in virtual time: a node keeps a part of the ring equal with those that hold it. */
import { describe, expect, it } from 'vitest'
import { contains, keyOf, type ItemKey, type Part } from '../../protocols/ring/index.ts'
import type { RingNetwork, RingNode } from '../../src/simulate/ring/network.ts'
import { joinStorm, putItems } from '../../src/simulate/ring/scenarios.ts'
import { Journal } from '../../src/store/journal.ts'

const WHOLE: Part = { from: 0n, to: 0n }
const QUARTER: Part = { from: 1n << 254n, to: 1n << 255n }
const MINUTE_MS = 60_000

const isIn = (part: Part, key: ItemKey): boolean => contains(part, BigInt(`0x${key}`))

function keysIn(node: RingNode, part: Part): ItemKey[] {
  const held = node.items.heldItems(undefined, false, Infinity)
  return held.flatMap(({ key }) => (isIn(part, key) ? [key] : []))
}

/** Puts items by way of one node, and returns their keys in order. */
function put(network: RingNetwork, by: RingNode, name: string, count: number): ItemKey[] {
  return Array.from({ length: count }, (_, index) => {
    const item = { value: Buffer.from(`${name} ${index}`), signed: undefined, ttlSeconds: 86_400, copies: 4 }
    network.ask(by, { type: 'put', item })
    return keyOf(item)
  }).toSorted()
}

describe.each([1, 2, 3])('seed %i', (seed) => {
  it('a node that has lost everything gets a quarter back from three holders, and then what is new there', () => {
    const network = joinStorm({ seed, nodes: 4 })
    const [node, other] = network.up as [RingNode, RingNode]
    const keys = put(network, other, 'old', 100).filter((key) => isIn(QUARTER, key))
    network.run(MINUTE_MS)
    expect(keysIn(node, QUARTER)).toEqual(keys)
    network.crash(node)
    for (const key of keysIn(node, WHOLE)) node.items.apply(new Journal(), { type: 'delete-ring-item', key })
    network.run(10_000)
    network.start(node)
    network.slice(node, { type: 'slice', slice: 1, part: QUARTER })
    network.run(MINUTE_MS)
    expect(node.links.size).toBe(3)
    expect(keysIn(node, QUARTER)).toEqual(keys)
    expect(network.sliceItems.map(({ key }) => key).toSorted()).toEqual(keys)
    expect(network.sliceItems.some(({ from }) => from !== undefined)).toBe(true)
    const added = put(network, other, 'new', 20).filter((key) => isIn(QUARTER, key))
    network.run(2 * MINUTE_MS)
    expect(added.length).toBeGreaterThan(0)
    const news = network.sliceItems.slice(keys.length).map(({ key }) => key)
    expect(news.toSorted()).toEqual(added)
  })

  it('a node among many keeps what those that it is connected to own of a quarter, and lets none of it go', () => {
    const network = joinStorm({ seed, nodes: 20 })
    putItems(network, 200)
    network.run(MINUTE_MS)
    const [node] = network.up as [RingNode]
    const before = keysIn(node, QUARTER).length
    network.slice(node, { type: 'slice', slice: 1, part: QUARTER })
    network.run(30 * MINUTE_MS)
    const given = network.sliceItems.filter(({ from }) => from !== undefined)
    expect(given.length).toBeGreaterThan(10)
    expect(keysIn(node, QUARTER)).toHaveLength(before + network.sliceItems.length)
    for (const { key } of given) expect(isIn(QUARTER, key)).toBe(true)
  })
})
