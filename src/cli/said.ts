/** What a message answers, and whom it concerns, in a terminal. */
import type { Message } from '../kith.ts'
import type { Output } from './terminal.ts'
import { clean, shortId } from './text.ts'

const QUOTE_MARK = '↪'

/** More of what is answered is not needed to know what it is. */
const MAX_QUOTED_CHARACTERS = 60

/** For example `↪ Anna: Has anybody seen the big pot?`; undefined if it answers nothing. */
export function quoteLine({ replyTo }: Message): string | undefined {
  if (replyTo === undefined) return undefined
  const { id, message } = replyTo
  if (message === null) return `${QUOTE_MARK} a message that is not here (${shortId(id)})`
  const text = Array.from(clean(message.text))
  const shown =
    text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS).join('')}…` : text.join('')
  return `${QUOTE_MARK} ${clean(message.name) || message.author}: ${shown}`
}

/** Whether it concerns the person at this terminal. */
export function isForUser({ mentions = [] }: Message): boolean {
  return mentions.some(({ self }) => self)
}

/** A row of a text, in which the name of the person at this terminal is in bold where it was mentioned. */
export function withOwnName(row: string, { mentions = [] }: Message, output: Output): string {
  return mentions
    .filter(({ self }) => self)
    .reduce((shown, { name }) => {
      const named = `@${clean(name)}`
      return shown.replaceAll(named, () => output.style('bold', named))
    }, row)
}
