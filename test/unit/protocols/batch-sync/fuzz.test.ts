/** The machine and the codec with random input. */
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import {
  MAX_HEADERS,
  MAX_IDS,
  MAX_RANGES,
  SALT_BYTES,
  SHORT_ID_BYTES,
} from '../../../../protocols/batch-sync/constants.ts'
import type { BatchSyncRecord, RangesRecord } from '../../../../protocols/batch-sync/records.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { parseDocumentId } from '../../../../protocols/wire/ids.ts'
import type { Random } from '../../../../protocols/wire/machine.ts'
import { topicKeyOf } from '../../../../protocols/wire/room-keys.ts'
import { pick, randomInteger, seededRandom } from '../../../../src/simulate/random.ts'
import { changedSomewhere, someBytes, timeout, withSeeds } from '../fuzz-seeds.ts'
import { FuzzWorld } from './fuzz-world.ts'
import { compareSortKeys, idOf, room } from './held-documents.ts'

/** Under `npm test`. */
const LIVES = 8
const STEPS = 300
const FRAMES = 5_000

describe('a machine among peers that follow no rules', () => {
  it('keeps its own rules', { timeout }, () => {
    const lives = withSeeds(LIVES, 0.8, (seed) => {
      const world = new FuzzWorld(seed)
      try {
        for (let step = 0; step < STEPS; step++) world.step()
        world.comeToRest()
        world.end()
      } catch (error) {
        throw new Error(`${String(error)}, after ${world.lastInput}`, { cause: error })
      }
    })
    expect(lives).toBeGreaterThan(0)
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
function anyRecord(random: Random): BatchSyncRecord {
  const topic = topicKeyOf(room)
  const ids = Array.from({ length: randomInteger(random, 0, 3) }, () => idOf(random()))
  switch (randomInteger(random, 0, 5)) {
    case 0:
      return { type: 'message', topic, blocks: ids.map(() => someBytes(random, randomInteger(random, 0, 60))) }
    case 1:
      return { type: 'defer', topic, ids, afterMs: Math.floor(random() * 2 ** 53) }
    case 2:
      return anyRanges(random)
    default:
      return { type: pick(random, ['ack', 'offer', 'request']), topic, ids }
  }
}

function anyRanges(random: Random): RangesRecord {
  const lower = { clock: Math.floor(random() * 2 ** pick(random, [4, 20, 52])), digest: someBytes(random, 32) }
  let clock = lower.clock
  const shortId = () => Buffer.from(someBytes(random, SHORT_ID_BYTES)).toString('hex')
  const ranges = Array.from({ length: randomInteger(random, 1, 4) }, (): RangesRecord['ranges'][number] => {
    clock += randomInteger(random, 1, 9)
    const digest = random() < 0.5 ? new Uint8Array(32) : someBytes(random, 32)
    const ids = Array.from({ length: randomInteger(random, 0, 3) }, shortId)
    const content = pick(random, [
      { type: 'skip' },
      { type: 'fingerprint', fingerprint: shortId() },
      { type: 'held', ids },
      { type: 'wanted', ids },
    ] as const)
    return { upper: { clock, digest }, content }
  })
  return { type: 'ranges', topic: topicKeyOf(room), salt: someBytes(random, SALT_BYTES), lower, ranges }
}

/** What is wrong with a decoded record; undefined if it respects all limits. */
function faultIn(record: BatchSyncRecord): string | undefined {
  if (!/^[0-9a-f]{64}$/.test(record.topic)) return 'topic'
  if (record.type === 'message') {
    if (record.blocks.length > MAX_IDS) return 'number of blocks'
    return record.blocks.some((block) => block.length > MAX_DOCUMENT_BYTES) ? 'size of a block' : undefined
  }
  if (record.type === 'ranges') return faultInRanges(record)
  if (record.type === 'headers') return record.headers.length > MAX_HEADERS ? 'number of headers' : undefined
  if (record.ids.length > MAX_IDS) return 'number of ids'
  if (record.ids.some((id) => parseDocumentId(id) !== id)) return 'id'
  return record.type === 'defer' && !(record.afterMs >= 0) ? 'time' : undefined
}

function faultInRanges({ salt, lower, ranges }: RangesRecord): string | undefined {
  if (salt.length !== SALT_BYTES) return 'salt'
  if (ranges.length > MAX_RANGES) return 'number of ranges'
  let before = lower
  for (const [index, { upper, content }] of ranges.entries()) {
    const ids = content.type === 'skip' ? [] : content.type === 'fingerprint' ? [content.fingerprint] : content.ids
    if (ids.some((id) => !/^[0-9a-f]{16}$/.test(id))) return 'short id'
    if (upper === undefined) return index === ranges.length - 1 ? undefined : 'a range after the end'
    if (!Number.isSafeInteger(upper.clock) || upper.digest.length !== 32) return 'bound'
    if (compareSortKeys(before, upper) >= 0) return 'order of bounds'
    before = upper
  }
  return undefined
}

/** The flaws in what a frame decodes to; none if it is refused with an Error. */
function faultsIn(frame: Uint8Array): string[] {
  let records: BatchSyncRecord[]
  try {
    records = decodeFrame(frame)
  } catch (error) {
    return error instanceof Error ? [] : ['thrown is no Error']
  }
  return records.flatMap((record) => faultIn(record) ?? [])
}

describe('bytes from a peer', () => {
  it('are refused, or give records within the limits', { timeout }, () => {
    withSeeds(FRAMES, 0.1, (seed) => {
      const random = seededRandom(seed)
      expect(faultsIn(someBytes(random, randomInteger(random, 0, 300)))).toEqual([])
    })
  })

  it('of a damaged frame are refused, or give records within the limits', { timeout }, () => {
    let refused = 0
    let read = 0
    withSeeds(FRAMES, 0.1, (seed) => {
      const random = seededRandom(seed)
      const records = Array.from({ length: randomInteger(random, 1, 3) }, () => anyRecord(random))
      for (const frame of encodeFrames(records)) {
        expect(faultsIn(frame)).toEqual([])
        const changed = changedSomewhere(frame, random)
        expect(faultsIn(changed)).toEqual([])
        if (isRefused(changed)) refused++
        else read++
      }
    })
    expect(refused + read).toBeGreaterThan(0)
  })
})

function isRefused(frame: Uint8Array): boolean {
  try {
    decodeFrame(frame)
    return false
  } catch {
    return true
  }
}
