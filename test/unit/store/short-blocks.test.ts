/** The form in which the store keeps blocks: any bytes come back as they were. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeDocument, type Document } from '../../../protocols/document/document.ts'
import { digestOfDocumentId, type DocumentId } from '../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import { blockBytes, headOf, restore, shorten, type RowContext } from '../../../src/store/short-blocks.ts'
import { idOf } from '../../acceptance/store-rows.ts'
import { fieldsBy, signer } from '../protocols/document/arbitrary-document.ts'
import { invalid, valid } from '../protocols/document/document-vectors.ts'
import { fromHex } from '../protocols/vectors.ts'
import { chainOf, rootOf } from '../room/history.ts'

const FAR = 2 ** 28

const documents = signer.chain((by) =>
  fc.tuple(fieldsBy(by), fc.boolean()).map(([fields, isSigned]) => encodeDocument(fields, isSigned ? by : undefined)),
)

function contextOf({ room, id, author, seq }: Document, key: number): RowContext {
  return { key, head: headOf(digestOfDocumentId(room ?? id), publicKeyOfPeerId(author)!), seq }
}

/** Rows of documents, by their keys. */
class Rows {
  readonly #ids = new Map<number, DocumentId>()

  constructor(ids: readonly (readonly [number, DocumentId])[]) {
    for (const [key, id] of ids) this.#ids.set(key, id)
  }

  readonly keyOf = (block: Uint8Array, at: number): number | undefined => {
    const digest = Buffer.from(block.subarray(at, at + 32))
    return [...this.#ids].find(([, id]) => digest.equals(digestOfDocumentId(id)))?.[0]
  }

  readonly digestOf = (key: number): Uint8Array | undefined => {
    const id = this.#ids.get(key)
    return id && digestOfDocumentId(id)
  }
}

function kept(block: Uint8Array, context: RowContext, rows: Rows): Buffer {
  const stored = shorten(block, context, rows.keyOf)
  const restored = restore(stored, context, rows.digestOf)
  if (restored?.length !== blockBytes(stored, context.seq)) throw new Error('the block has another size than was said')
  return Buffer.from(restored)
}

describe('a block comes back as it was', () => {
  test('whichever of the documents it names have rows, and wherever these are', () => {
    const distances = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 * FAR })), { minLength: 1 })
    fc.assert(
      fc.property(documents, distances, (document, back) => {
        const key = 3 * FAR
        const named = document.previous === null ? document.parents : [document.previous, ...document.parents]
        const rows = new Rows(named.map((id, i) => [key - back[i % back.length]! - i, id]))
        expect(kept(document.block, contextOf(document, key), rows)).toEqual(Buffer.from(document.block))
      }),
    )
  })

  test('if it is no document, or one with another room, author or seq than its row', () => {
    const none = new Rows([])
    const contexts = chainOf(rootOf(), 1, 3, 1).map((document, i) => contextOf(document, i + 1))
    const vectors: Uint8Array[] = [...valid, ...invalid].map(({ block }) => fromHex(block))
    const [, , third] = chainOf(rootOf(), 1, 3, 1)
    vectors.push(...Array.from({ length: 200 }, (_, length) => third!.block.subarray(0, length)))
    const others = [[], [0xff], [0xfe], [0xff, 1], [0xfe, 0xfe, 1], [0xfd]].map((bytes) => Uint8Array.from(bytes))
    for (const block of [...vectors, ...others, ...chainOf(rootOf(), 2, 3, 1).map((each) => each.block)]) {
      expect(contexts.filter((context) => !kept(block, context, none).equals(block))).toEqual([])
    }
    expect(vectors.length).toBeGreaterThan(50)
  })
})

test('what a row says is left out of the block, and what other rows say', () => {
  const [first, second, third] = chainOf(rootOf(), 1, 3, 1)
  const rows = new Rows([[8, second!.id]])
  // Elements up to the parents, which are none, but a mark of two bytes and the distance of a row.
  const outBytes = 2 + 41 + 34 + 1 + 41 + 1 - 3
  expect(shorten(third!.block, contextOf(third!, 9), rows.keyOf)).toHaveLength(third!.block.length - outBytes)
  expect(shorten(third!.block, contextOf(third!, 8 + FAR), rows.keyOf)).toHaveLength(
    third!.block.length - outBytes + 32,
  )
  // Without the tables of rooms and authors, these tell what those said.
  expect(shorten(first!.block, contextOf(first!, 7), rows.keyOf)).toBe(first!.block)
})

test('a row that names one which is gone has no block, nor has one that makes no sense', () => {
  const [, second, third] = chainOf(rootOf(), 1, 3, 1)
  const context = contextOf(third!, 9)
  const stored = shorten(third!.block, context, new Rows([[8, second!.id]]).keyOf)
  expect(restore(stored, context, new Rows([[7, second!.id]]).digestOf)).toBeUndefined()
  const other = restore(stored, context, new Rows([[8, idOf('other')]]).digestOf)
  expect(Buffer.from(other!)).not.toEqual(Buffer.from(third!.block))
})

test('whatever a damaged row has, its block is not much longer', () => {
  const [, , third] = chainOf(rootOf(), 1, 3, 1)
  const context = contextOf(third!, 9)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(255), (bytes, mark) => {
      const stored = Uint8Array.from([0xff, mark, ...bytes])
      const block = restore(stored, context, () => digestOfDocumentId(idOf('any')))
      // At most 24 ids of 41 bytes, and what else is before the clock.
      expect(block?.length ?? 0).toBeLessThanOrEqual(stored.length + 24 * 41 + 100)
    }),
  )
})
