/** A conversation as rows of a terminal: words wrap and hang under the text, and lines stand between days. */
import type { Message } from '../../kith.ts'
import { speakerKey } from '../../key-hash.ts'
import type { Output } from '../terminal.ts'
import { clean, cleanLines, clockTime, counted, cut, dayName, fileName, fileSize, pad, width } from '../text.ts'
import { quoteLine, withOwnName } from '../said.ts'
import { inAuthorColour } from './author-colour.ts'
import { wrap } from './wrap.ts'

/** Most names fit, so that texts stay aligned. */
const MIN_NAME_COLUMNS = 8
/** A longer name pushes only its own text to the right. */
const MAX_NAME_COLUMNS = 16
/** A text that would have less beside its name stands below it. */
const MIN_TEXT_COLUMNS = 24
/** Below its name, and where even less is left. */
const NARROW_INDENT_COLUMNS = 2
const MIN_COLUMNS = 10

/** A clock may be a little fast. Further ahead it is wrong, and makes no day of its own. */
const MAX_AHEAD_MS = 10 * 60_000

/** About three screens of one message; more would push all others away. The history shows it whole. */
export const MAX_ROWS = 80

const OWN_MARK = '›'

export interface ChatLinesOptions {
  /** Keys of the person at this terminal. */
  own: ReadonlySet<string>
  /** In columns, at present. */
  columns: () => number
  /** Whether one turns pages: long messages are shown whole, and no row is wider than the screen. */
  isPaged?: boolean
}

/** Formats messages one after the other. */
export class ChatLines {
  readonly #output: Output
  readonly #options: ChatLinesOptions
  #nameColumns = MIN_NAME_COLUMNS
  /** The first moment of the day that is shown. */
  #dayMs = -Infinity

  constructor(output: Output, options: ChatLinesOptions) {
    this.#output = output
    this.#options = options
  }

  /** The rows of a message, after a line for its day if that is another one. */
  message(message: Message, nowMs: number): string[] {
    const day = this.#dayLine(message.timeMs, nowMs)
    const time = clockTime(message.timeMs, this.#dayMs)
    const rows = message.file === undefined ? this.#said(message, time) : this.#shared(message, time)
    return day === undefined ? rows : [day, ...rows]
  }

  /** Something that nobody said, such as who came. With `timeMs` it has a time. */
  notice(text: string, nowMs: number, timeMs?: number): string[] {
    const time = timeMs === undefined ? '' : `${clockTime(timeMs, nowMs)}  `
    return this.#besides(time, time.length, [clean(text)]).map((row) => this.#dim(row))
  }

  /** A line across the screen, with words in it. */
  rule(words: string, style: 'dim' | 'bold' = 'dim'): string {
    const shown = cut(`── ${words} `, this.#columns)
    return this.#output.style(style, shown + '─'.repeat(Math.max(0, Math.min(this.#columns, 60) - width(shown))))
  }

  get #columns(): number {
    return Math.max(MIN_COLUMNS, this.#options.columns())
  }

  /** A day is said once, as it comes. What belongs to an earlier one, or says so, has its date beside it. */
  #dayLine(timeMs: number, nowMs: number): string | undefined {
    const startMs = new Date(timeMs).setHours(0, 0, 0, 0)
    if (!(startMs > this.#dayMs) || timeMs > nowMs + MAX_AHEAD_MS) return undefined
    this.#dayMs = startMs
    return this.rule(dayName(startMs))
  }

  #said(message: Message, time: string): string[] {
    const { author, name, text } = message
    const mark = this.#markOf(message)
    const shownName = cut(clean(name) || author, this.#columns - time.length - 2)
    this.#nameColumns = Math.min(MAX_NAME_COLUMNS, Math.max(this.#nameColumns, width(shownName)))
    const padded = pad(shownName, this.#nameColumns)
    const headColumns = time.length + 2 + width(padded) + 2
    const styled = (words: string): string => `${this.#dim(time)} ${mark}${this.#inColour(speakerKey(message), words)}`
    const head = this.#isTooWide(headColumns) ? styled(shownName) : `${styled(padded)}  `
    const indent = this.#isTooWide(headColumns) ? NARROW_INDENT_COLUMNS : headColumns
    const quote = cut(quoteLine(message) ?? '', this.#columns - indent)
    const rows = this.#besides(head, headColumns, [...(quote === '' ? [] : [quote]), ...cleanLines(text).split('\n')])
    const shown = quote === '' ? rows : rows.map((row) => row.replace(quote, (words) => this.#dim(words)))
    return shown.map((row) => withOwnName(row, message, this.#output))
  }

  #shared(message: Message, time: string): string[] {
    const { author, name, file } = message
    if (file === undefined) return []
    // Not in columns, so that no message looks like it.
    const shared = `${clean(name) || author} shared ${fileName(file)} (${fileSize(file.sizeBytes)})`
    const head = `${time} ${this.#markOf(message)}`
    return this.#besides(head, head.length, [shared]).map((row) => this.#dim(row))
  }

  #markOf({ author, guest }: Message): string {
    return guest === undefined && this.#options.own.has(author) ? OWN_MARK : ' '
  }

  #inColour(key: string, name: string): string {
    return this.#output.hasManyColours ? inAuthorColour(key, name) : this.#output.style('bold', name)
  }

  #dim(text: string): string {
    return this.#output.style('dim', text)
  }

  #isTooWide(headColumns: number): boolean {
    return headColumns > 0 && this.#columns - headColumns < MIN_TEXT_COLUMNS
  }

  /** The first row beside the head and the others under it, or all of them below a head that leaves too little room. */
  #besides(head: string, headColumns: number, lines: readonly string[]): string[] {
    const isBelow = this.#isTooWide(headColumns)
    const indent = ' '.repeat(isBelow ? NARROW_INDENT_COLUMNS : headColumns)
    const columns = this.#columns - indent.length
    const wrapped = lines.flatMap((line) => wrap(line, columns, this.#options.isPaged))
    const rows = this.#options.isPaged === true ? wrapped : shortened(wrapped)
    // A link that is wider than what is left begins at the edge.
    const isAtEdge = (row: string): boolean => row === '' || width(row) > columns
    const indented = rows.map((row) => (isAtEdge(row) ? row : indent + row))
    const [first = ''] = rows
    if (isBelow || (first !== '' && headColumns > 0 && isAtEdge(first))) return [head, ...indented]
    return [head + first, ...indented.slice(1)]
  }
}

function shortened(rows: string[]): string[] {
  if (rows.length <= MAX_ROWS) return rows
  return [...rows.slice(0, MAX_ROWS), `… and ${counted(rows.length - MAX_ROWS, 'row')} more: Page Up shows them`]
}
