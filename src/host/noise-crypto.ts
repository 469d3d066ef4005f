/**
 * The Noise library's cryptography, without its greatest costs: if a key is given as bytes, Node turns it
 * into a key object for every message, which takes a quarter of the time of a full one; and the library derives
 * keys in JavaScript, which takes tens of milliseconds for the first connections of a process.
 */
import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { defaultCrypto, nodeCrypto } from '@libp2p/noise/crypto'
import type { NoiseInit } from '@libp2p/noise'

type NoiseCrypto = NonNullable<NoiseInit['crypto']>

/** Below this size the library uses WebAssembly, which starts faster than Node's ciphers. */
const SMALL_MESSAGE_BYTES = 1_200

const KEY_BYTES = 32
const NO_INFO = new Uint8Array(0)

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
  getHKDF(chainingKey, input) {
    const keys = new Uint8Array(hkdfSync('sha256', input, chainingKey, NO_INFO, 3 * KEY_BYTES))
    return [
      keys.subarray(0, KEY_BYTES),
      keys.subarray(KEY_BYTES, 2 * KEY_BYTES),
      keys.subarray(2 * KEY_BYTES, 3 * KEY_BYTES),
    ]
  },
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
