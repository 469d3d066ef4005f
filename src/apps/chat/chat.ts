/** A conversation. The state is the room now, its newest messages; the history is the documents. */
import { encode } from '@ipld/dag-cbor'
import type { PeerId, DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import { ARRAY_HEADER_BYTES } from '../../../protocols/apps/constants.ts'
import type { App, Update } from '../app.ts'
import { decodeText } from '../body.ts'
import { decodeExact, headLength, textLength } from '../cbor.ts'
import { MAX_TEXT_BYTES, MESSAGE_KIND, RECENT_MESSAGES } from '../../../protocols/apps/chat/constants.ts'

export interface ChatMessage extends Position {
  author: PeerId
  timeMs: number
  text: string
  sizeBytes: number
}

export interface ChatState {
  /** In the room's order. */
  recent: readonly ChatMessage[]
}

export const chat: App<ChatState> = {
  commutes: true,

  initial: () => ({ recent: [] }),

  reduce(state, update) {
    const message = chatMessageOf(update)
    if (message === undefined) return state
    const { recent } = state
    let index = recent.length
    for (; index > 0; index--) {
      const before = recent[index - 1]
      if (before !== undefined && comparePositions(before, message) < 0) break
    }
    return { recent: recent.toSpliced(index, 0, message).slice(-RECENT_MESSAGES) }
  },

  sizeBytes: ({ recent }) => recent.reduce((sum, message) => sum + message.sizeBytes, ARRAY_HEADER_BYTES),

  encode: ({ recent }) => encode(recent.map(toTuple)),

  decode: (bytes) => ({ recent: decodeExact<ChatTuple[]>(bytes).map(fromTuple) }),

  toJson: ({ recent }) => ({
    recent: recent.map(({ id, author, timeMs, clock, text }) => ({ id, author, timeMs, clock, text })),
  }),
}

/** The message a document is; undefined where it is none. */
export function chatMessageOf({ id, clock, author, timeMs, kind, body }: Update): ChatMessage | undefined {
  if (kind !== MESSAGE_KIND || body.length > MAX_TEXT_BYTES) return undefined
  const text = decodeText(body)
  if (text === undefined) return undefined
  return withSize({ id, clock, author, timeMs, text }, body.length)
}

type ChatTuple = [id: DocumentId, clock: number, author: PeerId, timeMs: number, text: string]
const TUPLE_ELEMENTS = 5

function toTuple({ id, clock, author, timeMs, text }: ChatMessage): ChatTuple {
  return [id, clock, author, timeMs, text]
}

function fromTuple([id, clock, author, timeMs, text]: ChatTuple): ChatMessage {
  return withSize({ id, clock, author, timeMs, text }, Buffer.byteLength(text))
}

/** Adds the length of a message's tuple. It is reckoned: a message is read several times on its way, and encoding is slow. */
function withSize(message: Omit<ChatMessage, 'sizeBytes'>, textBytes: number): ChatMessage {
  const { id, clock, author, timeMs } = message
  const numbers = headLength(TUPLE_ELEMENTS) + headLength(clock) + headLength(timeMs)
  const texts = textLength(id.length) + textLength(author.length) + textLength(textBytes)
  return { ...message, sizeBytes: numbers + texts }
}
