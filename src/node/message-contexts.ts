/** What messages of a chat answer, and whom they concern: it stands in the document before each. */
import { CONTEXT_KIND, MESSAGE_KIND } from '../../protocols/apps/chat/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { chat } from '../apps/chat/index.ts'
import { contextHash, contextKind, type MessageContext } from '../apps/chat/context.ts'
import type { Mention, Message, QuotedMessage } from '../kith.ts'
import type { NodeRoom } from './node-room.ts'

/** As much as a line shows. */
const MAX_QUOTED_CHARACTERS = 200

/** Authors of whom the last document is remembered: more than speak at a time. */
const MAX_REMEMBERED = 1_024

/** Documents of the room, as it reads them. */
interface ContextsInit {
  document(id: DocumentId): Document | undefined
  plainMessageOf(document: Document): Message | undefined
}

export class MessageContexts {
  readonly #room: NodeRoom
  readonly #init: ContextsInit
  /** Of each author the last document that was read: whoever reads forward has read what is before a message. */
  readonly #last = new Map<PeerId, { id: DocumentId; context: MessageContext | undefined }>()

  constructor(room: NodeRoom, init: ContextsInit) {
    this.#room = room
    this.#init = init
  }

  /** What is said of a message by the document before it; undefined if that says nothing of it. */
  of(document: Document): MessageContext | undefined {
    if (this.#room.app !== chat.name) return undefined
    const { author, id, kind, body } = document
    const context = kind === MESSAGE_KIND ? this.#before(document) : undefined
    this.#last.delete(author)
    this.#last.set(author, { id, context: contextIn(document) })
    const [oldest] = this.#last.keys()
    if (this.#last.size > MAX_REMEMBERED && oldest !== undefined) this.#last.delete(oldest)
    return context?.body === undefined || context.body !== contextHash(body) ? undefined : context
  }

  /** The same for people. */
  shown({ replyTo, mentions }: MessageContext, message: Document): Pick<Message, 'replyTo' | 'mentions'> {
    return {
      ...(replyTo !== undefined && { replyTo: { id: replyTo, message: this.#quoted(replyTo) } }),
      ...(mentions !== undefined && { mentions: mentions.map((peer) => this.#mention(peer, message)) }),
    }
  }

  #before({ author, previous }: Document): MessageContext | undefined {
    if (previous === null) return undefined
    const last = this.#last.get(author)
    if (last?.id === previous) return last.context
    const before = this.#init.document(previous)
    return before && contextIn(before)
  }

  #quoted(id: DocumentId): QuotedMessage | null {
    const document = this.#init.document(id)
    const message = document?.room === this.#room.id ? this.#init.plainMessageOf(document) : undefined
    if (message === undefined) return null
    const { author, name, text } = message
    return { author, name, text: text.slice(0, MAX_QUOTED_CHARACTERS).toWellFormed() }
  }

  #mention(peer: PeerId, message: Document): Mention {
    return { peer, name: this.#room.nameAt(peer, message), self: this.#room.core.ownKeys().has(peer) }
  }
}

function contextIn({ kind, body }: Document): MessageContext | undefined {
  return kind === CONTEXT_KIND && body.length <= contextKind.maxBytes ? contextKind.decode(body) : undefined
}
