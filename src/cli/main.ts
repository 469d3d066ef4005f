/** The process of the `kith` command: connects the command line to the real terminal. */
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
function interrupt(exitCode: number): void {
  if (interrupted || interruptions.size === 0) process.exit(exitCode)
  interrupted = true
  for (const listener of interruptions) listener()
}

process.on('SIGINT', () => interrupt(130))
process.on('SIGTERM', () => interrupt(143))
process.on('SIGHUP', () => interrupt(129))

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read has read enough (`| head`): that is an end, not a failure.
    if (error.code === 'EPIPE') interrupt(0)
    else process.exit(1)
  })
}

const exitCode = await runCli(process.argv.slice(2), terminal)
// The timers of a stopped libp2p would keep the process for seconds; what was written must get out.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write('', done))))
process.exit(exitCode)
