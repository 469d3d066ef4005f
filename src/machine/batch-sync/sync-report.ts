/** How far the peers of a room have got: what they hold, what is on its way, and what is waiting. */
import { HistoryWalk, type BatchSyncPorts, type PeerProgress } from '../../../protocols/batch-sync/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { DocumentSync, PeerSync, Sharing } from '../../kith.ts'
import type { Position } from '../../../protocols/wire/order.ts'
import type { PeerFrontierRow, StoreReads } from '../../store/store.ts'
import { MAX_COUNTED_LACKING } from '../constants.ts'

/** A peer's progress, without its name. */
export type PeerReport = Omit<PeerSync, 'name'>

export interface SyncSources {
  store: StoreReads
  ports: Pick<BatchSyncPorts, 'acceptedSince' | 'ancestors' | 'document' | 'has' | 'newestHeads'>
  sharing(peer: PeerId): Sharing
  progress: readonly PeerProgress[]
}

interface KnownPeer {
  row: PeerFrontierRow
  progress: PeerProgress | undefined
}

/** The documents that a peer lacks, as far as they were counted. */
interface Lacking {
  ids: ReadonlySet<DocumentId>
  /** Everything that it lacks with a larger clock is included. */
  aboveClock: number
}

/** The peers of a room: those in it first, then by when they were last seen. */
export function reportPeers(room: RoomId, sources: SyncSources): PeerReport[] {
  return knownPeers(room, sources).map((known) => reportOf(room, known, sources))
}

/** One peer of a room; undefined if it was never met there. */
export function reportPeer(room: RoomId, peer: PeerId, sources: SyncSources): PeerReport | undefined {
  const known = knownPeers(room, sources).find(({ row }) => row.peer === peer)
  return known && reportOf(room, known, sources)
}

function reportOf(room: RoomId, { row, progress }: KnownPeer, sources: SyncSources): PeerReport {
  const { peer, seenMs } = row
  const total = sources.store.totals(room).documents
  const unacked = progress?.inFlight.length ?? sources.store.unacked(room, peer).length
  const lacking = lackingOf(room, sources, row, progress)
  return {
    peer,
    online: progress !== undefined,
    lastSeenMs: seenMs,
    sharing: sources.sharing(peer),
    refusesDocuments: progress?.refusesDocuments ?? false,
    held: lacking === undefined ? null : total - lacking.ids.size,
    unacked,
    waiting: lacking === undefined ? null : Math.max(0, lacking.ids.size - unacked),
    nextSendMs: progress?.nextSendMs ?? null,
  }
}

/** Which of the peers ever met in a room are known to hold each of some documents. */
export function reportDocuments(room: RoomId, documents: readonly Position[], sources: SyncSources): DocumentSync[] {
  const peers = knownPeers(room, sources).map(({ row, progress }) => {
    const lacking = lackingOf(room, sources, row, progress) ?? lackingAmong(documents, room, sources, row, progress)
    return { peer: row.peer, lacking }
  })
  return documents.map(({ id, clock }) => {
    const holders = peers.filter(({ lacking }) => {
      return lacking !== undefined && clock > lacking.aboveClock && !lacking.ids.has(id)
    })
    return { id, clock, heldBy: holders.map(({ peer }) => peer), ofPeers: peers.length }
  })
}

function knownPeers(room: RoomId, { store, progress }: SyncSources): KnownPeer[] {
  const present = new Map(progress.map((each) => [each.peer, each]))
  const peers = store.peerFrontiers(room).map((row): KnownPeer => {
    const now = present.get(row.peer)
    return { row: now === undefined ? row : { ...row, ...frontierOf(now) }, progress: now }
  })
  return peers.sort((a, b) => Number(b.progress !== undefined) - Number(a.progress !== undefined))
}

function frontierOf({ frontier, headsDigest }: PeerProgress): Pick<PeerFrontierRow, 'frontier' | 'headsDigest'> {
  return { frontier, headsDigest }
}

/**
 * The documents here that a peer does not hold; undefined if that does not follow from its frontier, which names
 * documents that are not here, or not all of its heads.
 */
function lackingOf(
  room: RoomId,
  { ports }: SyncSources,
  { frontier, headsDigest }: PeerFrontierRow,
  progress: PeerProgress | undefined,
): Lacking | undefined {
  if (headsDigest !== undefined) {
    const since = ports.acceptedSince(room, headsDigest)
    return since && { ids: notHeld(since, progress), aboveClock: 0 }
  }
  if (!frontier.every((id) => ports.has(room, id))) return undefined
  // Of more heads, more than are counted are lacking.
  const heads = ports.newestHeads(room, MAX_COUNTED_LACKING + frontier.length + 1)
  return lackingAfter(frontier, heads, room, ports, progress)
}

/** Which of some documents a peer is not known to hold that has more heads than its frontier names. */
function lackingAmong(
  documents: readonly Position[],
  room: RoomId,
  { ports }: SyncSources,
  { frontier, headsDigest }: PeerFrontierRow,
  progress: PeerProgress | undefined,
): Lacking | undefined {
  return headsDigest === undefined ? undefined : lackingAfter(frontier, documents, room, ports, progress)
}

/** Of some documents and their ancestors, those that are not ancestors of a peer's frontier. */
function lackingAfter(
  frontier: readonly DocumentId[],
  documents: readonly Position[],
  room: RoomId,
  ports: SyncSources['ports'],
  progress: PeerProgress | undefined,
): Lacking {
  const walk = new HistoryWalk(ports, room, documents, frontier)
  const found = walk.step(MAX_COUNTED_LACKING)
  return {
    ids: notHeld(found ?? walk.foundSoFar, progress),
    aboveClock: found === undefined ? walk.reachedClock : 0,
  }
}

function notHeld(documents: readonly Position[], progress: PeerProgress | undefined): Set<DocumentId> {
  return new Set(documents.map(({ id }) => id).filter((id) => progress?.isHeld(id) !== true))
}
