/**
 * HPKE (RFC 9180) in base mode, one message for each encapsulated key: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and
 * ChaCha20-Poly1305. Libraries are asynchronous and take five times as long for the members of a large room; a machine
 * is synchronous. The tests compare this with one of them, and with the vectors of the RFC.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  diffieHellman,
  type KeyObject,
} from 'node:crypto'
import { openAead, sealAead } from './aead.ts'
import { KEY_BYTES, NONCE_BYTES } from './constants.ts'

const VERSION = Buffer.from('HPKE-v1')
const KEM_SUITE = Buffer.from('KEM\0\x20', 'latin1')
const HPKE_SUITE = Buffer.from('HPKE\0\x20\0\x01\0\x03', 'latin1')
const BASE_MODE = Buffer.of(0)
const NOTHING = Buffer.alloc(0)
/** As a key of HMAC, which is filled up with zeros. */
const NO_SALT = Buffer.alloc(KEY_BYTES)

// RFC 8410: the fixed DER prefixes of keys of X25519.
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex')

/** A key pair of X25519. */
export interface BoxKey {
  readonly privateKey: KeyObject
  /** 32 bytes. */
  readonly publicKey: Uint8Array
}

/** `secret`: 32 bytes, of which X25519 makes a private key. Throws a RangeError for another length. */
export function boxKeyOf(secret: Uint8Array): BoxKey {
  // What DER has behind its end is ignored.
  if (secret.length !== KEY_BYTES) throw new RangeError(`a secret of X25519 has ${KEY_BYTES} bytes`)
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_PREFIX, secret]), format: 'der', type: 'pkcs8' })
  const { x } = privateKey.export({ format: 'jwk' })
  return { privateKey, publicKey: Buffer.from(x ?? '', 'base64url') }
}

/** What something is sealed for, on both sides. */
export interface SealingContext {
  info: Uint8Array
  aad: Uint8Array
}

/**
 * Seals to a public key. `ephemeral`: a fresh key pair. Returns its public key and the ciphertext, one after the other;
 * undefined for a public key with which no secret can be shared.
 */
export function sealTo(
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  { info, aad }: SealingContext,
  ephemeral: BoxKey,
): Buffer | undefined {
  const shared = sharedSecret(ephemeral, publicKey, ephemeral.publicKey, publicKey)
  if (shared === undefined) return undefined
  const { key, nonce } = keySchedule(shared, info)
  return Buffer.concat([ephemeral.publicKey, sealAead(key, nonce, aad, plaintext)])
}

/** The plaintext; undefined if it was sealed to somebody else, or for something else, or is damaged. */
export function openWith(box: BoxKey, sealed: Uint8Array, { info, aad }: SealingContext): Buffer | undefined {
  const encapsulated = sealed.subarray(0, KEY_BYTES)
  const shared = encapsulated.length === KEY_BYTES && sharedSecret(box, encapsulated, encapsulated, box.publicKey)
  if (!shared) return undefined
  const { key, nonce } = keySchedule(shared, info)
  return openAead(key, nonce, aad, sealed.subarray(KEY_BYTES))
}

/** DHKEM's: undefined if the other key has another length, or is of small order. */
function sharedSecret(
  { privateKey }: BoxKey,
  other: Uint8Array,
  encapsulated: Uint8Array,
  recipient: Uint8Array,
): Buffer | undefined {
  if (other.length !== KEY_BYTES) return undefined
  try {
    const der = Buffer.concat([PUBLIC_PREFIX, other])
    const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' })
    const dh = diffieHellman({ privateKey, publicKey })
    if (dh.every((byte) => byte === 0)) return undefined // RFC 9180, 7.1.4: not every library refuses it
    const prk = extract(KEM_SUITE, NO_SALT, 'eae_prk', dh)
    return expand(KEM_SUITE, prk, 'shared_secret', Buffer.concat([encapsulated, recipient]), KEY_BYTES)
  } catch {
    return undefined
  }
}

function keySchedule(shared: Uint8Array, info: Uint8Array): { key: Buffer; nonce: Buffer } {
  const context = Buffer.concat([BASE_MODE, PSK_ID_HASH, extract(HPKE_SUITE, NO_SALT, 'info_hash', info)])
  const secret = extract(HPKE_SUITE, shared, 'secret', NOTHING)
  return {
    key: expand(HPKE_SUITE, secret, 'key', context, KEY_BYTES),
    nonce: expand(HPKE_SUITE, secret, 'base_nonce', context, NONCE_BYTES),
  }
}

const PSK_ID_HASH = extract(HPKE_SUITE, NO_SALT, 'psk_id_hash', NOTHING)

function extract(suite: Uint8Array, salt: Uint8Array, label: string, material: Uint8Array): Buffer {
  return hmacOf(salt, Buffer.concat([VERSION, suite, Buffer.from(label), material]))
}

/** At most the output of one hash. */
function expand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, length: number): Buffer {
  const labelled = [Buffer.of(0, length), VERSION, suite, Buffer.from(label), info, Buffer.of(1)]
  return hmacOf(prk, Buffer.concat(labelled)).subarray(0, length)
}

/** With a key object, it takes a third of the time. */
function hmacOf(key: Uint8Array, content: Uint8Array): Buffer {
  return createHmac('sha256', createSecretKey(key)).update(content).digest()
}
