/** The process of the `kith` command: connects the command line to the real terminal. */
import { constants } from 'node:os'
import { runCli } from './run.ts'
import type { Terminal } from './terminal.ts'

const interruptions = new Set<() => void>()

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt(listener) {
    interruptions.add(listener)
    return () => void interruptions.delete(listener)
  },
}

let interrupted = false

/** The first time lets a command end in its own way; whoever asks again does not want to wait for that. */
function interrupt(end: () => void): void {
  if (interrupted || interruptions.size === 0) return end()
  interrupted = true
  for (const listener of interruptions) listener()
}

/**
 * Ends the process as the signal does by itself: an exit would wait for the file operations under
 * way, which may never end. The first process of a container is spared by the system, and exits.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  process.exit(128 + constants.signals[signal])
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupt(() => endBy(signal)))

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read has read enough (`| head`): that is an end, not a failure.
    if (error.code === 'EPIPE') interrupt(() => process.exit(0))
    else process.exit(1)
  })
}

const exitCode = await runCli(process.argv.slice(2), terminal)
// The timers of a stopped libp2p would keep the process for seconds; what was written must get out,
// but results that nobody reads must not keep alive what was told to end.
const awaited = interrupted ? [process.stderr] : [process.stdout, process.stderr]
await Promise.all(awaited.map((stream) => new Promise((done) => stream.write('', done))))
process.exit(exitCode)
