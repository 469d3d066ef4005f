/** The app `chat`: a conversation. */
import { newGuestName } from '../../guest-name.ts'
import { KithError } from '../../kith.ts'
import { defineApp } from '../define-app.ts'
import { chatKinds } from './kinds.ts'
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
    async send(room, text: string, { guest }: { guest?: string } = {}) {
      if (text.trim() === '') throw new KithError('bad-value', 'a message must not be empty')
      return room.update('message', guest === undefined ? text : { text, guest: newGuestName(guest) })
    },
  },
  offers: {
    send: {
      summary: 'say something in a chat room',
      description: 'say something in a chat room; returns once it is safe on the disk',
      args: [{ name: 'text', description: 'what to say', type: 'words' }],
      prints: 'nothing',
      examples: [
        ['kith send Kitchen "hello"', ''],
        ['kith send Kitchen the kettle is on', 'words need no quotes'],
        ['kith send Kitchen - < notes.txt', 'all of standard input, as one message'],
        ['kith send Kitchen -- -1 is a number', 'put -- before a text that begins with "-"'],
      ],
      notes: ['Peers that are offline get it when they come back.'],
    },
  },
  message: ({ value: { text } }) => text,
  sample: ({ text }) => ({ kind: 'message', value: text }),
})
