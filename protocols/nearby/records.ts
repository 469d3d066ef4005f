/** The records of announced rooms. */
import type { DocumentId, RoomId } from '../wire/ids.ts'

/** Which rooms does the receiver announce? */
export interface AskRecord {
  type: 'ask'
  serial: number
}

/** An answer. */
export interface OffersRecord {
  type: 'offers'
  serial: number
  /** What the sender is called; empty without offers. */
  from: string
  offers: Offer[]
}

/** A room that anybody nearby may join. */
export interface Offer {
  room: RoomId
  name: string
  app: string
  access: OfferedAccess
  /** In a room in which nobody reads without an invite. */
  invite?: { seed: Uint8Array; act: DocumentId }
}

/** Who may read and write there. */
export type OfferedAccess = 'open' | 'public-read' | 'private'

export type NearbyRecord = AskRecord | OffersRecord
