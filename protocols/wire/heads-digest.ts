/**
 * A digest of any number of heads, for frontiers that cannot name them all. It does not depend on the order
 * of the heads, and one that comes or goes changes it at the same cost however many there are: LtHash
 * (Bellare and Micciancio, 1997; Lewi et al., "Securing Update Propagation with Homomorphic Hashing", 2019).
 * Sums or exclusive ors of plain hashes would be as quick, but whoever chooses documents could choose sets
 * with equal ones. README.md of room state specifies it.
 */
import { sha256Hex, shake256 } from './crypto.ts'
import { digestOfDocumentId, type DocumentId, type HeadsDigest } from './ids.ts'

/** Lanes of 16 bits: with these numbers, colliding sets are as hard to find as for SHA-256. */
const LANES = 1_024
const LANE_BYTES = 2

/** Prefixed to what is hashed, so that hashes for different purposes never have the same input. */
const HEAD_DOMAIN = Buffer.from('kith/head/1')
const HEADS_DOMAIN = Buffer.from('kith/heads/1')

/** The length of a digest. */
const HEADS_DIGEST_BYTES = 32

/** A set of heads of which only the hash is kept. */
export class HeadsHash {
  readonly #lanes = new Uint16Array(LANES)
  #digest: HeadsDigest | undefined

  /** Adds a head that is not in the set. */
  add(id: DocumentId): void {
    this.#change(id, 1)
  }

  /** Removes a head that is in the set. */
  remove(id: DocumentId): void {
    this.#change(id, -1)
  }

  /** The same for equal sets. */
  digest(): HeadsDigest {
    this.#digest ??= this.#compute()
    return this.#digest
  }

  #change(id: DocumentId, sign: 1 | -1): void {
    this.#digest = undefined
    const bytes = shake256(LANES * LANE_BYTES, HEAD_DOMAIN, digestOfDocumentId(id))
    const lanes = this.#lanes
    for (let i = 0; i < LANES; i++) lanes[i] = (lanes[i] ?? 0) + sign * bytes.readUInt16LE(i * LANE_BYTES)
  }

  #compute(): HeadsDigest {
    const bytes = Buffer.alloc(HEADS_DOMAIN.length + LANES * LANE_BYTES)
    bytes.set(HEADS_DOMAIN)
    const lanes = this.#lanes
    for (let i = 0; i < LANES; i++) bytes.writeUInt16LE(lanes[i] ?? 0, HEADS_DOMAIN.length + i * LANE_BYTES)
    return sha256Hex(bytes) as HeadsDigest
  }
}

/** As it is on the wire. */
export function bytesOfHeadsDigest(digest: HeadsDigest): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(digest, 'hex'))
}

/** Throws a RangeError if the bytes have the wrong length. */
export function headsDigestOfBytes(bytes: Uint8Array): HeadsDigest {
  if (bytes.length !== HEADS_DIGEST_BYTES) {
    throw new RangeError(`a digest of heads must have ${HEADS_DIGEST_BYTES} bytes, not ${bytes.length}`)
  }
  return Buffer.from(bytes).toString('hex') as HeadsDigest
}
