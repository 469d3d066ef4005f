/**
 * The keys of epochs, and what is sealed with them. All is a pure function of its arguments; who calls has the randomness.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { sha256 } from '../wire/crypto.ts'
import { publicKeyOfPeerId } from '../wire/peer-ids.ts'
import type { PeerId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { openAead, sealAead } from './aead.ts'
import {
  DOCUMENT_DOMAIN,
  EPOCH_DOMAIN,
  INVITE_BOX_DOMAIN,
  KEY_BYTES,
  KEY_ID_BYTES,
  NONCE_BYTES,
  RECIPIENT_DOMAIN,
  SALT_BYTES,
  SEALED_OVERHEAD_BYTES,
  SEALED_VERSION,
  STATE_DOMAIN,
  STATE_SALT_DOMAIN,
  TAG_BYTES,
  WRAP_DOMAIN,
} from './constants.ts'
import { boxKeyOf, openWith, sealTo, type BoxKey } from './hpke.ts'

/** Names the key of an epoch: 32 characters of lower-case hex. */
export type KeyId = string

/** Each key seals a single time. */
const NONCE = Buffer.alloc(NONCE_BYTES)

const NO_AAD = Buffer.alloc(0)

const UINT32_RANGE = 2 ** 32
const UINT32_BYTES = 4

/** A multiple of 4 unpredictable bytes, if the numbers are. */
export function randomBytesOf(random: Random, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at += UINT32_BYTES) bytes.writeUInt32LE(Math.floor(random() * UINT32_RANGE), at)
  return bytes
}

/** Where something is sealed. */
export interface SealedPlace {
  /** The digest of the room's id; 32 zero bytes in the root itself. */
  room: Uint8Array
  author: PeerId
  seq: number
  /** What is not sealed, but cannot be changed either. */
  aad: Uint8Array
}

/** The key of an epoch. */
export class EpochKey {
  readonly bytes: Uint8Array
  readonly id: KeyId
  readonly #key: KeyObject

  /** `bytes`: 32. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#key = createSecretKey(bytes)
    this.id = this.#derive(KEY_ID_BYTES, EPOCH_DOMAIN).toString('hex')
  }

  /** Seals with a key of its own, made of the salt, of 16 random bytes. */
  seal(place: SealedPlace, plaintext: Uint8Array, salt: Uint8Array): Buffer {
    const head = Buffer.concat([Buffer.of(SEALED_VERSION), Buffer.from(this.id, 'hex'), salt])
    return Buffer.concat([head, sealAead(this.#keyFor(place, salt), NONCE, place.aad, plaintext)])
  }

  /** Opens what was sealed with this key; undefined if it was not, or elsewhere. */
  open(place: SealedPlace, sealed: Uint8Array): Buffer | undefined {
    const salt = sealed.subarray(1 + KEY_ID_BYTES, 1 + KEY_ID_BYTES + SALT_BYTES)
    const ciphertext = sealed.subarray(SEALED_OVERHEAD_BYTES - TAG_BYTES)
    return openAead(this.#keyFor(place, salt), NONCE, place.aad, ciphertext)
  }

  /** 16 bytes that no other state has under this key, made of what it seals: no random numbers can repeat. */
  stateSalt(room: Uint8Array, state: Uint8Array): Buffer {
    return this.#derive(SALT_BYTES, STATE_SALT_DOMAIN, room, sha256(state))
  }

  /** Seals the state of a checkpoint, with a key of its own, made of the salt. The same state and salt give the same bytes. */
  sealState(room: Uint8Array, state: Uint8Array, salt: Uint8Array): Buffer {
    return sealAead(this.#derive(KEY_BYTES, STATE_DOMAIN, room, salt), NONCE, NO_AAD, state)
  }

  /** Undefined if it was not sealed with this key and salt. */
  openState(room: Uint8Array, sealed: Uint8Array, salt: Uint8Array): Buffer | undefined {
    return openAead(this.#derive(KEY_BYTES, STATE_DOMAIN, room, salt), NONCE, NO_AAD, sealed)
  }

  /** The key of an epoch before this one, for all who have this one. */
  wrap(room: Uint8Array, { id, bytes }: EpochKey): Buffer {
    return sealAead(this.#wrappingKey(room, id), NONCE, Buffer.from(this.id, 'hex'), bytes)
  }

  /** Undefined if that is not the key with this id. */
  unwrap(room: Uint8Array, id: KeyId, wrapped: Uint8Array): EpochKey | undefined {
    return epochKeyWith(id, openAead(this.#wrappingKey(room, id), NONCE, Buffer.from(this.id, 'hex'), wrapped))
  }

  /** This key for somebody, by its public key of X25519; undefined if that is none. */
  sealFor(room: Uint8Array, publicKey: Uint8Array, random: Random): Buffer | undefined {
    const ephemeral = boxKeyOf(randomBytesOf(random, KEY_BYTES))
    return sealTo(publicKey, this.bytes, recipientContext(room, this.id), ephemeral)
  }

  #keyFor({ room, author, seq }: SealedPlace, salt: Uint8Array): Buffer {
    const place = Buffer.alloc(8)
    place.writeBigUInt64BE(BigInt(seq))
    return this.#derive(KEY_BYTES, DOCUMENT_DOMAIN, room, publicKeyOfPeerId(author) ?? NONCE, place, salt)
  }

  #wrappingKey(room: Uint8Array, id: KeyId): Buffer {
    return this.#derive(KEY_BYTES, WRAP_DOMAIN, room, Buffer.from(id, 'hex'))
  }

  /** HKDF-Expand (RFC 5869): the key is random already. */
  #derive(length: number, domain: string, ...info: Uint8Array[]): Buffer {
    const hmac = createHmac('sha256', this.#key).update(domain)
    for (const part of info) hmac.update(part)
    return hmac.update(Buffer.of(1)).digest().subarray(0, length)
  }
}

/** The key in what was sealed to somebody; undefined if it is not that with this id, or was sealed to another one. */
export function openFor(room: Uint8Array, id: KeyId, box: BoxKey, sealed: Uint8Array): EpochKey | undefined {
  return epochKeyWith(id, openWith(box, sealed, recipientContext(room, id)))
}

/** Names the key with which something was sealed; undefined if it has not the form. */
export function keyIdOf(sealed: Uint8Array): KeyId | undefined {
  if (sealed.length < SEALED_OVERHEAD_BYTES || sealed[0] !== SEALED_VERSION) return undefined
  return Buffer.from(sealed.subarray(1, 1 + KEY_ID_BYTES)).toString('hex')
}

/** The secret of the key pair to which keys are sealed for whoever has the seed of an invite. */
export function inviteBoxSecret(seed: Uint8Array): Uint8Array {
  return createHmac('sha256', seed).update(INVITE_BOX_DOMAIN).update(Buffer.of(1)).digest()
}

function recipientContext(room: Uint8Array, id: KeyId): { info: Uint8Array; aad: Uint8Array } {
  return { info: Buffer.concat([Buffer.from(RECIPIENT_DOMAIN), room]), aad: Buffer.from(id, 'hex') }
}

function epochKeyWith(id: KeyId, bytes: Uint8Array | undefined): EpochKey | undefined {
  if (bytes?.length !== KEY_BYTES) return undefined
  const key = new EpochKey(bytes)
  return key.id === id ? key : undefined
}
