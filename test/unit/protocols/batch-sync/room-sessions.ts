/** Sessions of one room with one peer, for tests of what is to be sent to it. */
import { RoomSession } from '../../../../protocols/batch-sync/room-session.ts'
import type { PeerWork } from '../../../../protocols/batch-sync/work.ts'
import type { DocumentId } from '../../../../protocols/wire/ids.ts'
import type { Position } from '../../../../protocols/wire/order.ts'
import { HeldDocuments, peer, room, standing } from './held-documents.ts'

export const labels = (count: number, name = ''): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`)
export const idsOf = (documents: readonly Position[]): DocumentId[] => documents.map(({ id }) => id)
export const never = () => false

/** For tests of what is to be sent, however long that takes to find out. */
export const boundless: PeerWork = {
  ...{ mayLook: true, maySend: true },
  looked: () => undefined,
  sent: () => undefined,
  waitMs: () => 0,
}

/** Takes at most that much; by default, enough for a MESSAGE. */
export function take(
  roomSession: RoomSession,
  { bytes = 262_144, items = 1_536, offers = 1_000, skip = never as (id: DocumentId) => boolean } = {},
) {
  const { documents, offers: offered } = roomSession.take(bytes, items, offers, skip)
  return { documents: idsOf(documents), offers: idsOf(offered) }
}

/** Takes everything there is, which is then in flight. */
export function takeAll(roomSession: RoomSession): DocumentId[] {
  const taken: DocumentId[] = []
  const inFlight = new Set<DocumentId>()
  for (;;) {
    if (roomSession.isWalking) roomSession.walkOn()
    const { documents } = take(roomSession, { skip: (id) => inFlight.has(id) })
    taken.push(...documents)
    for (const id of documents) inFlight.add(id)
    if (documents.length === 0 && !roomSession.isWalking) return taken
  }
}

/** A session with a peer that announced its frontier. */
export function shareWith(
  ports: HeldDocuments,
  frontier: readonly DocumentId[],
  refusesDocuments = false,
): RoomSession {
  const roomSession = new RoomSession(room, peer, { ports, work: boundless }, () => undefined)
  roomSession.learn(standing(frontier, refusesDocuments))
  return roomSession
}

export function holding(count: number, sizeBytes = 100): HeldDocuments {
  const ports = new HeldDocuments()
  ports.addChain(labels(count), { sizeBytes })
  return ports
}
