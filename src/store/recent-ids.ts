/**
 * The rows of the documents that were written or read last, by their digests and the other way round. Most documents name
 * some of these. In buffers of a fixed size, as an entry of a map for each document takes more time and memory.
 */

/** Some minutes of a busy room, and the last documents of a thousand authors who write in turn. */
const ROWS = 4_096
const DIGEST_BYTES = 32

export class RecentIds {
  /** The row with a key is at its remainder; 0 stands for none. */
  readonly #keys = new Float64Array(ROWS)
  readonly #digests = Buffer.alloc(ROWS * DIGEST_BYTES)
  /** The newest row with a digest is where the first bytes of that say. */
  readonly #newest = new Float64Array(ROWS)

  add(key: number, digest: Uint8Array): void {
    const slot = key % ROWS
    this.#keys[slot] = key
    this.#digests.set(digest, slot * DIGEST_BYTES)
    this.#newest[placeOf(digest, 0)] = key
  }

  /** The row of the document whose digest begins at a place. */
  keyOf(bytes: Uint8Array, at: number): number | undefined {
    const key = this.#newest[placeOf(bytes, at)] ?? 0
    const slot = key % ROWS
    if (key === 0 || this.#keys[slot] !== key) return undefined
    const start = slot * DIGEST_BYTES
    for (let i = 0; i < DIGEST_BYTES; i++) if (this.#digests[start + i] !== bytes[at + i]) return undefined
    return key
  }

  /** Holds until another one is added. */
  digestOf(key: number): Uint8Array | undefined {
    const slot = key % ROWS
    if (key <= 0 || this.#keys[slot] !== key) return undefined
    return this.#digests.subarray(slot * DIGEST_BYTES, (slot + 1) * DIGEST_BYTES)
  }

  clear(): void {
    this.#keys.fill(0)
    this.#newest.fill(0)
  }
}

function placeOf(bytes: Uint8Array, at: number): number {
  return (256 * (bytes[at] ?? 0) + (bytes[at + 1] ?? 0)) % ROWS
}
