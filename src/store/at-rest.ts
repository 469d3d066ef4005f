/**
 * Seals what a data folder must not tell whoever finds it: keys, what only members of private rooms read, and where the user
 * wants that, all documents and blocks of files. The key follows from that of the node, so that the passphrase of that one
 * protects all of it, whenever it is set.
 */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { openAead, sealAead } from '../../protocols/sealing/aead.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../protocols/sealing/constants.ts'
import { unreadable } from './store-errors.ts'

const KEY_BYTES = 32
const CIPHER_DOMAIN = 'kith/at-rest/1'
const LOOKUP_DOMAIN = 'kith/at-rest-lookup/1'
const NOTHING = new Uint8Array(0)

/** By how much what is sealed is longer. */
export const SEALED_MORE_BYTES = NONCE_BYTES + TAG_BYTES

/** Seals and opens bytes: all that a thread needs that reads the database. */
export class AtRestCipher {
  readonly key: Uint8Array

  constructor(key: Uint8Array) {
    this.key = key
  }

  /** The nonce is random: 2^32 values can be sealed before one comes twice (NIST SP 800-38D). */
  seal(value: Uint8Array): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    return Buffer.concat([nonce, sealAead(this.key, nonce, NOTHING, value)])
  }

  /** Undefined if it was sealed with another key, or is damaged. */
  open(sealed: Uint8Array): Buffer | undefined {
    if (sealed.length < NONCE_BYTES) return undefined
    return openAead(this.key, sealed.subarray(0, NONCE_BYTES), NOTHING, sealed.subarray(NONCE_BYTES))
  }

  /** A document or a block that was stored, `sealed` or not. What cannot be opened stays as it is, and is not what its id says. */
  opened(stored: Uint8Array, sealed: number | boolean): Uint8Array {
    const opened = sealed ? this.open(stored) : undefined
    return opened === undefined ? stored : new Uint8Array(opened.buffer, opened.byteOffset, opened.length)
  }
}

export class AtRestKey extends AtRestCipher {
  /** Whether documents and blocks are sealed, too. */
  readonly sealsAll: boolean
  readonly #lookupKey: Uint8Array

  /** `seed`: of the node's Ed25519 key. */
  constructor(seed: Uint8Array, sealsAll = false) {
    const derive = (domain: string): Uint8Array => new Uint8Array(hkdfSync('sha256', seed, NOTHING, domain, KEY_BYTES))
    super(derive(CIPHER_DOMAIN))
    this.sealsAll = sealsAll
    this.#lookupKey = derive(LOOKUP_DOMAIN)
  }

  /** A document or a block as it is stored. */
  stored(block: Uint8Array): Uint8Array {
    return this.sealsAll ? this.seal(block) : block
  }

  /** By which a sealed text is found: the same for equal texts, and who lacks the key learns nothing else from it. */
  lookupOf(text: string): Buffer {
    return createHmac('sha256', this.#lookupKey).update(text).digest()
  }

  /** Whether what a column has can be opened; null is not sealed. */
  opens(value: SQLInputValue | undefined): boolean {
    return value === null || this.#opened(value) !== undefined
  }

  /**
   * Lets SQL statements call `seal(value)`, `unseal(value)` and `lookup(text)`. A text is sealed as a text, bytes as bytes,
   * and null is null. What cannot be opened is a StoreError. `rest(block, sealed)` is a block that is stored, as it would be
   * stored anew.
   */
  addTo(database: DatabaseSync, path: string): void {
    database.function('seal', (value) => this.#sealed(value))
    database.function('unseal', (value) => {
      if (value === null) return null
      const opened = this.#opened(value)
      if (opened === undefined) throw unreadable(path)
      return opened
    })
    database.function('rest', (block, sealed) => {
      if (!(block instanceof Uint8Array)) return null
      return this.stored(this.opened(block, Number(sealed)))
    })
    database.function('lookup', { deterministic: true }, (text) => this.lookupOf(String(text)))
  }

  #sealed(value: SQLInputValue): SQLInputValue {
    if (typeof value === 'string') return this.seal(Buffer.from(value)).toString('base64')
    return value instanceof Uint8Array ? this.seal(value) : null
  }

  #opened(value: SQLInputValue | undefined): string | Uint8Array | undefined {
    if (typeof value === 'string') return this.open(Buffer.from(value, 'base64'))?.toString()
    return value instanceof Uint8Array ? this.open(value) : undefined
  }
}
