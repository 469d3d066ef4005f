/** Asks before what cannot be taken back. */
import { createInterface } from 'node:readline/promises'
import type { Context } from './context.ts'
import { FailedError, UsageError } from './exit.ts'

/** Resolves if the user agrees, or has already. Throws a FailedError if not, and a UsageError where nobody can be asked. */
export async function confirm(
  { terminal }: Context,
  lines: readonly string[],
  isAgreed: boolean,
  question = 'Go on?',
): Promise<void> {
  if (isAgreed) return
  if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) {
    throw new UsageError(`${lines.join(' ')} Give --yes to do it.`)
  }
  const asking = createInterface({ input: terminal.stdin, output: terminal.stderr })
  // After Ctrl-Z, readline leaves it to its user to go on.
  asking.on('SIGCONT', () => asking.prompt(true))
  try {
    terminal.stderr.write(lines.map((line) => `${line}\n`).join(''))
    const answer = await asking.question(`${question} [y/N] `).catch(() => {
      terminal.stderr.write('\n') // Ctrl-C or Ctrl-D
      return ''
    })
    if (!/^y(es)?$/i.test(answer.trim())) throw new FailedError('Nothing was changed.')
  } finally {
    asking.close()
  }
}
