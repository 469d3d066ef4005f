/** What is sealed in private rooms, written from the specification. */
import { bytes, concat, filled, sha256, text, utf8, type Bytes, type Key } from './bytes.ts'
import { elementsOf, type Draft } from './document.ts'
import { aeadSeal, expand, hpkeSeal } from './hpke.ts'
import { map } from './acts.ts'

const NONCE = filled(12)

const uint64 = (value: number): Bytes => {
  const written = Buffer.alloc(8)
  written.writeBigUInt64BE(BigInt(value))
  return written
}

export const keyIdOf = (key: Bytes): Bytes => expand(key, 16, utf8('kith/epoch/1'))

export const inviteBoxSecret = (seed: Bytes): Bytes => expand(seed, 32, utf8('kith/invite-box/1'))

/** A key for a box: what HPKE encapsulates, and the ciphertext. */
export const sealedKey = (room: Bytes, key: Bytes, box: Bytes, ephemeral: Bytes): Bytes =>
  hpkeSeal(box, ephemeral, concat(utf8('kith/key/1'), room), keyIdOf(key), key)

export const sealedKeys = (room: Bytes, key: Bytes, boxes: Bytes[], ephemeral: Bytes): Bytes =>
  concat(...boxes.flatMap((box) => [box.subarray(0, 8), sealedKey(room, key, box, ephemeral)]))

export const wrappedKey = (room: Bytes, key: Bytes, before: Bytes): Bytes =>
  aeadSeal(expand(key, 32, utf8('kith/wrapped/1'), room, keyIdOf(before)), NONCE, keyIdOf(key), before)

interface Place {
  room: Bytes
  author: Bytes
  seq: number
  aad: Bytes
}

export function sealed(key: Bytes, { room, author, seq, aad }: Place, salt: Bytes, plaintext: Bytes): Bytes {
  const once = expand(key, 32, utf8('kith/sealed/1'), room, author, uint64(seq), salt)
  return concat(Uint8Array.of(1), keyIdOf(key), salt, aeadSeal(once, NONCE, aad, plaintext))
}

/** The salt that writers give a state, which readers take as it is. */
export const stateSalt = (room: Bytes, key: Bytes, state: Bytes): Bytes =>
  expand(key, 16, utf8('kith/state-salt/1'), room, sha256(state))

export const sealedState = (room: Bytes, key: Bytes, state: Bytes, salt = stateSalt(room, key, state)): Bytes =>
  aeadSeal(expand(key, 32, utf8('kith/state/1'), room, salt), NONCE, filled(0), state)

export const packed = (kind: string, body: Bytes): Bytes => concat(Uint8Array.of(kind.length), utf8(kind), body)

/** A document with its kind and body sealed, or with something else inside. */
export function sealedDraft(draft: Draft, key: Bytes, salt: Bytes, inside = packed(draft.kind, draft.body)): Draft {
  const outside = { ...draft, kind: 'sealed' }
  const aad = concat(Uint8Array.of(0x8d), ...elementsOf(outside).slice(0, -1))
  const place = { room: draft.room ?? filled(32), author: draft.key.publicKey, seq: draft.seq, aad }
  return { ...outside, body: sealed(key, place, salt, inside) }
}

interface PrivateRoot {
  key: Bytes
  box: Bytes
  nonce: Bytes
  author: Key
  /** What is inside. Default: the chat Kitchen. */
  inside?: Bytes
}

/** The body of the root of a private room. */
export function privateRootBody({ key, box, nonce, author, inside }: PrivateRoot): Bytes {
  const named = inside ?? map(['app', text('chat')], ['name', text('Kitchen')])
  const place = { room: filled(32), author: author.publicKey, seq: 0, aad: concat(box, nonce) }
  const body = sealed(key, place, nonce, named)
  return map(['box', bytes(box)], ['nonce', bytes(nonce)], ['access', text('private')], ['sealed', bytes(body)])
}
