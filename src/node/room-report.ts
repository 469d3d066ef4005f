/** Reports on a room: its size, its newest documents, its state, its members. */
import { likeliestFirst } from '../host/address-worth.ts'
import type { Member, RoomDetails, RoomSummary } from '../kith.ts'
import { clockOf } from '../room/frontier.ts'
import { formatInvite } from './invite.ts'
import type { RoomAccess } from './room-access.ts'

export function summaryOf(room: RoomAccess): RoomSummary {
  const { id, name, app, status, core } = room
  const { documents, sizeBytes } = core.store.totals(id)
  const { carriedBytesMax } = room.open.record
  return {
    ...{ id, name, app, isAppKnown: room.knownApp !== undefined },
    ...{ status, documents, sizeBytes, neighbours: room.neighbours.length },
    ...(carriedBytesMax !== undefined && {
      carried: { maxBytes: carriedBytesMax, isQuotaReached: room.open.isQuotaReached() },
    }),
  }
}

export function detailsOf(room: RoomAccess): RoomDetails {
  const { graph, view } = room.open
  const hasState = room.status === 'open' && room.knownApp !== undefined && !room.isCarried
  return {
    ...summaryOf(room),
    invite: formatInvite(room.id, likeliestFirst(dialableElsewhere(room.core.addresses()))),
    frontier: [...graph.heads.frontier().ids],
    heads: room.core.store.headCount(room.id),
    clock: clockOf(room.core.store, room.id),
    stateHash: hasState ? view.hash() : '',
    stateSizeBytes: hasState ? view.sizeBytes() : 0,
    pending: graph.pendingCount,
    waitingFor: room.waitingFor,
  }
}

/** Everybody who has written in the room or is in it now. */
export function membersOf(room: RoomAccess): Member[] {
  const { self, store } = room.core
  const online = new Set([self, ...room.neighbours])
  const written = new Map(store.authorHeads(room.id).map(({ author, seq }) => [author, seq + 1]))
  return [...new Set([...written.keys(), ...online])].sort().map((peer) => {
    const documents = written.get(peer) ?? 0
    return { peer, name: room.nameOf(peer), documents, online: online.has(peer), self: peer === self }
  })
}

/** Addresses that work from another machine; or, if there are none, those that work only on this one. */
function dialableElsewhere(addresses: readonly string[]): readonly string[] {
  const elsewhere = addresses.filter((address) => !address.startsWith('/ip4/127.') && !address.startsWith('/ip6/::1/'))
  return elsewhere.length > 0 ? elsewhere : addresses
}
