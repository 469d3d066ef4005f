import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contentOf } from '../../../../protocols/ensure-map/links.ts'
import { BLOCK_TAG_BYTES, FILE_KEY_BYTES } from '../../../../protocols/file/constants.ts'
import { openBlock, sealBlock, SealedBlockError } from '../../../../protocols/file/sealed-block.ts'
import { blockIdOf } from '../../../../protocols/wire/block-ids.ts'
import type { BlockId } from '../../../../protocols/wire/ids.ts'
import { fromHex, fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

interface BlockVector {
  name: string
  key: string
  id: BlockId
  sealedId: BlockId
  sealed: Spelled
}

const { valid, invalid } = readVectors<{
  valid: (BlockVector & { children: BlockId[]; block: Spelled })[]
  invalid: BlockVector[]
}>('file/vectors/sealed-blocks.json')

const sealedIn = ({ sealedId: id, sealed }: BlockVector) => ({ id, block: fromSpelled(sealed) })

describe('a sealed block', () => {
  it.each(valid)('$name', (vector) => {
    const { key, id, children } = vector
    const block = fromSpelled(vector.block)
    const sealed = sealBlock(fromHex(key), id, block, children)
    expect(sealed.id).toBe(vector.sealedId)
    expect(toHex(sealed.block)).toBe(toHex(fromSpelled(vector.sealed)))
    const opened = openBlock(fromHex(key), id, sealedIn(vector))
    expect([toHex(opened.block), opened.children]).toEqual([toHex(block), children])
    expect(contentOf(sealed.id, sealed.block).links, 'as whoever has no key follows it').toEqual(children)
  })

  it.each(invalid)('that does not open: $name', (vector) => {
    expect(() => openBlock(fromHex(vector.key), vector.id, sealedIn(vector))).toThrow(SealedBlockError)
  })

  it('of a later version is told from garbage', () => {
    const later = invalid.find(({ name }) => name === 'version 2')!
    expect(() => openBlock(fromHex(later.key), later.id, sealedIn(later))).toThrow('sealed in version 2')
  })

  it('has 16 bytes more, and opens with its own key and id alone, unchanged', () => {
    const contents = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(contents, fc.nat(), fc.nat({ max: 7 }), (content, at, bit) => {
        const [key, other] = [randomBytes(FILE_KEY_BYTES), randomBytes(FILE_KEY_BYTES)]
        const id = blockIdOf('raw', content)
        const sealed = sealBlock(key, id, content, [])
        expect(sealed.block.length).toBe(content.length + BLOCK_TAG_BYTES)
        expect(toHex(openBlock(key, id, sealed).block)).toBe(toHex(content))
        expect(sealBlock(other, id, content, []).id).not.toBe(sealed.id)
        expect(() => openBlock(other, id, sealed)).toThrow(SealedBlockError)
        const block = Uint8Array.from(sealed.block)
        block[at % block.length]! ^= 1 << bit
        expect(() => openBlock(key, id, { ...sealed, block })).toThrow(SealedBlockError)
      }),
    )
  })

  it('is opened or refused, whatever it is', () => {
    const id = blockIdOf('dag-pb', new Uint8Array(0))
    const garbage = fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.constant(new Uint8Array(2_000).fill(0x81)))
    fc.assert(
      fc.property(garbage, (block) => {
        const sealed = { id: blockIdOf('dag-cbor', block), block }
        expect(() => openBlock(randomBytes(FILE_KEY_BYTES), id, sealed)).toThrow(SealedBlockError)
      }),
    )
  })

  it('needs a key of 32 bytes', () => {
    const id = blockIdOf('raw', new Uint8Array(5))
    for (const length of [0, 31, 33]) {
      expect(() => sealBlock(new Uint8Array(length), id, new Uint8Array(5), [])).toThrow(TypeError)
    }
  })
})
