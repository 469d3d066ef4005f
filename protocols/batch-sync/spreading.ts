/** To whom documents go that are new here: at once, in a moment, or with others that come. */
import type { RoomId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import type { NewDocument } from './author-lines.ts'
import { ASIDE_COMPARE_MS, COMPARE_AGAIN_MS, FORWARD_FANOUT } from './constants.ts'
import type { PeerSession } from './peer-session.ts'
import type { DocumentSource } from './ports.ts'
import type { RoomSession } from './room-session.ts'
import { someOf } from './some-of.ts'

/** A peer and the state of one room with it. */
export interface Target {
  session: PeerSession
  roomSession: RoomSession
}

export interface NewDocuments {
  room: RoomId
  documents: readonly NewDocument[]
  from: DocumentSource
}

/**
 * What was written here goes to all neighbours at once, and what somebody else wrote to FORWARD_FANOUT of them. The others
 * are compared a little later, when most have it from elsewhere, and those aside after a while.
 */
export function spread({ room, documents, from }: NewDocuments, all: Target[], random: Random, nowMs: number): void {
  const lacking = all.filter(({ session, roomSession }) => {
    session.documentsChanged(room)
    return roomSession.isSending && !documents.every(({ id }) => roomSession.isHeld(id))
  })
  const linked = lacking.filter(({ roomSession }) => !roomSession.isAside)
  const now = new Set(from === 'self' ? linked : from === 'gossip' ? [] : someOf(linked, FORWARD_FANOUT, random))
  for (const roomPeer of lacking) {
    const { session, roomSession } = roomPeer
    if (now.has(roomPeer)) {
      for (const document of documents) {
        if (roomSession.isHeld(document.id)) continue
        if (from === 'self') roomSession.addNew(document)
        else session.pass(room, document)
      }
      session.pump(nowMs)
    } else if (roomSession.isAside) session.setRoomTimer('aside', room, ASIDE_COMPARE_MS)
    else session.setRoomTimer('compare', room, COMPARE_AGAIN_MS)
  }
}
