/** Asks once for the name of a new node, as others will see it. */
import { hostname } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { KithError } from '../kith.ts'
import { newTypedName, shownName } from '../names.ts'
import type { Context } from './context.ts'
import { FailedError } from './exit.ts'

/** Resolves with a valid name, or undefined where nobody can be asked or whoever is wants the host's. Ctrl-C ends it. */
export async function askName({ terminal, output }: Context): Promise<string | undefined> {
  if (output.json || terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) return undefined
  const asking = createInterface({ input: terminal.stdin, output: terminal.stderr })
  // After Ctrl-Z, readline leaves it to its user to go on.
  asking.on('SIGCONT', () => asking.prompt(true))
  try {
    for (;;) {
      const answer = await asking.question(`Your name, as others will see it [${shownName(hostname())}]: `)
      if (answer.trim() === '') return undefined
      const problem = problemOf(answer)
      if (problem === undefined) return answer
      output.note(problem)
    }
  } catch (cause) {
    terminal.stderr.write('\n')
    throw new FailedError('Nothing was started.', { cause })
  } finally {
    asking.close()
  }
}

/** What of a name can be told before there is a node; how long it may be, the node says. */
function problemOf(name: string): string | undefined {
  try {
    newTypedName(name, Infinity, "a node's")
    return undefined
  } catch (error) {
    if (error instanceof KithError) return `${error.message}. Try again.`
    throw error
  }
}
