/** Whether somebody may accept an invite. */
import { MAX_ACCEPTANCES } from '../../../protocols/access/constants.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { ActGraph } from './act-graph.ts'
import { isOfType, rankOf } from './acts.ts'
import type { Answer } from './answer.ts'
import { hasBit } from './bits.ts'

export function mayAccept(graph: ActGraph, index: number): Answer {
  const { act, known } = graph.at(index)
  const invite = isOfType(act, 'accept') ? graph.knownInvite(act.saying.invite, known) : undefined
  if (invite === undefined || graph.decisions[invite.index] === 'void') return 'no'
  // First, as who has used it up can go on without end: those after the last use need not be looked at.
  if (isUsedUp(graph, index, invite.act.saying.uses)) return 'no'
  if (graph.ownerAt(known) === act.author) return 'no'
  const offered = rankOf(invite.act.saying.role)
  const isBarred = (i: number): boolean =>
    graph.actAt(i).saying.type === 'role' && graph.rankOf(i) < offered && !graph.knows(invite.index, i)
  const removals = graph.settingsOf(act.author, known).filter(isBarred)
  const withdrawals = graph.withdrawalsOf(invite.act.id).filter((i) => hasBit(known, i))
  if ([...removals, ...withdrawals].some((i) => graph.decisions[i] === 'counts')) return 'no'
  return acceptWaits(graph, index).some((i) => graph.isOpen(i)) ? 'open' : 'yes'
}

/** Whether enough acceptances that count are before one. Further ones by its own author are no further uses. */
function isUsedUp(graph: ActGraph, index: number, uses: number | undefined): boolean {
  if (uses === undefined) return false
  const { author } = graph.actAt(index)
  const others = new Set<PeerId>()
  let own = 0
  for (const i of acceptsBefore(graph, index)) {
    if (graph.decisions[i] !== 'counts') continue
    const by = graph.actAt(i).author
    if (by === author) own++
    else others.add(by)
    if (others.size >= uses || own >= MAX_ACCEPTANCES) return true
  }
  return false
}

/** Withdrawals of its invite beside an acceptance. */
export function withdrawalsBeside(graph: ActGraph, index: number): number[] {
  const act = graph.actAt(index)
  if (!isOfType(act, 'accept')) return []
  return graph.withdrawalsOf(act.saying.invite).filter((i) => graph.areBeside(i, index))
}

/** Acts on which it depends whether an invite may be accepted. */
export function acceptWaits(graph: ActGraph, index: number): number[] {
  const { act, known } = graph.at(index)
  if (!isOfType(act, 'accept')) return []
  const invite = graph.indexOf(act.saying.invite)
  const withdrawals = graph.withdrawalsOf(act.saying.invite).filter((i) => hasBit(known, i))
  return [
    ...graph.settingsOf(act.author, known),
    ...(invite === undefined ? [] : [invite]),
    ...withdrawals,
    ...acceptsBefore(graph, index),
  ]
}

/** Acceptances of the same invite that are before this one in the room's order. */
function acceptsBefore(graph: ActGraph, index: number): Generator<number> {
  const act = graph.actAt(index)
  return graph.before(isOfType(act, 'accept') ? graph.acceptsOf(act.saying.invite) : [], index)
}
