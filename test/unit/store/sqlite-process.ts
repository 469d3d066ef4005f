/** Runs the writer process of the SQLite tests and reads what it says. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Kept } from './writer-content.ts'

const WRITER = fileURLToPath(new URL('./sqlite-writer.ts', import.meta.url))

/** Starts the writer on the store at `path`, behind the words of `wrapper`, e.g. a shell that sets a limit. */
export function startWriter(path: string, wrapper: readonly string[] = []) {
  const [command, ...args] = [...wrapper, process.execPath, WRITER, path] as const
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  return {
    lines: createInterface({ input: child.stdout }),
    /** kill -9; resolves when the process is gone. */
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Everything a writer says until it ends by itself. */
export async function linesOfWriter(path: string, wrapper: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for await (const line of startWriter(path, wrapper).lines) lines.push(line)
  return lines
}

/** How many transactions were committed, as far as these lines say. */
export function committedIn(lines: readonly string[]): number {
  return Number(restOfLast(lines, 'committed') ?? 0)
}

/** What a writer that was refused found afterwards. */
export function keptBy(lines: readonly string[]): Kept {
  return JSON.parse(restOfLast(lines, 'kept') ?? '') as Kept
}

/** The last line that starts with `word`, without it. */
function restOfLast(lines: readonly string[], word: string): string | undefined {
  return lines.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1)
}
