/**
 * Text pasted into a line that is being typed. A terminal marks it (bracketed paste), so its line
 * breaks end nothing: each is shown as one character until the line is sent.
 */
import type { Interface, Key } from 'node:readline'
import type { Writable } from 'node:stream'

const SWITCH_ON = '\u001b[?2004h'
const SWITCH_OFF = '\u001b[?2004l'

/** The first character that stands for a line break: ↵. Others follow, for texts that contain it. */
const FIRST_STAND_IN = 0x21b5

/** Control characters would move the cursor, and nobody can see them in a message. */
const CONTROLS = /[^\P{Cc}\n\t]/gu

/** What readline does with each key; Node's own REPL replaces it, too. */
interface KeyReader {
  /** `key` is undefined for what a program writes. */
  _ttyWrite: (text: string | undefined, key: Key | undefined) => void
}

export class PastedText {
  readonly #input: Interface
  readonly #output: Writable
  /** What stands for line breaks, in what was pasted so far. */
  readonly #standIns = new Set<string>()
  #pasting: string | undefined
  #isInLine = false

  constructor(input: Interface, output: Writable) {
    this.#input = input
    this.#output = output
    const reader = input as Interface & KeyReader
    const handleTyped = reader._ttyWrite.bind(input)
    reader._ttyWrite = (text, key) => {
      if (!this.#handle(text, key)) handleTyped(text, key)
    }
    output.write(SWITCH_ON)
  }

  /** Lets the terminal paste as it did before. */
  end(): void {
    this.#output.write(SWITCH_OFF)
  }

  /** A line that was sent as it was meant, and whether any of it was pasted. */
  take(line: string): { text: string; isPasted: boolean } {
    const isPasted = this.#isInLine || [...this.#standIns].some((standIn) => line.includes(standIn))
    this.#isInLine = false
    const text = [...this.#standIns].reduce((rest, standIn) => rest.replaceAll(standIn, '\n'), line)
    return { text, isPasted }
  }

  /** Whether the key belongs to a paste. */
  #handle(text: string | undefined, key: Key | undefined): boolean {
    if (key?.name === 'paste-start') this.#pasting = ''
    else if (this.#pasting === undefined) return false
    else if (key?.name === 'paste-end') {
      const pasted = this.#pasting
      this.#pasting = undefined
      this.#insert(pasted)
    } else this.#pasting += text ?? ''
    return true
  }

  #insert(pasted: string): void {
    // A terminal gives line breaks as the Enter key does; the last one is only the end of what was copied.
    const text = pasted.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '').replaceAll(CONTROLS, '')
    if (text === '') return
    this.#isInLine = true
    this.#input.write(text.includes('\n') ? text.replaceAll('\n', this.#standInFor(text)) : text)
  }

  #standInFor(text: string): string {
    const taken = text + this.#input.line
    for (let code = FIRST_STAND_IN; ; code++) {
      const standIn = String.fromCodePoint(code)
      if (taken.includes(standIn)) continue
      this.#standIns.add(standIn)
      return standIn
    }
  }
}
