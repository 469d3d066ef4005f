/** Tries promises on random histories and reports a broken one. */
import fc from 'fast-check'
import type { Document } from '../../protocols/document/document.ts'
import type { History, Promised } from './fold-properties.ts'

/** How many times to try, and from which seed. */
export type Run = Pick<fc.Parameters<unknown>, 'numRuns' | 'seed'>

/** Longer bodies are cut when a history is printed. */
const MAX_SHOWN_LENGTH = 60

/** Throws if a promise is broken, with the seed and the shortest history that shows it. */
export function assertPromises(histories: fc.Arbitrary<History>, promises: readonly Promised[], run: Run): void {
  const property = fc.property(histories, (history) => {
    for (const promise of promises) promise(history)
  })
  const { failed, seed, counterexample, errorInstance } = fc.check(property, run)
  if (!failed) return
  const reason = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
  const [history] = counterexample ?? []
  // If no history could be generated, there is only the reason.
  const shown = history === undefined ? [] : ['The shortest history that shows it:', ...linesOf(history)]
  throw new Error([`${reason} (seed: ${seed})`, ...shown].join('\n'), { cause: errorInstance })
}

function linesOf(history: History): string[] {
  if (history.length === 0) return ['  no documents']
  return history.map((document, index) => `  ${index + 1}. ${described(document)}`)
}

function described({ kind, author, clock, timeMs, body }: Document): string {
  const text = Buffer.from(body)
  const isText = Buffer.compare(Buffer.from(text.toString()), text) === 0
  const said = isText ? JSON.stringify(text.toString()) : `0x${text.toString('hex')}`
  const shown = said.length > MAX_SHOWN_LENGTH ? `${said.slice(0, MAX_SHOWN_LENGTH)}… (${body.length} bytes)` : said
  return `${kind} ${shown} by …${author.slice(-4)}, clock ${clock}, time ${timeMs}`
}
