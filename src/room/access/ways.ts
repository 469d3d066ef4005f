/** In which ways an act may count: what its author has to have the right to, and what takes that away beside it. */
import type { ActGraph } from './act-graph.ts'
import { acceptWaits, mayAccept, withdrawalsBeside } from './accepting.ts'
import { isOfType, rankOf, type Act, type Rank } from './acts.ts'
import type { Answer } from './answer.ts'
import type { Bits } from './bits.ts'
import {
  addWaits,
  hasRank,
  mayAdd,
  mayRekeyOwn,
  mayRemoveOwn,
  rekeyOwnWaits,
  removalsAhead,
  removeOwnWaits,
} from './device-rights.ts'
import { isOwnRemoval } from './links.ts'
import { isPossible, ownRemovalsKnown } from './possible.ts'

export interface Way {
  /** Whether the author has the right to it, by what the act knows. */
  right: Answer
  /** Acts that make it void if they count: neither knows the other. */
  attackers: () => number[]
  /** Acts on which the right depends. */
  waits: () => number[]
  /** There are enough of its kind before it: it does not win against others until these are void. */
  isHeld?: boolean
}

/** An act counts if it does in one of these. */
export function waysOf(graph: ActGraph, index: number): Way[] {
  const act = graph.actAt(index)
  if (isOfType(act, 'accept')) {
    return [
      {
        right: mayAccept(graph, index),
        attackers: () => withdrawalsBeside(graph, index),
        waits: () => acceptWaits(graph, index),
      },
    ]
  }
  if (isOfType(act, 'owner')) {
    const { known } = graph.at(index)
    return [{ right: graph.ownerAt(known) === act.author ? 'yes' : 'no', attackers: () => [], waits: () => [] }]
  }
  if (isOfType(act, 'device')) {
    const attackers = takersOf(graph, index, rankOf(act.saying.role))
    return [{ right: mayAdd(graph, index, act), attackers, waits: () => addWaits(graph, index, act) }]
  }
  return [adminsWay(graph, index), ...deviceWays(graph, index, act)]
}

/** Whether an act that is not here would count if nothing were beside it. */
export function wouldCount(graph: ActGraph, act: Act, known: Bits): boolean {
  if (!isPossible(graph, act, known)) return false
  const index = graph.add(act, known)
  const would = waysOf(graph, index).some(({ right }) => right === 'yes')
  graph.drop(index)
  return would
}

function adminsWay(graph: ActGraph, index: number): Way {
  const { act, known } = graph.at(index)
  return {
    right: isOutOfReach(graph, index) ? 'no' : hasRank(graph, act.author, rankOf('admin'), known),
    attackers: takersOf(graph, index, rankOf('admin')),
    waits: () => graph.settingsOf(act.author, known),
  }
}

function deviceWays(graph: ActGraph, index: number, act: Act): Way[] {
  const { known } = graph.at(index)
  if (isOfType(act, 'role') && isOwnRemoval(graph, index)) {
    const right = mayRemoveOwn(graph, index, act)
    const ahead = right === 'no' ? [] : removalsAhead(graph, index, act.author)
    if (ahead.length > 0) return [{ right: 'open', attackers: () => [], waits: () => ahead, isHeld: true }]
    return [
      { right, attackers: takersOf(graph, index, rankOf('carrier')), waits: () => removeOwnWaits(graph, index, act) },
    ]
  }
  if (isOfType(act, 'rekey') && ownRemovalsKnown(graph, act, known).length > 0) {
    const attackers = takersOf(graph, index, rankOf('reader'))
    return [{ right: mayRekeyOwn(graph, index, act), attackers, waits: () => rekeyOwnWaits(graph, index, act) }]
  }
  return []
}

/** Nobody sets the role of the owner, takes from somebody who has nothing, or withdraws what it does not know. */
function isOutOfReach(graph: ActGraph, index: number): boolean {
  const { act, known } = graph.at(index)
  if (isOfType(act, 'withdraw')) return graph.knownInvite(act.saying.invite, known) === undefined
  if (!isOfType(act, 'role')) return false
  const { member, role } = act.saying
  if (graph.ownerAt(known) === member) return true
  return role === 'none' && graph.settingsOf(member, known).length === 0
}

/** Acts beside one that take from its author what has this rank. */
function takersOf(graph: ActGraph, index: number, need: Rank): () => number[] {
  return () => {
    const { act, known } = graph.at(index)
    if (graph.ownerAt(known) === act.author) return []
    return graph.loweringsOf(act.author, need).filter((other) => graph.areBeside(other, index))
  }
}
