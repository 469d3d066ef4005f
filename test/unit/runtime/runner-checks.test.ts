/** Pieces of a frame wait for checks of their signatures that are made elsewhere, while others have their turn. */
import { expect, test } from 'vitest'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { NodeInput, NodeMachine } from '../../../src/machine/node-machine.ts'
import { Runner } from '../../../src/runtime/runner.ts'
import type { Checks } from '../../../src/runtime/signature-checks.ts'
import { Scheduler } from '../../../src/simulate/scheduler.ts'
import { memoryStore } from '../../../src/store/memory.ts'

const [anna, bob] = ['anna', 'bob'] as PeerId[] as [PeerId, PeerId]

/** Blocks in each piece of a frame. */
const PER_PIECE = 8

interface Started {
  blocks: readonly Uint8Array[]
  finish: () => void
}

/** A runner whose checks the test ends; frames of Anna have `pieces` pieces, those of Bob one without documents. */
function setUp({
  pieces,
  areSigned = true,
  canCheck = () => true,
}: {
  pieces: number
  areSigned?: boolean
  canCheck?: () => boolean
}) {
  const scheduler = new Scheduler(0)
  const handled: string[] = []
  const started: Started[] = []
  const pieceOf = (from: PeerId, piece: number): NodeInput => ({
    type: 'protocol',
    protocol: 'batch-sync',
    input: { type: 'records', from, records: [piece] },
  })
  const machine = {
    handle: ({ input }: { input: { from: PeerId; records: number[] } }) => {
      handled.push(`${input.from} ${input.records.join()}`)
      return [{ type: 'moved' }]
    },
    piecesOf: (frame: { input: { from: PeerId } }) =>
      frame.input.from === anna
        ? Array.from({ length: pieces }, (_, i) => pieceOf(anna, i))
        : [pieceOf(frame.input.from, 0)],
    signedBlocksOf: ({ input }: { input: { from: PeerId } }) =>
      areSigned && input.from === anna ? Array.from({ length: PER_PIECE }, () => new Uint8Array(1)) : [],
    digestOf: () => 'digest',
    isNeighbour: () => true,
  }
  const runner = new Runner(machine as unknown as NodeMachine, memoryStore(), {
    now: () => ({ monotonicMs: scheduler.nowMs, wallMs: 0 }),
    schedule: (run) => scheduler.after(0, run),
    waitedMs: () => 0,
    checkSignatures: (blocks, done): Checks | undefined => {
      if (!canCheck()) return undefined
      const checks = { isDone: false, count: blocks.length }
      started.push({
        blocks,
        finish: () => {
          checks.isDone = true
          done()
        },
      })
      return checks
    },
    setTimer: (run, afterMs) => scheduler.after(afterMs, run),
    ...{ send: () => undefined, publish: () => undefined, emit: () => undefined, misbehaviour: () => undefined },
    ...{ refused: () => undefined, recovered: () => undefined, lapsed: () => undefined, failed: () => undefined },
  })
  const ended: unknown[] = []
  const receive = (from: PeerId): void =>
    runner.receive({ from, flow: 'batch-sync', read: () => pieceOf(from, -1) }, (end) => ended.push(end))
  const finish = (index: number): void => {
    started[index]?.finish()
    scheduler.run(0)
  }
  return { scheduler, handled, started, ended, receive, finish }
}

test('each piece is handled in order once its own signatures are checked, and others are not held up', () => {
  const { scheduler, handled, started, ended, receive, finish } = setUp({ pieces: 3 })
  receive(anna)
  receive(anna)
  scheduler.run(0)
  expect(started.map(({ blocks }) => blocks.length)).toEqual([PER_PIECE, PER_PIECE, PER_PIECE])
  expect(handled).toEqual([])
  receive(bob)
  scheduler.run(0)
  expect(handled).toEqual(['bob 0'])
  finish(1)
  expect(handled).toEqual(['bob 0'])
  finish(0)
  expect(handled).toEqual(['bob 0', 'anna 0', 'anna 1'])
  expect(ended).toHaveLength(1)
  finish(2)
  // The next frame is read once this one is through.
  expect(handled).toEqual(['bob 0', 'anna 0', 'anna 1', 'anna 2'])
  expect({ ended: ended.length, started: started.length }).toEqual({ ended: 2, started: 6 })
  for (const index of [3, 4, 5]) finish(index)
  expect(handled).toHaveLength(7)
})

test('where few signatures are needed, or nothing can check them elsewhere, pieces are handled at once', () => {
  const plain = setUp({ pieces: 2, areSigned: false })
  plain.receive(anna)
  plain.scheduler.run(0)
  expect({ handled: plain.handled, started: plain.started }).toEqual({ handled: ['anna 0', 'anna 1'], started: [] })
  const busy = setUp({ pieces: 2, canCheck: () => false })
  busy.receive(anna)
  busy.scheduler.run(0)
  expect(busy.handled).toEqual(['anna 0', 'anna 1'])
})

test('pieces for which there is no place elsewhere are handled after those before them', () => {
  let places = 1
  const { scheduler, handled, receive, finish } = setUp({ pieces: 3, canCheck: () => places-- > 0 })
  receive(anna)
  scheduler.run(0)
  expect(handled).toEqual([])
  finish(0)
  expect(handled).toEqual(['anna 0', 'anna 1', 'anna 2'])
})
