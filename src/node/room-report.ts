/** Reports on a room: its size, its newest documents, its state, its members. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { likeliestFirst } from '../host/address-worth.ts'
import type {
  Fork,
  HeldInvite,
  Member,
  RoomDetails,
  Removal,
  RoomHistory,
  RoomMove,
  RoomProgress,
  RoomSummary,
} from '../kith.ts'
import { shownName } from '../names.ts'
import { MAX_MISSING_SHOWN } from '../machine/constants.ts'
import { offerOf } from '../machine/nearby/announced.ts'
import { successorOf } from '../machine/moves.ts'
import { clockOf } from '../room/heads.ts'
import { moveIn, ownerOf } from '../room/moves.ts'
import { readChildLink } from '../room/children.ts'
import { aboveOf } from '../room/parent-room.ts'
import { provisionalOf } from '../room/provisional.ts'
import { ownRemoval } from '../room/removal.ts'
import { droppedAuthors, isDropped } from '../room/rulings.ts'
import { monotonicMs } from '../runtime/clock.ts'
import { droppedOf } from '../store/store.ts'
import { dialableElsewhere } from './dialable.ts'
import { formatInvite } from './invite.ts'
import type { NodeRoom } from './node-room.ts'
import type { NewOnes } from './read-position.ts'
import { isInRing } from './ring-sharing.ts'
import { RoomMembers } from './room-members.ts'

export function summaryOf(room: NodeRoom): Omit<RoomSummary, keyof NewOnes> {
  const { id, name, originalName, app, status, core } = room
  const { documents, sizeBytes } = core.store.totals(id)
  const { carriedBytesMax } = room.open.record
  return {
    ...{ id, name, ...(originalName !== undefined && { originalName }), app, isAppKnown: room.knownApp !== undefined },
    ...{ status, documents, sizeBytes, neighbours: room.neighbours.length },
    provisional: provisionalOf(room.open),
    isJoining: room.open.record.joining !== undefined,
    ...aboveIn(room),
    ...movedOf(room),
    ...removedOf(room),
    ...(carriedBytesMax !== undefined && {
      carried: { maxBytes: carriedBytesMax, isQuotaReached: room.open.isQuotaReached() },
    }),
  }
}

function aboveIn({ open, core: { machine, store } }: NodeRoom): Pick<RoomSummary, 'parent' | 'link'> {
  const above = aboveOf(open, machine.rooms, store)
  const said = above && readChildLink(above.link.body)
  if (above === undefined || said === undefined) return {}
  const { id } = above.room.record
  const link = { room: id, title: shownName(said.title), about: said.about ?? null }
  return { ...(above.isKnown && { parent: id }), link }
}

function movedOf(room: NodeRoom): { moved?: RoomMove } {
  const move = moveIn(room.open)
  const peer = ownerOf(room.open)
  if (move === undefined || peer === undefined) return {}
  const successor = successorOf(room.core.machine.rooms, room.id, move)
  return { moved: { room: successor?.record.id ?? null, by: { peer, name: room.nameOf(peer) } } }
}

function removedOf(room: NodeRoom): { removed?: Removal } {
  const removal = ownRemoval(room.open, room.core)
  if (removal === undefined) return {}
  const { by, atMs, isProven, from } = removal
  const named = (peer: PeerId): { peer: string; name: string } => ({ peer, name: room.nameOf(peer) })
  return { removed: { by: named(by), atMs, isProven, saidBy: from === undefined ? null : named(from) } }
}

export function detailsOf(room: NodeRoom): Omit<RoomDetails, keyof NewOnes> {
  const { graph, view } = room.open
  const members = new RoomMembers(room)
  const invited = members.held() ?? null
  const hasState = room.status === 'open' && room.knownApp !== undefined && !room.isCarried
  return {
    ...summaryOf(room),
    invite: formatInvite(room.id, likeliestFirst(dialableElsewhere(room.core.addresses()))),
    frontier: [...graph.heads.frontier().ids],
    heads: room.core.store.headCount(room.id),
    clock: clockOf(room.core.store, room.id),
    stateHash: hasState ? view.hash() : '',
    stateSizeBytes: hasState ? view.sizeBytes() : 0,
    history: historyOf(room),
    isAnnounced: offerOf(room.open, Date.now()) !== undefined,
    isInRing: isInRing(room.core.machine, room.id),
    owner: ownerOf(room.open) ?? null,
    access: room.open.record.access ?? 'open',
    unread: room.open.keys.unread,
    withoutKey: withoutKey(room),
    role: members.standingOf(room.core.self)?.role ?? null,
    invited,
    dropped: droppedAuthors(view.state.rulings).map((peer) => ({ peer, name: room.nameOf(peer) })),
    forks: forksOf(room),
    pending: graph.pendingCount,
    pendingUnproven: graph.unprovenCount,
    waitingFor: awaitedOf(room, invited) || room.waitingFor,
    namesakes: room.namesakes,
  }
}

/** Members who cannot read what is written now, as far as is known. */
function withoutKey(room: NodeRoom): { peer: string; name: string }[] {
  const { open } = room
  const current = open.graph.gate.control?.epochs?.current.key
  const left = open.keys.leftOut().find(({ key }) => key === current)
  return (left?.members ?? []).map(({ author: peer }) => ({ peer, name: room.nameOf(peer) }))
}

