/** HPKE in base mode (RFC 9180), a second time: X25519 of another library, and labels as in the text of the RFC. */
import { createCipheriv, createHmac } from 'node:crypto'
import { x25519 } from '@noble/curves/ed25519.js'
import { concat, filled, fromHex, utf8, type Bytes } from './bytes.ts'

const hmac = (key: Bytes, ...parts: Bytes[]): Bytes =>
  createHmac('sha256', key)
    .update(concat(...parts))
    .digest()

const KEM = concat(utf8('KEM'), fromHex('0020'))
const HPKE = concat(utf8('HPKE'), fromHex('002000010003'))

const labeledExtract = (suite: Bytes, salt: Bytes, label: string, ikm: Bytes): Bytes =>
  hmac(salt, utf8('HPKE-v1'), suite, utf8(label), ikm)

/** Of one block. */
const labeledExpand = (suite: Bytes, prk: Bytes, label: string, info: Bytes, length: number): Bytes =>
  hmac(prk, Uint8Array.of(0, length), utf8('HPKE-v1'), suite, utf8(label), info, Uint8Array.of(1)).subarray(0, length)

/** HKDF-Expand with SHA-256 (RFC 5869), of one block. */
export const expand = (key: Bytes, length: number, ...info: Bytes[]): Bytes =>
  hmac(key, ...info, Uint8Array.of(1)).subarray(0, length)

export function aeadSeal(key: Bytes, nonce: Bytes, aad: Bytes, plaintext: Bytes): Bytes {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  cipher.setAAD(aad, { plaintextLength: plaintext.length })
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
}

export const boxOf = (secret: Bytes): Bytes => x25519.getPublicKey(secret)

/** What is encapsulated, and the ciphertext behind it. */
export function hpkeSeal(recipient: Bytes, ephemeral: Bytes, info: Bytes, aad: Bytes, plaintext: Bytes): Bytes {
  const enc = boxOf(ephemeral)
  const dh = x25519.getSharedSecret(ephemeral, recipient)
  const eaePrk = labeledExtract(KEM, filled(0), 'eae_prk', dh)
  const shared = labeledExpand(KEM, eaePrk, 'shared_secret', concat(enc, recipient), 32)
  const pskIdHash = labeledExtract(HPKE, filled(0), 'psk_id_hash', filled(0))
  const infoHash = labeledExtract(HPKE, filled(0), 'info_hash', info)
  const context = concat(filled(1), pskIdHash, infoHash)
  const secret = labeledExtract(HPKE, shared, 'secret', filled(0))
  const key = labeledExpand(HPKE, secret, 'key', context, 32)
  const nonce = labeledExpand(HPKE, secret, 'base_nonce', context, 12)
  return concat(enc, aeadSeal(key, nonce, aad, plaintext))
}
