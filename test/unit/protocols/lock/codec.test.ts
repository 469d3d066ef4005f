/** Frames and documents of locks: the vectors in both directions, and bytes that mean nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/lock/codec.ts'
import {
  LOCK_KIND,
  MAX_ELECTORS,
  MAX_LOCK_BODY_BYTES,
  MAX_LOCK_NAME_BYTES,
} from '../../../../protocols/lock/constants.ts'
import { COSTS } from '../../../../protocols/lock/costs.ts'
import type { LockRecord } from '../../../../protocols/lock/index.ts'
import { peerIdOfPublicKey } from '../../../../protocols/wire/peer-ids.ts'
import { lockBody, lockOf } from '../../../../src/room/locks.ts'
import { fromHex, givesRecordsOrError, readVectors, toHex, type FrameVectors } from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('lock/vectors/frames.json')

interface BodyVectors {
  valid: { name: string; body: string; says: { name: string; electors: string[] } }[]
  ignored: { name: string; body: string }[]
}

const bodies = readVectors<BodyVectors>('lock/vectors/bodies.json')

describe('frames', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame))).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    expect(encodeFrames(records as unknown as LockRecord[]).map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame))).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })

  it('are read, or refused with an error, whatever their bytes are', () => {
    const topic = '0'.repeat(64)
    const decode = (frame: Uint8Array) => decodeFrame(frame).map((each) => ({ ...each, topic }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => givesRecordsOrError(decode, frame)))
  })

  it('cost more if a row is written for them', () => {
    const steps = (type: string): number => COSTS.stepsOf({ type } as LockRecord)
    expect(steps('ask')).toBeGreaterThan(steps('query'))
  })
})

describe('documents', () => {
  const electorsOf = (keys: readonly string[]) => keys.map((key) => peerIdOfPublicKey(fromHex(key)))

  it.each(bodies.valid)('$name: is read and written', ({ body, says }) => {
    const lock = { name: says.name, electors: electorsOf(says.electors) }
    expect(lockOf({ kind: LOCK_KIND, body: fromHex(body) })).toEqual(lock)
    expect(toHex(lockBody({ ...lock, electors: lock.electors.toReversed() }))).toBe(body)
  })

  it.each(bodies.ignored)('$name: is no lock', ({ body }) => {
    expect(lockOf({ kind: LOCK_KIND, body: fromHex(body) })).toBeUndefined()
  })

  it('of another kind are no locks, and none is larger than may be', () => {
    const electors = Array.from({ length: MAX_ELECTORS }, (_, index) =>
      peerIdOfPublicKey(new Uint8Array(32).fill(index)),
    )
    const body = lockBody({ name: 'n'.repeat(MAX_LOCK_NAME_BYTES), electors })
    expect(body.length).toBeLessThanOrEqual(MAX_LOCK_BODY_BYTES)
    expect(lockOf({ kind: 'put', body })).toBeUndefined()
    expect(lockOf({ kind: LOCK_KIND, body: Buffer.concat([body, Buffer.alloc(MAX_LOCK_BODY_BYTES)]) })).toBeUndefined()
  })
})
