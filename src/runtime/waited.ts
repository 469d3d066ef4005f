/** How long a thread has waited for a processor that other programs had: what a peer costs is the rest. */
import { closeSync, openSync, readSync } from 'node:fs'

/** Of the thread that opens it: the time it ran, the time it waited for that, both in nanoseconds, and how often it ran. */
const FILE = '/proc/thread-self/schedstat'
/** Three numbers of 64 bits. */
const MAX_FILE_BYTES = 64
const NS_PER_MS = 1e6

export class Waited {
  readonly #bytes = Buffer.alloc(MAX_FILE_BYTES)
  #file: number | undefined

  /** Where the system does not tell, nothing counts as waited. */
  constructor(path = FILE) {
    try {
      this.#file = openSync(path, 'r')
    } catch {
      this.#file = undefined
    }
  }

  /** So far. To be called on the thread that made this. */
  get ms(): number {
    if (this.#file === undefined) return 0
    const length = readSync(this.#file, this.#bytes, 0, MAX_FILE_BYTES, 0)
    const [, waitedNs] = this.#bytes.toString('latin1', 0, length).split(' ')
    return Number(waitedNs ?? 0) / NS_PER_MS
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }
}
