/** Long-running calls: a progress line, and Ctrl-C to stop. */
import type { ApiInput, TaskName, TaskOutputs } from '../api/contract.ts'
import type { Context } from './context.ts'
import { FailedError } from './exit.ts'
import { LiveLine } from './terminal.ts'
import { cut, width } from './text.ts'

export interface Progress {
  done: number
  total: number
  /** Further facts, the most important first. */
  facts: readonly string[]
}

export interface TaskWords<Name extends TaskName> {
  /** What is being done, such as `Fetching soup.pdf`. */
  doing: string
  progressOf: (progress: TaskOutputs[Name]['progress']) => Progress
  /** The message after Ctrl-C, which may name what the last progress named. */
  stopped: string | ((last: TaskOutputs[Name]['progress'] | undefined) => string)
  /** With `--json`, also writes the progress, a line each time. Default: false. */
  isProgressPrinted?: boolean
}

/** For terminals that do not report their width. */
const DEFAULT_COLUMNS = 80
/** A longer bar shows no more; a shorter one shows too little. */
const BAR_COLUMNS_MAX = 30
const BAR_COLUMNS_MIN = 5
/** Leaves most of a line to the text. */
const SHORT_BAR_COLUMNS = 10

/** Runs a task; Ctrl-C ends it with a FailedError. Shows progress only if stderr is a terminal: a log has no use for it. */
export async function runTask<Name extends TaskName>(
  { api, output, terminal }: Context,
  name: Name,
  input: ApiInput<Name>,
  { doing, progressOf, stopped, isProgressPrinted = false }: TaskWords<Name>,
): Promise<TaskOutputs[Name]['result']> {
  const stop = new AbortController()
  const forget = terminal.onInterrupt(() => stop.abort())
  const { stderr } = terminal
  const line = new LiveLine(terminal)
  const show = (text: string): void => {
    if (stderr.isTTY === true) line.show(text)
  }
  let last: TaskOutputs[Name]['progress'] | undefined
  try {
    show(cut(`${doing}…`, columnsOf(stderr)))
    return await api.run(name, input, {
      signal: stop.signal,
      onProgress: (progress) => {
        last = progress
        if (isProgressPrinted && output.json) output.value({ progress })
        show(progressLine(progressOf(progress), columnsOf(stderr)))
      },
    })
  } catch (error) {
    if (!stop.signal.aborted) throw error
    throw new FailedError(typeof stopped === 'string' ? stopped : stopped(last), { cause: error })
  } finally {
    line.clear()
    forget()
  }
}

/** A bar, a percentage and as many facts as fit: a line that wraps cannot be overwritten. */
export function progressLine({ done, total, facts }: Progress, columns: number): string {
  const share = shareOf(done, total)
  const text = [percent(share), ...facts].join('  ')
  const barColumns = Math.min(BAR_COLUMNS_MAX, columns - width(text) - '[] '.length)
  return barColumns < BAR_COLUMNS_MIN ? cut(text, columns) : `${bar(share, barColumns)} ${text}`
}

/** A bar and a percentage, before text that may wrap. */
export function shortBar({ done, total }: Pick<Progress, 'done' | 'total'>): string {
  const share = shareOf(done, total)
  return `${bar(share, SHORT_BAR_COLUMNS)} ${percent(share)}`
}

function shareOf(done: number, total: number): number {
  return total > 0 ? Math.min(1, done / total) : 1
}

function percent(share: number): string {
  return `${Math.floor(share * 100)}%`.padStart(4)
}

function bar(share: number, columns: number): string {
  const filled = Math.floor(share * columns)
  return `[${'#'.repeat(filled)}${'.'.repeat(columns - filled)}]`
}

/** The last column stays free, because some terminals wrap once it is written. */
export function columnsOf({ columns = DEFAULT_COLUMNS }: { columns?: number }): number {
  return columns - 1
}
