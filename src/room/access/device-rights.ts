/** What the devices of a person may do without an admin: add each other, remove each other, and make a key after that. */
import { MAX_DEVICES } from '../../../protocols/access/constants.ts'
import type { PeerId } from '../../../protocols/wire/ids.ts'
import type { ActGraph } from './act-graph.ts'
import { isOfType, rankOf, type Act, type ActOf, type Rank } from './acts.ts'
import { allOf, anyOf, not, type Answer } from './answer.ts'
import type { Bits } from './bits.ts'
import { areBothClaimed, isClaimed, isDevice, isOfPerson, isOwnRemoval, sharedPersons } from './links.ts'
import { ownRemovalsKnown } from './possible.ts'

/** Whether an author's rank is at least this. */
export function hasRank(graph: ActGraph, author: PeerId, rank: Rank, known: Bits): Answer {
  const standing = graph.standing(author, known)
  if (standing.rank < rank) return 'no'
  return standing.isDecided ? 'yes' : 'open'
}

/** Whether the author of an act may make its member one of a person's devices. */
export function mayAdd(graph: ActGraph, index: number, act: ActOf<'device'>): Answer {
  const { known } = graph.at(index)
  const { saying, author } = act
  const { member, person } = saying
  const rank = rankOf(saying.role)
  // First, as who has used it up can go on without end: those after the last one need not be looked at.
  const place = hasPlace(graph, index, saying)
  if (place === 'no' || graph.ownerAt(known) === member) return 'no'
  const belongs = author === person ? not(isDevice(graph, author, known)) : isOfPerson(graph, author, person, known)
  return allOf([
    place,
    hasRank(graph, author, rank, known),
    belongs,
    mayRaise(graph, saying, known),
    ...graph.settingsOf(member, known).map((i) => not(bars(graph, i, saying))),
  ])
}

type Device = ActOf<'device'>['saying']

/** Whether a person may have one more device: some may have been removed since they were added. */
function hasPlace(graph: ActGraph, index: number, { member, person }: Device): Answer {
  const first = hasFirstPlace(graph, index, { member, person })
  if (first === 'yes') return 'yes'
  const { known } = graph.at(index)
  return isBelowMax(graph, graph.before(graph.devicesOf(person), index), otherDevice(member), (other) =>
    isFreed(graph, other, person, known),
  )
}

/** Whether a person would have so few devices if none had been removed. */
function hasFirstPlace(graph: ActGraph, index: number, { member, person }: Pick<Device, 'member' | 'person'>): Answer {
  return isBelowMax(graph, graph.before(graph.devicesOf(person), index), otherDevice(member))
}

function otherDevice(member: PeerId): (act: Act) => PeerId | undefined {
  return (act) => (isOfType(act, 'device') && act.saying.member !== member ? act.saying.member : undefined)
}

/** Whether what a device act made a device was removed, so that its place is free again. */
function isFreed(graph: ActGraph, device: number, person: PeerId, known: Bits): Answer {
  const removals = removalsAfter(graph, device, known).filter((i) => answerOf(graph, i) !== 'no')
  return anyOf(removals.map((i) => allOf([answerOf(graph, i), frees(graph, i, person)])))
}

/** Roles that take everything from a device, and know what made it one. */
function removalsAfter(graph: ActGraph, device: number, known: Bits): number[] {
  const { saying } = graph.actAt(device)
  if (saying.type !== 'device') return []
  return graph.settingsOf(saying.member, known).filter((i) => {
    const { saying: removal } = graph.actAt(i)
    return removal.type === 'role' && removal.role === 'none' && graph.knows(i, device)
  })
}

/**
 * Whether a removal makes a place free. Those by devices that have such a place themselves do not: they could add and
 * remove devices without end.
 */
function frees(graph: ActGraph, removal: number, person: PeerId): Answer {
  const { act, known } = graph.at(removal)
  const { author } = act
  if (author === person || !isClaimed(graph, author, person, known)) return 'yes'
  const places = graph.settingsOf(author, known).flatMap((i) => {
    const { saying } = graph.actAt(i)
    if (saying.type !== 'device' || saying.person !== person || graph.decisions[i] === 'void') return []
    return [allOf([answerOf(graph, i), hasFirstPlace(graph, i, saying)])]
  })
  return anyOf(places)
}

/** Whoever is there in its own right cannot be claimed, and nobody is given less. */
function mayRaise(graph: ActGraph, { member, person, role }: Device, known: Bits): Answer {
  const { rank, isDecided } = graph.standing(member, known)
  if (!isDecided) return 'open'
  if (rank === 0) return 'yes'
  return rank > rankOf(role) ? 'no' : isOfPerson(graph, member, person, known)
}

/** Whether an act took this role from a device, which only admins give it again; but what its person took, it gives. */
function bars(graph: ActGraph, index: number, { member, person, role }: Device): Answer {
  const { saying } = graph.actAt(index)
  if (saying.type !== 'role' || graph.rankOf(index) >= rankOf(role)) return 'no'
  const isOwn = saying.role === 'none' && areBothClaimed(graph, index, member, person)
  return isOwn ? 'no' : answerOf(graph, index)
}

