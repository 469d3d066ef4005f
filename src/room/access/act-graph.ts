/**
 * The acts of a room with what each of them knows, which are the acts before it in the graph of documents; and what
 * follows for the standing of an author, as far as it is decided which acts count.
 */
import { verifySignature } from '../../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { acceptanceContent, isOfType, rankOf, RANK_OF_OWNER, type Act, type ActOf, type Rank } from './acts.ts'
import { bitsOf, hasBit, NO_BITS, union, type Bits } from './bits.ts'

/** Whether an act counts; undefined: not decided yet. */
export type Decision = 'counts' | 'void' | undefined

/** What a rule says while some acts are not decided. */
export type Answer = 'yes' | 'no' | 'open'

interface KnownAct {
  act: Act
  /** The acts before it. */
  known: Bits
}

/** A standing that is decided, or the highest that is possible. */
interface Standing {
  rank: Rank
  isDecided: boolean
}

export class ActGraph {
  /** By index; undefined: was removed. */
  readonly #acts: (KnownAct | undefined)[] = []
  /** Of each act, by its index. */
  decisions: Decision[] = []
  readonly #room: RoomId
  readonly #founder: PeerId
  readonly #indexes = new Map<DocumentId, number>()
  /** By author: the acts that set what it may do. */
  readonly #settings = new Map<PeerId, number[]>()
  /** By invite, in the room's order. */
  readonly #accepts = new Map<DocumentId, number[]>()
  readonly #withdrawals = new Map<DocumentId, number[]>()
  #handovers: number[] = []
  #all: Bits | undefined
  /** Whether acts take something away, which follows from what they know. */
  readonly #lowers: (boolean | undefined)[] = []

  /** `founder`: the author of the root. */
  constructor(room: RoomId, founder: PeerId) {
    this.#room = room
    this.#founder = founder
  }

