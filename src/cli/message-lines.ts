/** Chat messages as terminal lines. */
import type { Message } from '../kith.ts'
import type { Output } from './terminal.ts'
import { clean, cleanLines, clockTime, fileName, fileSize, pad, width } from './text.ts'

/** Most names fit, so that texts stay aligned. */
const MIN_NAME_COLUMNS = 8
/** A longer name pushes only its own text to the right. */
const MAX_NAME_COLUMNS = 16

/** Formats messages, with the texts aligned after the widest name so far, and files that were shared. */
export class MessageLines {
  readonly #output: Output
  #nameColumns = MIN_NAME_COLUMNS

  constructor(output: Output) {
    this.#output = output
  }

  format(message: Message, nowMs: number): string {
    const time = clockTime(message.timeMs, nowMs)
    const name = clean(message.name) || clean(message.author)
    const { file } = message
    // Not in columns, so that no message looks like it.
    if (file !== undefined) {
      const shared = `${name} shared ${fileName(file)} (${fileSize(file.sizeBytes)})`
      return this.#output.style('dim', `${time}  ${shared}`)
    }
    this.#nameColumns = Math.min(MAX_NAME_COLUMNS, Math.max(this.#nameColumns, width(name)))
    const padded = pad(name, this.#nameColumns)
    const indent = ' '.repeat(time.length + 2 + width(padded) + 2)
    return `${this.#output.style('dim', time)}  ${this.#output.style('bold', padded)}  ${cleanLines(message.text, indent)}`
  }
}
