/** What guests of a node say, for whoever serves them. */
import { chat } from './apps/chat/index.ts'
import type { Room, SendOptions, SentDocument } from './kith.ts'

/** Says something in a chat room as a guest of this node. Throws a KithError as `send` of a chat does, or `wrong-app`. */
export function sayAsGuest(
  room: Room,
  guest: string,
  text: string,
  { replyTo }: Pick<SendOptions, 'replyTo'>,
): Promise<SentDocument> {
  return room.as(chat).send(text, { guest, replyTo })
}

/** Whether guests can say something in a room. */
export function isForGuestsToSay({ app }: Pick<Room, 'app'>): boolean {
  return app === chat.name
}
