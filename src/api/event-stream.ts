/** Events as a stream of JSON lines, for a reader who may be slow. */
import { Readable } from 'node:stream'
import { KithError } from '../kith.ts'
import { encodeLine } from './ndjson.ts'

/**
 * How much may wait for a slow reader. A burst of one commit of the store (thousands of messages)
 * has to fit, as it arrives before a healthy reader gets a chance to take any of it; beyond that the
 * reader is cut off rather than the node's memory filled.
 */
export const STREAM_BUFFER_BYTES = 8 * 1024 * 1024

/** Lines read before the queue's front is cut off: `shift()` for each would move the whole queue every time. */
const COMPACT_AFTER_LINES = 1024

/** Calls `push` for everything new from now on; returns how to end that. */
export type Subscribe<Item> = (push: (item: Item) => void) => () => void

/** Gives what `subscribe` gives, until `ending` aborts and what waits has been read. */
export class EventStream<Item> extends Readable {
  /** For the compiler alone. */
  declare readonly line?: Item
  readonly #unsubscribe: () => void
  readonly #ending: AbortSignal
  #wanted = false
  #waiting: Buffer[] = []
  /** Lines before this index of `#waiting` have been read. */
  #head = 0
  #waitingBytes = 0

  constructor(subscribe: Subscribe<Item>, ending: AbortSignal) {
    super()
    this.#unsubscribe = subscribe((item) => this.#add(item))
    this.#ending = ending
    ending.addEventListener('abort', () => {
      if (this.#wanted) this._read()
    })
  }

  override _read(): void {
    this.#wanted = true
    while (this.#wanted) {
      const line = this.#next()
      if (line === undefined) {
        if (this.#ending.aborted) this.push(null)
        return
      }
      this.#wanted = this.push(line)
    }
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#unsubscribe()
    this.#waiting = []
    callback(error)
  }

  #next(): Buffer | undefined {
    const line = this.#waiting[this.#head]
    if (line === undefined) return undefined
    this.#waitingBytes -= line.length
    this.#head++
    if (this.#head >= COMPACT_AFTER_LINES || this.#head === this.#waiting.length) {
      this.#waiting.splice(0, this.#head)
      this.#head = 0
    }
    return line
  }

  #add(item: Item): void {
    if (this.destroyed || this.#ending.aborted) return
    const line = encodeLine(item)
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    if (this.#waitingBytes > STREAM_BUFFER_BYTES) {
      this.destroy(new KithError('too-slow', `more than ${STREAM_BUFFER_BYTES} bytes wait for this reader`))
    } else if (this.#wanted) {
      this._read()
    }
  }
}
