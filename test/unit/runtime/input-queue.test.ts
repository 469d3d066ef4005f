/** Who is served when: the node itself, then peers by what they have cost, and strangers together. */
import { describe, expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import { InputQueue } from '../../../src/runtime/input-queue.ts'

const [anna, bob, eve] = ['anna', 'bob', 'eve'] as PeerId[] as [PeerId, PeerId, PeerId]

/** A queue of which all peers but some are strangers, and a function that serves a number of turns. */
function setUp(neighbours: readonly PeerId[] = [anna, bob]) {
  const members = new Set(neighbours)
  const unready = new Set<string>()
  const queue = new InputQueue<string>(
    (peer) => members.has(peer),
    (entry) => !unready.has(entry),
    0,
  )
  const fill = (peer: PeerId, count: number): void => {
    for (let i = 0; i < count; i++) queue.add(peer, peer, 'documents')
  }
  /** How often each was served, where each turn costs what `costMs` says. */
  const serve = (turns: number, costMs: (peer: string) => number): Record<string, number> => {
    const served: Record<string, number> = {}
    for (let i = 0; i < turns; i++) {
      const turn = queue.takePeers(0)
      if (turn === undefined) break
      served[turn.entry] = (served[turn.entry] ?? 0) + 1
      turn.charge({ nowMs: 0, costMs: costMs(turn.entry), hasMoved: true, beginnings: 0 })
    }
    return served
  }
  return { queue, members, unready, fill, serve }
}

const SECONDS = 60
const SECOND_MS = 1_000

/** Serves peers that always have something waiting, each turn of which takes a while, and says how long each was served. */
function serveFor(
  seconds: number,
  peers: readonly PeerId[],
  moves: (peer: string) => boolean,
  beginnings: (peer: string) => number = () => 0,
) {
  const costMs = 5
  const { queue, fill } = setUp(peers)
  const servedMs: Record<string, number> = {}
  /** What the queue says while nobody may be served. */
  const idle = new Set<boolean | 'later'>(['later'])
  let idleMs = 0
  for (const peer of peers) fill(peer, 1)
  for (let nowMs = 0; nowMs < seconds * SECOND_MS;) {
    const turn = queue.takePeers(nowMs)
    if (turn === undefined) {
      idle.add(queue.has(nowMs))
      nowMs++
      idleMs++
      continue
    }
    nowMs += costMs
    servedMs[turn.entry] = (servedMs[turn.entry] ?? 0) + costMs
    turn.charge({ nowMs, costMs, hasMoved: moves(turn.entry), beginnings: beginnings(turn.entry) })
    fill(turn.entry as PeerId, 1)
  }
  expect([...idle]).toEqual(['later'])
  return { servedMs, idleMs }
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
  for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
    taken.push(turn.entry)
    turn.charge({ nowMs: 0, costMs: 0, hasMoved: true, beginnings: 0 })
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
  expect([queue.takeOwn(), queue.takeOwn(), queue.takePeers(0)]).toEqual(['first', 'later', undefined])
  expect(queue.has(0)).toBe(false)
})

/** Serves members each of which comes under a new key as soon as it has had so much time, and says how long nobody was served. */
function serveInTurn(
  eachMs: number,
  moves: (peer: string) => boolean,
  beginnings: (peer: string) => number = () => 0,
): { idleMs: number } {
  const costMs = 5
  let member = 0
  let hadMs = 0
  let idleMs = 0
  const queue = new InputQueue<string>(
    () => true,
    () => true,
    0,
  )
  const fill = (): void => queue.add(`member ${member}`, `member ${member}` as PeerId, 'all')
  fill()
  for (let nowMs = 0; nowMs < SECONDS * SECOND_MS;) {
    const turn = queue.takePeers(nowMs)
    if (turn === undefined) {
      nowMs++
      idleMs++
      // Who has to wait comes back under another key.
      if (idleMs % 100 === 0) {
        queue.dropPeers()
        member++
        hadMs = 0
        fill()
      }
      continue
    }
    nowMs += costMs
    hadMs += costMs
    const { entry } = turn
    turn.charge({ nowMs, costMs, hasMoved: moves(entry), beginnings: beginnings(entry) })
    if (hadMs >= eachMs) {
      member++
      hadMs = 0
    }
    fill()
  }
  return { idleMs }
}

