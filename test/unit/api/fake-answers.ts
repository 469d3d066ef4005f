/** Messages of a room in memory that others answer. */
import { KithError, type Message } from '../../../src/kith.ts'

export function messageIn(said: readonly Message[], reference: string): Message {
  const found = said.find(({ id }) => id === reference)
  if (found === undefined) throw new KithError('no-such-document', 'there is none')
  return found
}

export function answerTo(said: readonly Message[], reference: string | undefined): Partial<Message> {
  if (reference === undefined) return {}
  return { replyTo: { id: reference, message: said.find(({ id }) => id === reference) ?? null } }
}
