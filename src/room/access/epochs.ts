/**
 * The epochs of a private room: the keys that its rekeys bring, which of them is written with, and whether it is known
 * to somebody who may not read any more.
 */
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { ActGraph } from './act-graph.ts'
import { isOfType, rankOf, type ActOf } from './acts.ts'
import { hasBit, NO_BITS, type Bits } from './bits.ts'

export interface Epoch extends Position {
  /** Names its key. */
  key: KeyId
  /**
   * The acts that bring the key, one for so many recipients each. The first one that counts, in the room's order, stands
   * for all. None for the first epoch, of the root.
   */
  acts: ActOf<'rekey'>[]
  counts: boolean
  /** 0: the first. */
  depth: number
  /** The acts that its first act knows. */
  known: Bits
  /** Of its acts. */
  indexes: number[]
}

export interface Epochs {
  /** In the room's order. */
  all: readonly Epoch[]
  byKey: ReadonlyMap<KeyId, Epoch>
  /** The one that is written with. */
  current: Epoch
  /** Somebody lost the right to read, and the current one does not know of that. */
  isStale: boolean
  /** Those that no other one comes after, whether they count or not, in the room's order. */
  last: readonly Epoch[]
  /** With the keys of these one has those of all: the current one, and those that are wrapped in none that leads to it. */
  tops: readonly Epoch[]
}

const READER = rankOf('reader')

/** `first`: names the key of the root. */
export function epochsOf(graph: ActGraph, room: DocumentId, first: KeyId): Epochs {
  const root: Epoch = { key: first, id: room, clock: 1, acts: [], counts: true, depth: 0, known: NO_BITS, indexes: [] }
  const epochs = new Map<KeyId, Epoch>([[first, root]])
  for (const index of graph.inOrder()) {
    const { act, known } = graph.at(index)
    // The first key is there without any, and nobody must have to know one for it.
    if (!isOfType(act, 'rekey') || act.saying.epoch === first) continue
    const { epoch: key } = act.saying
    const counts = graph.decisions[index] === 'counts'
    const begun = epochs.get(key)
    if (begun === undefined) {
      epochs.set(key, { key, id: act.id, clock: act.clock, acts: [act], counts, depth: 1, known, indexes: [index] })
    } else {
      begun.indexes.push(index)
      // What does not count must not stand for what does: anybody can name a key that somebody else makes.
      if (begun.counts || !counts) begun.acts.push(act)
      else epochs.set(key, { ...begun, id: act.id, clock: act.clock, acts: [act, ...begun.acts], counts, known })
    }
  }
  const all = [...epochs.values()].sort(comparePositions)
  const isBefore = new Set<KeyId>()
  const isBeforeCounting = new Set<KeyId>()
  for (const epoch of all) {
    // Whatever it says, it does not come after what it does not know.
    const before = previousOf(epoch).flatMap((id) => {
      const other = epochs.get(id)
      const isAfter = other !== undefined && comparePositions(other, epoch) < 0 && isKnown(other, epoch.known)
      return isAfter ? [other] : []
    })
    for (const { key } of before) isBefore.add(key)
    if (epoch.counts) for (const { key } of before) isBeforeCounting.add(key)
    if (epoch !== root) epoch.depth = 1 + Math.max(0, ...before.map(({ depth }) => depth))
  }
  const current = all.findLast(({ key, counts }) => counts && !isBeforeCounting.has(key)) ?? root
  return {
    tops: topsOf(all, current, epochs),
    ...{ all, byKey: epochs, current, last: all.filter(({ key }) => !isBefore.has(key)) },
    isStale: [...graph.entries()].some(({ index }) => isLoss(graph, index, current)),
  }
}

function topsOf(all: readonly Epoch[], current: Epoch, byKey: ReadonlyMap<KeyId, Epoch>): Epoch[] {
  const tops = [current]
  const reached = new Set<KeyId>()
  const reach = (from: Epoch): void => {
    const open = [from]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next.key)) continue
      reached.add(next.key)
      open.push(...wrappedIn(next).flatMap((key) => byKey.get(key) ?? []))
    }
  }
  reach(current)
  // Later ones lead to earlier ones.
  for (const epoch of all.toReversed()) {
    if (reached.has(epoch.key)) continue
    tops.push(epoch)
    reach(epoch)
  }
  return tops
}

/** What comes before an epoch, as its first act says. */
function previousOf({ acts }: Epoch): readonly KeyId[] {
  return acts[0]?.saying.previous ?? []
}

/** Those of it whose keys are wrapped in that of the epoch. */
function wrappedIn(epoch: Epoch): readonly KeyId[] {
  return previousOf(epoch).slice(0, epoch.acts[0]?.saying.wrapped.length ?? 0)
}

/** Whether one of the acts that bring an epoch's key is among some, or none has to. */
export function isKnown({ indexes }: Epoch, known: Bits): boolean {
  return indexes.length === 0 || indexes.some((index) => hasBit(known, index))
}

/** Whether an act counts because of which somebody may not read any more who has the key of an epoch that does not know it. */
function isLoss(graph: ActGraph, index: number, { known }: Epoch): boolean {
  if (graph.decisions[index] !== 'counts' || hasBit(known, index)) return false
  const { saying } = graph.actAt(index)
  if (saying.type === 'withdraw') return graph.offeredBy(saying.invite) >= READER
  if (saying.type !== 'role' || !graph.lowersFrom(index, READER)) return false
  return graph.standing(saying.member, graph.all).rank < READER && !isOver(graph, saying.member, known)
}

/**
 * Whether an epoch knows that somebody has lost all that it was ever given. Otherwise two devices that have removed each
 * other could make each new epoch stale, by removing each other again beside it.
 */
function isOver(graph: ActGraph, member: PeerId, known: Bits): boolean {
  const given = graph.settingsOf(member, graph.all).filter((i) => {
    const isVoidDevice = graph.decisions[i] === 'void' && graph.actAt(i).saying.type === 'device'
    return graph.rankOf(i) >= READER && !isVoidDevice
  })
  return graph.settingsOf(member, known).some((i) => {
    const isRemoval = graph.actAt(i).saying.type === 'role' && graph.rankOf(i) < READER
    return isRemoval && graph.decisions[i] === 'counts' && given.every((setting) => graph.knows(i, setting))
  })
}
