/** Says why the LAN tests are skipped, if they are: the reporter only counts them. */
import { reasonForNoLan } from './namespaces.ts'

/** Called by vitest once, before the LAN tests. */
export function setup(): void {
  const reason = reasonForNoLan()
  if (reason !== undefined) process.stdout.write(`\nLAN tests are skipped: ${reason}.\n`)
}
