/** A terminal in memory: its output, and what a user does. */
import { PassThrough } from 'node:stream'
import { vi } from 'vitest'
import { runCli } from '../../../src/cli/run.ts'
import type { CreateNode } from '../../../src/cli/create-node.ts'
import type { InterruptCause, Terminal } from '../../../src/cli/terminal.ts'

type Stream = PassThrough & { isTTY?: boolean; columns?: number; rows?: number }

export class FakeTerminal implements Terminal {
  readonly stdin: Stream = new PassThrough()
  readonly stdout: Stream = new PassThrough()
  readonly stderr: Stream = new PassThrough()
  readonly env: Record<string, string | undefined>
  out = ''
  err = ''
  readonly #interruptions = new Set<(cause: InterruptCause) => void>()

  constructor(env: Record<string, string> = {}, isTTY = false) {
    this.env = env
    this.stdout.on('data', (chunk: Buffer) => {
      this.out += chunk.toString()
    })
    this.stderr.on('data', (chunk: Buffer) => {
      this.err += chunk.toString()
    })
    if (!isTTY) return
    for (const stream of [this.stdin, this.stdout, this.stderr]) Object.assign(stream, { isTTY: true, columns: 80 })
  }

  onInterrupt(listener: (cause: InterruptCause) => void): () => void {
    this.#interruptions.add(listener)
    return () => void this.#interruptions.delete(listener)
  }

  onUnwritten(): void {
    // What is written stays in memory.
  }

  /** Presses Ctrl-C once a command listens for it, or stops reading its output. */
  async interrupt(cause: InterruptCause = 'signal'): Promise<void> {
    await vi.waitFor(() => {
      if (this.#interruptions.size === 0) throw new Error('nothing waits for Ctrl-C')
    })
    for (const listener of this.#interruptions) listener(cause)
  }

  get interruptible(): boolean {
    return this.#interruptions.size > 0
  }
}

const noNode: CreateNode = () => Promise.reject(new Error('this command must not make a node'))

/** Runs a command line to its end. */
export async function kith(
  argv: readonly string[],
  terminal: FakeTerminal = new FakeTerminal(),
  createNode: CreateNode = noNode,
): Promise<{ exitCode: number; out: string; err: string }> {
  const exitCode = await runCli(argv, terminal, createNode)
  return { exitCode, out: terminal.out, err: terminal.err }
}
