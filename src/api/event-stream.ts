/** Events as a stream of JSON lines, even for slow readers. */
import { Readable } from 'node:stream'
import { grouped } from '../grouped.ts'
import { KithError } from '../kith.ts'
import { encodeLine } from './ndjson.ts'

/**
 * The maximum that may wait for a slow reader. A burst from one commit of the store (thousands of messages)
 * has to fit, because it arrives before even a fast reader can take any of it. A reader that exceeds it is
 * cut off, so that it does not fill the node's memory.
 */
export const STREAM_BUFFER_BYTES = 8 * 1024 * 1024

/** Lines to read before they are removed from the queue: a `shift()` per line would move the whole queue each time. */
const COMPACT_AFTER_LINES = 1024

/** Calls `push` for every new item until the returned function is called. */
export type Subscribe<Item> = (push: (item: Item) => void) => () => void

/** Streams the items of `first`, made as they are read, and then what `subscribe` delivers, until `ending` aborts and all lines have been read. */
export class EventStream<Item> extends Readable {
  /** Exists for the compiler only. */
  declare readonly line?: Item
  readonly #unsubscribe: () => void
  readonly #ending: AbortSignal
  readonly #first: Iterator<Item>
  readonly #bufferBytes: number
  #wanted = false
  #waiting: Buffer[] = []
  /** Lines before this index of `#waiting` have been read. */
  #head = 0
  #waitingBytes = 0

  /** `bufferBytes`: the maximum that may wait. */
  constructor(
    subscribe: Subscribe<Item>,
    ending: AbortSignal,
    first: Iterable<Item> = [],
    bufferBytes = STREAM_BUFFER_BYTES,
  ) {
    super()
    this.#bufferBytes = bufferBytes
    this.#first = first[Symbol.iterator]()
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
    const first = this.#first.next()
    if (first.done !== true) return encodeLine(first.value)
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
    if (this.#waitingBytes > this.#bufferBytes) {
      this.destroy(new KithError('too-slow', `more than ${grouped(this.#bufferBytes)} bytes wait for this reader`))
    } else if (this.#wanted) {
      this._read()
    }
  }
}
