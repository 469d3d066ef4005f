/** Reading back in a room on a screen of its own, as a pager does, so that what the terminal has scrolled stays as it is. */
import type { Key } from 'node:readline'
import type { Message } from '../../kith.ts'
import { clean, cut, pad } from '../text.ts'
import type { Output, Terminal } from '../terminal.ts'
import { HistoryWindow, type LoadPage } from './history-window.ts'
import type { Screen } from './screen.ts'

const ENTER_SCREEN = '\u001b[?1049h\u001b[?25l'
const LEAVE_SCREEN = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
/** Clears the rest of a row: clearing the screen first would flicker. */
const END_OF_ROW = '\u001b[K'

const HELP = 'q: back to the chat; Page Up/Down, ↑ ↓'

/** More than a screen in most rooms. */
const PAGES_AT_ONCE = 2

const CLOSING_KEYS: ReadonlySet<string> = new Set(['q', 'escape', 'end', 'return', 'enter'])

/** Where the top of the screen is: so many rows before the end of a message, so that rows before it may change. */
interface Place {
  id: string
  rowsToEnd: number
}

interface Row {
  id: string
  text: string
}

export interface HistoryViewOptions {
  terminal: Terminal
  output: Output
  screen: Screen
  /** What is read, such as the name of a room. */
  title: string
  load: LoadPage
  /** All rows of messages, from the first to the last, at the present width. */
  rowsOf: (messages: readonly Message[]) => { id: string; rows: string[] }[]
}

export class HistoryView {
  readonly #options: HistoryViewOptions
  readonly #resized = (): void => this.#resize()
  #window: HistoryWindow
  #rows: Row[] = []
  #top = 0
  #isOpen = false
  /** Its screen appears with the first page. */
  #isShown = false
  /** While a page is on its way, keys that scroll do nothing. */
  #isBusy = false
  #failure: string | undefined

  constructor(options: HistoryViewOptions) {
    this.#options = options
    this.#window = new HistoryWindow(options.load)
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Shows what is a screen before the newest messages. */
  async open(): Promise<void> {
    if (this.#isOpen) return
    const { terminal, screen, load } = this.#options
    this.#isOpen = true
    this.#window = new HistoryWindow(load)
    this.#rows = []
    this.#failure = undefined
    screen.hold()
    terminal.stdout.on('resize', this.#resized)
    await this.#work(async () => {
      await this.#window.open()
      this.#layOut()
      this.#top = this.#lastTop
    })
    await this.#scroll(-this.#pageRows)
  }

  /** Goes back to the chat. */
  close(): void {
    if (!this.#isOpen) return
    const { terminal, screen } = this.#options
    this.#isOpen = false
    terminal.stdout.off('resize', this.#resized)
    if (this.#isShown) terminal.stdout.write(LEAVE_SCREEN)
    this.#isShown = false
    screen.release()
  }

  /** What a key does here. */
  press(key: Key): void {
    const rows = this.#stepOf(key)
    if (rows !== undefined) void this.#scroll(rows)
    else if (CLOSING_KEYS.has(key.name ?? '') || key.ctrl === true) this.close()
  }

  #stepOf(key: Key): number | undefined {
    switch (key.name) {
      case 'pageup':
      case 'b':
        return -this.#pageRows
      case 'pagedown':
      case 'space':
        return this.#pageRows
      case 'up':
        return -1
      case 'down':
        return 1
      case 'home':
        return -this.#top - 1
      default:
        return undefined
    }
  }

  /** All but the line at the bottom. */
  get #height(): number {
    return Math.max(1, this.#options.screen.rows - 1)
  }

  /** Two rows stay in sight. */
  get #pageRows(): number {
    return Math.max(1, this.#height - 2)
  }

  get #lastTop(): number {
    return Math.max(0, this.#rows.length - this.#height)
  }

  async #scroll(rows: number): Promise<void> {
    if (this.#isBusy || !this.#isOpen) return
    const isAtEnd = this.#top >= this.#lastTop && !this.#window.hasNewer
    // Who goes further than the newest message wants to be where the next one appears.
    if (rows > 0 && isAtEnd && this.#failure === undefined) return this.close()
    await this.#work(async () => {
      // The last page may have no messages, and only says that there are no more.
      for (let i = 0; i < PAGES_AT_ONCE && this.#top + rows <= 0 && this.#window.hasOlder; i++) {
        await this.#load(() => this.#window.loadOlder())
      }
      if (this.#top + rows > this.#lastTop && this.#window.hasNewer) await this.#load(() => this.#window.loadNewer())
      this.#top = Math.min(this.#lastTop, Math.max(0, this.#top + rows))
    })
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true
    this.#failure = undefined
    try {
      await work()
    } catch (error) {
      this.#failure = error instanceof Error ? error.message : String(error)
    }
    this.#isBusy = false
    this.#draw()
  }

  /** Keeps in sight what is in sight. */
  async #load(load: () => Promise<void>): Promise<void> {
    const place = this.#place()
    await load()
    this.#layOut()
    this.#goTo(place)
  }

  #resize(): void {
    const place = this.#place()
    this.#layOut()
    this.#goTo(place)
    this.#draw()
  }

  #layOut(): void {
    const { rowsOf } = this.#options
    this.#rows = rowsOf(this.#window.messages).flatMap(({ id, rows }) => rows.map((text) => ({ id, text })))
  }

  #place(): Place | undefined {
    const id = this.#rows[this.#top]?.id
    if (id === undefined) return undefined
    return { id, rowsToEnd: this.#rows.findLastIndex((row) => row.id === id) - this.#top }
  }

  #goTo(place: Place | undefined): void {
    const end = place === undefined ? -1 : this.#rows.findLastIndex(({ id }) => id === place.id)
    const first = place === undefined ? -1 : this.#rows.findIndex(({ id }) => id === place.id)
    if (place === undefined || end === -1) this.#top = Math.min(this.#top, this.#lastTop)
    else this.#top = Math.min(this.#lastTop, Math.max(first, end - place.rowsToEnd))
  }

  #draw(): void {
    if (!this.#isOpen) return
    const { terminal, output, screen } = this.#options
    const rows = this.#rows.slice(this.#top, this.#top + this.#height).map(({ text }) => text)
    const filled = [...rows, ...Array<string>(Math.max(0, this.#height - rows.length)).fill('')]
    const status = output.style('inverse', pad(cut(` ${this.#status}`, screen.columns - 1), screen.columns - 1))
    const drawn = [...filled, status].map((row) => row + END_OF_ROW).join('\r\n')
    terminal.stdout.write((this.#isShown ? '' : ENTER_SCREEN) + HOME + drawn)
    this.#isShown = true
  }

  get #status(): string {
    if (this.#failure !== undefined) return clean(this.#failure)
    const { title } = this.#options
    const isAtStart = this.#top === 0 && !this.#window.hasOlder
    return `${HELP}. ${clean(title)}: ${isAtStart ? 'the beginning' : 'older messages'}`
  }
}
