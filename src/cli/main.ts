/** The `kith` process: connects the command line to the real terminal. */
import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { runCli } from './run.ts'
import type { InterruptCause, Terminal } from './terminal.ts'

const interruptions = new Set<(cause: InterruptCause) => void>()
const losses = new Set<(error: Error) => void>()

const terminal: Terminal = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  onInterrupt(listener) {
    interruptions.add(listener)
    return () => void interruptions.delete(listener)
  },
  onUnwritten(listener) {
    losses.add(listener)
  },
}

let interrupted = false

/** The first interruption lets the command end in its own way; the second ends the process at once. */
function interrupt(cause: InterruptCause, end: () => void): void {
  if (interrupted || interruptions.size === 0) return end()
  interrupted = true
  for (const listener of interruptions) listener(cause)
}

/**
 * Ends the process the way the signal itself would: an exit would wait for pending file operations,
 * which may never end. In a container the system protects the first process, which then exits.
 */
function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  process.exit(128 + constants.signals[signal])
}

/** `nohup` has SIGHUP ignored, which Node forgets: without a terminal, the end of one is no concern of this process. */
const isDetached = [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => !isTTY)

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (signal !== 'SIGHUP' || !isDetached) interrupt('signal', () => endBy(signal))
  })
}

/** Ends the process at once, with a reason if there is still a place to give it. */
function fail(message?: string): void {
  try {
    if (message !== undefined) writeSync(process.stderr.fd, `kith: ${message}\n`)
  } finally {
    process.exit(1)
  }
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has read enough (`| head`): this ends the command but is not a failure.
    if (error.code === 'EPIPE') interrupt('unread', () => process.exit(0))
    else if (losses.size > 0) for (const listener of losses) listener(error)
    else fail(stream === process.stdout ? `the output cannot be written: ${error.message}` : undefined)
  })
}

const exitCode = await runCli(process.argv.slice(2), terminal)
// The timers of a stopped libp2p would keep the process alive for seconds. Output must be flushed first,
// but results that nobody reads must not delay an interrupted command.
const awaited = interrupted ? [process.stderr] : [process.stdout, process.stderr]
await Promise.all(awaited.map((stream) => new Promise((done) => stream.write('', done))))
process.exit(exitCode)
