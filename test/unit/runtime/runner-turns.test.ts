/** How long a batch takes, peers that must wait, and who is charged with reading. */
import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { NodeInput, NodeMachine } from '../../../src/machine/node-machine.ts'
import { Runner } from '../../../src/runtime/runner.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'
import { memoryStore } from '../../../src/store/memory.ts'

const [anna, bob] = ['anna', 'bob'] as PeerId[] as [PeerId, PeerId]

/**
 * A runner on virtual time, each input of which takes a while, and the numbers of inputs in each of its batches.
 * `waitedPart`: of the while, other programs had the processor. `laterMs`: what the commit, what is shown and what is sent
 * take for each input.
 */
function setUp(
  costMs: number,
  effects: readonly { type: string; beginnings?: number }[],
  { waitedPart = 0, laterMs = { commit: 0, emit: 0, send: 0 } } = {},
) {
  const scheduler = new Scheduler(0)
  const store = memoryStore()
  const batches = [0]
  let workMs = 0
  const commit = store.commit.bind(store)
  store.commit = () => {
    commit()
    workMs += laterMs.commit * batches[batches.length - 1]!
    batches.push(0)
  }
  const machine = {
    handle: () => {
      workMs += costMs
      batches[batches.length - 1]!++
      return effects
    },
    piecesOf: (input: NodeInput) => [input],
    digestOf: () => 'digest',
    signedBlocksOf: () => [],
    isNeighbour: () => true,
  }
  const runner = new Runner(machine as unknown as NodeMachine, store, {
    now: () => ({ monotonicMs: scheduler.nowMs + workMs, wallMs: 0 }),
    schedule: (run) => scheduler.after(0, run),
    waitedMs: () => workMs * waitedPart,
    checkSignatures: () => undefined,
    setTimer: (run, afterMs) => scheduler.after(afterMs, run),
    ...{ send: () => undefined, publish: () => (workMs += laterMs.send), emit: () => (workMs += laterMs.emit) },
    misbehaviour: () => undefined,
    ...{ refused: () => undefined, recovered: () => undefined, lapsed: () => undefined, failed: () => undefined },
  })
  const receive = (from: PeerId, count: number): void => {
    for (let i = 0; i < count; i++) runner.push(inputOf(from))
  }
  /** Frames each of which takes a while to be read; returns how many were. */
  const receiveUnread = (from: PeerId, count: number, readMs: number): (() => number) => {
    let reads = 0
    const read = (): NodeInput => {
      workMs += readMs
      reads++
      return inputOf(from)
    }
    for (let i = 0; i < count; i++) runner.receive({ from, flow: 'batch-sync', read })
    return () => reads
  }
  return { scheduler, batches, runner, receive, receiveUnread }
}

function inputOf(from: PeerId): NodeInput {
  return { type: 'protocol', protocol: 'batch-sync', input: { type: 'records', from, records: [] } }
}

test('a batch is long while one peer waits, and short while several do', () => {
  const alone = setUp(1, [{ type: 'moved' }])
  alone.receive(anna, 200)
  alone.scheduler.run(0)
  expect(alone.batches[0]).toBe(21)
  const together = setUp(1, [{ type: 'moved' }])
  together.receive(anna, 200)
  together.receive(bob, 10)
  together.scheduler.run(0)
  expect(together.batches.slice(0, 3)).toEqual([6, 6, 6])
  // Bob's are through.
  expect(together.batches[4]).toBe(21)
})

test('a batch is short while somebody is served that only gets a share of the time', () => {
  const { scheduler, batches, receive } = setUp(1, [{ type: 'moved', beginnings: 1 }])
  receive(anna, 2_000)
  scheduler.run(0)
  expect(batches[0]).toBe(21)
  expect(batches.slice(40, 43)).toEqual([6, 6, 6])
})

test('who moves nothing waits, and goes on by itself', () => {
  const { scheduler, batches, receive } = setUp(1, [])
  receive(anna, 2_000)
  const handled = (): number => batches.reduce((sum, count) => sum + count)
  scheduler.run(0)
  expect(handled()).toBeLessThan(1_500)
  scheduler.run(1_000)
  expect(handled()).toBeLessThan(1_800)
  scheduler.run(60_000)
  expect(handled()).toBe(2_000)
})

test('who moves nothing does not pay for the time in which other programs had the processor', () => {
  const { scheduler, batches, receive } = setUp(1, [], { waitedPart: 0.9 })
  receive(anna, 2_000)
  scheduler.run(0)
  expect(batches.reduce((sum, count) => sum + count)).toBe(2_000)
})

test.each(['commit', 'emit', 'send'] as const)('who moves nothing pays for what it costs later: %s', (what) => {
  const effects = [{ type: 'emit' }, { type: 'publish' }]
  const later = { commit: 0, emit: 0, send: 0, [what]: 3 }
  const { scheduler, batches, receive } = setUp(1, effects, { laterMs: later })
  receive(anna, 2_000)
  const handled = (): number => batches.reduce((sum, count) => sum + count)
  scheduler.run(0)
  // A quarter of those whose costs are those of their turns.
  expect(handled()).toBeGreaterThan(100)
  expect(handled()).toBeLessThan(300)
})

test('nobody pays for what the node’s own inputs cost later', () => {
  const { scheduler, batches, runner, receive } = setUp(1, [], { laterMs: { commit: 9, emit: 0, send: 0 } })
  receive(anna, 100)
  for (let i = 0; i < 900; i++) runner.push({ type: 'command', command: { type: 'persist' } } as unknown as NodeInput)
  scheduler.run(0)
  expect(batches.reduce((sum, count) => sum + count)).toBe(1_000)
})

test('a frame is read when its turn comes, and its sender is charged with that', () => {
  const { scheduler, batches, receive, receiveUnread } = setUp(1, [])
  const reads = receiveUnread(anna, 1_000, 9)
  receive(bob, 20)
  expect(reads()).toBe(0)
  scheduler.run(0)
  // Bob's are through after as much of Anna's, by time; then her allowance and that of all are used up.
  expect(batches.reduce((sum, count) => sum + count)).toBe(20 + reads())
  expect(reads()).toBeLessThan(150)
  scheduler.run(1_000)
  expect(reads()).toBeLessThan(180)
})

test('a frame that cannot be read ends with why, and those after it are handled', () => {
  const { scheduler, batches, runner, receive } = setUp(0, [])
  const ends: unknown[] = []
  const malformed = new Error('malformed')
  const read = (): never => {
    throw malformed
  }
  runner.receive({ from: anna, flow: 'batch-sync', read }, (end) => ends.push(end))
  receive(anna, 1)
  scheduler.run(0)
  expect(ends).toEqual([{ error: malformed }])
  expect(batches[0]).toBe(1)
})
