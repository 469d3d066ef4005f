/** Rooms of the app `chat`, in the library's public types; part of kith.ts. */
import type { Room, SentDocument } from './kith-rooms.ts'

/** What goes along with a message. */
export interface SendOptions {
  /** The message that it answers, named as for `room.message`. It also concerns whoever wrote that. */
  replyTo?: string | undefined
  /** Whom it concerns, by their names in the room or peer ids, 32 at most. Default: those whose names stand in it behind an @. */
  mentions?: readonly string[] | undefined
  /** The name of the guest of this node who says it. Default: the node itself does. */
  guest?: string | undefined
}

/** A room of the app `chat`. */
export interface ChatRoom extends Room {
  /** The newest 100 messages, in the room's order. */
  readonly state: {
    readonly recent: readonly { id: string; clock: number; author: string; timeMs: number; text: string }[]
  }
  /**
   * Sends a message; resolves once it is durable. Throws like `write`, and a KithError `wrong-app`, `no-such-document` for
   * an answer to what is no message here, `no-such-peer`, `ambiguous` or `too-many` for those it mentions, or `bad-value`
   * for an empty text.
   */
  send(text: string, options?: SendOptions): Promise<SentDocument>
}
