/**
 * The Noise library's cryptography, without its greatest cost: if a key is given as bytes, Node turns it
 * into a key object for every message, which takes a quarter of the time of a full one.
 */
import { createSecretKey, type KeyObject } from 'node:crypto'
import { defaultCrypto, nodeCrypto } from '@libp2p/noise/crypto'
import type { NoiseInit } from '@libp2p/noise'

type NoiseCrypto = NonNullable<NoiseInit['crypto']>

/** Below this size the library uses WebAssembly, which starts faster than Node's ciphers. */
const SMALL_MESSAGE_BYTES = 1_200

/** Two for each connection, collected with it. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

/** A session key in the form that Node's ciphers accept, although the library's types do not say so. */
function keyObjectOf(key: Uint8Array): Uint8Array {
  const known = keyObjects.get(key) ?? createSecretKey(key)
  keyObjects.set(key, known)
  return known as unknown as Uint8Array
}

export const noiseCrypto: NoiseCrypto = {
  ...defaultCrypto,
  chaCha20Poly1305Encrypt(plaintext, nonce, additionalData, key) {
    if (plaintext.byteLength < SMALL_MESSAGE_BYTES)
      return defaultCrypto.chaCha20Poly1305Encrypt(plaintext, nonce, additionalData, key)
    return nodeCrypto.chaCha20Poly1305Encrypt(plaintext, nonce, additionalData, keyObjectOf(key))
  },
  chaCha20Poly1305Decrypt(ciphertext, nonce, additionalData, key, target) {
    if (ciphertext.byteLength < SMALL_MESSAGE_BYTES)
      return defaultCrypto.chaCha20Poly1305Decrypt(ciphertext, nonce, additionalData, key, target)
    return nodeCrypto.chaCha20Poly1305Decrypt(ciphertext, nonce, additionalData, keyObjectOf(key))
  },
}
