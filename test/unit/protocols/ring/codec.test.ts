/** Frames of the ring: the vectors in both directions, limits, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/ring/codec.ts'
import { MAX_HOPS, MAX_ITEM_BYTES } from '../../../../protocols/ring/constants.ts'
import { COSTS } from '../../../../protocols/ring/costs.ts'
import type { RingRecord } from '../../../../protocols/ring/records.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { fromHex, givesRecordsOrError, readVectors, toHex, type FrameVectors } from '../vectors.ts'
import { fromVector, toVector } from './ring-vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('ring/vectors/frames.json')

describe('the vectors', () => {
  it.each([...valid, ...lenient])('$name: the frame gives the records', ({ frame, records }) => {
    expect(toVector(decodeFrame(fromHex(frame)))).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    expect(encodeFrames(records.map((record) => fromVector(record))).map(toHex)).toEqual([frame])
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

describe('frames', () => {
  const largest = (extraBytes: number): RingRecord => ({
    ...{ type: 'answer', request: Number.MAX_SAFE_INTEGER, from: peerIdOfPublicKey(new Uint8Array(32)) },
    path: Array<ReturnType<typeof peerIdOfPublicKey>>(MAX_HOPS).fill(peerIdOfPublicKey(new Uint8Array(32))),
    body: {
      type: 'found',
      item: { value: new Uint8Array(MAX_ITEM_BYTES + extraBytes), signed: undefined, ttlSeconds: 1, copies: 1 },
    },
  })

  it('hold the largest item with the longest path, and no larger item is read', () => {
    const [frame = new Uint8Array()] = encodeFrames([largest(0)])
    expect(frame.length).toBeLessThanOrEqual(MAX_FRAME_BYTES)
    expect(decodeFrame(frame)).toMatchObject([{ body: { item: { value: { length: MAX_ITEM_BYTES } } } }])
    const [tooLarge = new Uint8Array()] = encodeFrames([largest(1)])
    expect(() => decodeFrame(tooLarge)).toThrow(/at most/)
  })

  it('are read, or refused with an error, whatever their bytes are', () => {
    const topic = '0'.repeat(64)
    const decode = (frame: Uint8Array) => decodeFrame(frame).map((each) => ({ ...each, topic }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => givesRecordsOrError(decode, frame)))
  })

  it('are read, or refused with an error, if a byte of one is another', () => {
    const frames = valid.map(({ frame }) => fromHex(frame))
    const mutated = fc.tuple(fc.constantFrom(...frames), fc.nat(), fc.nat(255)).map(([frame, at, byte]) => {
      return frame.map((old, index) => (index === at % frame.length ? byte : old))
    })
    const topic = '0'.repeat(64)
    const decode = (frame: Uint8Array) => decodeFrame(frame).map((each) => ({ ...each, topic }))
    fc.assert(fc.property(mutated, (frame) => givesRecordsOrError(decode, frame)))
  })
})

it('a record costs more the more it has', () => {
  const [first, second] = [largestCost(1), largestCost(MAX_ITEM_BYTES)]
  expect(second).toBeGreaterThan(first + MAX_ITEM_BYTES / 8_192)
})

function largestCost(sizeBytes: number): number {
  const item = { value: new Uint8Array(sizeBytes), signed: undefined, ttlSeconds: 1, copies: 1 }
  const request = { type: 'request' as const, request: 1, target: undefined, hops: 0, isTraced: false, except: [] }
  return COSTS.stepsOf({ ...request, body: { type: 'store', item } })
}
