/**
 * Whole nodes, one of whose peers is a node that means well over a link that damages frames on purpose: bytes are
 * changed, removed and added, frames come twice, and some come as of another protocol. No machine may throw, and the
 * others go on. KITH_FUZZ_SECONDS=N runs new seeds for that long, KITH_SEED=S a single one.
 */
import { expect, test } from 'vitest'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import type { SendBatch } from '../../../src/runtime/send-batches.ts'
import { codecFor, PROTOCOLS } from '../../../src/simulate/protocols.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { changedSomewhere, timeout, withSeeds } from '../protocols/fuzz-seeds.ts'
import { makeFile, share } from '../room/shared-files.ts'
import { Nodes, type Party, type TestNode } from './nodes.ts'

const SEEDS = 12
const ROUNDS = 15

/** What became of the damaged frames. */
const counts = { refused: 0, read: 0 }

/** The nodes, of which `mallory`'s frames are damaged on the way. */
class DamagingNodes extends Nodes {
  readonly #random: Random
  mallory: Party | undefined

  constructor(random: Random) {
    super()
    this.#random = random
  }

  override send(from: Party, batch: SendBatch): void {
    if (from !== this.mallory || this.#random() < 0.2) return super.send(from, batch)
    const codec = codecFor(batch.protocol)
    for (const frame of codec.encodeFrames(batch.records as never[])) this.#damage(from, batch, frame)
    // What is damaged may also come whole, before or after.
    if (this.#random() < 0.5) super.send(from, batch)
  }

  #damage(from: Party, { protocol, to }: SendBatch, frame: Uint8Array): void {
    const as = this.#random() < 0.05 ? (PROTOCOLS[Math.floor(this.#random() * PROTOCOLS.length)] ?? protocol) : protocol
    try {
      const records = codecFor(as).decodeFrame(changedSomewhere(frame, this.#random))
      counts.read++
      super.send(from, { protocol: as, to, records })
    } catch {
      // The shell counts it, and resets the stream.
      counts.refused++
    }
  }
}

function runLife(seed: number): void {
  const random = seededRandom(seed)
  const nodes = new DamagingNodes(random)
  const honest = ['anna', 'bob', 'carol'].map((name, i) => nodes.add(name, i + 1))
  const mallory = nodes.add('mallory', 4)
  nodes.mallory = mallory
  const [anna] = honest as [TestNode]
  const rooms = [anna.create('Kitchen'), anna.create('Stock', 'map')]
  const [chat] = rooms as [RoomId]
  const all = [...honest, mallory]
  for (const node of all) for (const room of rooms) if (node !== anna) node.command({ type: 'join', room })
  for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) nodes.link(a, b)
  nodes.run(5_000)
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of all) {
      if (node.machine.rooms.get(chat)?.record.status === 'open') node.say(chat, `${node.name} ${round}`)
    }
    if (round % 5 === 0) share(anna, chat, makeFile(100 * seed + round, 2))
    if (round % 4 === 1) {
      nodes.unlink(mallory, anna)
      nodes.link(mallory, anna)
    }
    nodes.run(2_000)
  }
  nodes.unlink(mallory, anna)
  for (const node of honest.slice(1)) nodes.unlink(mallory, node)
  nodes.run(60_000)
  for (const room of rooms) {
    const histories = honest.map((node) => node.documents(room))
    expect(histories).toEqual(honest.map(() => histories[0]))
    expect(new Set(honest.map((node) => node.stateHash(room))).size).toBe(1)
  }
  expect(anna.documents(chat).length).toBeGreaterThan(honest.length * ROUNDS)
}

test('whole nodes with several peers live on whatever one of them sends', { timeout }, () => {
  withSeeds(SEEDS, 1, runLife)
  // Both ways were gone often.
  expect(counts.refused).toBeGreaterThan(100)
  expect(counts.read).toBeGreaterThan(100)
})
