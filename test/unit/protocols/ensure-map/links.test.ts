/** What a block depends on. */
import { encode as encodeDagCbor } from '@ipld/dag-cbor'
import { encode as encodeDagPb } from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { create as createDigest } from 'multiformats/hashes/digest'
import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../../protocols/document/constants.ts'
import { MAX_BLOCK_BYTES } from '../../../../protocols/ensure-map/constants.ts'
import { contentOf, ContentError, linksOfLink, roomOfDocument } from '../../../../protocols/ensure-map/links.ts'
import type { BlockCodec } from '../../../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../../../protocols/wire/ids.ts'
import { blockOf, documentAfter, file, kitchen, leaf, node, room, type Block } from './dags.ts'

const a = leaf('a')
const b = node([a])
/** sha2-512 of nothing, which cannot be requested. */
const FOREIGN = CID.parse(
  'bafkrgqgpqpqtk7xpxc67cvbikdlg3aah2yqoibilk4k5za7uveq5g3hjzzd5buj4lwc7fmh7qmmnfb365qxwhojrxvduc6ubuu4de6xze7nd4',
)
/** Contains its own block: three bytes. */
const INLINE = inlineOf(0x55, Uint8Array.of(1, 2, 3))

function inlineOf(codec: number, block: Uint8Array): CID {
  return CID.createV1(codec, createDigest(0, block))
}

const linksOf = ({ id, data }: Block): readonly BlockId[] => contentOf(id, data).links

const cbor = (value: unknown): Block => blockOf('dag-cbor', encodeDagCbor(value))

function codeOf({ id, data }: Block): string {
  try {
    contentOf(id, data)
  } catch (error) {
    if (error instanceof ContentError) return error.code
    throw error
  }
  return 'none'
}

describe('the links of', () => {
  it('raw bytes are none, whatever they look like', () => {
    expect(linksOf(blockOf('raw', b.data))).toEqual([])
  })

  it('dag-pb are those in its list, each once, with the sizes it states', () => {
    const { id, data } = file([
      [a, 10],
      [b, 20],
      [a, 10],
    ])
    expect(contentOf(id, data)).toEqual({ links: [a.id, b.id], linkedBytes: 40 })
  })

  it('dag-pb with CIDv0 are the same blocks', () => {
    const part = file([])
    const Hash = CID.createV0(cidOf(part.id).multihash as never)
    expect(linksOf(blockOf('dag-pb', encodeDagPb({ Links: [{ Hash }] })))).toEqual([part.id])
  })

  it('dag-cbor are all within it, however deep', () => {
    const block = cbor({ list: [1, [cidOf(a.id)], null], map: { x: { y: cidOf(b.id), z: cidOf(a.id) } }, text: a.id })
    expect(linksOf(block), 'in the order of the bytes').toEqual([b.id, a.id])
    expect(linksOf(cbor(cidOf(a.id)))).toEqual([a.id])
    expect(linksOf(cbor([]))).toEqual([])
    expect(linksOf(cbor(null))).toEqual([])
  })

  it('dag-cbor leave out what only looks like one', () => {
    const cid = cidOf(a.id)
    const like = { '/': cid.bytes, version: 1, code: cid.code, multihash: { code: 0x12, digest: new Uint8Array(32) } }
    expect(linksOf(cbor({ like, bytes: cid.bytes, text: cid.toString() }))).toEqual([])
  })

  it('a document are its links, not its ancestors', () => {
    const document = documentAfter([kitchen], 'see', [a, b])
    expect(linksOf({ id: document.id, data: document.block })).toEqual([a.id, b.id])
  })

  it('any block leave out CIDs that contain their block, and have what that block links to', () => {
    expect(linksOf(cbor([INLINE, cidOf(a.id)]))).toEqual([a.id])
    const inner = cbor([cidOf(b.id), INLINE]).data
    expect(linksOf(cbor([inlineOf(0x71, inner), cidOf(a.id)]))).toEqual([b.id, a.id])
    expect(linksOfLink(inlineOf(0x71, inner).toString() as BlockId)).toEqual([b.id])
    expect(linksOfLink(a.id)).toEqual([a.id])
  })
})

describe('a block is refused', () => {
  const garbage = Uint8Array.of(0xff, 0xff)
  it.each(['dag-pb', 'dag-cbor'] as BlockCodec[])('if it is not %s, as its id says', (codec) => {
    expect(codeOf(blockOf(codec, garbage))).toBe('bad-block')
    expect(codeOf(blockOf(codec, node([a]).data.subarray(0, -1)))).toBe('bad-block')
  })

  it('if it is nested deeper than can be read', () => {
    for (const length of [MAX_DOCUMENT_BYTES, MAX_BLOCK_BYTES]) {
      const nested = blockOf('dag-cbor', new Uint8Array(length).fill(0x81))
      expect(codeOf(nested)).toBe('bad-block')
      expect(roomOfDocument(nested.id, nested.data)).toBeUndefined()
    }
  })

  it('if it depends on what cannot be requested', () => {
    expect(codeOf(cbor([FOREIGN]))).toBe('unsupported-link')
    expect(codeOf(blockOf('dag-pb', encodeDagPb({ Links: [{ Hash: FOREIGN }] })))).toBe('unsupported-link')
  })

  it('with as many links as fit, without harm', () => {
    const links = Array.from({ length: 25_000 }, (_, i) => leaf(i, 8))
    const wide = node(links)
    expect(wide.data.length).toBeGreaterThan(MAX_BLOCK_BYTES * 0.9)
    expect(linksOf(wide)).toHaveLength(25_000)
  })
})

describe('the room of', () => {
  it('a document is the one it names, or itself if it is a root', () => {
    const document = documentAfter([kitchen], 'hello')
    expect(roomOfDocument(document.id, document.block)).toBe(room)
    expect(roomOfDocument(kitchen.id, kitchen.block)).toBe(room)
  })

  it('any other block is none, even if its bytes are those of a document', () => {
    expect(roomOfDocument(b.id, b.data)).toBeUndefined()
    const raw = blockOf('raw', kitchen.block)
    expect(roomOfDocument(raw.id, raw.data)).toBeUndefined()
  })
})
