/**
 * Text pasted into a line that is being typed. A terminal marks it (bracketed paste), so its line
 * breaks end nothing: each is shown as one character until the line is sent. From a terminal that marks nothing, lines
 * that arrive together are taken for a paste, too: nobody types so fast. If they were typed ahead, they wait for Enter.
 */
import type { Interface, Key } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'

const SWITCH_ON = '\u001b[?2004h'
const SWITCH_OFF = '\u001b[?2004l'

/** The first character that may be shown for a line break: ↵. Others follow, for texts that contain it. */
const FIRST_STAND_IN = 0x21b5

const ESCAPE = '\u001b'

/** A marked paste, and any other sequence of a key, neither of which is a line. */
const MARKED = new RegExp(
  String.raw`${ESCAPE}\[200~.*?(?:${ESCAPE}\[201~|$)|${ESCAPE}(?:\[[\d;]*[A-Za-z~]|O[A-Z])?`,
  'gsu',
)
/** A terminal gives a paste in one go; over a slow connection its end may come a little later. */
const PASTE_END_MS = 200

const SEVERAL_LINES = /[\r\n].*\P{Cc}/su

/** Control characters would move the cursor, and nobody can see them in a message: they are left out, which is told. */
const CONTROLS = /[^\P{Cc}\n\t]/gu

/** What readline does with each key; Node's own REPL replaces it, too. */
interface KeyReader {
  /** `key` is undefined for what a program writes. */
  _ttyWrite: (text: string | undefined, key: Key | undefined) => void
}

export class PastedText {
  readonly #input: Interface
  readonly #stdin: Readable
  readonly #output: Writable
  readonly #onLeftOut: () => void
  /** Characters shown in place of others, and what they stand for. Kept, because lines can be recalled. */
  readonly #meanings = new Map<string, string>()
  #pasting: string | undefined
  /** Ends a paste that nothing marks, once no more of it has arrived. */
  #unmarked: NodeJS.Immediate | undefined
  /** Ends what is being read because of a Ctrl-C, unless the end of the paste comes. */
  #interrupt: NodeJS.Timeout | undefined
  #isInLine = false

  /**
   * `input` reads keys from `stdin`. The terminal that `output` writes to is asked to mark pastes. `onLeftOut` is called
   * for a paste of which not everything is taken.
   */
  constructor(input: Interface, stdin: Readable, output: Writable, onLeftOut: () => void) {
    this.#input = input
    this.#stdin = stdin
    this.#output = output
    this.#onLeftOut = onLeftOut
    const reader = input as Interface & KeyReader
    const handleTyped = reader._ttyWrite.bind(input)
    reader._ttyWrite = (text, key) => {
      if (!this.#handle(text, key)) handleTyped(text, key)
    }
    // Before readline makes keys of it.
    stdin.prependListener('data', this.#arrived)
    output.write(SWITCH_ON)
  }

  /** Lets the terminal paste as it did before. */
  end(): void {
    this.#stdin.off('data', this.#arrived)
    clearImmediate(this.#unmarked)
    clearTimeout(this.#interrupt)
    this.#output.write(SWITCH_OFF)
  }

  /** A line that was sent as it was meant, and whether any of it was pasted. */
  take(line: string): { text: string; isPasted: boolean } {
    const text = Array.from(line, (character) => this.#meanings.get(character) ?? character).join('')
    const isPasted = this.#isInLine || text !== line
    this.#isInLine = false
    return { text, isPasted }
  }

  /** A long paste arrives in pieces, all in one turn of the event loop. */
  readonly #arrived = (chunk: Buffer | string): void => {
    if (this.#unmarked === undefined) {
      if (this.#pasting !== undefined || !SEVERAL_LINES.test(String(chunk).replaceAll(MARKED, ''))) return
      this.#pasting = ''
    }
    clearImmediate(this.#unmarked)
    this.#unmarked = setImmediate(() => {
      this.#unmarked = undefined
      this.#endPaste()
    })
  }

  #endPaste(): void {
    clearTimeout(this.#interrupt)
    this.#interrupt = undefined
    const pasted = this.#pasting
    this.#pasting = undefined
    if (pasted !== undefined) this.#insert(pasted)
  }

  /** Whether the key belongs to a paste. */
  #handle(text: string | undefined, key: Key | undefined): boolean {
    const isMark = key?.name === 'paste-start' || key?.name === 'paste-end'
    if (isMark && this.#unmarked !== undefined) return true
    if (key?.name === 'paste-start') this.#pasting = ''
    else if (this.#pasting === undefined) return false
    else if (key?.ctrl === true && key.name === 'c') this.#interruptUnlessPasted()
    else if (key?.name === 'paste-end') this.#endPaste()
    // An escape sequence is a key without a text.
    else this.#pasting += text ?? key?.sequence ?? ''
    return true
  }

  /** Ctrl-C may be part of what is pasted; but a terminal that lost the end of a paste must not take this key away. */
  #interruptUnlessPasted(): void {
    this.#interrupt ??= setTimeout(() => {
      this.#interrupt = undefined
      this.#pasting = undefined
      this.#input.emit('SIGINT')
    }, PASTE_END_MS)
  }

  #insert(pasted: string): void {
    // A terminal gives line breaks as the Enter key does; the last one is only the end of what was copied.
    const whole = pasted.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '')
    // As a whole, as the rest of a colour would be a riddle.
    const text = stripVTControlCharacters(whole).replaceAll(CONTROLS, '')
    if (text !== whole) this.#onLeftOut()
    if (text === '') return
    this.#isInLine = true
    // A character that already stands for another cannot also be shown for itself.
    const hidden = ['\n', ...this.#meanings.keys()].filter((character) => text.includes(character))
    this.#input.write(
      hidden.reduce((shown, character) => shown.replaceAll(character, this.#standInFor(character, shown)), text),
    )
  }

  #standInFor(character: string, text: string): string {
    for (let code = FIRST_STAND_IN; ; code++) {
      const standIn = String.fromCodePoint(code)
      const meaning = this.#meanings.get(standIn)
      const isUsable = meaning === undefined ? !this.#input.line.includes(standIn) : meaning === character
      if (!isUsable || text.includes(standIn)) continue
      this.#meanings.set(standIn, character)
      return standIn
    }
  }
}
