/**
 * Whole nodes, one of whose peers is a node that means well over a link that damages frames on purpose: bytes are
 * changed, removed and added, numbers are as large as can be, frames come twice, and some come as of another protocol. No machine may throw, and the
 * others go on. KITH_FUZZ_SECONDS=N runs new seeds for that long, KITH_SEED=S a single one.
 */
import { expect, test } from 'vitest'
import { DIRECTORY_APP } from '../../../protocols/directory/constants.ts'
import { keyOf, signRecord } from '../../../protocols/directory/index.ts'
import { LOCK_KIND } from '../../../protocols/lock/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { Random } from '../../../protocols/wire/machine.ts'
import { lockBody } from '../../../src/room/locks.ts'
import type { SendBatch } from '../../../src/runtime/send-batches.ts'
import { codecFor, PROTOCOLS } from '../../../src/simulate/protocols.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { changedSomewhere, timeout, withSeeds } from '../protocols/fuzz-seeds.ts'
import { signerOf } from '../room/history.ts'
import { makeFile, share } from '../room/shared-files.ts'
import { Nodes, type Party, type TestNode } from './nodes.ts'

const SEEDS = 6
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
    for (const frame of codec.encodeFrames(batch.records as never[])) {
      const other = this.#random() < 0.05 ? PROTOCOLS[Math.floor(this.#random() * PROTOCOLS.length)] : undefined
      this.#pass(from, batch, other ?? batch.protocol, () => changedSomewhere(frame, this.#random))
    }
    for (const record of batch.records) {
      if (this.#random() >= 0.3) continue
      const frames = (): Uint8Array[] => codec.encodeFrames([withOtherNumber(record, this.#random)] as never[])
      this.#pass(from, batch, batch.protocol, () => Buffer.concat(frames()))
    }
    // What is damaged may also come whole, before or after.
    if (this.#random() < 0.5) super.send(from, batch)
  }

  #pass(from: Party, { to }: SendBatch, protocol: string, frame: () => Uint8Array): void {
    try {
      const records = codecFor(protocol).decodeFrame(frame())
      counts.read++
      super.send(from, { protocol, to, records })
    } catch {
      // The shell counts it, and resets the stream.
      counts.refused++
    }
  }
}

/** The first and last number that can be told, and one between. */
const NUMBERS = [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER]

/** A record of which one number is another one, if it has any. */
function withOtherNumber<Thing>(record: Thing, random: Random): Thing {
  const numbers = (value: unknown): unknown[] => {
    if (typeof value === 'number') return [value]
    return isPlain(value) ? Object.values(value).flatMap(numbers) : []
  }
  const chosen = Math.floor(random() * numbers(record).length)
  let at = 0
  const copy = (value: unknown): unknown => {
    if (typeof value === 'number') return at++ === chosen ? NUMBERS[Math.floor(random() * NUMBERS.length)] : value
    if (Array.isArray(value)) return value.map(copy)
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each)])) : value
  }
  return copy(record) as Thing
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}

function runLife(seed: number): void {
  const random = seededRandom(seed)
  const nodes = new DamagingNodes(random)
  const honest = ['anna', 'bob', 'carol'].map((name, i) => nodes.add(name, i + 1))
  const mallory = nodes.add('mallory', 4)
  nodes.mallory = mallory
  const [anna] = honest as [TestNode]
  const rooms = [anna.create('Kitchen'), anna.create('Stock', 'map'), anna.create('People', DIRECTORY_APP)]
  const [chat, , directory] = rooms as [RoomId, RoomId, RoomId]
  const all = [...honest, mallory]
  for (const node of all) for (const room of rooms) if (node !== anna) node.command({ type: 'join', room })
  for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) nodes.link(a, b)
  nodes.run(5_000)
  const body = lockBody({ name: 'press', electors: all.map(({ peer }) => peer) })
  const lock = anna.command({ type: 'write', room: chat, kind: LOCK_KIND, body }).document!.id
  for (let round = 0; round < ROUNDS; round++) {
    for (const node of all) {
      if (node.machine.rooms.get(chat)?.record.status === 'open') node.say(chat, `${node.name} ${round}`)
    }
    for (const [i, node] of all.entries()) {
      const task = round * all.length + i
      const record = signRecord(directory, { text: `entry ${task % 7}`, timeMs: 1 + task }, signerOf(i + 1))
      node.command({ type: 'directory-place', task: 2 * task, room: directory, records: [record] })
      node.command({ type: 'directory-find', task: 2 * task + 1, room: directory, prefix: keyOf('e')!, limit: 5 })
    }
    const taking = all[round % all.length]!
    taking.command({ type: 'lock', command: { type: 'acquire', lock, leaseMs: 3_000 } })
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
