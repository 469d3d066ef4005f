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

/** The first encryption of appendix A.2.1: base mode with X25519, HKDF-SHA256 and ChaCha20-Poly1305. */
const RFC_9180 = {
  ephemeralSecret: 'f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600',
  recipientSecret: '8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb',
  info: '4f6465206f6e2061204772656369616e2055726e',
  aad: '436f756e742d30',
  plaintext: '4265617574792069732074727574682c20747275746820626561757479',
  /** The encapsulated key, then the ciphertext. */
  sealed:
    '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a' +
    '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28',
}

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

  it('takes keys of 32 bytes only', () => {
    const ephemeral = boxKeyOf(randomBytesOf(seededRandom(7), KEY_BYTES))
    for (const length of [0, KEY_BYTES - 1, KEY_BYTES + 1, 2 * KEY_BYTES]) {
      const bytes = new Uint8Array(length).fill(9)
      expect(sealTo(bytes, plaintext, context, ephemeral)).toBeUndefined()
      expect(() => boxKeyOf(bytes)).toThrow('has 32 bytes')
    }
  })

  it('opens nothing that shares no secret', () => {
    expect(openWith(box, new Uint8Array(KEY_BYTES + plaintext.length + 16), context)).toBeUndefined()
  })

  it('opens what the RFC sealed, and seals the same', () => {
    const { ephemeralSecret, recipientSecret, info, aad, plaintext: text, sealed } = RFC_9180
    const [ephemeral, recipient] = [boxKeyOf(fromHex(ephemeralSecret)), boxKeyOf(fromHex(recipientSecret))]
    const rfcContext = { info: fromHex(info), aad: fromHex(aad) }
    expect(toHex(sealTo(recipient.publicKey, fromHex(text), rfcContext, ephemeral)!)).toBe(sealed)
    expect(toHex(openWith(recipient, fromHex(sealed), rfcContext)!)).toBe(text)
  })

  it('opens nothing that is too short', () => {
    for (const length of [0, 31, 32, 47]) expect(openWith(box, new Uint8Array(length), context)).toBeUndefined()
  })
})
