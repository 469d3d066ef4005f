/** The keyed hash of items: it says to which symbols an item belongs, and shows that a symbol holds a single one. */
import { sha256, sha256Latin1 } from '../../wire/crypto.ts'
import { ID_BYTES, NONCE_BYTES } from './constants.ts'

declare const brand: unique symbol
/** 16 bytes, made by `comparisonKey`. */
export type ComparisonKey = Uint8Array & { readonly [brand]: 'ComparisonKey' }

const DOMAIN = Buffer.from('kith/reconciliation/1')
const KEY_BYTES = 16

/**
 * The key of a comparison, from a nonce of each side: neither a third party nor the side that opened it can choose ids whose
 * hashes collide. Throws a RangeError if a nonce has not NONCE_BYTES.
 */
export function comparisonKey(openerNonce: Uint8Array, answererNonce: Uint8Array): ComparisonKey {
  for (const { length } of [openerNonce, answererNonce]) {
    if (length !== NONCE_BYTES) throw new RangeError(`a nonce has ${NONCE_BYTES} bytes, not ${length}`)
  }
  return sha256(DOMAIN, openerNonce, answererNonce).subarray(0, KEY_BYTES) as ComparisonKey
}

/** What an id gives under a key, in words of 32 bits. */
export interface ItemHash {
  /** The seed of the item's sequence of symbols. */
  readonly seed0: number
  readonly seed1: number
  readonly checksum: number
}

/** Hashes ids under a key. */
export class KeyedHash {
  readonly #input: Buffer

  constructor(key: ComparisonKey) {
    this.#input = Buffer.alloc(KEY_BYTES + ID_BYTES)
    this.#input.set(key)
  }

  /** The first 12 bytes of SHA-256(key ‖ id) as three little-endian words. */
  of(id: Uint8Array): ItemHash {
    this.#input.set(id, KEY_BYTES)
    const digest = sha256Latin1(this.#input)
    return { seed0: wordOf(digest, 0), seed1: wordOf(digest, 4), checksum: wordOf(digest, 8) }
  }
}

function wordOf(latin1: string, at: number): number {
  const upper = (latin1.charCodeAt(at + 3) << 24) | (latin1.charCodeAt(at + 2) << 16)
  return (upper | (latin1.charCodeAt(at + 1) << 8) | latin1.charCodeAt(at)) >>> 0
}
