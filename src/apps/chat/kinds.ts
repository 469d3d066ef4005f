/** The kinds of documents in a chat. */
import { MAX_TEXT_BYTES, MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { text } from '../kinds.ts'

export const chatKinds = { [MESSAGE_KIND]: text({ maxBytes: MAX_TEXT_BYTES }) }

export type ChatKinds = typeof chatKinds