describe('inputs that move nothing', () => {
  test('take a quarter of the time at most, and leave the rest idle if nobody else waits', () => {
    const { servedMs, idleMs } = serveFor(SECONDS, [eve], () => false)
    expect(servedMs[eve]).toBeLessThanOrEqual(0.25 * SECONDS * SECOND_MS + 1_200)
    expect(servedMs[eve]).toBeGreaterThan(0.2 * SECONDS * SECOND_MS)
    expect(idleMs).toBeGreaterThan(0.7 * SECONDS * SECOND_MS)
  })

  test('take hardly more with more peers', () => {
    const peers = Array.from({ length: 20 }, (_, i) => `peer ${i}` as PeerId)
    const { idleMs } = serveFor(SECONDS, peers, () => false)
    expect(idleMs).toBeGreaterThan(0.6 * SECONDS * SECOND_MS)
  })

  test('cost those nothing that move something, also where that takes all the time', () => {
    const { servedMs } = serveFor(SECONDS, [anna, eve], (peer) => peer === anna)
    expect(servedMs[anna]).toBeGreaterThan(0.7 * SECONDS * SECOND_MS)
  })

  test('are made up for by those that move as much', () => {
    let turns = 0
    const { idleMs } = serveFor(SECONDS, [anna], () => turns++ % 2 === 0)
    expect(idleMs).toBe(0)
  })

  test('of a peer that has sent few are never behind those of others', () => {
    const { queue, fill } = setUp([anna, eve])
    fill(eve, 1_000)
    for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
      turn.charge({ nowMs: 0, costMs: 5, hasMoved: false, beginnings: 0 })
    }
    expect(queue.has(0)).toBe('later')
    fill(anna, 1)
    expect(queue.has(0)).toBe(true)
    expect(queue.takePeers(0)?.entry).toBe(anna)
  })

  test('of somebody else never keep a member waiting that writes, and says now and then what it has', () => {
    const { queue } = setUp([anna, eve])
    const dueMs: number[] = []
    let nowMs = 0
    let longestMs = 0
    for (let writeMs = 0; nowMs < SECONDS * SECOND_MS;) {
      for (; writeMs <= nowMs; writeMs += 50) {
        queue.add('document', anna, 'all')
        queue.add('metadata', anna, 'all')
        dueMs.push(writeMs, writeMs)
      }
      queue.add('ranges', eve, 'all')
      const turn = queue.takePeers(nowMs)
      if (turn === undefined) {
        nowMs++
        continue
      }
      const isEves = turn.entry === 'ranges'
      if (!isEves) longestMs = Math.max(longestMs, nowMs - dueMs.shift()!)
      const costMs = isEves ? 10 : 1
      nowMs += costMs
      turn.charge({ nowMs, costMs, hasMoved: turn.entry === 'document', beginnings: 0 })
    }
    // For what is being handled, and for its own.
    expect(longestMs).toBeLessThanOrEqual(12)
  })

  test('get no more by one new key after another', () => {
    const { idleMs } = serveInTurn(200, () => false)
    expect(idleMs).toBeGreaterThan(0.6 * SECONDS * SECOND_MS)
  })

  test('of strangers have one allowance, however many they are', () => {
    const { queue, fill } = setUp([])
    const strangers = Array.from({ length: 99 }, (_, i) => `stranger ${i}` as PeerId)
    for (const stranger of strangers) fill(stranger, 10)
    let servedMs = 0
    for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
      turn.charge({ nowMs: 0, costMs: 5, hasMoved: false, beginnings: 0 })
      servedMs += 5
    }
    expect(servedMs).toBeLessThanOrEqual(1_105)
  })
})

