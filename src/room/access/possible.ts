/**
 * Whether an act may count, whatever becomes of the acts that it knows: others cost nothing but themselves, whoever writes
 * them.
 */
import { verifySignature } from '../../../protocols/wire/crypto.ts'
import type { ActGraph } from './act-graph.ts'
import { acceptanceContent, deviceContent, isOfType, rankOf, type Act, type ActOf, type Rank } from './acts.ts'
import type { Bits } from './bits.ts'
import { isClaimed, isOwnRemoval, sharedPersons } from './links.ts'

const ADMIN = rankOf('admin')
const CARRIER = rankOf('carrier')

export function isPossible(graph: ActGraph, act: Act, known: Bits): boolean {
  if (isOfType(act, 'accept')) return isOffered(graph, act, known)
  if (isOfType(act, 'device')) return isDevicePossible(graph, act, known)
  const { saying, author } = act
  if (saying.type === 'owner') return graph.wasOwner(author, known)
  if (couldBe(graph, act, ADMIN, known)) return true
  if (saying.type === 'rekey') return ownRemovalsKnown(graph, act, known).length > 0
  if (saying.type !== 'role' || saying.role !== 'none' || !couldBe(graph, act, CARRIER, known)) return false
  return sharedPersons(graph, author, saying.member, known).length > 0
}

/** The removals of other devices of an act's author by it, as acts say that may not count. */
export function ownRemovalsKnown(graph: ActGraph, { author }: Act, known: Bits): number[] {
  const all = graph.removalsBy(author, known)
  return all.filter((index) => isOwnRemoval(graph, index))
}

/** Whether the author of an act was given a rank, or the room, by what may not count. */
function couldBe(graph: ActGraph, { author }: Act, rank: Rank, known: Bits): boolean {
  return graph.wasOwner(author, known) || graph.settingsOf(author, known).some((index) => graph.rankOf(index) >= rank)
}

function isOffered(graph: ActGraph, act: ActOf<'accept'>, known: Bits): boolean {
  const { invite: id, proof } = act.saying
  const invite = graph.knownInvite(id, known)
  if (invite === undefined) return false
  const { key, expiresMs = Infinity } = invite.act.saying
  return act.timeMs <= expiresMs && verifySignature(key, acceptanceContent(graph.room, id, act.author), proof)
}

function isDevicePossible(graph: ActGraph, act: ActOf<'device'>, known: Bits): boolean {
  const { member, person, role, box, proof } = act.saying
  if (member === act.author || !couldBe(graph, act, rankOf(role), known)) return false
  return isClaimed(graph, act.author, person, known) && verifySignature(member, deviceContent(act.author, box), proof)
}
