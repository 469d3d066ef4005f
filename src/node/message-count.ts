/** How many messages a room has, as far as anybody wants to know. */
import type { NodeRoom } from './node-room.ts'
import type { RoomReading } from './room-reading.ts'

/** So many stand for any more: counting them reads them. */
const MAX_COUNTED = 100

export class MessageCount {
  readonly #room: NodeRoom
  readonly #reading: RoomReading
  /** What was counted, among how many documents. */
  #counted: { documents: number; messages: number } | undefined

  constructor(room: NodeRoom, reading: RoomReading) {
    this.#room = room
    this.#reading = reading
  }

  /** Null in a room that has none, or cannot be read here. */
  get(): number | null {
    const { status, isCarried, knownApp, core, id } = this.#room
    if (status !== 'open' || isCarried || knownApp?.hasMessages !== true) return null
    const { documents } = core.store.totals(id)
    if (this.#counted?.documents !== documents) {
      this.#counted = { documents, messages: this.#reading.messagePage({ limit: MAX_COUNTED }).messages.length }
    }
    return this.#counted.messages
  }
}