export function addWaits(graph: ActGraph, index: number, { saying, author }: ActOf<'device'>): number[] {
  const { known } = graph.at(index)
  const sets = [author, saying.member].flatMap((key) => graph.settingsOf(key, known))
  const devices = [...graph.before(graph.devicesOf(saying.person), index)]
  return [...sets, ...devices, ...devices.flatMap((device) => removalsAfter(graph, device, known))]
}

/** Whether the author of an act may remove another device of its person. */
export function mayRemoveOwn(graph: ActGraph, index: number, { saying, author }: ActOf<'role'>): Answer {
  const { known } = graph.at(index)
  const { member } = saying
  const isMax = isBelowMax(graph, ownRemovalsBefore(graph, index, author), (act) => act.id)
  if (isMax === 'no' || graph.ownerAt(known) === member) return 'no'
  const belong = sharedPersons(graph, author, member, known).map((person) =>
    allOf([author, member].map((key) => isOfPerson(graph, key, person, known))),
  )
  return allOf([
    isMax,
    hasRank(graph, author, rankOf('carrier'), known),
    hasRank(graph, member, rankOf('carrier'), known),
    anyOf(belong),
  ])
}

/**
 * Removals of devices by the author of one, of which there are enough before it as long as they are not void. Otherwise two
 * devices that remove each other could do so without end.
 */
export function removalsAhead(graph: ActGraph, index: number, author: PeerId): number[] {
  const ahead: number[] = []
  for (const i of ownRemovalsBefore(graph, index, author)) {
    if (graph.decisions[i] !== 'void' && ahead.push(i) === MAX_DEVICES) return ahead
  }
  return []
}

export function removeOwnWaits(graph: ActGraph, index: number, { saying, author }: ActOf<'role'>): number[] {
  const { known } = graph.at(index)
  const sets = [author, saying.member].flatMap((key) => graph.settingsOf(key, known))
  return [...sets, ...ownRemovalsBefore(graph, index, author)]
}

/** Whether the author of an act may make a new key, as it has removed a device of its person. */
export function mayRekeyOwn(graph: ActGraph, index: number, act: ActOf<'rekey'>): Answer {
  const { known } = graph.at(index)
  const isMax = isBelowMax(graph, ownRekeysBefore(graph, index, act), (other) =>
    isOfType(other, 'rekey') && other.saying.epoch !== act.saying.epoch ? other.saying.epoch : undefined,
  )
  if (isMax === 'no') return 'no'
  const removals = ownRemovalsKnown(graph, act, known).map((i) => answerOf(graph, i))
  return allOf([isMax, hasRank(graph, act.author, rankOf('reader'), known), anyOf(removals)])
}

export function rekeyOwnWaits(graph: ActGraph, index: number, act: ActOf<'rekey'>): number[] {
  const { known } = graph.at(index)
  const removals = ownRemovalsKnown(graph, act, known)
  return [...graph.settingsOf(act.author, known), ...removals, ...ownRekeysBefore(graph, index, act)]
}

/** Removals of other devices by an author, before one in the room's order. */
function* ownRemovalsBefore(graph: ActGraph, index: number, author: PeerId): Generator<number> {
  for (const i of graph.before(graph.removalsBy(author), index)) if (isOwnRemoval(graph, i)) yield i
}

/** Rekeys by an author that know a removal of a device of its person, before one in the room's order. */
function* ownRekeysBefore(graph: ActGraph, index: number, { author }: ActOf<'rekey'>): Generator<number> {
  for (const i of graph.before(graph.rekeysBy(author), index)) {
    const { act, known } = graph.at(i)
    if (ownRemovalsKnown(graph, act, known).length > 0) yield i
  }
}

/**
 * Whether fewer than MAX_DEVICES things come from the acts of these that count. `thingOf`: undefined: none. `isLeftOut`:
 * whether an act is not counted though it counts.
 */
function isBelowMax(
  graph: ActGraph,
  before: Iterable<number>,
  thingOf: (act: Act) => string | undefined,
  isLeftOut: (index: number) => Answer = () => 'no',
): Answer {
  const things = new Set<string>()
  let answer: Answer = 'yes'
  for (const index of before) {
    if (graph.decisions[index] === 'void') continue
    const thing = thingOf(graph.actAt(index))
    if (thing === undefined) continue
    const isCounted = allOf([answerOf(graph, index), not(isLeftOut(index))])
    if (isCounted === 'open') answer = 'open'
    else if (isCounted === 'yes' && things.add(thing).size === MAX_DEVICES) return 'no'
  }
  return answer
}

/** Whether an act counts. */
function answerOf(graph: ActGraph, index: number): Answer {
  const decision = graph.decisions[index]
  if (decision === undefined) return 'open'
  return decision === 'counts' ? 'yes' : 'no'
}
