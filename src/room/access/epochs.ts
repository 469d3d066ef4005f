/**
 * The epochs of a private room: the keys that its rekeys bring, which of them is written with, and whether it is known
 * to somebody who may not read any more.
 */
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../../protocols/wire/order.ts'
import type { ActGraph } from './act-graph.ts'
import { isOfType, rankOf, type ActOf } from './acts.ts'
import { hasBit, NO_BITS, type Bits } from './bits.ts'

export interface Epoch extends Position {
  /** Names its key. */
  key: KeyId
  /** The acts that bring the key, one for so many recipients each; none for the first epoch, of the root. */
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
  const isBefore = new Set<KeyId>()
  const isBeforeCounting = new Set<KeyId>()
  for (const index of graph.inOrder()) {
    const { act, known } = graph.at(index)
    if (!isOfType(act, 'rekey')) continue
    const { epoch: key, previous } = act.saying
    const counts = graph.decisions[index] === 'counts'
    const begun = epochs.get(key)
    if (begun !== undefined) {
      begun.acts.push(act)
      begun.indexes.push(index)
      continue
    }
    // Whatever it says, it does not come after what it does not know.
    const before = previous.flatMap((id) => {
      const epoch = epochs.get(id)
      return epoch !== undefined && isKnown(epoch, known) ? [epoch] : []
    })
    for (const epoch of before) isBefore.add(epoch.key)
    if (counts) for (const epoch of before) isBeforeCounting.add(epoch.key)
    const depth = 1 + Math.max(0, ...before.map((epoch) => epoch.depth))
    epochs.set(key, { key, id: act.id, clock: act.clock, acts: [act], counts, depth, known, indexes: [index] })
  }
  const all = [...epochs.values()].sort(comparePositions)
  const current = all.findLast(({ key, counts }) => counts && !isBeforeCounting.has(key)) ?? root
  return {
    tops: topsOf(all, current, epochs),
    ...{ all, byKey: epochs, current, last: all.filter(({ key }) => !isBefore.has(key)) },
    isStale: losses(graph).some((index) => !hasBit(current.known, index)),
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
      const { previous = [], wrapped = [] } = next.acts[0]?.saying ?? {}
      open.push(...previous.slice(0, wrapped.length).flatMap((key) => byKey.get(key) ?? []))
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

/** Whether one of the acts that bring an epoch's key is among some, or none has to. */
export function isKnown({ indexes }: Epoch, known: Bits): boolean {
  return indexes.length === 0 || indexes.some((index) => hasBit(known, index))
}

/** Acts that count and because of which somebody who could read may not any more. */
function losses(graph: ActGraph): number[] {
  return [...graph.entries()].flatMap(({ index, act }) => {
    if (graph.decisions[index] !== 'counts') return []
    const { saying } = act
    if (saying.type === 'withdraw') return graph.offeredBy(saying.invite) >= READER ? [index] : []
    if (saying.type !== 'role' || graph.rankOf(index) >= READER || !graph.lowers(index)) return []
    return graph.standing(saying.member, graph.all).rank < READER ? [index] : []
  })
}
