import { describe, expect, it } from 'vitest'
import { COSTS } from '../../../../protocols/batch-sync/costs.ts'
import { encodeDocument, type Document } from '../../../../protocols/document/document.ts'
import { signerOfSeed, type Signer } from '../../../../protocols/wire/crypto.ts'
import { documentIdOfDigest, type TopicKey } from '../../../../protocols/wire/ids.ts'
import { blockSteps, followingBlockSteps, MAX_INPUT_STEPS, piecesOf } from '../../../../protocols/wire/pieces.ts'

const topic = '00'.repeat(32) as TopicKey
const room = documentIdOfDigest(Buffer.alloc(32, 1))

function documentBy(signer: Signer, seq: number): Document {
  const previous = documentIdOfDigest(Buffer.alloc(32, 2))
  const content = { kind: 'chat.message', links: [], body: Buffer.alloc(200) }
  const place = { room, author: signer.author, seq, previous, parents: [], clock: seq + 1 }
  return encodeDocument({ ...place, timeMs: 0, epoch: 0, ...content }, signer)
}

function piecesBy(authors: readonly Signer[], length: number): Uint8Array[][] {
  const blocks = Array.from({ length }, (_, i) => documentBy(authors[i % authors.length] as Signer, i + 1).block)
  const pieces = piecesOf(COSTS, [{ type: 'message', topic, blocks }], MAX_INPUT_STEPS)
  const inPieces = pieces.map((records) =>
    records.flatMap((record) => (record.type === 'message' ? record.blocks : [])),
  )
  expect(inPieces.flat()).toEqual(blocks)
  return inPieces
}

describe('the pieces of a MESSAGE', () => {
  const signers = [signerOfSeed(Buffer.alloc(32, 1)), signerOfSeed(Buffer.alloc(32, 2))]

  it('have fewer documents if each is by another author, as each may need a check of its signature', () => {
    const [chain = []] = piecesBy(signers.slice(0, 1), 200)
    const [mixed = []] = piecesBy(signers, 200)
    expect(chain.length).toBeGreaterThan(2 * mixed.length)
  })

  it('cost no more than one may, but for the signature of the first', () => {
    const first = documentBy(signers[0] as Signer, 1).block
    const signatureSteps = blockSteps(first) - followingBlockSteps(first)
    for (const blocks of piecesBy(signers.slice(0, 1), 200)) {
      const steps = COSTS.stepsOf({ type: 'message', topic, blocks })
      expect(steps).toBeLessThanOrEqual(MAX_INPUT_STEPS + signatureSteps)
    }
  })
})
