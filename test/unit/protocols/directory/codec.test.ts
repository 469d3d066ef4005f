/** Frames of directories: the vectors in both directions, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/directory/codec.ts'
import { MAX_LENGTHS, MAX_RECORDS } from '../../../../protocols/directory/constants.ts'
import { COSTS } from '../../../../protocols/directory/costs.ts'
import type { DirectoryRecordOnWire } from '../../../../protocols/directory/index.ts'
import { packRecord, unpackRecord, type SignedRecord } from '../../../../protocols/directory/record.ts'
import type { TopicKey } from '../../../../protocols/wire/ids.ts'
import { MAX_INPUT_STEPS } from '../../../../protocols/wire/pieces.ts'
import { fromHex, givesRecordsOrError, readVectors, toHex, type FrameVectors } from '../vectors.ts'
import { entry, memberOf } from './members.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('directory/vectors/frames.json')

const PLACES = new Set(['path', 'prefix', 'bound'])

/** Places, children and records as in vectors. */
function withHex(record: unknown): unknown {
  return JSON.parse(
    JSON.stringify(record, (name, value: unknown) => {
      if (PLACES.has(name)) return value === undefined ? null : Buffer.from(value as string, 'latin1').toString('hex')
      if (name === 'children') return toHex(value as Uint8Array)
      if (name === 'records') return (value as SignedRecord[]).map((each) => toHex(packRecord(each)))
      return value
    }),
  )
}

function withPlaces(record: unknown): DirectoryRecordOnWire {
  return JSON.parse(JSON.stringify(record), (name, value: unknown) => {
    if (PLACES.has(name)) return value === null ? undefined : Buffer.from(value as string, 'hex').toString('latin1')
    if (name === 'children') return fromHex(value as string)
    if (name === 'records') return (value as string[]).map((packed) => unpackRecord(fromHex(packed)))
    return value
  }) as DirectoryRecordOnWire
}

describe('the vectors', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHex)).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    expect(encodeFrames(records.map(withPlaces)).map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHex)).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

it('frames are read, or refused with an error, whatever their bytes are', () => {
  const topic = '0'.repeat(64)
  const decode = (frame: Uint8Array) => decodeFrame(frame).map((each) => ({ ...each, topic }))
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => givesRecordsOrError(decode, frame)))
  const frames = valid.slice(0, 9).map(({ frame }) => fromHex(frame))
  fc.assert(
    fc.property(fc.constantFrom(...frames), fc.nat(), fc.nat({ max: 255 }), (frame, at, byte) => {
      const changed = Uint8Array.from(frame)
      changed[at % changed.length] = byte
      return givesRecordsOrError(decode, changed)
    }),
  )
})

it('no record costs more than one piece may', () => {
  const records = Array.from({ length: MAX_RECORDS }, () => entry('soup', memberOf('anna')))
  const topic = '0'.repeat(64) as TopicKey
  const place = { topic, path: 's', within: 1, limit: 0, maxBytes: 0, serial: 1 }
  const put = { type: 'put', serial: 1, topic, prefix: '', records } as const
  const look = { type: 'look', ...place, first: 0, last: MAX_LENGTHS - 1 } as const
  for (const record of [put, look]) expect(COSTS.stepsOf(record)).toBeLessThanOrEqual(MAX_INPUT_STEPS)
  expect(COSTS.stepsOf(put)).toBeGreaterThan(COSTS.stepsOf({ ...put, records: records.slice(1) }))
  expect(COSTS.stepsOf(look)).toBeGreaterThan(COSTS.stepsOf({ ...look, last: 1 }))
})
