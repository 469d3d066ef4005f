/**
 * Peer ids and the Ed25519 keys they carry. A document holds its author's key as 32 raw bytes;
 * everywhere else the author is the peer id of that key, as libp2p writes it.
 */
import { base58btc } from 'multiformats/bases/base58'
import { encodeBase58 } from './base58.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { PeerId } from './ids.ts'

/** Bytes of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32

/**
 * What precedes the key in a binary peer id: an identity multihash of 36 bytes, and in it libp2p's
 * PublicKey message with the type Ed25519.
 */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, PUBLIC_KEY_BYTES)

/** Authors of a busy room, a few hundred bytes each: most documents then share one string with others of their author. */
const MAX_CACHED = 8_192
/** Keys are strings of one byte per character here, as a map needs a value to look up. */
const peerIds = new BoundedCache<string, PeerId>(MAX_CACHED)
const publicKeys = new BoundedCache<PeerId, string>(MAX_CACHED)

/** The peer id of an Ed25519 public key. Throws a TypeError on any other length than 32 bytes. */
export function peerIdOfPublicKey(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new TypeError(`a public key has ${PUBLIC_KEY_BYTES} bytes, not ${publicKey.length}`)
  }
  const key = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1')
  return peerIds.getOrRead(key, () => {
    return encodeBase58(Buffer.concat([PREFIX, publicKey])) as PeerId
  })
}

/** The Ed25519 public key (32 bytes) that a peer id carries; undefined where it carries none, as those of other key types. */
export function publicKeyOfPeerId(peer: PeerId): Uint8Array | undefined {
  const key = publicKeys.getOrRead(peer, () => readPublicKey(peer))
  return key === undefined ? undefined : Buffer.from(key, 'latin1')
}

function readPublicKey(peer: PeerId): string | undefined {
  let bytes: Uint8Array
  try {
    bytes = base58btc.decode(base58btc.prefix + peer)
  } catch {
    return undefined // not base58, as the peer id of another implementation's key type may be
  }
  const isEd25519 =
    bytes.length === PREFIX.length + PUBLIC_KEY_BYTES && PREFIX.every((byte, index) => bytes[index] === byte)
  return isEd25519 ? Buffer.from(bytes.subarray(PREFIX.length)).toString('latin1') : undefined
}
