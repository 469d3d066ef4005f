/** The app `chat`: a conversation. */
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import { MAX_MENTIONS } from '../../../protocols/apps/chat/constants.ts'
import { newGuestName } from '../../guest-name.ts'
import { KithError, type Room, type SendOptions } from '../../kith.ts'
import { defineApp } from '../define-app.ts'
import { contextHash } from './context.ts'
import { chatKinds } from './kinds.ts'
import { mentionedIn, requireMentioned } from './mentions.ts'
import { chatCodec, withMessage, type ChatState } from './state.ts'

export const chat = defineApp({
  name: 'chat',
  initial: (): ChatState => ({ recent: [] }),
  kinds: chatKinds,
  reduce: withMessage,
  commutes: true,
  codec: chatCodec,
  commands: {
    /** Sends a message, of a guest of this node if one is named; resolves once it is durable. Throws a KithError `bad-name` for a name that no guest gets. */
    async send(room, text: string, { replyTo, mentions, guest }: SendOptions = {}) {
      if (text.trim() === '') throw new KithError('bad-value', 'a message must not be empty')
      const value = guest === undefined ? text : { text, guest: newGuestName(guest) }
      const answered = replyTo === undefined ? undefined : room.message(replyTo)
      const people = peopleFor(room, { text, mentions, guest }, answered?.author)
      if (answered === undefined && people.length === 0) return room.update('message', value)
      const context = {
        body: contextHash(chatKinds.message.encode(value)),
        ...(answered && { replyTo: answered.id as DocumentId }),
        ...(people.length > 0 && { mentions: people as PeerId[] }),
      }
      return room.updateTogether({ kind: 'context', value: context }, { kind: 'message', value })
    },
  },
  offers: {
    send: {
      summary: 'say something in a chat room',
      description: 'say something in a chat room; returns once it is safe on the disk',
      args: [
        { name: 'text', description: 'what to say', type: 'words' },
        { name: 'replyTo', description: 'the message that it answers', option: '--reply <message>' },
      ],
      prints: 'nothing',
      examples: [
        ['kith send Kitchen "hello"', ''],
        ['kith send Kitchen the kettle is on', 'words need no quotes'],
        ['kith send Kitchen - < notes.txt', 'all of standard input, as one message'],
        ['kith send Kitchen -- -1 is a number', 'put -- before a text that begins with "-"'],
        ['kith send Kitchen --reply x7k2m9 in the garden', 'an answer to a message: kith read --ids shows their ids'],
        ['kith send Kitchen @Anna have you seen it?', 'Anna is told that it is for her'],
      ],
      notes: ['Peers that are offline get it when they come back.'],
    },
  },
  message: (update) => (update.kind === 'message' ? update.value.text : undefined),
  sample: ({ text }) => ({ kind: 'message', value: text }),
})

/** Whom a message concerns, whoever wrote what it answers included. */
function peopleFor(
  room: Room,
  { text, mentions, guest }: Pick<SendOptions, 'mentions' | 'guest'> & { text: string },
  answered: string | undefined,
): string[] {
  // In most messages nobody is named, and a room may have many members.
  if (mentions === undefined && answered === undefined && !text.includes('@')) return []
  const members = room.members()
  // A guest may well say something to whose guest it is.
  const own = guest === undefined ? members.find(({ self }) => self)?.person : undefined
  const named = mentions === undefined ? mentionedIn(text, members) : requireMentioned(mentions, members)
  const author = members.find(({ peer }) => peer === answered)?.person
  const people = new Set(author === undefined ? named : [author, ...named])
  return [...people].filter((person) => person !== own).slice(0, MAX_MENTIONS)
}
