/** Sealed states of the vectors, and the checkpoints that name them, as nodes read and write them. */
import { describe, expect, it } from 'vitest'
import { bytesBeforeBody, encodeDocument } from '../../../../protocols/document/document.ts'
import { CHECKPOINT_KIND } from '../../../../protocols/room/constants.ts'
import { EpochKey, packContent, SEALED_KIND, TAG_BYTES } from '../../../../protocols/sealing/index.ts'
import { digestOfDocumentId, parseDocumentId, type BlockId } from '../../../../protocols/wire/ids.ts'
import { checkpointBody, checkpointOf, firstKeyIn } from '../../../../src/room/checkpoint.ts'
import { openDocument } from '../../../../src/room/sealing/opened.ts'
import { NOW_MS, rootOf, signerOf } from '../../room/history.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

type Sealed = Record<'room' | 'key' | 'salt' | 'sealed', string>
type Said = { documents: number; size: number; state: BlockId; salt: string; first: string | null }

interface StateVectors {
  valid: (Sealed & { name: string; state: string })[]
  anySalt: Sealed & { state: string }
  invalid: (Sealed & { name: string })[]
  bodies: (Said & { name: string; body: string })[]
  ignored: { name: string; body: string }[]
}

const { valid, anySalt, invalid, bodies, ignored } = readVectors<StateVectors>('sealing/vectors/states.json')

const roomOf = ({ room }: Sealed): Uint8Array => digestOfDocumentId(parseDocumentId(room)!)
const keyOf = ({ key }: Sealed): EpochKey => new EpochKey(fromHex(key))

describe('a sealed state', () => {
  it.each([...valid, { ...anySalt, name: 'with any salt' }])('$name', (vector) => {
    const [room, key, state, salt] = [roomOf(vector), keyOf(vector), fromHex(vector.state), fromHex(vector.salt)]
    expect(toHex(key.sealState(room, state, salt))).toBe(vector.sealed)
    expect(toHex(key.openState(room, fromHex(vector.sealed), salt)!)).toBe(vector.state)
    expect(vector.sealed.length / 2).toBe(state.length + TAG_BYTES)
  })

  it.each(valid)('has a salt of its own: $name', (vector) => {
    const key = keyOf(vector)
    expect(toHex(key.stateSalt(roomOf(vector), fromHex(vector.state)))).toBe(vector.salt)
    expect(toHex(key.stateSalt(roomOf(vector), fromHex(`${vector.state}00`)))).not.toBe(vector.salt)
  })

  it.each(invalid)('does not open: $name', (vector) => {
    expect(keyOf(vector).openState(roomOf(vector), fromHex(vector.sealed), fromHex(vector.salt))).toBeUndefined()
  })
})

describe('a checkpoint in a private room', () => {
  const key = keyOf(anySalt)
  const { author } = signerOf(0)

  /** A document with that body inside, opened. */
  const opened = (body: string) => {
    const room = rootOf().id
    const place = { room, author, seq: 0, previous: null, parents: [room], clock: 2, timeMs: NOW_MS, epoch: 0 }
    const draft = { ...place, kind: SEALED_KIND, links: [] }
    const digest = digestOfDocumentId(room)
    const aad = bytesBeforeBody(encodeDocument({ ...draft, body: new Uint8Array(0) }, signerOf(0)))
    const content = packContent({ kind: CHECKPOINT_KIND, body: fromHex(body) })
    const sealed = key.seal({ room: digest, author, seq: 0, aad }, content, new Uint8Array(16))
    return openDocument(encodeDocument({ ...draft, body: sealed }, signerOf(0)), key, digest)!
  }

  it.each(bodies)('$name', ({ body, documents, size: sizeBytes, state: root, salt, first }) => {
    const document = opened(body)
    expect(checkpointOf(document)).toMatchObject({ documents, sizeBytes, root, sealing: { epoch: key.id, salt } })
    expect(firstKeyIn(document)?.id).toBe(first === null ? undefined : new EpochKey(fromHex(first)).id)
  })

  it('is written as the first of the vectors is', () => {
    const [{ body, documents, size: sizeBytes, state: root, salt, first }] = bodies as [(typeof bodies)[0]]
    const sealing = { salt: fromHex(salt), first: fromHex(first!) }
    expect(toHex(checkpointBody(documents, { root, sizeBytes }, sealing))).toBe(body)
  })

  it.each(ignored)('says nothing: $name', ({ body }) => {
    expect(checkpointOf(opened(body))).toBeUndefined()
  })
})