/** Of an invite that holds no more nothing is waited for: `invited` says what became of it. */
function awaitedOf(room: NodeRoom, invited: HeldInvite | null): string {
  if (room.status !== 'open' || room.open.isQuotaReached() || invited?.status !== 'awaited') return ''
  if (room.open.isPreview) return 'the history, to accept the invite then'
  return invited.invite === null ? 'the invite to arrive' : 'what others have here, to accept the invite then'
}

export function historyOf(room: NodeRoom): RoomHistory {
  const { retention = 'all', base } = room.open.record
  const keepers = room.core.machine.wings['room-state'].keepers(room.id)
  return {
    keep: retention,
    // The root stays.
    dropped: droppedOf(room.open.record),
    fromClock: base?.position.clock ?? 0,
    keepers: keepers.map((peer) => ({ peer, name: room.nameOf(peer) })),
  }
}

/** How much is missing here of the state to begin with, or of the history that peers have. */
export function progressOf(room: NodeRoom): RoomProgress {
  const nowMs = monotonicMs()
  const { known, have, missing, perSecond, what } = stateProgress(room, nowMs) ?? historyProgress(room, nowMs)
  const remainingMs = missing === 0 ? 0 : perSecond === 0 ? null : Math.ceil((missing * 1000) / perSecond)
  return { room: room.id, name: room.name, what, known, have, missing, perSecond: Math.ceil(perSecond), remainingMs }
}

type Counts = Pick<RoomProgress, 'what' | 'known' | 'have' | 'missing' | 'perSecond'>

/** Undefined unless a state is being fetched. */
function stateProgress({ id, open, core }: NodeRoom, nowMs: number): Counts | undefined {
  const { checkpoint } = open.record
  if (checkpoint === undefined || !open.isBeginning || open.isPreview) return undefined
  const progress = core.machine.wings['ensure-map'].progress(id, checkpoint.root, nowMs)
  if (progress === undefined) return undefined
  const known = checkpoint.sizeBytes
  // The block that names the others is counted, too.
  const have = Math.min(known - 1, progress.sizeBytes)
  return { what: 'state', known, have, missing: known - have, perSecond: progress.bytesPerSecond }
}

function historyProgress({ id, open, core }: NodeRoom, nowMs: number): Counts {
  const have = core.store.totals(id).documents
  const claimed = core.machine.wings['room-state'].progress(id, nowMs) ?? COMPLETE
  const before = Math.min((provisionalOf(open)?.documents ?? 0) - have, MAX_MISSING_SHOWN)
  const missing = Math.max(claimed.missing, before)
  return { what: 'history', known: have + missing, have, missing, perSecond: claimed.perSecond }
}

const COMPLETE = { missing: 0, perSecond: 0 }

/** Everybody who has written in the room, is in it now, or has or had a role. */
export function membersOf(room: NodeRoom): Member[] {
  const { self, store } = room.core
  const online = new Set([self, ...room.neighbours])
  const { rulings } = room.open.view.state
  const written = new Map(store.authorHeads(room.id).map((head) => [head.author, head]))
  const members = new RoomMembers(room)
  const verified = new Map(store.verified().map(({ peer, atMs }) => [peer, atMs]))
  return [...new Set([...written.keys(), ...online, ...members.known()])].sort().map((peer) => {
    const { seq = -1, forks = 0 } = written.get(peer) ?? {}
    const standing = members.standingOf(peer)
    return {
      ...{
        peer,
        name: room.nameOf(peer),
        person: room.personOf(peer),
        documents: seq + 1,
        online: online.has(peer),
        self: peer === self,
      },
      ...{ dropped: isDropped(rulings, peer), forks, verifiedMs: verified.get(peer) ?? null },
      ...(standing && { standing }),
    }
  })
}

function forksOf(room: NodeRoom): Fork[] {
  const forked = room.core.store.authorHeads(room.id).filter(({ forks }) => forks > 0)
  return forked
    .map(({ author: peer, forks: documents }) => ({ peer, name: room.nameOf(peer), documents }))
    .sort((a, b) => b.documents - a.documents)
}
