/** What stands beside a message and is not part of its text: what it answers, and whom it concerns. */
import { MAX_CONTEXT_BYTES, MAX_MENTIONS } from '../../../protocols/apps/chat/constants.ts'
import { sha256Hex } from '../../../protocols/wire/crypto.ts'
import { parseDocumentId, type DocumentId, type PeerId } from '../../../protocols/wire/ids.ts'
import { publicKeyOfPeerId } from '../../../protocols/wire/peer-ids.ts'
import type { JsonValue, Kind } from '../../kith.ts'
import { json } from '../kinds.ts'

export interface MessageContext {
  /** SHA-256 of the body of the message, in hex. */
  body: string
  /** The document that the message answers. */
  replyTo?: DocumentId
  /** Keys of people. */
  mentions?: PeerId[]
}

const HASH = /^[0-9a-f]{64}$/

export const contextKind = json(contextOf, { maxBytes: MAX_CONTEXT_BYTES }) as Kind<MessageContext>

/** What ties a context to a message with that body. */
export function contextHash(body: Uint8Array): string {
  return sha256Hex(body)
}

/** Keys that are not known here are for later versions. */
function contextOf(value: JsonValue): MessageContext | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { body, replyTo, mentions } = value
  if (typeof body !== 'string' || !HASH.test(body)) return undefined
  const answered = typeof replyTo === 'string' ? parseDocumentId(replyTo) : undefined
  if (replyTo !== undefined && answered === undefined) return undefined
  if (mentions !== undefined && !isListOfPeople(mentions)) return undefined
  return { body, ...(answered !== undefined && { replyTo: answered }), ...(mentions !== undefined && { mentions }) }
}

function isListOfPeople(value: JsonValue): value is PeerId[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_MENTIONS) return false
  if (new Set(value).size < value.length) return false
  return value.every((peer) => typeof peer === 'string' && publicKeyOfPeerId(peer as PeerId) !== undefined)
}
