/** Acts of the vectors, as nodes read and write them. */
import { describe, expect, it } from 'vitest'
import { encodeDocument } from '../../../../protocols/document/document.ts'
import { signerOfSeed, verifySignature } from '../../../../protocols/wire/crypto.ts'
import { parseDocumentId, type PeerId } from '../../../../protocols/wire/ids.ts'
import {
  acceptance,
  acceptanceContent,
  actOf,
  deviceContent,
  deviceProof,
  encodeAct,
  type Saying,
} from '../../../../src/room/access/acts.ts'
import { NOW_MS, rootOf, signerOf } from '../../room/history.ts'
import { fromHex, readVectors, toHex, withHexBytes } from '../vectors.ts'

interface BodyVector {
  name: string
  kind: string
  body: string
  says: Record<string, unknown> | null
}

const bodies = readVectors<Record<'valid' | 'lenient' | 'ignored', BodyVector[]>>('access/vectors/bodies.json')
const proofs =
  readVectors<Record<'seed' | 'key' | 'room' | 'invite' | 'author' | 'content' | 'proof', string>[]>(
    'access/vectors/proofs.json',
  )

const deviceProofs = readVectors<Record<'seed' | 'member' | 'author' | 'box' | 'content' | 'proof', string>[]>(
  'access/vectors/device-proofs.json',
)

const room = rootOf().id
const { author } = signerOf(0)

function sayingOf({ kind, body }: BodyVector): Saying | undefined {
  const document = encodeDocument({
    ...{ room, author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: NOW_MS, epoch: 0 },
    ...{ kind, links: [], body: fromHex(body) },
  })
  return actOf(document)?.saying
}

/** A saying as the vectors have it. */
function vectorOf(saying: Saying): Record<string, unknown> {
  if (saying.type === 'rekey') return withHexBytes({ ...saying, wrapped: Buffer.concat(saying.wrapped) })
  if (saying.type === 'device') {
    const { sealed, ...device } = saying
    return { ...withHexBytes(device), ...(sealed && { sealed: toHex(sealed.key), epoch: sealed.epoch }) }
  }
  if (saying.type !== 'invite') return withHexBytes(saying)
  const { expiresMs = null, uses = null, type, key, role, box, sealed } = saying
  const forBox = { ...(box && { box: toHex(box) }), ...(sealed && { sealed: toHex(sealed.key), epoch: sealed.epoch }) }
  return { type, key, role, expires: expiresMs, uses, ...forBox }
}

describe('the body of an act', () => {
  it.each(bodies.valid)('$name', (vector) => {
    const saying = sayingOf(vector)!
    expect(vectorOf(saying)).toEqual(vector.says)
    const { kind, body } = encodeAct(saying)
    expect({ kind, body: toHex(body) }).toEqual({ kind: vector.kind, body: vector.body })
  })

  it.each(bodies.lenient)('read, but not written: $name', (vector) => {
    expect(vectorOf(sayingOf(vector)!)).toEqual(vector.says)
  })

  it.each(bodies.ignored)('ignored: $name', (vector) => {
    expect(sayingOf(vector)).toBeUndefined()
  })
})

describe('the proof of an acceptance', () => {
  it.each(proofs)('by $author', (vector) => {
    const [inRoom, invite] = [parseDocumentId(vector.room)!, parseDocumentId(vector.invite)!]
    const signer = signerOfSeed(fromHex(vector.seed))
    expect(signer.author).toBe(vector.key)
    const content = acceptanceContent(inRoom, invite, vector.author as PeerId)
    expect(toHex(content)).toBe(vector.content)
    const accepted = acceptance(inRoom, invite, vector.author as PeerId, signer)
    expect(withHexBytes(accepted)).toEqual({ type: 'accept', invite, proof: vector.proof })
    expect(verifySignature(signer.author, content, fromHex(vector.proof))).toBe(true)
  })
})

describe('the proof of a device', () => {
  it.each(deviceProofs)('for $author', (vector) => {
    const device = signerOfSeed(fromHex(vector.seed))
    const box = fromHex(vector.box)
    const content = deviceContent(vector.author as PeerId, box)
    expect([device.author, toHex(content)]).toEqual([vector.member, vector.content])
    expect(toHex(deviceProof(vector.author as PeerId, box, device))).toBe(vector.proof)
  })
})
