/** Says why the tests in a browser are skipped, if they are: the reporter only counts them. */
import { reasonForNoBrowser } from './chromium.ts'

/** Called by vitest once, before these tests. */
export function setup(): void {
  const reason = reasonForNoBrowser()
  if (reason !== undefined) process.stdout.write(`\nTests in a browser are skipped: ${reason}.\n`)
}
