/**
 * The state of a chat: the newest messages, which people want to see when they open the room. The documents
 * hold the full history.
 */
import { encode } from '@ipld/dag-cbor'
import { ARRAY_HEADER_BYTES } from '../../../protocols/apps/constants.ts'
import { MAX_TEXT_BYTES, MESSAGE_KIND, RECENT_MESSAGES } from '../../../protocols/apps/chat/constants.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { StateCodec, UpdateOf } from '../../kith.ts'
import { readByGuest, type ByGuest } from '../by-guest.ts'
import { decodeExact, headLength, textLength } from '../cbor.ts'
import type { ChatKinds } from './kinds.ts'

/** A message as the state keeps it. `sizeBytes` is its share of the encoded state. */
export interface RecentMessage extends Position {
  author: string
  timeMs: number
  text: string
  /** Set if it says more than that. */
  more?: ByGuest
  sizeBytes: number
}

/** The state of a chat room: its newest 100 messages. */
export interface ChatState {
  /** In the room's order. */
  recent: readonly RecentMessage[]
}

export function withMessage(state: ChatState, update: UpdateOf<ChatKinds>): ChatState {
  // What is beside a text changes no state, so that versions that do not know it come to the same one.
  if (update.kind !== MESSAGE_KIND) return state
  const { clock, author, timeMs, value } = update
  const { text, ...more } = value
  const isMore = Object.keys(more).length > 0
  const message = withSize({ id: update.id as DocumentId, clock, author, timeMs, text, ...(isMore && { more }) })
  const { recent } = state
  const place = 1 + recent.findLastIndex((other) => comparePositions(other, message) < 0)
  // The oldest gives way.
  const surplus = Math.max(0, recent.length + 1 - RECENT_MESSAGES)
  if (place < surplus) return state
  if (surplus === 0) return { recent: recent.toSpliced(place, 0, message) }
  // One list for each message of a history: there is no faster way to drop at one end and add at the other.
  const next = recent.slice(surplus - 1)
  for (let i = surplus; i < place; i++) next[i - surplus] = recent[i] ?? message
  next[place - surplus] = message
  return { recent: next }
}

/** More than the tuple of a message takes besides its text: an id, an author, two numbers, their heads, and what else it says. */
const MAX_TUPLE_BYTES = 512

/** A list of tuples. */
export const chatCodec: StateCodec<ChatState> = {
  maxSizeBytes: ARRAY_HEADER_BYTES + RECENT_MESSAGES * (MAX_TEXT_BYTES + MAX_TUPLE_BYTES),

  sizeBytes: ({ recent }) => recent.reduce((sum, message) => sum + message.sizeBytes, ARRAY_HEADER_BYTES),

  encode: ({ recent }) => encode(recent.map(toTuple)),

  decode: (bytes) => ({ recent: decodeExact<ChatTuple[]>(bytes).map(fromTuple) }),

  toJson: ({ recent }) => ({
    recent: recent.map(({ id, author, timeMs, clock, text, more }) => ({ id, author, timeMs, clock, text, ...more })),
  }),
}

type ChatTuple = [id: DocumentId, clock: number, author: string, timeMs: number, text: string, more?: ByGuest]
const TUPLE_ELEMENTS = 5

function toTuple({ id, clock, author, timeMs, text, more }: RecentMessage): ChatTuple {
  return [id, clock, author, timeMs, text, ...(more === undefined ? [] : [more])] as ChatTuple
}

function fromTuple([id, clock, author, timeMs, text, more]: ChatTuple): RecentMessage {
  if (more !== undefined && readByGuest(more) === undefined)
    throw new TypeError('a message says more than this node knows')
  return withSize({ id, clock, author, timeMs, text, ...(more && { more }) })
}

/** Adds the length of a message's tuple, computed because encoding is slow. */
function withSize(message: Omit<RecentMessage, 'sizeBytes'>): RecentMessage {
  const { id, clock, author, timeMs, text, more } = message
  const numbers = headLength(TUPLE_ELEMENTS) + headLength(clock) + headLength(timeMs)
  const texts = textLength(id.length) + textLength(author.length) + textLength(Buffer.byteLength(text))
  const moreBytes = more === undefined ? 0 : encode(more).length
  return { ...message, sizeBytes: numbers + texts + moreBytes }
}
