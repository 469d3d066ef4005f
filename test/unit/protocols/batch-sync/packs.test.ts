/** Packs: what they save, who is sent one, and what is refused of those that do harm. */
import { randomBytes } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/batch-sync/codec.ts'
import { MAX_PACK_RATIO, MIN_PACKED_BYTES } from '../../../../protocols/batch-sync/constants.ts'
import { BatchSyncFrame } from '../../../../protocols/batch-sync/messages.ts'
import { packOf, unpackedBytes } from '../../../../protocols/batch-sync/packs.ts'
import type { BatchSyncRecord } from '../../../../protocols/batch-sync/records.ts'
import type { TopicKey } from '../../../../protocols/wire/ids.ts'
import { MAX_FRAME_BYTES } from '../../../../protocols/wire/limits.ts'
import { signerOfSeed } from '../../../../protocols/wire/crypto.ts'
import { chainOf, rootOf } from '../../room/history.ts'
import { toHex } from '../vectors.ts'
import { encodeDocument } from '../../../../protocols/document/document.ts'

const TOPIC = '11'.repeat(32) as TopicKey
const OTHER_TOPIC = '22'.repeat(32) as TopicKey
const PACKS = 2

const NO_RECORDS = {
  ...{ messages: [], acks: [], offers: [], requests: [], ranges: [], defers: [], headerRequests: [], headers: [] },
}

function messageOf(blocks: Uint8Array[], topic = TOPIC): BatchSyncRecord {
  return { type: 'message', topic, blocks }
}

const history = chainOf(rootOf(), 1, 200, 1).map(({ block }) => block)

/** A frame of one pack, of whatever bytes. */
function frameOfPack(pack: Uint8Array): Uint8Array {
  return BatchSyncFrame.encode({ ...NO_RECORDS, pack: Uint8Array.from(pack) })
}

/** A frame of a message whose blocks have so many bytes in all. */
function frameOf(blocks: Uint8Array[]): Uint8Array {
  const [frame] = encodeFrames([messageOf(blocks)], 1)
  return frame!
}

const sizeBytes = (frames: Uint8Array[]): number => frames.reduce((sum, { length }) => sum + length, 0)
const isPack = (frame: Uint8Array): boolean => frame[0] === 0x4a

function blocksIn(frames: Uint8Array[]): Uint8Array[] {
  return frames.flatMap(decodeFrame).flatMap((record) => (record.type === 'message' ? record.blocks : []))
}

describe('a history', () => {
  it('takes less than half in packs, and comes out byte for byte', () => {
    const [plain, packed] = [1, PACKS].map((version) => encodeFrames([messageOf(history)], version))
    expect(sizeBytes(packed!)).toBeLessThan(sizeBytes(plain!) / 2)
    expect(blocksIn(packed!).map(toHex)).toEqual(history.map(toHex))
  })

  it('counts as much for whoever waits for it as without packs', () => {
    const [[plain], [packed]] = [1, PACKS].map((version) => encodeFrames([messageOf(history)], version)) as [
      Uint8Array[],
      Uint8Array[],
    ]
    expect(unpackedBytes(packed!)).toBe(plain!.length)
    expect(unpackedBytes(plain!)).toBe(plain!.length)
  })

  it('of several rooms is in no pack: its size would tell one about the other', () => {
    const frames = encodeFrames([messageOf(history), messageOf(history, OTHER_TOPIC)], PACKS)
    expect(frames.filter(isPack)).toEqual([])
    expect(encodeFrames([messageOf(history), messageOf(history)], PACKS).filter(isPack)).not.toEqual([])
  })
})

describe('no pack is made', () => {
  const sealed = (): Uint8Array => {
    const signer = signerOfSeed(new Uint8Array(32).fill(5))
    const fields = {
      room: rootOf().id,
      author: signer.author,
      seq: 0,
      previous: null,
      parents: [rootOf().id],
      clock: 2,
    }
    const body = randomBytes(10_000)
    return encodeDocument({ ...fields, timeMs: 1, epoch: 1, kind: 'message', links: [], body }, signer).block
  }

  it.each([
    ['for a peer of version 1', 1, history],
    ['of a few documents', PACKS, history.slice(0, 3)],
    ['of what does not shrink', PACKS, [sealed(), sealed()]],
    ['of what shrinks so much that it would be refused', PACKS, [new Uint8Array(60_000)]],
    ['of nothing', PACKS, []],
  ])('%s', (_, version, blocks) => {
    const frames = encodeFrames([messageOf(blocks)], version)
    expect(frames.filter(isPack)).toEqual([])
    expect(blocksIn(frames).map(toHex)).toEqual(blocks.map(toHex))
  })

  it('of records that are no documents', () => {
    const ids = Array.from({ length: 300 }, () => rootOf().id)
    expect(encodeFrames([{ type: 'ack', topic: TOPIC, ids }], PACKS).filter(isPack)).toEqual([])
  })

  it.each([
    [MIN_PACKED_BYTES - 1, false],
    [MIN_PACKED_BYTES, true],
  ])('of %i bytes: %o', (bytes, isPacked) => {
    const frame = Buffer.alloc(bytes, randomBytes(bytes / 4))
    expect(packOf(frame) !== undefined).toBe(isPacked)
  })
})

describe('a pack is refused', () => {
  it('that unpacks to more than a frame may have, whatever it says of that', () => {
    const noise = randomBytes(40_000)
    const most = frameOf(Array.from({ length: 26 }, () => noise))
    expect(most.length).toBeLessThan(MAX_FRAME_BYTES)
    expect(decodeFrame(frameOfPack(zstdCompressSync(most)))).toHaveLength(1)
    const tooMuch = Buffer.concat([most, most.subarray(0, MAX_FRAME_BYTES - most.length + 1)])
    const pack = zstdCompressSync(tooMuch)
    expect(tooMuch.length).toBeLessThan(MAX_PACK_RATIO * pack.length)
    expect(() => decodeFrame(frameOfPack(pack))).toThrow('too large')
    const lying = Buffer.from(pack)
    expect(lying[4]! >> 6).toBe(2) // its size has four bytes
    lying.writeUInt32LE(most.length, 5 + (lying[4]! & 0x20 ? 0 : 1))
    expect(() => decodeFrame(frameOfPack(lying))).toThrow(Error)
  })

  it('that unpacks to more than 64 times its size', () => {
    const shrunk = (bytes: number): Uint8Array => zstdCompressSync(frameOf([randomBytes(1_000), new Uint8Array(bytes)]))
    const [allowed, refused] = [shrunk(60_000), shrunk(65_000)].map(frameOfPack)
    expect(decodeFrame(allowed!)).toHaveLength(1)
    expect(unpackedBytes(refused!) / refused!.length).toBeGreaterThan(MAX_PACK_RATIO - 5)
    const bomb = frameOfPack(zstdCompressSync(frameOf(Array.from({ length: 16 }, () => new Uint8Array(65_000)))))
    expect(() => decodeFrame(bomb)).toThrow('too large')
    expect(bomb.length).toBeLessThan(MAX_FRAME_BYTES / 1_000)
    // It counts before it is read, and as no more than it may be.
    expect(unpackedBytes(bomb)).toBeGreaterThan(1_000 * bomb.length)
    expect(unpackedBytes(bomb)).toBeLessThanOrEqual(MAX_FRAME_BYTES)
  })
})
