/** Keys of the vectors, and sealed keys between Kith and another implementation of HPKE. */
import { AEAD_ChaCha20Poly1305, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke'
import { describe, expect, it } from 'vitest'
import {
  boxKeyOf,
  EpochKey,
  inviteBoxSecret,
  KEY_BYTES,
  openFor,
  openWith,
  randomBytesOf,
  sealTo,
} from '../../../../protocols/sealing/index.ts'
import { digestOfDocumentId, parseDocumentId } from '../../../../protocols/wire/ids.ts'
import { seededRandom } from '../../../../src/simulate/random.ts'
import { fromHex, readVectors, toHex } from '../vectors.ts'

interface KeyVectors {
  valid: Record<'key' | 'id' | 'room' | 'secret' | 'box' | 'ephemeral' | 'sealed' | 'wrapping' | 'wrapped', string>[]
  invites: Record<'seed' | 'secret' | 'box', string>[]
  invalid: { name: string; sealed: string }[]
}

const { valid, invites, invalid } = readVectors<KeyVectors>('sealing/vectors/keys.json')
const [vector] = valid as [KeyVectors['valid'][number]]
const key = new EpochKey(fromHex(vector.key))
const room = digestOfDocumentId(parseDocumentId(vector.room)!)
const box = boxKeyOf(fromHex(vector.secret))

/** Gives bytes, four at a time. */
function randomOf(bytes: Uint8Array): () => number {
  let at = 0
  return () => Buffer.from(bytes).readUInt32LE((at += 4) - 4) / 2 ** 32
}

describe('the key of an epoch', () => {
  it('has an id, and a box its public key', () => {
    expect([key.id, toHex(box.publicKey)]).toEqual([vector.id, vector.box])
  })

  it('is sealed to a box and opened with it', () => {
    expect(toHex(key.sealFor(room, box.publicKey, randomOf(fromHex(vector.ephemeral)))!)).toBe(vector.sealed)
    expect(openFor(room, vector.id, box, fromHex(vector.sealed))?.bytes).toEqual(Buffer.from(fromHex(vector.key)))
  })

  it('is wrapped in a later one', () => {
    const later = new EpochKey(fromHex(vector.wrapping))
    expect(toHex(later.wrap(room, key))).toBe(vector.wrapped)
    expect(later.unwrap(room, vector.id, fromHex(vector.wrapped))?.id).toBe(vector.id)
    expect(later.unwrap(room, later.id, fromHex(vector.wrapped))).toBeUndefined()
    expect(key.unwrap(room, vector.id, fromHex(vector.wrapped))).toBeUndefined()
  })

  it.each(invalid)('does not open: $name', ({ sealed }) => {
    expect(openFor(room, vector.id, box, fromHex(sealed))).toBeUndefined()
  })

  it('is sealed to nobody whose public key shares no secret', () => {
    expect(key.sealFor(room, new Uint8Array(KEY_BYTES), seededRandom(1))).toBeUndefined()
  })

  it.each(invites)('is sealed to the box of an invite', ({ seed, secret, box: publicKey }) => {
    const made = inviteBoxSecret(fromHex(seed))
    expect([toHex(made), toHex(boxKeyOf(made).publicKey)]).toEqual([secret, publicKey])
  })
})

describe('HPKE', () => {
  const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305)
  const context = { info: Buffer.from('for what'), aad: Buffer.from('beside it') }
  const plaintext = Buffer.from('32 bytes, as the keys of epochs.')

  it('opens what another implementation sealed', async () => {
    const recipient = await suite.DeserializePublicKey(box.publicKey)
    const { encapsulatedSecret, ciphertext } = await suite.Seal(recipient, plaintext, context)
    expect(openWith(box, Buffer.concat([encapsulatedSecret, ciphertext]), context)).toEqual(plaintext)
  })

  it('seals what another implementation opens', async () => {
    const ephemeral = boxKeyOf(randomBytesOf(seededRandom(7), KEY_BYTES))
    const sealed = sealTo(box.publicKey, plaintext, context, ephemeral)!
    const secret = await suite.DeserializePrivateKey(fromHex(vector.secret), false)
    const [enc, ciphertext] = [sealed.subarray(0, KEY_BYTES), sealed.subarray(KEY_BYTES)]
    expect(Buffer.from(await suite.Open(secret, enc, ciphertext, context))).toEqual(plaintext)
  })

  it('opens nothing that is too short', () => {
    for (const length of [0, 31, 32, 47]) expect(openWith(box, new Uint8Array(length), context)).toBeUndefined()
  })
})
