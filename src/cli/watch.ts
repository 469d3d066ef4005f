/** Shows a value once, or after every change. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from './context.ts'

/** Often enough to see things move. */
const WATCH_EVERY_MS = 1_000

/** Reads and shows a value; with `isWatching`, polls until Ctrl-C and shows every change. */
export async function watch<Value>(
  context: Context,
  isWatching: boolean,
  read: () => Promise<Value>,
  show: (value: Value) => void,
): Promise<void> {
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  try {
    let shown = ''
    do {
      const value = await read()
      const now = JSON.stringify(value)
      if (now !== shown) show(value)
      shown = now
      if (isWatching) await delay(WATCH_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
    } while (isWatching && !stop.signal.aborted)
  } finally {
    forget()
  }
}
