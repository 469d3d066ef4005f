/** Frames of announced rooms: the vectors in both directions, limits, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/nearby/codec.ts'
import { MAX_OFFERED_NAME_BYTES, MAX_OFFERS } from '../../../../protocols/nearby/constants.ts'
import { COSTS } from '../../../../protocols/nearby/costs.ts'
import type { NearbyRecord } from '../../../../protocols/nearby/records.ts'
import { documentIdOfDigest } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { fromHex, givesRecordsOrError, readVectors, toHex, type FrameVectors } from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('nearby/vectors/frames.json')

/** Seeds as in vectors. */
const withHexSeeds = (records: readonly NearbyRecord[]): unknown =>
  JSON.parse(JSON.stringify(records, (key, value: unknown) => (key === 'seed' ? toHex(value as Uint8Array) : value)))

const withSeeds = (records: unknown): NearbyRecord[] =>
  JSON.parse(JSON.stringify(records), (key, value: unknown) =>
    key === 'seed' ? fromHex(value as string) : value,
  ) as NearbyRecord[]

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const name = fc.string({ minLength: 1, maxLength: 16 }).filter((text) => text.trim() !== '' && !/\p{Cc}/u.test(text))
const id = bytes(32).map(documentIdOfDigest)
const serial = fc.oneof(fc.nat(300), fc.maxSafeNat())
const offer = fc.record(
  {
    ...{
      room: id,
      name,
      app: name,
      access: fc.constantFrom('open' as const, 'public-read' as const, 'private' as const),
    },
    invite: fc.record({ seed: bytes(32), act: id }),
  },
  { requiredKeys: ['room', 'name', 'app', 'access'] },
)
const record: fc.Arbitrary<NearbyRecord> = fc.oneof(
  fc.record({ type: fc.constant('ask' as const), serial }),
  fc.record({
    type: fc.constant('offers' as const),
    serial,
    from: name,
    offers: fc.array(offer, { maxLength: MAX_OFFERS }),
  }),
)

describe('the vectors', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(withHexSeeds(decodeFrame(fromHex(frame)))).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    expect(encodeFrames(withSeeds(records)).map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(withHexSeeds(decodeFrame(fromHex(frame)))).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

describe('frames', () => {
  it('give back all records, within the size of a frame', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), (records) => {
        const frames = encodeFrames(records)
        expect(withHexSeeds(frames.flatMap(decodeFrame))).toEqual(withHexSeeds(records))
        expect(frames.every(({ length }) => length <= MAX_FRAME_BYTES)).toBe(true)
      }),
    )
  })

  it('have no more rooms than a reader takes', () => {
    const [one] = valid.flatMap(({ records }) => withSeeds(records)).filter(({ type }) => type === 'offers')
    const room = documentIdOfDigest(new Uint8Array(32))
    const name = 'n'.repeat(MAX_OFFERED_NAME_BYTES)
    const offers = Array.from({ length: MAX_OFFERS + 1 }, () => ({ room, name, app: name, access: 'open' as const }))
    const [frame = new Uint8Array()] = encodeFrames([{ ...one, type: 'offers', serial: 1, from: name, offers }])
    expect(decodeFrame(frame)).toMatchObject([{ offers: { length: MAX_OFFERS } }])
  })

  it('are read, or refused with an error, whatever their bytes are', () => {
    const topic = '0'.repeat(64)
    const decode = (frame: Uint8Array) => decodeFrame(frame).map((each) => ({ ...each, topic }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => givesRecordsOrError(decode, frame)))
  })
})

it('an answer costs more to read the more it has', () => {
  const [some] = fc.sample(offer, 1)
  const answer = (offers: (typeof some)[]) =>
    COSTS.stepsOf({ type: 'offers', serial: 1, from: 'a', offers: offers as never })
  expect(answer([some, some])).toBe(answer([]) + 2)
})
