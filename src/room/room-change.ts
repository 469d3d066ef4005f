/** What becomes of a room when documents come, or are written. */
import type { Document } from '../../protocols/document/document.ts'
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'
import type { Intake } from './intake.ts'

/** What changed in a room. */
export interface RoomChange {
  room: RoomId
  intake: Intake
  /** Updates that the state refuses because it would exceed its size limit. */
  refused: DocumentId[]
  /** The root document has arrived, so the room now has a name and an app. */
  hasOpened: boolean
  /** Documents that were accepted before and can be read since; opened, in order. */
  readable?: Document[]
  /** The node began or ceased to hold back what it writes: see `Room.isHeldBack`. */
  holding?: 'begun' | 'ended'
}
