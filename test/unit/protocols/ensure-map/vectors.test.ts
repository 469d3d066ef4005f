/** The vectors of the ensure map: frames in both directions, and what the blocks of each codec link to. */
import { describe, expect, it } from 'vitest'
import { decodeFrame, encodeFrames } from '../../../../protocols/ensure-map/codec.ts'
import { contentOf, ContentError, roomOfDocument } from '../../../../protocols/ensure-map/links.ts'
import type { EnsureMapRecord } from '../../../../protocols/ensure-map/records.ts'
import { blockIdOf, codecOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId, RoomId } from '../../../../protocols/wire/ids.ts'
import { fromHex, readVectors, toHex, withBytes, withHexBytes, type FrameVectors } from '../vectors.ts'

const { valid, lenient, unusual, invalid } = readVectors<FrameVectors>('ensure-map/vectors/frames.json')

interface BlockVector {
  name: string
  id: BlockId
  block: string
}

const links = readVectors<{
  valid: (BlockVector & { document: RoomId | null; links: BlockId[] })[]
  invalid: (BlockVector & { fault: string })[]
}>('ensure-map/vectors/links.json')

describe('frames', () => {
  it.each(valid)('$name: the frame gives the records', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHexBytes)).toEqual(records)
  })

  it.each(valid)('$name: the records give the frame', ({ frame, records }) => {
    const written = encodeFrames(records.map(withBytes) as unknown as EnsureMapRecord[])
    expect(written.map(toHex)).toEqual([frame])
  })

  it.each(lenient)('$name: is read', ({ frame, records }) => {
    expect(decodeFrame(fromHex(frame)).map(withHexBytes)).toEqual(records)
  })

  it.each([...unusual, ...invalid])('$name: is refused', ({ frame }) => {
    expect(() => decodeFrame(fromHex(frame))).toThrow(Error)
  })
})

describe('blocks', () => {
  it.each([...links.valid, ...links.invalid])('$name: has its id', ({ id, block }) => {
    expect(blockIdOf(codecOf(id), fromHex(block))).toBe(id)
  })

  it.each(links.valid)('$name: links to these, each once', ({ id, block, links: expected }) => {
    expect([...contentOf(id, fromHex(block)).links].toSorted()).toEqual(expected.toSorted())
  })

  it.each(links.valid)('$name: is a document or not', ({ id, block, document }) => {
    expect(roomOfDocument(id, fromHex(block))).toBe(document ?? undefined)
  })

  it.each(links.invalid)('$name: cannot be followed', ({ id, block, fault }) => {
    expect(faultOf(id, fromHex(block))).toBe(fault)
  })

  it('that are documents are so whatever they link to', () => {
    const documents = links.invalid.filter(({ name }) => name.startsWith('document: '))
    expect(documents.length).toBeGreaterThan(0)
    for (const { id, block } of documents) expect(roomOfDocument(id, fromHex(block))).toBeDefined()
  })

  it('nested deeper than can be read are refused, without further harm', () => {
    const block = new Uint8Array(1_000_000).fill(0x81)
    block[block.length - 1] = 0
    expect(faultOf(blockIdOf('dag-cbor', block), block)).toBe('bad-block')
  })
})

function faultOf(id: BlockId, block: Uint8Array): string | undefined {
  try {
    contentOf(id, block)
    return undefined
  } catch (error) {
    if (error instanceof ContentError) return error.code
    throw error
  }
}
