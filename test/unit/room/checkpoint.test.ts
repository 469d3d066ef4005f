/** What checkpoints say, and their states as blocks. */
import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { CHECKPOINT_KIND, MAX_ENCODED_STATE_BYTES, STATE_CHUNK_BYTES } from '../../../protocols/room/constants.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import { cidOf, type BlockId } from '../../../protocols/wire/ids.ts'
import { checkpointBody, checkpointOf, encodedState, stateBlocks } from '../../../src/room/checkpoint.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { Writer } from './history.ts'

const bytes = (count: number): Uint8Array => {
  const random = seededRandom(count)
  return Uint8Array.from({ length: count }, () => random() * 256)
}

/** Blocks by their ids, as a store has them. */
function storeOf(blocks: readonly Uint8Array[], list: Uint8Array) {
  const all = new Map<BlockId, Uint8Array>(blocks.map((block) => [blockIdOf('raw', block), block]))
  const root = blockIdOf('dag-cbor', list)
  return { root, blockOf: (id: BlockId) => (id === root ? list : all.get(id)) }
}

const listOf = (blocks: readonly Uint8Array[]): Uint8Array =>
  encode(blocks.map((block) => cidOf(blockIdOf('raw', block))))

describe('the blocks of a state', () => {
  it.each([1, STATE_CHUNK_BYTES, STATE_CHUNK_BYTES + 1, 3 * STATE_CHUNK_BYTES + 5])(
    'of %i bytes are that state',
    (size) => {
      const { root, sizeBytes, blocks } = stateBlocks(bytes(size))
      const all = new Map(blocks.map(({ id, block }) => [id, block]))
      expect(blocks).toHaveLength(1 + Math.ceil(size / STATE_CHUNK_BYTES))
      expect(encodedState({ root, sizeBytes }, (id) => all.get(id))).toEqual(Buffer.from(bytes(size)))
      for (const { id } of blocks) {
        expect(
          encodedState({ root, sizeBytes }, (other) => (other === id ? undefined : all.get(other))),
        ).toBeUndefined()
      }
      expect(encodedState({ root, sizeBytes: sizeBytes + 1 }, (id) => all.get(id))).toBeUndefined()
    },
  )

  it('are none in other pieces, or more of them than the size has', () => {
    const [whole, rest] = [bytes(STATE_CHUNK_BYTES), bytes(5)]
    const sizeBytes = STATE_CHUNK_BYTES + 5
    for (const chunks of [
      [rest, whole],
      [whole, rest, new Uint8Array()],
      [whole, rest, rest],
      [Buffer.concat([whole, rest])],
      [whole],
    ]) {
      const { root, blockOf } = storeOf(chunks, listOf(chunks))
      expect(encodedState({ root, sizeBytes }, blockOf)).toBeUndefined()
    }
    const { root, blockOf } = storeOf([whole, rest], listOf([whole, rest]))
    expect(encodedState({ root, sizeBytes }, blockOf)).toHaveLength(sizeBytes)
  })

  it.each([
    ['no CBOR', Uint8Array.of(0xff)],
    ['a map', encode({ 0: cidOf(blockIdOf('raw', bytes(5))) })],
    ['a list of texts', encode(['state'])],
    ['an empty list', encode([])],
  ])('are none if their list is %s', (_name, list) => {
    const { root, blockOf } = storeOf([bytes(5)], list)
    expect(encodedState({ root, sizeBytes: 5 }, blockOf)).toBeUndefined()
  })
})

describe('a checkpoint', () => {
  const { root, sizeBytes } = stateBlocks(bytes(100))
  const state = cidOf(root)
  const written = (body: Uint8Array, kind = CHECKPOINT_KIND) =>
    new Writer().write({ author: 1, parents: [0], isFork: false, signing: 'signed', kind, body })

  it('says how many documents there are before it, and which state they lead to', () => {
    const document = written(checkpointBody(12, { root, sizeBytes }))
    const { id, clock, author } = document
    expect(checkpointOf(document)).toEqual({ position: { id, clock }, author, documents: 12, root, sizeBytes })
  })

  it('may say more in a later version', () => {
    expect(checkpointOf(written(encode({ documents: 12, size: 100, state, more: true })))).toBeDefined()
    const largest = encode({ documents: 1, size: MAX_ENCODED_STATE_BYTES, state })
    expect(checkpointOf(written(largest))).toBeDefined()
  })

  it.each([
    ['no CBOR', Uint8Array.of(0xff)],
    ['nothing', encode(null)],
    ['a list', encode([12, 100, state])],
    ['no state', encode({ documents: 12, size: 100 })],
    ['no size', encode({ documents: 12, state })],
    ['no number of documents', encode({ size: 100, state })],
    ['a state that is no link', encode({ documents: 12, size: 100, state: root })],
    ['no documents', encode({ documents: 0, size: 100, state })],
    ['fewer documents than none', encode({ documents: -1, size: 100, state })],
    ['a part of a document', encode({ documents: 1.5, size: 100, state })],
    ['a text for a number', encode({ documents: '12', size: 100, state })],
    ['an empty state', encode({ documents: 12, size: 0, state })],
    ['a state that is too large', encode({ documents: 12, size: MAX_ENCODED_STATE_BYTES + 1, state })],
  ])('is none with %s', (_name, body) => {
    expect(checkpointOf(written(body))).toBeUndefined()
  })

  it('is none of another kind', () => {
    expect(checkpointOf(written(checkpointBody(12, { root, sizeBytes }), 'message'))).toBeUndefined()
  })
})
