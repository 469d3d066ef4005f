/** Who has what of a fake room. */
import { KithError } from '../../../src/kith.ts'
import type { DocumentInfo, PeerSync, RoomProgress, RoomSync } from '../../../src/kith.ts'

interface SharedRoom {
  id: string
  name: string
  written: readonly DocumentInfo[]
  peers: PeerSync[]
}

export function syncOf({ id, name, written, peers }: SharedRoom, document?: string): RoomSync {
  const newest = written.filter((each) => document === undefined || each.id === document)
  if (document !== undefined && newest.length === 0)
    throw new KithError('no-such-document', 'There is no such document.')
  const heldBy = peers.filter(({ held }) => held !== null).map(({ peer }) => peer)
  return {
    ...{ id, name, documents: written.length, peers },
    newest: newest.map((each) => ({ id: each.id, clock: each.clock, heldBy, ofPeers: peers.length })),
  }
}

/** How much of the history is here. */
export function progressOf(room: SharedRoom & { missing: number; perSecond: number }): RoomProgress {
  const { name, missing, perSecond } = room
  const have = room.written.length
  const remainingMs = missing === 0 ? 0 : perSecond === 0 ? null : (missing * 1000) / perSecond
  return { room: room.id, name, what: 'history', known: have + missing, have, missing, perSecond, remainingMs }
}
