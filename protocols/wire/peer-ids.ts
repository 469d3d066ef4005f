/**
 * Peer ids and the Ed25519 keys in them. A document contains its author's key as 32 raw bytes; everywhere
 * else an author is the peer id of that key, in libp2p's form.
 */
import { base58btc } from 'multiformats/bases/base58'
import { encodeBase58 } from './base58.ts'
import { BoundedCache } from './bounded-cache.ts'
import type { PeerId } from './ids.ts'

/** Bytes of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32

/**
 * The bytes before the key in a binary peer id: an identity multihash of 36 bytes that contains libp2p's
 * PublicKey message of type Ed25519.
 */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, PUBLIC_KEY_BYTES)

/** Authors of a busy room, a few hundred bytes each. Documents of one author then mostly share one string. */
const MAX_CACHED = 8_192
/** Keys are strings with one character per byte, because a map compares objects by identity. */
const peerIds = new BoundedCache<string, PeerId>(MAX_CACHED)
const publicKeys = new BoundedCache<PeerId, string>(MAX_CACHED)

/** The last key that was read, as documents of a history are mostly by one author in a row. */
const lastKey = new Uint8Array(PUBLIC_KEY_BYTES)
let lastPeer: PeerId | undefined

/** The peer id of the Ed25519 public key whose 32 bytes begin at a place in others. */
export function peerIdOfKeyIn(bytes: Uint8Array, start: number): PeerId {
  let at = 0
  while (at < PUBLIC_KEY_BYTES && bytes[start + at] === lastKey[at]) at++
  if (at === PUBLIC_KEY_BYTES && lastPeer !== undefined) return lastPeer
  const key = bytes.subarray(start, start + PUBLIC_KEY_BYTES)
  lastPeer = peerIdOfPublicKey(key)
  lastKey.set(key)
  return lastPeer
}

/** The peer id of an Ed25519 public key. Throws a TypeError if the length is not 32 bytes. */
export function peerIdOfPublicKey(publicKey: Uint8Array): PeerId {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new TypeError(`a public key must have ${PUBLIC_KEY_BYTES} bytes, not ${publicKey.length}`)
  }
  const key = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1')
  return peerIds.getOrRead(key, () => {
    return encodeBase58(Buffer.concat([PREFIX, publicKey])) as PeerId
  })
}

/** The Ed25519 public key (32 bytes) in a peer id; undefined if it contains none, like those of other key types. */
export function publicKeyOfPeerId(peer: PeerId): Uint8Array | undefined {
  const key = publicKeys.getOrRead(peer, () => readPublicKey(peer))
  return key === undefined ? undefined : Buffer.from(key, 'latin1')
}

function readPublicKey(peer: PeerId): string | undefined {
  let bytes: Uint8Array
  try {
    bytes = base58btc.decode(base58btc.prefix + peer)
  } catch {
    return undefined // not base58, such as a peer id with another implementation's key type
  }
  const isEd25519 =
    bytes.length === PREFIX.length + PUBLIC_KEY_BYTES && PREFIX.every((byte, index) => bytes[index] === byte)
  return isEd25519 ? Buffer.from(bytes.subarray(PREFIX.length)).toString('latin1') : undefined
}
