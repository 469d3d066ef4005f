/** How far a neighbour has got in a room, as far as it is known without comparing. */
import type { RoomId } from '../wire/ids.ts'
import type { PeerSession } from './peer-session.ts'
import type { PeerProgress } from './ports.ts'
import type { RoomSession } from './room-session.ts'

/** What the sessions with a peer know of a room. */
export function progressOf(room: RoomId, session: PeerSession, roomSession: RoomSession): PeerProgress {
  const { frontier, refusesDocuments } = roomSession
  const { ids, headsDigest } = frontier
  const inFlight = session.inFlight(room)
  return {
    ...{ peer: session.peer, frontier: ids, headsDigest, refusesDocuments, inFlight },
    nextSendMs: inFlight.length > 0 ? session.resendDueMs : undefined,
    isHeld: (id) => roomSession.isHeld(id),
  }
}
