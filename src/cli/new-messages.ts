/** How many messages are new in a room, in a few words. */
import { grouped } from '../grouped.ts'
import type { RoomSummary } from '../kith.ts'

type NewOnes = Pick<RoomSummary, 'newMessages' | 'newMentions'>

/** So many new messages stand for any more. */
const MAX_NEW = 100

/** Such as `3`, or `3 @1` if one of them concerns the user; `-` where there are no messages. */
export function newText({ newMessages, newMentions }: NewOnes): string {
  if (newMessages === null) return '-'
  const count = newMessages >= MAX_NEW ? `${MAX_NEW - 1}+` : grouped(newMessages)
  return newMentions === null || newMentions === 0 ? count : `${count} @${grouped(newMentions)}`
}

/** The same in words. */
export function newLine(room: NewOnes): string {
  const count = newText({ ...room, newMentions: null })
  const { newMentions } = room
  const forUser = newMentions === null || newMentions === 0 ? '' : `, ${grouped(newMentions)} of them for you`
  return `${count} messages of others${forUser}`
}
