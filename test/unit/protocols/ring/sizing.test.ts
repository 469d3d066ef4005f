/** How many nodes and items one node counts. */
import { beforeEach, expect, it } from 'vitest'
import { positionOf } from '../../../../protocols/ring/index.ts'
import { keyOf, type Item } from '../../../../protocols/ring/items.ts'
import { MAX_COUNT_LOOKUPS, COUNT_ROUND, MAX_SAMPLES, SAMPLE_MS } from '../../../../protocols/ring/size/constants.ts'
import { Samples } from '../../../../protocols/ring/samples.ts'
import type { ToldPeer } from '../../../../protocols/ring/records.ts'
import type { PeerId } from '../../../../protocols/wire/ids.ts'
import { answerTo, eventsIn, OneNode, peerOf, requestsIn } from './one-node.ts'

let node: OneNode

beforeEach(() => {
  node = new OneNode()
})

const told = (peers: readonly PeerId[]): ToldPeer[] => peers.map((peer) => ({ peer, record: new Uint8Array(0) }))
/** Peers in the order of the circle. */
const inOrder = (count: number): PeerId[] =>
  Array.from({ length: count }, (_, index) => peerOf(index)).toSorted((a, b) =>
    (positionOf(a) ?? 0n) < (positionOf(b) ?? 0n) ? -1 : 1,
  )

it('alone, it is one node, and has all items', () => {
  const item: Item = { value: Buffer.from('a'), signed: undefined, ttlSeconds: 60, copies: 1 }
  node.command({ type: 'put', call: 1, item })
  expect(node.held(keyOf(item))).toBe(true)
  const [done] = eventsIn(node.command({ type: 'size', call: 2 }), 'done')
  expect(done).toEqual({
    ...{ type: 'done', call: 2 },
    result: {
      type: 'sized',
      size: {
        nodes: { count: 1, standardError: 0, known: 1, inCommon: 0 },
        items: { count: 1, standardError: 0, known: 1, share: 1 },
      },
    },
  })
})

it('counts nobody while a neighbour has not told who is next to it', () => {
  const effects = node.up(peerOf('a'))
  expect(node.machine.sizes(node.nowMs).nodes).toBeUndefined()
  const asked = [...effects, ...node.fire('stabilise', 1_000)].flatMap((effect) => requestsIn([effect], 'get-peers'))
  const list = { type: 'peers' as const, isSame: false, previous: told([node.self]), next: told([node.self]) }
  for (const request of asked) node.receive(peerOf('a'), answerTo(request, list))
  expect(node.machine.sizes(node.nowMs).nodes).toEqual({ count: 2, standardError: 0, known: 2, inCommon: 0 })
})

it('gives up after MAX_COUNT_LOOKUPS, whatever it is told, and answers all who asked', () => {
  node.up(peerOf('a'))
  let requests = requestsIn(node.command({ type: 'size', call: 1 }), 'get-peers')
  expect(node.command({ type: 'size', call: 2 })).toEqual([])
  const done: unknown[] = []
  let lookups = 0
  while (requests.length > 0) {
    lookups += requests.filter(({ target }) => target !== undefined).length
    const empty = { type: 'peers' as const, isSame: false, previous: [], next: [] }
    const effects = requests.flatMap((request) => node.receive(peerOf('a'), answerTo(request, empty)))
    done.push(...eventsIn(effects, 'done').map(({ call, result }) => [call, result.type]))
    requests = requestsIn(effects, 'get-peers')
  }
  expect(lookups).toBeLessThanOrEqual(MAX_COUNT_LOOKUPS)
  expect(lookups).toBeGreaterThanOrEqual(COUNT_ROUND / 4)
  expect(done).toEqual([
    [1, 'sized'],
    [2, 'sized'],
  ])
})

it('remembers a list without the gap that was looked up, none that is out of order, and not for long', () => {
  const samples = new Samples()
  const [a, b, owner, d, e] = inOrder(5) as [PeerId, PeerId, PeerId, PeerId, PeerId]
  const target = (positionOf(owner) ?? 0n) - 1n
  const answer = (previous: PeerId[], next: PeerId[]) => {
    return {
      ...{ from: owner, path: [] },
      body: { type: 'peers' as const, isSame: false, previous: told(previous), next: told(next) },
    }
  }
  samples.add(target, true, answer([b, a], [owner, d, e]), 0)
  expect(samples.runs(0)).toEqual([[a, b].map(positionOf), [owner, d, e].map(positionOf)])
  samples.add(target, true, answer([a, b], [owner, d, e]), 0)
  samples.add(target, true, answer([b, a], [d, e]), 0)
  samples.add(target, true, answer([b], [owner, d]), 0)
  expect(samples.runs(0)).toHaveLength(2)
  for (let count = 0; count < 2 * MAX_SAMPLES; count++) samples.add(target, true, answer([b, a], [owner, d, e]), 1)
  expect(samples.runs(0)).toHaveLength(2 * MAX_SAMPLES)
  samples.add(target, true, answer([b, a], [owner, d, e]), SAMPLE_MS + 2)
  expect(samples.runs(0)).toHaveLength(2)
})
