import { randomBytes } from 'node:crypto'
import { defaultCrypto } from '@libp2p/noise/crypto'
import { describe, expect, it } from 'vitest'
import { noiseCrypto } from '../../../src/host/noise-crypto.ts'

const nonce = randomBytes(12)
const key = randomBytes(32)
const additionalData = randomBytes(8)

/** The results of Node and WebAssembly for it. */
const UNAUTHENTIC = /unable to authenticate data|Invalid chacha20poly1305 decryption/

describe("the cryptography of Noise is the library's own", () => {
  it.each([0, 1, 1_199, 1_200, 1_216, 65_519])('for a message of %i bytes', (sizeBytes) => {
    const plaintext = randomBytes(sizeBytes)
    for (const [ours, theirs] of [
      [noiseCrypto, defaultCrypto],
      [defaultCrypto, noiseCrypto],
      [noiseCrypto, noiseCrypto],
    ] as const) {
      const ciphertext = ours.chaCha20Poly1305Encrypt(plaintext, nonce, additionalData, key).subarray()
      expect(ciphertext).toHaveLength(sizeBytes + 16)
      const decrypted = theirs.chaCha20Poly1305Decrypt(ciphertext, nonce, additionalData, key)
      expect(Buffer.compare(decrypted.subarray(), plaintext)).toBe(0)
    }
  })

  it.each([100, 5_000])('and refuses a message of %i bytes that was changed, or has another key', (sizeBytes) => {
    const ciphertext = noiseCrypto.chaCha20Poly1305Encrypt(randomBytes(sizeBytes), nonce, additionalData, key)
    const changed = Uint8Array.from(ciphertext.subarray())
    changed[3]! ^= 1
    expect(() => noiseCrypto.chaCha20Poly1305Decrypt(changed, nonce, additionalData, key)).toThrow(UNAUTHENTIC)
    const other = randomBytes(32)
    expect(() => noiseCrypto.chaCha20Poly1305Decrypt(ciphertext, nonce, additionalData, other)).toThrow(UNAUTHENTIC)
  })

  it.each([0, 32])('where it derives keys from %i bytes', (inputBytes) => {
    const input = randomBytes(inputBytes)
    const hexOf = (crypto: typeof defaultCrypto): string[] =>
      crypto.getHKDF(key, input).map((derived) => Buffer.from(derived.subarray()).toString('hex'))
    expect(hexOf(noiseCrypto)).toEqual(hexOf(defaultCrypto))
  })
})
