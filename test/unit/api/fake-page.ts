/** Pages of messages that a fake room has. */
import { KithError, type Message, type MessagePage, type PageOptions } from '../../../src/kith.ts'

/** Reads pages of what was said so far. */
export function pagesOf(said: readonly Message[]): (options?: PageOptions) => MessagePage {
  return ({ before, after, limit = 50 } = {}) => {
    const at = said.findIndex(({ id }) => id === (before ?? after))
    const reference = before ?? after
    if (reference !== undefined && at < 0) throw new KithError('no-such-document', `there is no message '${reference}'`)
    const start = after === undefined ? Math.max(0, (before === undefined ? said.length : at) - limit) : at + 1
    const end = after === undefined ? (before === undefined ? said.length : at) : start + limit
    const messages = said.slice(start, end)
    const isEnd = after === undefined ? start === 0 : end >= said.length
    return { messages, next: isEnd ? null : (messages[after === undefined ? 0 : messages.length - 1]?.id ?? null) }
  }
}
