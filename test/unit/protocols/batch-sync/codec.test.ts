/** Batch-sync frames: the vectors in both directions, limits, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import {
  MAX_HEADERS,
  MAX_IDS,
  MAX_MESSAGE_BYTES,
  MAX_RANGES,
  SALT_BYTES,
  SHORT_ID_BYTES,
} from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncFrame } from '../../../../protocols/batch-sync/messages.ts'
import { rangesBytes } from '../../../../protocols/batch-sync/ranges-codec.ts'
import type { BatchSyncRecord, Range, RangeContent } from '../../../../protocols/batch-sync/records.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { documentIdOfDigest, type TopicKey } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import type { SortKey } from '../../../../protocols/wire/order.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import {
  fromHex,
  givesRecordsOrError,
  readVectors,
  toHex,
  withBytes,
  withHexBytes,
  type FrameVectors,
} from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('batch-sync/vectors/frames.json')

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const topic = bytes(32).map((digest) => toHex(digest) as TopicKey)
const id = bytes(32).map(documentIdOfDigest)
const ids = fc.array(id, { maxLength: 20 })
const AUTHORS = [1, 2, 3].map((byte) => peerIdOfPublicKey(new Uint8Array(32).fill(byte)))
const block = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.nat(MAX_DOCUMENT_BYTES).map((length) => new Uint8Array(length)),
)

const clock = fc.oneof(fc.nat(3), fc.maxSafeNat())
/** Digests that mostly end in zeros, like those of bounds. */
const bound = fc
  .oneof(fc.uint8Array({ maxLength: 3 }), bytes(32))
  .map((start) => Uint8Array.from({ length: 32 }, (_, index) => start[index] ?? 0))
const sortKeys = fc
  .uniqueArray(fc.record({ clock, digest: bound }), {
    minLength: 1,
    maxLength: 20,
    selector: (place) => `${place.clock} ${toHex(place.digest)}`,
  })
  .map((unsorted): SortKey[] => unsorted.toSorted((a, b) => a.clock - b.clock || Buffer.compare(a.digest, b.digest)))
const shortId = bytes(SHORT_ID_BYTES).map(toHex)
const shortIds = fc.array(shortId, { maxLength: 5 })
const content: fc.Arbitrary<RangeContent> = fc.oneof(
  fc.constant({ type: 'skip' as const }),
  fc.record({ type: fc.constant('fingerprint' as const), fingerprint: shortId }),
  fc.record({ type: fc.constantFrom('held' as const, 'wanted' as const), ids: shortIds }),
)
const ranges = fc
  .record({
    topic,
    salt: bytes(SALT_BYTES),
    sortKeys,
    contents: fc.array(content, { minLength: 20, maxLength: 20 }),
    hasEnd: fc.boolean(),
  })
  .map(({ topic: room, salt, sortKeys: [lower, ...uppers], contents, hasEnd }): BatchSyncRecord => {
    const bounds = hasEnd ? uppers : [...uppers, undefined]
    const all = bounds.map((upper, index): Range => ({ upper, content: contents[index]! }))
    return { type: 'ranges', topic: room, salt, lower: lower!, ranges: all }
  })

const record: fc.Arbitrary<BatchSyncRecord> = fc.oneof(
  fc.record({ type: fc.constant('message' as const), topic, blocks: fc.array(block, { maxLength: 3 }) }),
  fc.record({ type: fc.constantFrom('ack' as const, 'offer' as const, 'request' as const), topic, ids }),
  fc.record({ type: fc.constant('ack' as const), topic, ids, hadBefore: fc.constant(true as const) }),
  fc.record({ type: fc.constant('defer' as const), topic, ids, afterMs: fc.oneof(fc.nat(3), fc.maxSafeNat()) }),
  ranges,
  fc.record({
    ...{ type: fc.constant('header-request' as const), topic, ids: fc.array(id, { maxLength: 3 }) },
    base: fc.option(id, { nil: undefined }),
    after: fc.option(fc.record({ clock: fc.maxSafeNat(), id }), { nil: undefined }),
  }),
  fc.record({
    ...{ type: fc.constant('headers' as const), topic, isLast: fc.boolean(), base: fc.option(id, { nil: undefined }) },
    headers: fc.array(
      fc.record({ id, clock: fc.maxSafeNat(), author: fc.constantFrom(...AUTHORS), seq: fc.maxSafeNat() }),
      { maxLength: 5 },
    ),
  }),
)

const ofType = (records: readonly BatchSyncRecord[], type: BatchSyncRecord['type']) =>
  records.filter((each) => each.type === type).map(withHexBytes)

const TYPES = ['message', 'ack', 'offer', 'request', 'ranges', 'defer', 'header-request', 'headers'] as const
const TOPIC = '11'.repeat(32) as TopicKey

describe('the vectors', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHexBytes)).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    const written = encodeFrames(records.map(withBytes) as unknown as BatchSyncRecord[])
    expect(written.map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHexBytes)).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

