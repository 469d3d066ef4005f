/** The kinds of documents in a chat. */
import { encode } from '@ipld/dag-cbor'
import {
  CONTEXT_KIND,
  MAX_BESIDE_TEXT_BYTES,
  MAX_TEXT_BYTES,
  MESSAGE_KIND,
} from '../../../protocols/apps/chat/constants.ts'
import { grouped } from '../../grouped.ts'
import { KithError, type Kind } from '../../kith.ts'
import { decodeJson, decodeText, encodeText } from '../body.ts'
import { readByGuest, type ByGuest } from '../by-guest.ts'
import { contextKind } from './context.ts'

/** What a message says. */
export interface ChatMessage extends ByGuest {
  text: string
}

/** The first byte of a body with more than a text is the head of a map, with which no UTF-8 begins. */
const MAP_HEADS = { first: 0xa0, last: 0xbf }

const message: Kind<ChatMessage, string | ChatMessage> = {
  maxBytes: MAX_TEXT_BYTES + MAX_BESIDE_TEXT_BYTES,

  encode(value) {
    const { text, ...more } = typeof value === 'string' ? { text: value } : value
    const body = encodeText(text)
    if (body.length > MAX_TEXT_BYTES) {
      throw new KithError(
        'too-large',
        `a message has at most ${grouped(MAX_TEXT_BYTES)} bytes, this one has ${grouped(body.length)}`,
      )
    }
    if (Object.values(more).every((part) => part === undefined)) return body
    if (readByGuest(more) === undefined)
      throw new KithError('bad-value', 'what a message says besides its text is not valid')
    return encode({ ...more, text })
  },

  decode(body) {
    if (!hasMore(body)) {
      const text = body.length > MAX_TEXT_BYTES ? undefined : decodeText(body)
      return text === undefined ? undefined : { text }
    }
    const value = decodeJson(body)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const { text, ...parts } = value
    const more = readByGuest(parts)
    if (typeof text !== 'string' || more === undefined) return undefined
    const textBytes = Buffer.byteLength(text)
    const isTooLong = textBytes > MAX_TEXT_BYTES || body.length - textBytes > MAX_BESIDE_TEXT_BYTES
    return isTooLong ? undefined : { text, ...more }
  },
}

/** The kinds of documents in a chat. */
export const chatKinds = { [MESSAGE_KIND]: message, [CONTEXT_KIND]: contextKind }

export type ChatKinds = typeof chatKinds

/** Whether a body says more than a text. */
function hasMore([first]: Uint8Array): boolean {
  return first !== undefined && first >= MAP_HEADS.first && first <= MAP_HEADS.last
}

/** Which guest of its author says what a document of a chat says; undefined if it is the author. */
export function guestIn({ kind, body }: { kind: string; body: Uint8Array }): string | undefined {
  return kind === MESSAGE_KIND && hasMore(body) ? message.decode(body)?.guest : undefined
}
