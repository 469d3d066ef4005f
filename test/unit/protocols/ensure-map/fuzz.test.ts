/** The machine and the codec of the ensure map with random input. */
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import { MAX_BLOCK_BYTES, MAX_IDS } from '../../../../protocols/ensure-map/constants.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf, parseBlockId } from '../../../../protocols/wire/block-ids.ts'
import type { TopicKey } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { pick, randomInteger, seededRandom } from '../../../../src/simulate/random.ts'
import { changedSomewhere, someBytes, timeout, withSeeds } from '../fuzz-seeds.ts'
import { FuzzWorld } from './fuzz-world.ts'

/** Under `npm test`. */
const LIVES = 12
const STEPS = 400
const FRAMES = 5_000

describe('a machine among peers that follow no rules', () => {
  it('keeps its own rules', { timeout }, () => {
    let complete = 0
    withSeeds(LIVES, 0.8, (seed) => {
      const world = new FuzzWorld(seed)
      try {
        for (let step = 0; step < STEPS; step++) world.step()
        world.comeToRest()
        world.beHelped()
        complete += world.complete
        world.end()
      } catch (error) {
        throw new Error(`${String(error)}, after ${world.lastInput}`, { cause: error })
      }
    })
    expect(complete).toBeGreaterThan(0)
  })

  it('does the same for the same seed', () => {
    const sentBytes = (): number => {
      const world = new FuzzWorld(5)
      for (let step = 0; step < STEPS; step++) world.step()
      return world.sentBytes
    }
    expect(sentBytes()).toBe(sentBytes())
    expect(sentBytes()).toBeGreaterThan(0)
  })
})

/** A record of each type, small enough that most changes hit something significant. */
function anyRecord(random: Random): EnsureMapRecord {
  const topic = Buffer.from(someBytes(random, 32)).toString('hex') as TopicKey
  const anyId = () => blockIdOf(pick(random, ['raw', 'dag-pb', 'dag-cbor']), someBytes(random, 4))
  const ids = Array.from({ length: randomInteger(random, 0, 3) }, anyId)
  switch (randomInteger(random, 0, 4)) {
    case 0:
      return { type: 'received', sizeBytes: Math.floor(random() * 2 ** pick(random, [8, 30, 53])) }
    case 1:
      return { type: 'block', topic, id: anyId(), data: someBytes(random, randomInteger(random, 0, 60)) }
    case 2: {
      const afterClock = Math.floor(random() * 2 ** pick(random, [4, 30, 53]))
      return {
        type: 'want',
        topic,
        ids,
        priority: Math.floor(random() * 2 ** 32),
        ...(random() < 0.5 && { afterClock }),
      }
    }
    default:
      return { type: pick(random, ['cancel', 'have', 'dont-have']), topic, ids }
  }
}

/** What is wrong with a decoded record; undefined if it respects all limits. */
function faultIn(record: EnsureMapRecord): string | undefined {
  if (record.type === 'received') return isInteger(record.sizeBytes) ? undefined : 'bytes received'
  if (!/^[0-9a-f]{64}$/.test(record.topic)) return 'topic'
  const ids = record.type === 'block' ? [record.id] : record.ids
  if (ids.length > MAX_IDS) return 'number of ids'
  if (ids.some((id) => parseBlockId(id) !== id)) return 'id'
  if (record.type === 'block') return record.data.length > MAX_BLOCK_BYTES ? 'size of a block' : undefined
  if (record.type !== 'want') return undefined
  if (!isInteger(record.priority) || record.priority >= 2 ** 32) return 'priority'
  return record.afterClock === undefined || isInteger(record.afterClock) ? undefined : 'clock'
}

const isInteger = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

/** The flaws in what a frame decodes to; none if it is refused with an Error. */
function faultsIn(frame: Uint8Array): string[] {
  let records: EnsureMapRecord[]
  try {
    records = decodeFrame(frame)
  } catch (error) {
    return error instanceof Error ? [] : ['thrown is no Error']
  }
  return records.flatMap((record) => faultIn(record) ?? [])
}

describe('bytes from a peer', () => {
  it('are refused, or give records within the limits', { timeout }, () => {
    const runs = withSeeds(FRAMES, 0.1, (seed) => {
      const random = seededRandom(seed)
      expect(faultsIn(someBytes(random, randomInteger(random, 0, 300)))).toEqual([])
    })
    expect(runs).toBeGreaterThan(0)
  })

  it('of a damaged frame are refused, or give records within the limits', { timeout }, () => {
    const runs = withSeeds(FRAMES, 0.1, (seed) => {
      const random = seededRandom(seed)
      const records = Array.from({ length: randomInteger(random, 1, 3) }, () => anyRecord(random))
      for (const frame of encodeFrames(records)) {
        expect(faultsIn(frame)).toEqual([])
        expect(faultsIn(changedSomewhere(frame, random))).toEqual([])
      }
    })
    expect(runs).toBeGreaterThan(0)
  })
})
