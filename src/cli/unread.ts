/** Tells of documents of a private room that cannot be read for want of a key. */
import type { RoomDetails } from '../kith.ts'
import type { Context } from './context.ts'
import { counted } from './text.ts'

/** For example `5 documents cannot be read here for want of a key: kith room show bafyrei…`; empty if there are none. */
export function unreadLines(context: Context, { id, unread, invited }: RoomDetails): string[] {
  if (unread === 0) return []
  if (invited?.status === 'awaited') {
    const what = `${counted(unread, 'document')} can be read once the invite has arrived, which comes with the history.`
    return [`${what} How far it is:  ${context.command('status')}`]
  }
  const why = context.command(`room show ${id.slice(0, 16)}`)
  return [`${counted(unread, 'document')} cannot be read here for want of a key. What it waits for:  ${why}`]
}
