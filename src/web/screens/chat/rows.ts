/** Messages as rows of a conversation: days between them, the name once for what somebody says at a time. */
import { speakerKey } from '../../../key-hash.ts'
import type { Message } from '../../../kith.ts'
import { isSameDay } from '../../parts/time.ts'
import type { Outgoing } from '../../state/outbox.ts'

/** Later, somebody begins anew. */
const SAME_BREATH_MS = 5 * 60_000
/** Of the newest messages, among which those that were just sent are. */
const MAX_COMPARED = 50

export type Row =
  | { type: 'day'; key: string; timeMs: number }
  | { type: 'new'; key: string }
  /** `isFirst`: with the picture and the name of the author. */
  | { type: 'message'; key: string; message: Message; isFirst: boolean }

/** The rows of some messages; `firstNew` is the id of the first one that is new to the user. */
export function rowsOf(messages: readonly Message[], firstNew: string | undefined): Row[] {
  const rows: Row[] = []
  let before: Message | undefined
  for (const message of messages) {
    const { id, timeMs } = message
    const isNewDay = before === undefined || !isSameDay(before.timeMs, timeMs)
    if (isNewDay) rows.push({ type: 'day', key: `day before ${id}`, timeMs })
    if (id === firstNew) rows.push({ type: 'new', key: 'new' })
    const isFirst = isNewDay || id === firstNew || before === undefined || !isSameBreath(before, message)
    rows.push({ type: 'message', key: id, message, isFirst })
    before = message
  }
  return rows
}

/** The first of so many newest messages of others than `self`, a speaker's key; undefined if there is nothing new, or it is not among these. */
export function firstNewOf(messages: readonly Message[], self: string | undefined, count: number): string | undefined {
  let left = count
  if (left === 0) return undefined
  for (const message of messages.toReversed()) {
    if (speakerKey(message) !== self && --left === 0) return message.id
  }
  return undefined
}

/** What is on its way and not shown among the messages already: the node tells of a message before it answers. */
export function notShownYet(
  outgoing: readonly Outgoing[],
  messages: readonly Message[],
  self: string | undefined,
): Outgoing[] {
  const own = messages.slice(-MAX_COMPARED).filter((message) => speakerKey(message) === self)
  return outgoing.filter(({ text, sentMs, state }) => {
    if (state !== 'sending' && state !== 'taken') return true
    const at = own.findIndex((message) => message.text === text && message.timeMs >= sentMs)
    if (at >= 0) own.splice(at, 1)
    return at < 0
  })
}

function isSameBreath(a: Message, b: Message): boolean {
  return a.author === b.author && a.name === b.name && Math.abs(b.timeMs - a.timeMs) < SAME_BREATH_MS
}
