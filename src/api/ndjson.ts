/** A stream of JSON values, one per line: first a history, then what happens. */
import { Readable } from 'node:stream'

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

/**
 * Reads `history`, encoding only as fast as the reader takes it, then what `subscribe` gives until
 * `end()`. Without `subscribe` it ends after the history.
 */
export class NdjsonStream<Item> extends Readable {
  readonly #history: Iterator<Item>
  readonly #unsubscribe: (() => void) | undefined
  #historyDone = false
  #ending = false
  #wanted = false
  #waiting: Buffer[] = []
  /** Lines before this index of `#waiting` have been read. */
  #head = 0
  #waitingBytes = 0

  constructor(history: Iterable<Item>, subscribe?: Subscribe<Item>) {
    super()
    this.#history = history[Symbol.iterator]()
    this.#unsubscribe = subscribe?.((item) => this.#add(item))
    this.#ending = subscribe === undefined
  }

  /** Ends the stream once what waits has been read. */
  end(): void {
    this.#ending = true
    if (this.#wanted) this._read()
  }

  override _read(): void {
    this.#wanted = true
    while (this.#wanted) {
      const line = this.#next()
      if (line === undefined) {
        if (this.#ending) this.push(null)
        return
      }
      this.#wanted = this.push(line)
    }
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#unsubscribe?.()
    this.#waiting = []
    callback(error)
  }

  #next(): Buffer | undefined {
    if (!this.#historyDone) {
      const item = this.#history.next()
      if (item.done !== true) return encode(item.value)
      this.#historyDone = true
    }
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
    if (this.destroyed || this.#ending) return
    const line = encode(item)
    this.#waiting.push(line)
    this.#waitingBytes += line.length
    if (this.#waitingBytes > STREAM_BUFFER_BYTES) {
      this.destroy(new Error(`the reader is too slow: more than ${STREAM_BUFFER_BYTES} bytes wait for it`))
    } else if (this.#wanted) {
      this._read()
    }
  }
}

function encode(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
