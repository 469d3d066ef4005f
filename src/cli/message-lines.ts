/** Chat messages as lines of a terminal. */
import type { Message } from '../kith.ts'
import type { Output } from './terminal.ts'
import { clean, cleanLines, clockTime, pad, width } from './text.ts'

/** Most names fit, so the texts seldom move. */
const MIN_NAME_COLUMNS = 8
/** Names longer than this push their text to the right instead of everybody's. */
const MAX_NAME_COLUMNS = 16

/** Formats messages with the texts aligned behind the widest name so far. */
export class MessageLines {
  readonly #output: Output
  #nameColumns = MIN_NAME_COLUMNS

  constructor(output: Output) {
    this.#output = output
  }

  format(message: Message, nowMs: number): string {
    const time = clockTime(message.timeMs, nowMs)
    const name = clean(message.name) || clean(message.author)
    this.#nameColumns = Math.min(MAX_NAME_COLUMNS, Math.max(this.#nameColumns, width(name)))
    const padded = pad(name, this.#nameColumns)
    const indent = ' '.repeat(time.length + 2 + width(padded) + 2)
    return `${this.#output.style('dim', time)}  ${this.#output.style('bold', padded)}  ${cleanLines(message.text, indent)}`
  }
}
