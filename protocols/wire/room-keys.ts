/**
 * Everything derived from a room's id, which is a secret of those who know the room: its name on the wire,
 * the proof of knowing it, the encryption of its gossip, and the names by which those are found who have its
 * files. Pure functions.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto'
import { bytesOfBlockId } from './block-ids.ts'
import { BoundedCache } from './bounded-cache.ts'
import { sha256, sha256Hex } from './crypto.ts'
import { digestOfDocumentId, type BlockId, type PeerId, type ProvideKey, type RoomId, type TopicKey } from './ids.ts'

const TOPIC_DOMAIN = Buffer.from('kith/topic/1')
const PROOF_DOMAIN = Buffer.from('kith/proof/1')
const GOSSIP_DOMAIN = Buffer.from('kith/gossip/1')
const PROVIDE_DOMAIN = Buffer.from('kith/provide/1')
const PROVIDER_DOMAIN = Buffer.from('kith/provider/1')
const PROVIDER_SEAL_DOMAIN = Buffer.from('kith/provider-seal/1')

const CIPHER = 'chacha20-poly1305'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** Bytes that sealing adds to a payload. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES

/** Every record names its room. */
const MAX_CACHED = 1_024
const topicKeys = new BoundedCache<RoomId, TopicKey>(MAX_CACHED)

/** The room's name on the wire, which reveals nothing to those who do not know the room. */
export function topicKeyOf(room: RoomId): TopicKey {
  return topicKeys.getOrRead(room, () => sha256Hex(Buffer.concat([TOPIC_DOMAIN, digestOfDocumentId(room)])) as TopicKey)
}

/** The name of a block of the room in a DHT, which reveals nothing to those who do not know both. */
export function provideKeyOf(room: RoomId, id: BlockId): ProvideKey {
  return sha256Hex(Buffer.concat([PROVIDE_DOMAIN, digestOfDocumentId(room), bytesOfBlockId(id)])) as ProvideKey
}

/** The secrets of a place for a provider record. */
export interface ProviderSecrets {
  /** Of the Ed25519 key that signs what is there. */
  seed: Uint8Array
  /** What is there is sealed with it. */
  sealingKey: Uint8Array
}

/** What those have in common who know a room and a block of it, for the place of a number, from 0 to 255. */
export function providerSecrets(room: RoomId, id: BlockId, number: number): ProviderSecrets {
  const seed = sha256(PROVIDER_DOMAIN, digestOfDocumentId(room), bytesOfBlockId(id), Uint8Array.of(number))
  return { seed, sealingKey: sha256(PROVIDER_SEAL_DOMAIN, seed) }
}

/**
 * 32 bytes that prove to `verifier` that `prover` knows the room's id. They are bound to both peers, so
 * nobody else can use them.
 */
export function proveRoom(room: RoomId, prover: PeerId, verifier: PeerId): Uint8Array {
  const key = sha256(PROOF_DOMAIN, digestOfDocumentId(room))
  return createHmac('sha256', key).update(`${prover} ${verifier}`).digest()
}

/** Whether `proof` equals the result of `proveRoom`, compared in constant time. */
export function isRoomProof(room: RoomId, prover: PeerId, verifier: PeerId, proof: Uint8Array): boolean {
  const expected = proveRoom(room, prover, verifier)
  return proof.length === expected.length && timingSafeEqual(proof, expected)
}

/**
 * Seals a payload for the room's gossip topic. Equal payloads give equal sealed bytes, and gossip recognises them as one
 * message.
 */
export function sealGossip(room: RoomId, payload: Uint8Array): Uint8Array {
  return sealPayload(gossipKey(room), payload)
}

/**
 * Opens a sealed payload; undefined if it was not sealed for this room. A nonce that was not derived from
 * the payload is refused: otherwise one payload could be spread as many messages.
 */
export function openGossip(room: RoomId, sealed: Uint8Array): Uint8Array | undefined {
  return openPayload(gossipKey(room), sealed)
}

/** Seals a payload with a key of 32 bytes. The nonce is derived from the payload, so none is used for two payloads. */
export function sealPayload(key: Uint8Array, payload: Uint8Array): Uint8Array {
  const nonce = nonceOf(key, payload)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  return Buffer.concat([nonce, cipher.update(payload), cipher.final(), cipher.getAuthTag()])
}

/** Opens what `sealPayload` made with the key; undefined if it is anything else. */
export function openPayload(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SEAL_BYTES) return undefined
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  let payload: Uint8Array
  try {
    payload = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch {
    return undefined // sealed with another key, or changed since
  }
  return timingSafeEqual(nonceOf(key, payload), nonce) ? payload : undefined
}

function nonceOf(key: Uint8Array, payload: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(payload).digest().subarray(0, NONCE_BYTES)
}

function gossipKey(room: RoomId): Uint8Array {
  return sha256(GOSSIP_DOMAIN, digestOfDocumentId(room))
}
