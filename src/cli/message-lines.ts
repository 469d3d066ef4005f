/** Chat messages as terminal lines. */
import type { Message } from '../kith.ts'
import type { Output } from './terminal.ts'
import { isForUser, quoteLine, withOwnName } from './said.ts'
import { clean, cleanLines, clockTime, fileName, fileSize, pad, shortId, width } from './text.ts'

/** Most names fit, so that texts stay aligned. */
const MIN_NAME_COLUMNS = 8
/** A longer name pushes only its own text to the right. */
const MAX_NAME_COLUMNS = 16

/** Formats messages, with the texts aligned after the widest name so far, and files that were shared. */
export class MessageLines {
  readonly #output: Output
  readonly #hasIds: boolean
  #nameColumns = MIN_NAME_COLUMNS

  /** `ids`: with the end of the id of each message in front. */
  constructor(output: Output, { ids = false }: { ids?: boolean | undefined } = {}) {
    this.#output = output
    this.#hasIds = ids
  }

  format(message: Message, nowMs: number): string {
    const id = this.#hasIds ? `${shortId(message.id)}  ` : ''
    const mark = isForUser(message) ? '@ ' : ''
    const time = id + mark + clockTime(message.timeMs, nowMs)
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
    const quote = quoteLine(message)
    const quoted = quote === undefined ? '' : `${this.#output.style('dim', quote)}\n${indent}`
    const text = withOwnName(cleanLines(message.text, indent), message, this.#output)
    return `${this.#output.style('dim', time)}  ${this.#output.style('bold', padded)}  ${quoted}${text}`
  }
}