describe('documents that begin or fork the chains of authors', () => {
  const moves = (): boolean => true
  const hostile = (peer: string): number => (peer === anna ? 0 : 1)

  test('get a fifth of the time, also while nobody else waits, and hardly more with more peers', () => {
    const least = 0.6 * SECONDS * SECOND_MS
    const alone = serveFor(SECONDS, [eve], moves, hostile)
    expect(alone.idleMs).toBeGreaterThan(least)
    expect(alone.servedMs[eve]).toBeGreaterThan(0.2 * SECONDS * SECOND_MS)
    const peers = Array.from({ length: 5 }, (_, i) => `peer ${i}` as PeerId)
    expect(serveFor(SECONDS, peers, moves, hostile).idleMs).toBeGreaterThan(0.5 * SECONDS * SECOND_MS)
  })

  test('get no more by one new key after another', () => {
    const { idleMs } = serveInTurn(500, () => true, hostile)
    expect(idleMs).toBeGreaterThan(0.6 * SECONDS * SECOND_MS)
  })

  test('share the fifth with what moves nothing', () => {
    const { idleMs } = serveFor(SECONDS, [bob, eve], (peer) => peer === eve, hostile)
    expect(idleMs).toBeGreaterThan(0.65 * SECONDS * SECOND_MS)
  })

  test('cost those nothing that bring others', () => {
    const { servedMs } = serveFor(SECONDS, [anna, eve], moves, hostile)
    expect(servedMs[anna]).toBeGreaterThan(0.6 * SECONDS * SECOND_MS)
  })

  test('count as far as they are among others: a history with its authors comes at full speed', () => {
    expect(serveFor(SECONDS, [bob], moves, () => 0.02).idleMs).toBe(0)
    expect(serveFor(SECONDS, [eve], moves, () => 0.5).idleMs).toBeGreaterThan(0.25 * SECONDS * SECOND_MS)
  })

  test('of a second of work, all that a newcomer to a room with thousands meets, are not slowed down', () => {
    const { queue, fill } = setUp([bob])
    fill(bob, 200)
    let nowMs = 0
    for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(nowMs)) {
      nowMs += 5
      turn.charge({ nowMs, costMs: 5, hasMoved: true, beginnings: 1 })
    }
    expect(nowMs).toBe(200 * 5)
    expect(queue.isPaced(bob, nowMs)).toBe(true)
    expect(queue.isPaced(anna, nowMs)).toBe(false)
  })
})

test('a long flow of a peer does not hold up its others, and each stays in order', () => {
  const { queue } = setUp()
  for (const entry of ['d1', 'd2', 'd3', 'd4', 'd5']) queue.add(entry, anna, 'documents')
  const taken: string[] = []
  for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
    taken.push(turn.entry)
    // They come while the second document is handled.
    if (turn.entry === 'd2') for (const entry of ['b1', 'b2']) queue.add(entry, anna, 'blocks')
    turn.charge({ nowMs: 0, costMs: 1, hasMoved: true, beginnings: 0 })
  }
  expect(taken).toEqual(['d1', 'd2', 'd3', 'b1', 'd4', 'b2', 'd5'])
})

test('a flow that begins late does not catch up with what the others have had', () => {
  const { queue } = setUp()
  const taken: string[] = []
  for (let i = 0; i < 3; i++) {
    queue.add(`d${i}`, anna, 'documents')
    queue.takePeers(0)?.charge({ nowMs: 0, costMs: 1, hasMoved: true, beginnings: 0 })
  }
  for (const entry of ['d4', 'd5']) queue.add(entry, anna, 'documents')
  for (const entry of ['b1', 'b2']) queue.add(entry, anna, 'blocks')
  for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
    taken.push(turn.entry)
    turn.charge({ nowMs: 0, costMs: 1, hasMoved: true, beginnings: 0 })
  }
  expect(taken).toEqual(['d4', 'b1', 'd5', 'b2'])
})

test('what is left of an entry comes before the rest of its flow, in turns with other flows', () => {
  const { queue } = setUp()
  for (const [entry, flow] of [
    ['frame 1', 'documents'],
    ['frame 2', 'documents'],
    ['a', 'files'],
    ['b', 'files'],
    ['c', 'files'],
    ['d', 'files'],
  ] as const)
    queue.add(entry, anna, flow)
  const taken: string[] = []
  for (let turn = queue.takePeers(0); turn !== undefined; turn = queue.takePeers(0)) {
    taken.push(turn.entry)
    const rest = turn.entry === 'frame 1' ? ['frame 1.2', 'frame 1.3'] : []
    if (rest.length > 0) queue.add('frame 3', anna, 'documents')
    turn.charge({ nowMs: 0, costMs: 1, hasMoved: true, beginnings: 0 }, rest)
  }
  expect(taken).toEqual(['frame 1', 'a', 'b', 'frame 1.2', 'c', 'frame 1.3', 'd', 'frame 2', 'frame 3'])
})

test('a peer whose next entry is not ready is passed over, and keeps its order', () => {
  const { queue, unready } = setUp()
  queue.add('slow', anna, 'documents')
  queue.add('after', anna, 'state')
  queue.add('quick', bob, 'documents')
  unready.add('slow')
  const take = (): string | undefined => {
    const turn = queue.takePeers(0)
    turn?.charge({ nowMs: 0, costMs: 1, hasMoved: true, beginnings: 0 })
    return turn?.entry
  }
  expect(queue.has(0)).toBe(true)
  expect([take(), take(), queue.has(0)]).toEqual(['quick', undefined, 'later'])
  unready.clear()
  expect([queue.has(0), take(), take()]).toEqual([true, 'slow', 'after'])
})