  add(act: Act, known: Bits): number {
    const index = this.#acts.push({ act, known }) - 1
    this.#all = undefined
    this.decisions.push(undefined)
    this.#indexes.set(act.id, index)
    const { saying, author } = act
    if (saying.type === 'role') push(this.#settings, saying.member, index)
    if (saying.type === 'accept') {
      push(this.#settings, author, index)
      push(this.#accepts, saying.invite, index)
      this.#sortLast(this.#accepts.get(saying.invite) ?? [])
    }
    if (saying.type === 'withdraw') push(this.#withdrawals, saying.invite, index)
    if (saying.type === 'owner') {
      push(this.#settings, author, index)
      this.#handovers.push(index)
    }
    return index
  }

  /** Takes an act out again that no other one knows. */
  remove(index: number): void {
    const { act } = this.at(index)
    for (const lists of [this.#settings, this.#accepts, this.#withdrawals] as Map<unknown, number[]>[]) {
      for (const [key, list] of lists) if (list.includes(index)) lists.set(key, withoutIndex(list, index))
    }
    this.#handovers = withoutIndex(this.#handovers, index)
    this.#indexes.delete(act.id)
    this.#acts[index] = undefined
    this.#lowers[index] = undefined
    this.#all = undefined
    this.decisions[index] = 'void'
  }

  /** The same for one that was never part of the room: its index is given again, so that what is refused leaves nothing. */
  drop(index: number): void {
    this.remove(index)
    if (index !== this.size - 1) return
    this.#acts.pop()
    this.decisions.pop()
  }

  /**
   * Whether an act may count, whatever becomes of the acts that it knows: others cost nothing but themselves, whoever
   * writes them.
   */
  isPossible(act: Act, known: Bits): boolean {
    const { saying, author } = act
    if (saying.type === 'accept') return this.#isOffered(act, saying, known)
    const isOwner =
      author === this.#founder || this.#handovers.some((i) => hasBit(known, i) && this.#memberOf(i)[0] === author)
    if (isOwner || saying.type === 'owner') return isOwner
    return this.settingsOf(author, known).some((i) => this.rankOf(i) >= rankOf('admin'))
  }

  #isOffered(act: Act, { invite: id, proof }: { invite: DocumentId; proof: Uint8Array }, known: Bits): boolean {
    const invite = this.#knownInvite(id, known)
    if (invite === undefined) return false
    const { key, expiresMs = Infinity } = invite.act.saying
    return act.timeMs <= expiresMs && verifySignature(key, acceptanceContent(this.#room, id, act.author), proof)
  }

  /** Makes place for an act that is gone, so that the others keep their indexes. */
  addGone(): number {
    this.decisions.push('void')
    return this.#acts.push(undefined) - 1
  }

  /** How many indexes there are. */
  get size(): number {
    return this.#acts.length
  }

  /** All that are here. */
  get all(): Bits {
    this.#all ??= bitsOf([...this.entries()].map(({ index }) => index))
    return this.#all
  }

  /** Indexes in the room's order, in which most can be decided in one go. */
  inOrder(): number[] {
    return [...this.entries()].map(({ index }) => index).sort((a, b) => this.#compare(a, b))
  }

  /** In the order of their coming. */
  *entries(): Generator<{ index: number; act: Act }> {
    for (const [index, known] of this.#acts.entries()) if (known !== undefined) yield { index, act: known.act }
  }

  /** Whether each act from an index on knows all that came before it. */
  areInLine(from: number): boolean {
    const before = [...this.entries()].map(({ index }) => index)
    return before.every(
      (index, place) => index < from || before.slice(0, place).every((other) => this.#knows(index, other)),
    )
  }

  indexOf(id: DocumentId): number | undefined {
    return this.#indexes.get(id)
  }

  /** Everybody whom an act has given a role. */
  authors(): PeerId[] {
    return [...new Set([this.#founder, ...this.#settings.keys(), ...this.#handovers.flatMap((i) => this.#memberOf(i))])]
  }

  /** Who owns the room, as far as these acts say. */
  ownerAt(known: Bits): PeerId {
    let owner = this.#founder
    for (let last: number | undefined; ;) {
      const next = this.#handovers
        .filter((i) => hasBit(known, i) && this.decisions[i] === 'counts' && this.#authorOf(i) === owner)
        .filter((i) => last === undefined || this.#knows(i, last))
        .sort((a, b) => this.#compare(a, b))[0]
      if (next === undefined) return owner
      last = next
      owner = this.#memberOf(next)[0] ?? owner
    }
  }

  /** What an author may do, as far as these acts say. */
  standing(author: PeerId, known: Bits): Standing {
    if (this.ownerAt(known) === author) return { rank: RANK_OF_OWNER, isDecided: true }
    const settings = this.settingsOf(author, known).filter((i) => this.decisions[i] !== 'void')
    const counting = settings.filter((i) => this.decisions[i] === 'counts')
    const before = this.#knownToAny(counting)
    const newest = settings.filter((i) => !hasBit(before, i))
    const ranks = newest.map((i) => this.rankOf(i))
    // Of several that do not know each other the lowest counts. Until all are decided, the highest is possible.
    const isDecided = counting.length === settings.length
    return { rank: isDecided ? Math.min(...(ranks.length > 0 ? ranks : [0])) : Math.max(0, ...ranks), isDecided }
  }

  /** The acts that one of these knows. Of a line of acts, which anybody can make as long as it likes, only the last is looked at. */
  #knownToAny(indexes: readonly number[]): Bits {
    let all: Bits = NO_BITS
    for (const index of indexes.toReversed()) if (!hasBit(all, index)) all = union([all, this.at(index).known])
    return all
  }

  /** Acts that set what an author may do, of those known. */
  settingsOf(author: PeerId, known: Bits): number[] {
    return (this.#settings.get(author) ?? []).filter((i) => hasBit(known, i))
  }

  /** What an act makes of whom it is about. */
  rankOf(index: number): Rank {
    const { act, known } = this.at(index)
    if (act.saying.type === 'owner') return rankOf('admin')
    if (act.saying.type === 'role') return rankOf(act.saying.role)
    if (act.saying.type !== 'accept') return 0
    // What it does not know may come later, and must not change what others took away meanwhile.
    const invite = this.#knownInvite(act.saying.invite, known)
    return invite === undefined ? 0 : rankOf(invite.act.saying.role)
  }

  /** What an invite offers; 0 if it is not here. */
  offeredBy(invite: DocumentId): Rank {
    const { act } = this.#inviteOf(invite) ?? {}
    return act === undefined ? 0 : rankOf(act.saying.role)
  }

  /** What the author of an act has to be. */
  needOf(index: number): Rank {
    const { type } = this.#actAt(index).saying
    if (type === 'accept') return 0
    return type === 'owner' ? RANK_OF_OWNER : rankOf('admin')
  }

  /** Whether an act takes something away from whom it is about, who had it by an act that it knows. */
  lowers(index: number): boolean {
    const { act, known } = this.at(index)
    if (act.saying.type !== 'role') return false
    const { member } = act.saying
    const rank = this.rankOf(index)
    return (this.#lowers[index] ??= this.settingsOf(member, known).some((i) => this.rankOf(i) > rank))
  }

  /** Acts that make this one void if they count: neither knows the other. */
  attackersOf(index: number): number[] {
    const { act, known } = this.at(index)
    const isBeside = (i: number): boolean => !hasBit(known, i) && !this.#knows(i, index)
    if (act.saying.type === 'accept') return (this.#withdrawals.get(act.saying.invite) ?? []).filter(isBeside)
    const need = this.needOf(index)
    if (need === RANK_OF_OWNER || this.ownerAt(known) === act.author) return []
    return this.loweringsOf(act.author, need).filter(isBeside)
  }

  /** Acts that take from an author what has this rank. */
  loweringsOf(author: PeerId, rank: Rank): number[] {
    return (this.#settings.get(author) ?? []).filter((i) => this.rankOf(i) < rank && this.lowers(i))
  }

  /** Acts that are not decided and on which it depends whether this one has the right. */
  dependsOn(index: number): number[] {
    const { act, known } = this.at(index)
    const own = this.settingsOf(act.author, known)
    if (act.saying.type !== 'accept') return own.filter((i) => this.#isOpen(i))
    const invite = this.#indexes.get(act.saying.invite)
    const withdrawals = (this.#withdrawals.get(act.saying.invite) ?? []).filter((i) => hasBit(known, i))
    const all = [...own, ...(invite === undefined ? [] : [invite]), ...withdrawals, ...this.#acceptsBefore(index)]
    return all.filter((i) => this.#isOpen(i))
  }

  /** Whether the author of an act has the right to it, by what the act knows. */
  isEntitled(index: number): Answer {
    const { act, known } = this.at(index)
    const { saying, author } = act
    if (saying.type === 'accept') return this.#mayAccept(index, saying)
    if (saying.type === 'owner') return this.ownerAt(known) === author ? 'yes' : 'no'
    if (saying.type === 'role' && this.#isOutOfReach(saying, known)) return 'no'
    if (saying.type === 'withdraw' && this.#knownInvite(saying.invite, known) === undefined) return 'no'
    const { rank, isDecided } = this.standing(author, known)
    if (rank < this.needOf(index)) return 'no'
    return isDecided ? 'yes' : 'open'
  }

  /** Nobody sets the role of the owner, or takes from somebody who has nothing. */
  #isOutOfReach({ member, role }: { member: PeerId; role: string }, known: Bits): boolean {
    if (this.ownerAt(known) === member) return true
    return role === 'none' && this.settingsOf(member, known).length === 0
  }

  #mayAccept(index: number, { invite: id }: { invite: DocumentId }): Answer {
    const { act, known } = this.at(index)
    const invite = this.#knownInvite(id, known)
    if (invite === undefined || this.decisions[invite.index] === 'void') return 'no'
    const { uses = Infinity } = invite.act.saying
    let left = uses
    // First, as who has used it up can go on without end: those after the last use need not be looked at.
    for (const i of this.#acceptsBefore(index)) if (this.decisions[i] === 'counts' && --left === 0) return 'no'
    if (this.ownerAt(known) === act.author) return 'no'
    const offered = rankOf(invite.act.saying.role)
    const isBarred = (i: number): boolean =>
      this.#actAt(i).saying.type === 'role' && this.rankOf(i) < offered && !this.#knows(invite.index, i)
    const removals = this.settingsOf(act.author, known).filter(isBarred)
    const withdrawals = (this.#withdrawals.get(id) ?? []).filter((i) => hasBit(known, i))
    if ([...removals, ...withdrawals].some((i) => this.decisions[i] === 'counts')) return 'no'
    return this.dependsOn(index).length > 0 ? 'open' : 'yes'
  }

  /** Acceptances of the same invite that are before this one in the room's order. */
  *#acceptsBefore(index: number): Generator<number> {
    const { saying } = this.#actAt(index)
    const accepts = saying.type === 'accept' ? this.#accepts.get(saying.invite) : undefined
    for (const i of accepts ?? []) {
      if (i === index) return
      yield i
    }
  }

  /** Puts the last one of a list, which is in order otherwise, in its place. */
  #sortLast(list: number[]): void {
    for (let at = list.length - 1; at > 0; at--) {
      const [before, last] = [list[at - 1], list[at]]
      if (before === undefined || last === undefined || this.#compare(before, last) < 0) return
      list[at - 1] = last
      list[at] = before
    }
  }

  #knownInvite(id: DocumentId, known: Bits): { index: number; act: ActOf<'invite'> } | undefined {
    const invite = this.#inviteOf(id)
    return invite !== undefined && hasBit(known, invite.index) ? invite : undefined
  }

  #inviteOf(id: DocumentId): { index: number; act: ActOf<'invite'> } | undefined {
    const index = this.#indexes.get(id)
    const act = index === undefined ? undefined : this.#actAt(index)
    return index !== undefined && act !== undefined && isOfType(act, 'invite') ? { index, act } : undefined
  }

  #isOpen(index: number): boolean {
    return this.decisions[index] === undefined
  }

  /** Whether an act knows another one. */
  #knows(index: number, other: number): boolean {
    return hasBit(this.at(index).known, other)
  }

  #compare(a: number, b: number): number {
    return comparePositions(this.#actAt(a), this.#actAt(b))
  }

  #memberOf(index: number): PeerId[] {
    const { saying } = this.#actAt(index)
    return saying.type === 'owner' || saying.type === 'role' ? [saying.member] : []
  }

  #authorOf(index: number): PeerId {
    return this.#actAt(index).author
  }

  #actAt(index: number): Act {
    return this.at(index).act
  }

  at(index: number): KnownAct {
    const known = this.#acts[index]
    if (known === undefined) throw new RangeError(`there is no act ${index}`)
    return known
  }
}

function push<Key>(lists: Map<Key, number[]>, key: Key, index: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [index])
  else list.push(index)
}

function withoutIndex(list: readonly number[], index: number): number[] {
  return list.filter((other) => other !== index)
}
