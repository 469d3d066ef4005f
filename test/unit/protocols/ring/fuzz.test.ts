/** Records that nobody would send, from peers that come and go: the machine never throws, and what it holds is bounded. */
import { expect, it } from 'vitest'
import { decodeFrame } from '../../../../protocols/ring/codec.ts'
import { MAX_FORWARDED } from '../../../../protocols/ring/constants.ts'
import type { RingRecord } from '../../../../protocols/ring/records.ts'
import { pick, seededRandom } from '../../../../src/simulate/random.ts'
import { changedSomewhere, timeout, withSeeds } from '../fuzz-seeds.ts'
import { fromHex, readVectors, type FrameVectors } from '../vectors.ts'
import { OneNode, peerOf } from './one-node.ts'

const SEEDS = 20
const STEPS = 400
const QUOTA_BYTES = 2_000

const frames = readVectors<FrameVectors>('ring/vectors/frames.json').valid.map(({ frame }) => fromHex(frame))
const peers = Array.from({ length: 8 }, (_, index) => peerOf(index))
const TIMERS = ['requests', 'stabilise', 'fingers', 'repair', 'calls'] as const

function life(seed: number): void {
  const random = seededRandom(seed)
  const node = new OneNode(QUOTA_BYTES)
  node.up(...peers)
  const recordsOf = (frame: Uint8Array): RingRecord[] => {
    try {
      return decodeFrame(frame)
    } catch {
      return [] // the shell resets the stream
    }
  }
  for (let step = 0; step < STEPS; step++) {
    const frame = pick(random, frames)
    const peer = pick(random, peers)
    for (const record of recordsOf(random() < 0.5 ? frame : changedSomewhere(frame, random))) {
      // Answers to what was asked, too.
      const request = Math.floor(random() * (step + 1))
      node.receive(peer, { ...record, request } as RingRecord)
    }
    if (random() < 0.1) node.down(peer)
    if (random() < 0.1) node.up(peer)
    if (random() < 0.3) node.fire(pick(random, TIMERS), random() * 40_000)
    expect(node.items.heldTotals().sizeBytes).toBeLessThanOrEqual(QUOTA_BYTES)
    expect(node.machine.view).toMatchObject(node.items.heldTotals())
    expect(node.machine.forwarded).toBeLessThanOrEqual(MAX_FORWARDED)
  }
}

it('stands what no honest node sends', { timeout }, () => {
  expect(withSeeds(SEEDS, 1, life)).toBeGreaterThan(0)
})
