/**
 * Hashing and signatures: pure functions of their arguments, so that machines may use them. `node:crypto`
 * is the fastest implementation in Node without a native add-on.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hash,
  sign,
  verify,
  type Hash,
  type KeyObject,
} from 'node:crypto'
import { BoundedCache } from './bounded-cache.ts'
import { isSafePoint, isSafeSignature } from './ed25519-rules.ts'
import type { PeerId } from './ids.ts'
import { peerIdOfPublicKey, publicKeyOfPeerId } from './peer-ids.ts'

/** An author for whom this process can sign. */
export interface Signer {
  readonly author: PeerId
  /** Ed25519 signature, 64 bytes. The caller prefixes the content with a domain. */
  sign(content: Uint8Array): Uint8Array
}

/** SHA-256 of the concatenated parts. */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const digest = createHash('sha256')
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** SHA-256 of bytes that are passed piece by piece. */
export function newSha256(): Pick<Hash, 'update' | 'digest'> {
  return createHash('sha256')
}

/** SHAKE-256 of the concatenated parts, with an output of any length. */
export function shake256(outputLength: number, ...parts: Uint8Array[]): Buffer {
  const digest = createHash('shake256', { outputLength })
  for (const part of parts) digest.update(part)
  return digest.digest()
}

/** SHA-256 of bytes as text with one character for each byte, which takes a third of the time of an array. */
export function sha256Latin1(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary')
}

/** SHA-256 of bytes as lower-case hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

/** Of an Ed25519 key. */
export const SEED_BYTES = 32

/** A signer from an Ed25519 seed. */
export function signerOfSeed(seed: Uint8Array): Signer {
  // RFC 8410: the fixed DER prefix of an Ed25519 private key, then the seed.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const author = peerIdOfPublicKey(Buffer.from(x ?? '', 'base64url'))
  return { author, sign: (content) => sign(null, content, privateKey) }
}

/** Creating a key object costs a third as much as a verification, and a room has few authors. */
const MAX_CACHED_KEYS = 1024
const keys = new BoundedCache<PeerId, KeyObject>(MAX_CACHED_KEYS)

function keyObjectOf(author: PeerId): KeyObject | undefined {
  return keys.getOrRead(author, () => {
    const publicKey = publicKeyOfPeerId(author)
    if (publicKey === undefined || !isSafePoint(publicKey)) return undefined
    const x = Buffer.from(publicKey).toString('base64url')
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  })
}

/**
 * Whether `signature` is the author's signature of `content`, by the rules of the document's spec; false
 * if the author's peer id contains no Ed25519 key that they allow.
 */
export function verifySignature(author: PeerId, content: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = keyObjectOf(author)
    return key !== undefined && isSafeSignature(signature) && verify(null, content, key, signature)
  } catch {
    return false // not a point on the curve
  }
}

/** The same on a thread of Node's pool, for many at once: the calling thread does other things meanwhile. */
export function verifySignatureAside(
  author: PeerId,
  content: Uint8Array,
  signature: Uint8Array,
  done: (isValid: boolean) => void,
): void {
  const key = isSafeSignature(signature) ? keyObjectOf(author) : undefined
  if (key === undefined) done(false)
  else verify(null, content, key, signature, (error, isValid) => done(error === null && isValid))
}