describe('frames', () => {
  it('give back all records, each type in its order, within the size of a frame', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 12 }), (records) => {
        const frames = encodeFrames(records)
        const read = frames.flatMap(decodeFrame)
        for (const type of TYPES) expect(ofType(read, type)).toEqual(ofType(records, type))
        expect(read).toHaveLength(records.length)
        expect(frames.every(({ length }) => length > 0 && length <= MAX_FRAME_BYTES)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('never take more bytes for ranges than these are counted as', () => {
    fc.assert(
      fc.property(ranges, (given) => {
        const [frame] = encodeFrames([given])
        const topicBytes = 34
        const headerBytes = 5
        expect(given.type === 'ranges' && rangesBytes(given) + topicBytes + headerBytes).toBeGreaterThanOrEqual(
          frame!.length,
        )
      }),
    )
  })

  it('can hold a MESSAGE of the largest size, and as many records as allowed', () => {
    const blocks = Array.from(
      { length: MAX_MESSAGE_BYTES / MAX_DOCUMENT_BYTES },
      () => new Uint8Array(MAX_DOCUMENT_BYTES),
    )
    const message: BatchSyncRecord = { type: 'message', topic: TOPIC, blocks }
    const acks = Array<BatchSyncRecord>(MAX_IDS + 1).fill({ type: 'ack', topic: TOPIC, ids: [] })
    const frames = encodeFrames([message, ...acks, message])
    expect(frames.every(({ length }) => length <= MAX_FRAME_BYTES)).toBe(true)
    expect(frames.flatMap(decodeFrame)).toHaveLength(acks.length + 2)
  })
})

describe('a frame over a limit is refused, one at it is read', () => {
  const bytes32 = new Uint8Array(32)
  const items = (count: number): (typeof bytes32)[] => Array<typeof bytes32>(count).fill(bytes32)
  const range = { clockDelta: 1, id: new Uint8Array() }
  const none = {
    ...{ topic: bytes32, ids: [], hadBefore: false, blocks: [], afterMs: 1 },
    ...{ salt: new Uint8Array(SALT_BYTES), clock: 0, id: new Uint8Array(), ranges: [] },
    ...{ base: new Uint8Array(), authors: [], headers: [], last: false },
  }
  const filled = (count: number): (typeof none)[] => Array<typeof none>(count).fill(none)

  const LIMITS: [name: string, limit: number, frame: (count: number) => Partial<BatchSyncFrame>][] = [
    ['messages', MAX_IDS, (count) => ({ messages: filled(count) })],
    ['acknowledgements', MAX_IDS, (count) => ({ acks: filled(count) })],
    ['offers', MAX_IDS, (count) => ({ offers: filled(count) })],
    ['requests', MAX_IDS, (count) => ({ requests: filled(count) })],
    ['records of ranges', MAX_IDS, (count) => ({ ranges: filled(count) })],
    ['deferrals', MAX_IDS, (count) => ({ defers: filled(count) })],
    ['requests for headers', MAX_IDS, (count) => ({ headerRequests: filled(count) })],
    ['records of headers', MAX_IDS, (count) => ({ headers: filled(count) })],
    ['ids of a request for headers', MAX_HEADERS, (count) => ({ headerRequests: [{ ...none, ids: items(count) }] })],
    ['authors', MAX_HEADERS, (count) => ({ headers: [{ ...none, authors: items(count) }] })],
    [
      'headers',
      MAX_HEADERS,
      (count) => ({
        headers: [
          { ...none, authors: [bytes32], headers: Array(count).fill({ id: bytes32, clock: 1, author: 0, seq: 0 }) },
        ],
      }),
    ],
    ['blocks of a message', MAX_IDS, (count) => ({ messages: [{ topic: bytes32, blocks: items(count) }] })],
    ['ids of an acknowledgement', MAX_IDS, (count) => ({ acks: [{ ...none, ids: items(count) }] })],
    ['ids of an offer', MAX_IDS, (count) => ({ offers: [{ topic: bytes32, ids: items(count) }] })],
    ['ids of a request', MAX_IDS, (count) => ({ requests: [{ topic: bytes32, ids: items(count) }] })],
    ['ids of a deferral', MAX_IDS, (count) => ({ defers: [{ topic: bytes32, ids: items(count), afterMs: 1 }] })],
    ['ranges of a record', MAX_RANGES, (count) => ({ ranges: [{ ...none, ranges: Array(count).fill(range) }] })],
    [
      'bytes of a block',
      MAX_DOCUMENT_BYTES,
      (count) => ({ messages: [{ topic: bytes32, blocks: [new Uint8Array(count)] }] }),
    ],
  ]

  it.each(LIMITS)('%s', (_name, limit, frame) => {
    expect(decodeFrame(BatchSyncFrame.encode(frame(limit))).length).toBeGreaterThan(0)
    expect(() => decodeFrame(BatchSyncFrame.encode(frame(limit + 1)))).toThrow(Error)
  })
})

describe('invalid bytes', () => {
  const expectRecordsOrError = (frame: Uint8Array): void => {
    expect(givesRecordsOrError(decodeFrame, frame)).toBe(true)
  }

  it('give records or an Error, if random', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), expectRecordsOrError), { numRuns: 3_000 })
  })

  it('give records or an Error, if they are damaged frames', () => {
    const frames = [...valid, ...lenient, ...invalid].map(({ frame }) => fromHex(frame))
    const small = frames.filter(({ length }) => length < 2_000)
    const edit = fc.record({ at: fc.nat(2_000), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) })
    fc.assert(
      fc.property(fc.constantFrom(...small), edit, (frame, { at, remove, insert }) => {
        const start = at % (frame.length + 1)
        expectRecordsOrError(Uint8Array.of(...frame.subarray(0, start), ...insert, ...frame.subarray(start + remove)))
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['groups in groups', 0xa3],
    ['field numbers without end', 0xff],
    ['empty fields', 0x00],
    ['starts of records', 0x0a],
  ])('give an Error or nothing, filled to the size of a frame with %s', (_name, byte) => {
    expectRecordsOrError(new Uint8Array(MAX_FRAME_BYTES).fill(byte))
  })
})
