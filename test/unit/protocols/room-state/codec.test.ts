/** Room-state frames: the vectors in both directions, limits, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/room-state/codec.ts'
import {
  MAX_FRONTIER_IDS,
  MAX_NOTICES_PER_FRAME,
  MAX_PEER_RECORD_BYTES,
  MAX_RECORDS_PER_FRAME,
  MAX_SUGGESTIONS_PER_FRAME,
} from '../../../../protocols/room-state/constants.ts'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { RoomStateFrame } from '../../../../protocols/room-state/messages.ts'
import type { RoomStateRecord } from '../../../../protocols/room-state/records.ts'
import { documentIdOfDigest, type HeadsDigest, type TopicKey } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import {
  fromHex,
  givesRecordsOrError,
  readVectors,
  toHex,
  withBytes,
  withHexBytes,
  type FrameVectors,
} from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('room-state/vectors/frames.json')

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const topic = bytes(32).map((digest) => toHex(digest) as TopicKey)
const id = bytes(32).map(documentIdOfDigest)
const serial = fc.oneof(fc.nat(300), fc.maxSafeNat())

const record: fc.Arbitrary<RoomStateRecord> = fc.oneof(
  fc.record({
    type: fc.constant('metadata' as const),
    topic,
    serial,
    proof: bytes(32),
    frontier: fc.array(id, { maxLength: 20 }),
    clock: serial,
    documents: fc.option(
      serial.filter((documents) => documents > 0),
      { nil: undefined },
    ),
    refusesDocuments: fc.boolean(),
    isNewestFirst: fc.boolean(),
    headsDigest: fc.option(
      bytes(32).map((digest) => toHex(digest) as HeadsDigest),
      { nil: undefined },
    ),
  }),
  fc.record({ type: fc.constant('metadata-ack' as const), topic, serial, unknown: fc.boolean() }),
  fc.record({ type: fc.constant('goodbye' as const), topic }),
  fc.record({ type: fc.constant('goodbye-ack' as const), topic }),
  fc.record({ type: fc.constant('suggestion' as const), topic, peerRecord: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ type: fc.constant('removal' as const), topic, block: fc.uint8Array({ maxLength: 300 }) }),
  fc.record({ type: fc.constant('invited' as const), topic, key: bytes(32), proof: bytes(64) }),
)

const ofType = (records: readonly RoomStateRecord[], type: RoomStateRecord['type']) =>
  records.filter((each) => each.type === type).map(withHexBytes)

const TYPES = ['metadata', 'metadata-ack', 'goodbye', 'goodbye-ack', 'suggestion', 'removal', 'invited'] as const
const TOPIC = '11'.repeat(32) as TopicKey

describe('the vectors', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHexBytes)).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    const written = encodeFrames(records.map(withBytes) as unknown as RoomStateRecord[])
    // Suggestions, and what removed members hear and say, have frames of their own.
    expect(written.map(toHex).join('')).toBe(frame)
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
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        const frames = encodeFrames(records)
        const read = frames.flatMap(decodeFrame)
        for (const type of TYPES) expect(ofType(read, type)).toEqual(ofType(records, type))
        expect(read).toHaveLength(records.length)
        expect(frames.every(({ length }) => length > 0 && length <= MAX_FRAME_BYTES)).toBe(true)
      }),
    )
  })

  it('keep the order of a room left and joined again', () => {
    const comings = (records: readonly RoomStateRecord[]) =>
      records.filter(({ type }) => type === 'metadata' || type === 'goodbye').map(withHexBytes)
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        expect(comings(encodeFrames(records).flatMap(decodeFrame))).toEqual(comings(records))
      }),
    )
  })

  it('are as many as the limits on their elements require', () => {
    const goodbyes = Array<RoomStateRecord>(MAX_RECORDS_PER_FRAME + 1).fill({ type: 'goodbye', topic: TOPIC })
    const suggestion: RoomStateRecord = { type: 'suggestion', topic: TOPIC, peerRecord: Uint8Array.of(1) }
    const suggestions = Array<RoomStateRecord>(MAX_SUGGESTIONS_PER_FRAME + 1).fill(suggestion)
    const removals = Array<RoomStateRecord>(MAX_NOTICES_PER_FRAME + 1).fill({
      ...{ type: 'removal', topic: TOPIC, block: Uint8Array.of(1) },
    })
    for (const records of [goodbyes, suggestions, removals]) {
      const read = encodeFrames(records).map(decodeFrame)
      expect(read.length).toBeGreaterThan(1)
      expect(read.flat()).toHaveLength(records.length)
    }
  })

  it('stay within the size of a frame even if all records are as large as possible', () => {
    const frontier = Array.from({ length: MAX_FRONTIER_IDS }, () => documentIdOfDigest(new Uint8Array(32)))
    const proof = new Uint8Array(32)
    const flags = { refusesDocuments: true, isNewestFirst: true }
    const metadata: RoomStateRecord = { type: 'metadata', topic: TOPIC, serial: 1, proof, frontier, clock: 1, ...flags }
    const peerRecord = new Uint8Array(MAX_PEER_RECORD_BYTES)
    const suggestion: RoomStateRecord = { type: 'suggestion', topic: TOPIC, peerRecord }
    const removal: RoomStateRecord = { type: 'removal', topic: TOPIC, block: new Uint8Array(MAX_DOCUMENT_BYTES) }
    const records = [metadata, suggestion, removal].flatMap((each) => Array<RoomStateRecord>(200).fill(each))
    const frames = encodeFrames(records)
    expect(frames.every(({ length }) => length <= MAX_FRAME_BYTES)).toBe(true)
    expect(frames.flatMap(decodeFrame)).toHaveLength(records.length)
  })
})

describe('a frame over a limit is refused, one at it is read', () => {
  const bytes32 = new Uint8Array(32)
  const room = { topic: bytes32 }
  const metadata = (ids: number) => ({
    ...{
      topic: bytes32,
      serial: 1,
      proof: bytes32,
      clock: 1,
      documents: 1,
      refusesDocuments: false,
      newestFirst: false,
    },
    frontier: Array<typeof bytes32>(ids).fill(bytes32),
    headsDigest: bytes32,
    checkpoint: bytes32,
    historyFrom: 1,
    base: bytes32,
  })
  const ack = { topic: bytes32, serial: 1, unknown: true }
  const suggestion = { topic: bytes32, peerRecord: bytes32 }
  const shown = { topic: bytes32, key: bytes32, proof: new Uint8Array(64) }
  const filled = <Item>(item: Item, count: number): Item[] => Array<Item>(count).fill(item)

  const LIMITS: [name: string, limit: number, frame: (count: number) => Partial<RoomStateFrame>][] = [
    ['metadata records', MAX_RECORDS_PER_FRAME, (count) => ({ metadata: filled(metadata(0), count) })],
    ['acknowledgements', MAX_RECORDS_PER_FRAME, (count) => ({ metadataAcks: filled(ack, count) })],
    ['goodbyes', MAX_RECORDS_PER_FRAME, (count) => ({ goodbyes: filled(room, count) })],
    ['goodbye acknowledgements', MAX_RECORDS_PER_FRAME, (count) => ({ goodbyeAcks: filled(room, count) })],
    ['removals', MAX_NOTICES_PER_FRAME, (count) => ({ removals: filled({ topic: bytes32, block: bytes32 }, count) })],
    ['proofs of invites', MAX_NOTICES_PER_FRAME, (count) => ({ invited: filled(shown, count) })],
    [
      'bytes of a removal',
      MAX_DOCUMENT_BYTES,
      (count) => ({ removals: [{ topic: bytes32, block: new Uint8Array(count) }] }),
    ],
    ['suggestions', MAX_SUGGESTIONS_PER_FRAME, (count) => ({ suggestions: filled(suggestion, count) })],
    ['ids of a frontier', MAX_FRONTIER_IDS, (count) => ({ metadata: [metadata(count)] })],
    [
      'bytes of a peer record',
      MAX_PEER_RECORD_BYTES,
      (count) => ({ suggestions: [{ topic: bytes32, peerRecord: new Uint8Array(count) }] }),
    ],
  ]

  it.each(LIMITS)('%s', (_name, limit, frame) => {
    expect(decodeFrame(RoomStateFrame.encode(frame(limit))).length).toBeGreaterThan(0)
    expect(() => decodeFrame(RoomStateFrame.encode(frame(limit + 1)))).toThrow(Error)
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
