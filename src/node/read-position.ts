/** How far the user has read a room, and how many messages are new. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { positionOf } from './document-position.ts'
import type { Message, RoomSummary } from '../kith.ts'
import type { NodeRoom } from './node-room.ts'
import type { RoomReading } from './room-reading.ts'
import type { DocumentRow } from '../store/store.ts'
import { storedDocument } from '../room/stored-document.ts'

/** So many or more: nobody needs to know how many more. */
const MAX_NEW_MESSAGES = 100

/** Documents that are looked at for new messages, and their bytes: a list of many rooms must not take long. */
const MAX_LOOKED_AT = 128
const MAX_LOOKED_AT_BYTES = 1024 * 1024

/** What came after what the user has read. */
export type NewOnes = Pick<RoomSummary, 'newMessages' | 'newMentions'>

const NONE: NewOnes = { newMessages: null, newMentions: null }

export class ReadPosition {
  readonly #room: NodeRoom
  readonly #reading: RoomReading
  /** What was counted, after how many documents, for how many devices, and from where. */
  #counted: { documents: number; own: number; from: Position | undefined; found: NewOnes } | undefined

  constructor(room: NodeRoom, reading: RoomReading) {
    this.#room = room
    this.#reading = reading
  }

  /** Notes that all was read up to a message, or all that is here. Never goes back. */
  async mark(message: string | undefined): Promise<void> {
    this.#room.requireOpen()
    const position = message === undefined ? this.#newest() : positionOf(this.#room, message)
    if (position !== undefined) await this.note(position)
  }

  /** The same for a position. */
  async note(readTo: Position): Promise<void> {
    const { id: room, core } = this.#room
    const before = this.#readTo
    if (before !== undefined && comparePositions(readTo, before) <= 0) return
    await core.command({ type: 'note', room, personal: { readTo } })
  }

  /** Messages of other people after that, at most `MAX_NEW_MESSAGES`; null in a room that has none, or cannot be read here. */
  get newOnes(): NewOnes {
    const { status, isCarried, knownApp, core, id } = this.#room
    if (status !== 'open' || isCarried || knownApp?.hasMessages !== true) return NONE
    const { documents } = core.store.totals(id)
    const own = core.ownKeys()
    const from = this.#readTo
    const known = this.#counted
    if (known?.documents === documents && known.own === own.size && known.from?.id === from?.id) return known.found
    const found = this.#count(from, own)
    this.#counted = { documents, own: own.size, from, found }
    return found
  }

  #count(from: Position | undefined, own: ReadonlySet<PeerId>): NewOnes {
    const { id, core, open } = this.#room
    const rows = core.store.documents(id, {
      ...(from && { after: from }),
      ...{ descending: true, limit: MAX_LOOKED_AT, maxBytes: MAX_LOOKED_AT_BYTES },
    })
    const messageIn = (row: DocumentRow): Message | [] => {
      const document = storedDocument(row)
      if (document === undefined) core.foundDamage()
      const message = document && this.#reading.messageOf(open.read(document))
      // What guests say by one of the user's own keys is said by others.
      return message === undefined || (message.guest === undefined && own.has(row.author)) ? [] : message
    }
    const others = rows.flatMap(messageIn)
    const newMentions = others.filter(({ mentions = [] }) => mentions.some(({ self }) => self)).length
    const [newMessages, forUser] = [others.length, newMentions].map((count) => Math.min(MAX_NEW_MESSAGES, count))
    return { newMessages: newMessages ?? 0, newMentions: forUser ?? 0 }
  }

  #newest(): Position | undefined {
    const { id, core, open } = this.#room
    const shown = open.preview?.shown.at(-1)
    const newest = shown ?? core.store.documents(id, { descending: true, limit: 1 })[0]
    return newest && { clock: newest.clock, id: newest.id }
  }

  get #readTo(): Position | undefined {
    return this.#room.open.record.personal?.readTo
  }
}
