/** Pages that are made once for all who ask, until something changes. */
import { createHash } from 'node:crypto'

/** Pages that are kept as they were made, until something changes in their room; and all of them together. */
const MAX_KEPT_PAGES = 256
const MAX_KEPT_BYTES = 32 * 1024 * 1024

/** Something that can be read, as it was made. */
export interface Made {
  body: string
  type: string
  etag: string
}

export function madeOf({ body, type }: Omit<Made, 'etag'>): Made {
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` }
}

/** Pages as they were made; the one that was made first gives way. */
export class KeptPages {
  readonly #pages = new Map<string, Made>()
  #bytes = 0
  /** Counts changes: what was made before the last one is not kept. */
  #changes = 0

  get(url: string): Made | undefined {
    return this.#pages.get(url)
  }

  async make(url: string, make: () => Promise<Omit<Made, 'etag'>>): Promise<Made> {
    const changes = this.#changes
    const made = madeOf(await make())
    if (changes !== this.#changes || made.body.length > MAX_KEPT_BYTES) return made
    // Several may have asked for it at the same time.
    this.#bytes += made.body.length - (this.#pages.get(url)?.body.length ?? 0)
    this.#pages.set(url, made)
    for (const [other, { body }] of this.#pages) {
      if (this.#pages.size <= MAX_KEPT_PAGES && this.#bytes <= MAX_KEPT_BYTES) break
      this.#pages.delete(other)
      this.#bytes -= body.length
    }
    return made
  }

  forgetAll(): void {
    this.#changes++
    this.#pages.clear()
    this.#bytes = 0
  }
}
