/** Ensure-map frames: round trips, limits, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import { MAX_BLOCK_BYTES, MAX_FRAME_RECORD_BYTES, MAX_IDS } from '../../../../protocols/ensure-map/constants.ts'
import { EnsureMapFrame } from '../../../../protocols/ensure-map/messages.ts'
import { idsRecords, type EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf, bytesOfBlockId, type BlockCodec } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, TopicKey } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { toHex, withHexBytes } from '../vectors.ts'

const CODECS: BlockCodec[] = ['raw', 'dag-pb', 'dag-cbor']
const TOPIC = '11'.repeat(32) as TopicKey

const topic = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((digest) => toHex(digest) as TopicKey)
const id = fc
  .tuple(fc.constantFrom(...CODECS), fc.uint8Array({ maxLength: 4 }))
  .map(([codec, seed]) => blockIdOf(codec, seed))
const ids = fc.array(id, { maxLength: 20 })
const data = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.nat(MAX_BLOCK_BYTES).map((length) => new Uint8Array(length)),
)

const want = fc.record(
  {
    type: fc.constant('want' as const),
    topic,
    ids,
    priority: fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1)),
    afterClock: fc.oneof(fc.nat(3), fc.maxSafeNat()),
  },
  { requiredKeys: ['type', 'topic', 'ids', 'priority'] },
)
const asking = fc.oneof(want, fc.record({ type: fc.constant('cancel' as const), topic, ids }))
const have = fc.record({ type: fc.constant('have' as const), topic, ids })
const dontHave = fc.record({ type: fc.constant('dont-have' as const), topic, ids })
const block = fc.record({ type: fc.constant('block' as const), topic, id, data })
const received = fc.record({ type: fc.constant('received' as const), sizeBytes: fc.maxSafeNat() })

const record: fc.Arbitrary<EnsureMapRecord> = fc.oneof(asking, have, dontHave, block)

/** Records that keep their order among themselves. */
const GROUPS: EnsureMapRecord['type'][][] = [['want', 'cancel'], ['have'], ['dont-have'], ['block']]
const inGroup = (records: readonly EnsureMapRecord[], types: readonly EnsureMapRecord['type'][]) =>
  records.filter(({ type }) => types.includes(type)).map(withHexBytes)

describe('frames', () => {
  it('give back all records, each type in its order, within the size of a frame', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const frames = encodeFrames(records)
        const read = frames.flatMap(decodeFrame)
        for (const types of GROUPS) expect(inGroup(read, types)).toEqual(inGroup(records, types))
        expect(read).toHaveLength(records.length)
        expect(frames.every(({ length }) => length > 0 && length <= MAX_FRAME_BYTES)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('give back the latest report of received bytes, after everything else', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 3 }),
        fc.array(received, { minLength: 1, maxLength: 3 }),
        (others, reports) => {
          const read = encodeFrames([...others, ...reports]).flatMap(decodeFrame)
          expect(read.at(-1)).toEqual(reports.at(-1))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('hold the largest block alone, and small ones together', () => {
    const block = (length: number): EnsureMapRecord => {
      return { type: 'block', topic: TOPIC, id: blockIdOf('raw', new Uint8Array()), data: new Uint8Array(length) }
    }
    const largest = encodeFrames([block(1), block(MAX_BLOCK_BYTES), block(1)])
    expect(largest.every(({ length }) => length <= MAX_FRAME_BYTES)).toBe(true)
    expect(largest.map((frame) => decodeFrame(frame).length)).toEqual([1, 1, 1])
    const half = MAX_FRAME_RECORD_BYTES / 2
    expect(encodeFrames([block(half), block(half - 200)])).toHaveLength(1)
    expect(encodeFrames([block(half), block(half)])).toHaveLength(2)
  })

  it('hold as many records as a reader accepts', () => {
    const records = Array<EnsureMapRecord>(MAX_IDS + 1).fill({ type: 'have', topic: TOPIC, ids: [] })
    expect(encodeFrames(records).map((frame) => decodeFrame(frame).length)).toEqual([MAX_IDS, 1])
  })
})

describe('ids for one peer', () => {
  const named = (count: number): BlockId[] =>
    Array.from({ length: count }, (_, index) => blockIdOf('raw', Uint8Array.of(index >> 8, index)))

  it.each([
    [0, []],
    [1, [1]],
    [MAX_IDS, [MAX_IDS]],
    [2 * MAX_IDS + 1, [MAX_IDS, MAX_IDS, 1]],
  ])('%i of them take records of %j', (count, expected) => {
    const records = [...idsRecords('dont-have', TOPIC, named(count))]
    expect(records.map((each) => each.ids.length)).toEqual(expected)
    expect(encodeFrames(records).flatMap(decodeFrame)).toEqual(records)
  })
})

describe('a frame over a limit is refused, one at it is read', () => {
  const bytes32 = new Uint8Array(32)
  const cid = Uint8Array.from(bytesOfBlockId(blockIdOf('raw', bytes32)))
  const named = { topic: bytes32, ids: [] }
  const many = <Item>(count: number, item: Item): Item[] => Array<Item>(count).fill(item)
  const sized = (size: number) => ({ topic: bytes32, id: cid, data: new Uint8Array(size) })

  const LIMITS: [name: string, limit: number, frame: (count: number) => Partial<EnsureMapFrame>][] = [
    ['wants', MAX_IDS, (count) => ({ wants: many(count, { ...named, cancel: false, priority: 0 }) })],
    ['haves', MAX_IDS, (count) => ({ haves: many(count, named) })],
    ['refusals', MAX_IDS, (count) => ({ dontHaves: many(count, named) })],
    ['blocks', MAX_IDS, (count) => ({ blocks: many(count, sized(0)) })],
    [
      'ids of a want',
      MAX_IDS,
      (count) => ({ wants: [{ topic: bytes32, ids: many(count, cid), cancel: false, priority: 0 }] }),
    ],
    [
      'ids that are not wanted any more',
      MAX_IDS,
      (count) => ({ wants: [{ topic: bytes32, ids: many(count, cid), cancel: true, priority: 0 }] }),
    ],
    ['ids that are here now', MAX_IDS, (count) => ({ haves: [{ topic: bytes32, ids: many(count, cid) }] })],
    ['ids that are not here', MAX_IDS, (count) => ({ dontHaves: [{ topic: bytes32, ids: many(count, cid) }] })],
    ['bytes of a block', MAX_BLOCK_BYTES, (count) => ({ blocks: [sized(count)] })],
  ]

  it.each(LIMITS)('%s', (_name, limit, frame) => {
    expect(decodeFrame(EnsureMapFrame.encode(frame(limit))).length).toBeGreaterThan(0)
    expect(() => decodeFrame(EnsureMapFrame.encode(frame(limit + 1)))).toThrow(Error)
  })
})
