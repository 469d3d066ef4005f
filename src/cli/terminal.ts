/** A command's view of its environment, so that tests can run commands in their own process. */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { styleText } from 'node:util'
import { clean, jsonLine } from './text.ts'

export interface Terminal {
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable & {
    isTTY?: boolean
    columns?: number
    rows?: number
    /** Bits of colours that it shows: 8 for 256 of them. */
    getColorDepth?: (env: NodeJS.ProcessEnv) => number
  }
  stderr: Writable & { isTTY?: boolean; columns?: number }
  env: Readonly<Record<string, string | undefined>>
  /**
   * Calls the listener on Ctrl-C instead of ending the process, or if nobody reads the output any more, until the
   * returned function is called.
   */
  onInterrupt(listener: (cause: InterruptCause) => void): () => void
  /**
   * From now on calls the listener where output cannot be written, as on a full disk, instead of ending the process.
   * What was written is lost; what follows is tried again.
   */
  onUnwritten(listener: (error: Error) => void): void
}

export type InterruptCause = 'signal' | 'unread'

export type Style = Parameters<typeof styleText>[0]

/** Output that may wait for a reader that does not read, such as a stopped terminal or a stuck pipe. */
export const MAX_UNREAD_BYTES = 8 * 1024 * 1024

/** Writes a command's results: text for people, or JSON lines for programs. */
export class Output {
  readonly #terminal: Terminal
  readonly json: boolean

  constructor(terminal: Terminal, json: boolean) {
    this.#terminal = terminal
    this.json = json
  }

  /** Writes lines of text. Text by other users must have gone through `clean`. */
  lines(...lines: string[]): void {
    this.#terminal.stdout.write(lines.map((line) => `${line}\n`).join(''))
  }

  /** Writes one JSON value on a line. */
  value(value: unknown): void {
    this.lines(jsonLine(value))
  }

  /** Writes `value` with `--json`, or else the lines. */
  result(value: unknown, lines: () => string[]): void {
    if (this.json) this.value(value)
    else this.lines(...lines())
  }

  /** Nobody reads the output, so more of it would only fill the memory. */
  get isStuck(): boolean {
    return this.#terminal.stdout.writableLength > MAX_UNREAD_BYTES
  }

  /** Resolves once the output has drained, or on the signal, so that nothing piles up before a slow reader of a pipe. */
  async drained(signal: AbortSignal): Promise<void> {
    const { stdout } = this.#terminal
    // If stdout fails, its own error listener reports it.
    if (stdout.writableNeedDrain && !signal.aborted) await once(stdout, 'drain', { signal }).catch(() => {})
  }

  /** Writes a line to stderr, for people rather than programs. */
  note(line: string): void {
    this.#terminal.stderr.write(`${clean(line)}\n`)
  }

  /** Colours text if stdout is a terminal and NO_COLOR is not set. */
  style(style: Style, text: string): string {
    return this.#isColoured ? styleText(style, text, { validateStream: false }) : text
  }

  /** Whether text may have one of 256 colours. */
  get hasManyColours(): boolean {
    const { stdout, env } = this.#terminal
    return this.#isColoured && (stdout.getColorDepth?.(env) ?? 1) >= 8
  }

  get #isColoured(): boolean {
    const { stdout, env } = this.#terminal
    return stdout.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  }
}

/** How long work may take before the user sees that it is still running. */
const PROGRESS_AFTER_MS = 1000
const PROGRESS_EVERY_MS = 1000

/** Waits for `work`; after a second, shows a line with `label` and the elapsed time, and clears it at the end. */
export async function withProgress<Result>(terminal: Terminal, label: string, work: Promise<Result>): Promise<Result> {
  if (terminal.stderr.isTTY !== true) return work
  const startedAtMs = performance.now()
  const line = new LiveLine(terminal)
  const show = (): void => line.show(`${label}… ${Math.round((performance.now() - startedAtMs) / 1000)} s`)
  let interval: NodeJS.Timeout | undefined
  const timeout = setTimeout(() => {
    show()
    interval = setInterval(show, PROGRESS_EVERY_MS)
  }, PROGRESS_AFTER_MS)
  try {
    return await work
  } finally {
    clearTimeout(timeout)
    clearInterval(interval)
    line.clear()
  }
}

/** A line on stderr that is overwritten with each new text. If stderr is not a terminal, each text is a line of its own. */
export class LiveLine {
  readonly #stderr: Terminal['stderr']
  #shown = ''

  constructor(terminal: Terminal) {
    this.#stderr = terminal.stderr
  }

  show(text: string): void {
    if (text === this.#shown) return
    this.#stderr.write(this.#stderr.isTTY === true ? `\r\u001b[K${text}` : `${text}\n`)
    this.#shown = text
  }

  clear(): void {
    if (this.#shown !== '' && this.#stderr.isTTY === true) this.#stderr.write('\r\u001b[K')
    this.#shown = ''
  }
}
