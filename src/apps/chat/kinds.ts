/** The kinds of documents in a chat. */
import { CONTEXT_KIND, MAX_TEXT_BYTES, MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { text } from '../kinds.ts'
import { contextKind } from './context.ts'

export const chatKinds = { [MESSAGE_KIND]: text({ maxBytes: MAX_TEXT_BYTES }), [CONTEXT_KIND]: contextKind }

export type ChatKinds = typeof chatKinds
