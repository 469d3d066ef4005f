/** Logs with libp2p's own means: namespaces that patterns switch on, written to stderr. */
import { format as formatText } from 'node:util'
import { enable } from '@libp2p/logger'
import weald from 'weald'
import type { LogOptions } from '../kith.ts'

export { defaultLogger } from '@libp2p/logger'

const LEVEL = /:(error|trace)$/

/**
 * Switches on the logs of this process whose namespaces match one of the patterns, in addition to those
 * that `DEBUG` or an earlier call switched on. Call it before the node is created. Patterns are as in
 * libp2p's `DEBUG`: `kith:*` is everything but traces, `kith:*:error` errors only, `kith:*,kith:*:trace`
 * traces too, `kith:*,-kith:store` all but one, and libp2p's own namespaces begin with `libp2p:`.
 */
export function enableLogs(patterns: string, { format = 'text' }: LogOptions = {}): void {
  enable([process.env.DEBUG, patterns].filter((each) => each !== undefined && each !== '').join())
  if (format === 'text') return
  // The writer below receives the result of this.
  weald.formatArgs = function (args: unknown[]) {
    const { namespace } = this
    const [, level = 'info'] = LEVEL.exec(namespace) ?? []
    const record = {
      time: new Date().toISOString(),
      level,
      name: namespace.replace(LEVEL, ''),
      message: formatText(...args),
    }
    args.splice(0, args.length, '%s', JSON.stringify(record))
  }
}
