/** A terminal with a line that is being typed at its end, above which everything else is printed. */
import { clearScreenDown, cursorTo, moveCursor } from 'node:readline'
import type { Interface } from 'node:readline'
import { counted } from '../text.ts'
import type { Output, Terminal } from '../terminal.ts'
import { rowsOf } from './wrap.ts'

/** Rows that wait while something else has the whole screen: more than a person reads afterwards. */
export const MAX_HELD_ROWS = 500

export class Screen {
  readonly #stdout: Terminal['stdout']
  readonly #output: Output
  #input: Interface | undefined
  /** Lines that were entered and are still shown as they were typed, each with its prompt. */
  #entered: string[] = []
  #held: string[] | undefined
  #dropped = 0

  constructor({ stdout }: Terminal, output: Output) {
    this.#stdout = stdout
    this.#output = output
  }

  get columns(): number {
    return this.#stdout.columns ?? 80
  }

  get rows(): number {
    return this.#stdout.rows ?? 24
  }

  /** Lines are typed here from now on. */
  attach(input: Interface): void {
    this.#input = input
    input.on('line', (line) => {
      this.#entered.push(input.getPrompt() + line)
      // What is typed next is typed behind a prompt, also while this line is on its way.
      if (this.#held === undefined) input.prompt()
    })
  }

  /** Prints rows above the line that is being typed. */
  print(...rows: string[]): void {
    if (this.#held !== undefined) return this.#hold(this.#held, rows)
    const input = this.#input
    if (input === undefined) return this.#output.lines(...rows)
    this.#toTop(input)
    this.#output.lines(...rows, ...this.#entered)
    input.prompt(true)
  }

  /** Is done with the line that was entered first. It stays as it was typed, unless it `isShownAnew`. */
  settle(isShownAnew: boolean): void {
    const input = this.#input
    if (input === undefined) return
    if (isShownAnew && this.#held === undefined) {
      this.#toTop(input)
      this.#entered.shift()
      if (this.#entered.length > 0) this.#output.lines(...this.#entered)
      input.prompt(true)
    } else this.#entered.shift()
  }

  /** Leaves the cursor below everything, where a shell goes on. From then on nothing is typed here. */
  end(): void {
    const input = this.#input
    this.#input = undefined
    if (input === undefined) return
    if (input.line !== '') return this.#output.lines('')
    this.#toTop(input)
    if (this.#entered.length > 0) this.#output.lines(...this.#entered)
  }

  /** Something else has the whole screen until `release`. */
  hold(): void {
    this.#held = []
  }

  release(): void {
    const rows = this.#held ?? []
    const dropped = this.#dropped
    this.#held = undefined
    this.#dropped = 0
    const missing = dropped > 0 ? [`… ${counted(dropped, 'row')} more came meanwhile: Page Up shows them`] : []
    this.print(...missing, ...rows)
  }

  #hold(held: string[], rows: readonly string[]): void {
    held.push(...rows)
    this.#dropped += held.splice(0, held.length - MAX_HELD_ROWS).length
  }

  /** Clears what is typed, and what was entered before it. */
  #toTop(input: Interface): void {
    const entered = this.#entered.reduce((rows, line) => rows + rowsOf(line, this.columns), 0)
    moveCursor(this.#stdout, 0, -entered - input.getCursorPos().rows)
    cursorTo(this.#stdout, 0)
    clearScreenDown(this.#stdout)
    // Readline's idea of the cursor's row, which is wrong after a paste that took several rows.
    const drawn: Interface & { prevRows?: number } = input
    drawn.prevRows = 0
  }
}
