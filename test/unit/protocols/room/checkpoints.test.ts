/** Checkpoints and their states of the vectors, as nodes read and write them. */
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../protocols/document/document.ts'
import { CHECKPOINT_KIND } from '../../../../protocols/room/constants.ts'
import type { BlockId } from '../../../../protocols/wire/ids.ts'
import { checkpointBody, checkpointOf, encodedState, stateBlocks } from '../../../../src/room/checkpoint.ts'
import { NOW_MS, rootOf, signerOf } from '../../room/history.ts'
import { fromHex, fromSpelled, readVectors, toHex, type Spelled } from '../vectors.ts'

interface CheckpointVectors {
  bodies: { name: string; body: string; documents: number; size: number; state: BlockId }[]
  ignored: { name: string; body: string }[]
  states: { name: string; state: Spelled; size: number; root: BlockId; blocks: Record<BlockId, Spelled> }[]
  refused: { name: string; size: number; root: BlockId; blocks: Record<BlockId, Spelled> }[]
}

const { bodies, ignored, states, refused } = readVectors<CheckpointVectors>('room/vectors/checkpoints.json')
const { author } = signerOf(0)

const said = (body: string) => {
  const room = rootOf().id
  const place = { room, author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: NOW_MS, epoch: 0 }
  return checkpointOf(encodeDocument({ ...place, kind: CHECKPOINT_KIND, links: [], body: fromHex(body) }))
}

function joined({ size: sizeBytes, root, blocks }: CheckpointVectors['refused'][number]): Uint8Array | undefined {
  const bytesOf = (id: BlockId) => (blocks[id] === undefined ? undefined : fromSpelled(blocks[id]))
  return encodedState({ root, sizeBytes }, bytesOf)
}

describe('the body of a checkpoint', () => {
  it.each(bodies)('$name', ({ body, documents, size: sizeBytes, state: root }) => {
    expect(said(body)).toMatchObject({ author, documents, sizeBytes, root })
  })

  it('is written as the first of the vectors is', () => {
    const [{ body, documents, size: sizeBytes, state: root }] = bodies as [(typeof bodies)[0]]
    expect(toHex(checkpointBody(documents, { root, sizeBytes }))).toBe(body)
  })

  it.each(ignored)('ignored: $name', ({ body }) => {
    expect(said(body)).toBeUndefined()
  })
})

describe('the blocks of a state', () => {
  it.each(states)('$name', (vector) => {
    const encoded = fromSpelled(vector.state)
    const { root, sizeBytes, blocks } = stateBlocks(encoded)
    expect({ root, sizeBytes }).toEqual({ root: vector.root, sizeBytes: vector.size })
    const expected = Object.entries(vector.blocks).map(([id, block]) => [id, toHex(fromSpelled(block))])
    expect(Object.fromEntries(blocks.map(({ id, block }) => [id, toHex(block)]))).toEqual(Object.fromEntries(expected))
    expect(toHex(joined(vector) ?? new Uint8Array())).toBe(toHex(encoded))
  })

  it.each(refused)('refused: $name', (vector) => {
    expect(joined(vector)).toBeUndefined()
  })
})
