/** Frames of document networks: the vectors in both directions, what roots sign, and invalid bytes. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rootContent } from '../../../../protocols/network/claim.ts'
import { decodeFrame, encodeFrames } from '../../../../protocols/network/codec.ts'
import { MAX_RECORDS_PER_FRAME } from '../../../../protocols/network/constants.ts'
import { COSTS } from '../../../../protocols/network/costs.ts'
import type { NetworkRecord } from '../../../../protocols/network/records.ts'
import { signerOfSeed, verifySignature } from '../../../../protocols/wire/crypto.ts'
import type { PeerId, TopicKey } from '../../../../protocols/wire/ids.ts'
import { fromHex, givesRecordsOrError, readVectors, toHex, type FrameVectors } from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('network/vectors/frames.json')

const withHex = (records: readonly NetworkRecord[]): unknown =>
  JSON.parse(
    JSON.stringify(records, (key, value: unknown) => (key === 'signature' ? toHex(value as Uint8Array) : value)),
  )

const withBytes = (records: unknown): NetworkRecord[] =>
  JSON.parse(JSON.stringify(records), (key, value: unknown) =>
    key === 'signature' ? fromHex(value as string) : value,
  ) as NetworkRecord[]

describe('the vectors', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(withHex(decodeFrame(fromHex(frame)))).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    expect(encodeFrames(withBytes(records)).map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(withHex(decodeFrame(fromHex(frame)))).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

describe('what roots sign', () => {
  interface Signed {
    seed: string
    root: PeerId
    topic: TopicKey
    sequence: number
    rootIsCopy: boolean
    content: string
    signature: string
  }
  const roots = readVectors<{ valid: Signed[] }>('network/vectors/roots.json').valid

  it.each(roots)('sequence $sequence', ({ seed, root, topic, content, signature, ...said }) => {
    expect(toHex(rootContent(topic, said))).toBe(content)
    expect(toHex(signerOfSeed(fromHex(seed)).sign(fromHex(content)))).toBe(signature)
    expect(verifySignature(root, fromHex(content), fromHex(signature))).toBe(true)
  })
})

describe('frames', () => {
  it('have no more records than a reader takes', () => {
    const record: NetworkRecord = { type: 'claim-ack', topic: '0'.repeat(64) as TopicKey, serial: 1 }
    const frames = encodeFrames(Array.from({ length: MAX_RECORDS_PER_FRAME + 1 }, () => record))
    expect(frames.map((frame) => decodeFrame(frame).length)).toEqual([MAX_RECORDS_PER_FRAME, 1])
  })

  it('are read, or refused with an error, whatever their bytes are', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (frame) => givesRecordsOrError(decodeFrame, frame)))
  })

  it('cost more with claims than with acknowledgements', () => {
    const [claim, ack] = ['claim', 'claim-ack'].map((type) => COSTS.stepsOf({ type } as NetworkRecord))
    expect(claim).toBeGreaterThan(ack ?? Infinity)
  })
})
