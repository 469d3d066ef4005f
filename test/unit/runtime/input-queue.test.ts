/** Who is served when: the node itself, then peers by what they have cost, and strangers together. */
import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { InputQueue } from '../../../src/runtime/input-queue.ts'

const [anna, bob, eve] = ['anna', 'bob', 'eve'] as PeerId[] as [PeerId, PeerId, PeerId]

/** A queue of which all peers but some are strangers, and a function that serves a number of turns. */
function setUp(neighbours: readonly PeerId[] = [anna, bob]) {
  const members = new Set(neighbours)
  const queue = new InputQueue<string>((peer) => members.has(peer))
  const fill = (peer: PeerId, count: number): void => {
    for (let i = 0; i < count; i++) queue.add(peer, peer, 'documents')
  }
  /** How often each was served, where each turn costs what `costMs` says. */
  const serve = (turns: number, costMs: (peer: string) => number): Record<string, number> => {
    const served: Record<string, number> = {}
    for (let i = 0; i < turns; i++) {
      const turn = queue.takePeers()
      if (turn === undefined) break
      served[turn.entry] = (served[turn.entry] ?? 0) + 1
      turn.charge(costMs(turn.entry))
    }
    return served
  }
  return { queue, members, fill, serve }
}

test('what is the node’s own is not behind peers', () => {
  const { queue, fill } = setUp()
  fill(anna, 1_000)
  queue.add('own', undefined, 'documents')
  expect(queue.takeOwn()).toBe('own')
})

test('peers that cost nothing are served in the order in which they came', () => {
  const { queue } = setUp()
  for (const [entry, peer] of [
    ['1', anna],
    ['2', bob],
    ['3', bob],
    ['4', anna],
  ] as const)
    queue.add(entry, peer, 'documents')
  const taken: string[] = []
  for (let turn = queue.takePeers(); turn !== undefined; turn = queue.takePeers()) {
    taken.push(turn.entry)
    turn.charge(0)
  }
  expect(taken).toEqual(['1', '2', '3', '4'])
})

test('who costs ten times as much is served a tenth as often', () => {
  const { fill, serve } = setUp()
  fill(anna, 1_000)
  fill(bob, 1_000)
  const { anna: cheap = 0, bob: dear = 0 } = serve(550, (peer) => (peer === bob ? 10 : 1))
  expect(cheap).toBeGreaterThanOrEqual(495)
  expect(dear).toBeGreaterThanOrEqual(45)
})

test('a message waits for one turn of a peer with a backlog, not for the backlog', () => {
  const { queue, fill, serve } = setUp()
  fill(bob, 10_000)
  serve(100, () => 50)
  queue.add(anna, anna, 'documents')
  expect(serve(2, () => 1)).toMatchObject({ [anna]: 1 })
})

test('who comes back with one dear input at a time pays for the last one', () => {
  const { queue, fill, serve } = setUp()
  fill(anna, 1_000)
  let dear = 0
  for (let turns = 0; turns < 500; turns++) {
    if (queue.takeOwn() === undefined && dear * 50 <= turns) queue.add(bob, bob, 'documents')
    dear += serve(1, (peer) => (peer === bob ? 50 : 1))[bob] ?? 0
  }
  expect(dear).toBeLessThanOrEqual(11)
})

test('strangers have one turn together, however many they are', () => {
  const { fill, serve } = setUp()
  const strangers = Array.from({ length: 99 }, (_, i) => `stranger ${i}` as PeerId)
  for (const stranger of strangers) fill(stranger, 100)
  fill(anna, 1_000)
  const served = serve(200, () => 1)
  expect(served[anna]).toBeGreaterThanOrEqual(100)
  const shares = strangers.map((stranger) => served[stranger] ?? 0)
  expect(Math.max(...shares) - Math.min(...shares), 'and it goes round among them').toBeLessThanOrEqual(1)
})

test('a stranger that proved to know a room has a turn of its own from then on', () => {
  const { members, fill, serve } = setUp()
  for (const peer of [anna, eve, 'other' as PeerId]) fill(peer, 1_000)
  expect(serve(100, () => 1)[eve]).toBeLessThanOrEqual(26)
  members.add(eve)
  expect(serve(99, () => 1)[eve]).toBeGreaterThanOrEqual(32)
})

test('what peers caused can be dropped, and what is the node’s own put back before the rest', () => {
  const { queue, fill } = setUp()
  fill(anna, 2)
  fill(eve, 1)
  queue.add('later', undefined, 'documents')
  expect(queue.dropPeers()).toEqual([anna, anna, eve])
  queue.putBack(['first'])
  expect([queue.takeOwn(), queue.takeOwn(), queue.takePeers()]).toEqual(['first', 'later', undefined])
  expect(queue.isEmpty).toBe(true)
})

test('a long flow of a peer does not hold up its others, and each stays in order', () => {
  const { queue } = setUp()
  for (const entry of ['d1', 'd2', 'd3', 'd4', 'd5']) queue.add(entry, anna, 'documents')
  const taken: string[] = []
  for (let turn = queue.takePeers(); turn !== undefined; turn = queue.takePeers()) {
    taken.push(turn.entry)
    // They come while the second document is handled.
    if (turn.entry === 'd2') for (const entry of ['b1', 'b2']) queue.add(entry, anna, 'blocks')
    turn.charge(1)
  }
  expect(taken).toEqual(['d1', 'd2', 'd3', 'b1', 'd4', 'b2', 'd5'])
})

test('a flow that begins late does not catch up with what the others have had', () => {
  const { queue } = setUp()
  const taken: string[] = []
  for (let i = 0; i < 3; i++) {
    queue.add(`d${i}`, anna, 'documents')
    queue.takePeers()?.charge(1)
  }
  for (const entry of ['d4', 'd5']) queue.add(entry, anna, 'documents')
  for (const entry of ['b1', 'b2']) queue.add(entry, anna, 'blocks')
  for (let turn = queue.takePeers(); turn !== undefined; turn = queue.takePeers()) {
    taken.push(turn.entry)
    turn.charge(1)
  }
  expect(taken).toEqual(['d4', 'b1', 'd5', 'b2'])
})
