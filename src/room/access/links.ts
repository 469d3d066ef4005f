/** Which keys are devices of one person, by what an act knows. */
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { ActGraph } from './act-graph.ts'
import { isOfType, type Act, type ActOf } from './acts.ts'
import type { Answer } from './answer.ts'
import type { Bits } from './bits.ts'

/** Whether an act says that an author is a device of a person, whether that counts or not. */
export function isClaimed(graph: ActGraph, author: PeerId, person: PeerId, known: Bits): boolean {
  return personsOf(graph, author, known).has(person)
}

/** Of whom both are devices, as acts say that may not count. */
export function sharedPersons(graph: ActGraph, one: PeerId, other: PeerId, known: Bits): PeerId[] {
  const persons = personsOf(graph, one, known)
  return one === other ? [] : [...personsOf(graph, other, known)].filter((person) => persons.has(person))
}

/** Itself, and those whose device somebody says it is. */
function personsOf(graph: ActGraph, author: PeerId, known: Bits): Set<PeerId> {
  const claims = graph.settingsOf(author, known).map((index) => graph.actAt(index))
  return new Set([author, ...claims.flatMap((act) => (isOfType(act, 'device') ? [act.saying.person] : []))])
}

const ownRemovals = new WeakMap<Act, boolean>()

/** Whether an act takes everything from another device of its author, as acts say that may not count. */
export function isOwnRemoval(graph: ActGraph, index: number): boolean {
  const { act, known } = graph.at(index)
  if (!isOfType(act, 'role') || act.saying.role !== 'none') return false
  const isOwn = ownRemovals.get(act) ?? sharedPersons(graph, act.author, act.saying.member, known).length > 0
  ownRemovals.set(act, isOwn)
  return isOwn
}

const bothClaimed = new WeakMap<Act, Map<PeerId, boolean>>()

/** Whether the author and the member of an act are both devices of a person, as acts say that it knows and may not count. */
export function areBothClaimed(graph: ActGraph, index: number, member: PeerId, person: PeerId): boolean {
  const { act, known } = graph.at(index)
  // What it knows stays the same, and each later act about the member asks again.
  const answers = bothClaimed.get(act) ?? new Map<PeerId, boolean>()
  bothClaimed.set(act, answers)
  const answer = answers.get(person) ?? [act.author, member].every((key) => isClaimed(graph, key, person, known))
  answers.set(person, answer)
  return answer
}

/** Whether an author is one of a person's devices, or the first of them. */
export function isOfPerson(graph: ActGraph, author: PeerId, person: PeerId, known: Bits): Answer {
  return author === person ? 'yes' : isDevice(graph, author, known, (claimed) => claimed === person)
}

/** Whether an author is there as a device of a person: it was let in as one, and has not come in its own right since. */
export function isDevice(
  graph: ActGraph,
  author: PeerId,
  known: Bits,
  isMeant: (person: PeerId) => boolean = (person) => person !== author,
): Answer {
  let answer: Answer = 'no'
  for (const claim of claimsOf(graph, author, known)) {
    if (!isMeant(claim.act.saying.person) || claim.isRefuted) continue
    if (claim.isSure) return 'yes'
    answer = 'open'
  }
  return answer
}

/** The last act by which an author is there as a device. */
export function lastDeviceAct(graph: ActGraph, author: PeerId, known: Bits): ActOf<'device'> | undefined {
  return claimsOf(graph, author, known).findLast(({ isSure }) => isSure)?.act
}

interface Claim {
  act: ActOf<'device'>
  isSure: boolean
  isRefuted: boolean
}

/**
 * What says that an author is a device, as far as it is not void. Whoever once was somebody's device has signed that for
 * good: so no such act holds beside another way in, or a removal, of which it does not know.
 */
function claimsOf(graph: ActGraph, author: PeerId, known: Bits): Claim[] {
  const settings = graph.settingsOf(author, known).filter((index) => graph.decisions[index] !== 'void')
  const others = settings.filter((index) => graph.actAt(index).saying.type !== 'device')
  return settings.flatMap((index) => {
    const act = graph.actAt(index)
    if (!isOfType(act, 'device')) return []
    const against = others.filter((other) => !graph.knows(index, other) && !isLaterRole(graph, other, index))
    const isRefuted = against.some((other) => graph.decisions[other] === 'counts')
    return [{ act, isRefuted, isSure: graph.decisions[index] === 'counts' && against.length === 0 }]
  })
}

/** Whether an act gives a device another role, which stays one. */
function isLaterRole(graph: ActGraph, index: number, device: number): boolean {
  const { saying } = graph.actAt(index)
  return saying.type === 'role' && saying.role !== 'none' && graph.knows(index, device)
}
