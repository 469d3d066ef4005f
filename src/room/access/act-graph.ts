/**
 * The acts of a room with what each of them knows, which are the acts before it in the graph of documents; and what
 * follows for the standing of an author, as far as it is decided which acts count.
 */
import type { DocumentId, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { isOfType, rankOf, RANK_OF_OWNER, type Act, type ActOf, type Rank } from './acts.ts'
import { bitsOf, hasBit, NO_BITS, union, type Bits } from './bits.ts'
import { IndexLists } from './index-lists.ts'

/** Whether an act counts; undefined: not decided yet. */
export type Decision = 'counts' | 'void' | undefined

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
  readonly room: RoomId
  readonly #founder: PeerId
  readonly #indexes = new Map<DocumentId, number>()
  readonly #compare = (a: number, b: number): number => comparePositions(this.actAt(a), this.actAt(b))
  /** By author: the acts that set what it may do. */
  readonly #settings = new IndexLists(this.#compare)
  /** By invite. */
  readonly #accepts = new IndexLists(this.#compare)
  readonly #withdrawals = new IndexLists(this.#compare)
  /** By person. */
  readonly #devices = new IndexLists(this.#compare)
  /** By author: roles that take away everything, and rekeys. */
  readonly #removals = new IndexLists(this.#compare)
  readonly #rekeys = new IndexLists(this.#compare)
  #handovers: number[] = []
  #all: Bits | undefined
  /** Whether acts take something away, which follows from what they know. */
  readonly #lowers: (boolean | undefined)[] = []

  /** `founder`: the author of the root. */
  constructor(room: RoomId, founder: PeerId) {
    this.room = room
    this.#founder = founder
  }

  add(act: Act, known: Bits): number {
    const index = this.#acts.push({ act, known }) - 1
    this.#all = undefined
    this.decisions.push(undefined)
    this.#indexes.set(act.id, index)
    for (const [lists, key] of this.#placesOf(act)) lists.add(key, index)
    if (act.saying.type === 'owner') this.#handovers.push(index)
    return index
  }

  /** Takes an act out again that no other one knows. */
  remove(index: number): void {
    const { act } = this.at(index)
    for (const [lists, key] of this.#placesOf(act)) lists.remove(key, index)
    this.#handovers = this.#handovers.filter((other) => other !== index)
    this.#indexes.delete(act.id)
    this.#acts[index] = undefined
    this.#lowers[index] = undefined
    this.#all = undefined
    this.decisions[index] = 'void'
  }

  /** The lists in which an act is found, each with what it is found by. */
  #placesOf({ saying, author }: Act): [IndexLists, string][] {
    switch (saying.type) {
      case 'role': {
        const setting: [IndexLists, string] = [this.#settings, saying.member]
        return saying.role === 'none' ? [setting, [this.#removals, author]] : [setting]
      }
      case 'accept':
        return [
          [this.#settings, author],
          [this.#accepts, saying.invite],
        ]
      case 'device':
        return [
          [this.#settings, saying.member],
          [this.#devices, saying.person],
        ]
      case 'owner':
        return [[this.#settings, author]]
      case 'withdraw':
        return [[this.#withdrawals, saying.invite]]
      case 'rekey':
        return [[this.#rekeys, author]]
      case 'invite':
        return []
    }
  }

  /** The same for one that was never part of the room: its index is given again, so that what is refused leaves nothing. */
  drop(index: number): void {
    this.remove(index)
    if (index !== this.size - 1) return
    this.#acts.pop()
    this.decisions.pop()
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
    return [...this.entries()].map(({ index }) => index).sort(this.#compare)
  }

  /** In the order of their coming. */
  *entries(): Generator<{ index: number; act: Act }> {
    for (const [index, known] of this.#acts.entries()) if (known !== undefined) yield { index, act: known.act }
  }

  /** Whether each act from an index on knows all that came before it. */
  areInLine(from: number): boolean {
    const before = [...this.entries()].map(({ index }) => index)
    return before.every(
      (index, place) => index < from || before.slice(0, place).every((other) => this.knows(index, other)),
    )
  }

  indexOf(id: DocumentId): number | undefined {
    return this.#indexes.get(id)
  }

  /** Everybody whom an act has given a role. */
  authors(): PeerId[] {
    const members = this.#handovers.flatMap((i) => this.#heirOf(i) ?? [])
    return [...new Set([this.#founder, ...(this.#settings.keys() as PeerId[]), ...members])]
  }

  /** Whether somebody ever had the room as its own, as far as these acts say, void ones included. */
  wasOwner(author: PeerId, known: Bits): boolean {
    return author === this.#founder || this.#handovers.some((i) => hasBit(known, i) && this.#heirOf(i) === author)
  }

  /** Who owns the room, as far as these acts say. */
  ownerAt(known: Bits): PeerId {
    let owner = this.#founder
    for (let last: number | undefined; ;) {
      const next = this.#handovers
        .filter((i) => hasBit(known, i) && this.decisions[i] === 'counts' && this.actAt(i).author === owner)
        .filter((i) => last === undefined || this.knows(i, last))
        .sort(this.#compare)[0]
      if (next === undefined) return owner
      last = next
      owner = this.#heirOf(next) ?? owner
    }
  }

  /** What an author may do, as far as these acts say. */
  standing(author: PeerId, known: Bits): Standing {
    if (this.ownerAt(known) === author) return { rank: RANK_OF_OWNER, isDecided: true }
    const settings = this.settingsOf(author, known).filter((i) => this.decisions[i] !== 'void')
    const counting = settings.filter((i) => this.decisions[i] === 'counts')
    const before = this.#knownToAny(counting)
    const newest = settings.filter((i) => !hasBit(before, i))
    // Until all are decided, the highest is possible.
    if (counting.length < settings.length) return { rank: this.#highestOf(newest), isDecided: false }
    // Of several that do not know each other the lowest counts. What devices give takes nothing from what others do.
    const others = newest.filter((i) => this.actAt(i).saying.type !== 'device')
    const rank = others.length > 0 ? Math.min(...others.map((i) => this.rankOf(i))) : this.#highestOf(newest)
    return { rank, isDecided: true }
  }

  #highestOf(settings: readonly number[]): Rank {
    return settings.reduce((highest, i) => Math.max(highest, this.rankOf(i)), 0)
  }

  /** The acts that one of these knows. Of a line of acts, which anybody can make as long as it likes, only the last is looked at. */
  #knownToAny(indexes: readonly number[]): Bits {
    let all: Bits = NO_BITS
    for (const index of indexes.toReversed()) if (!hasBit(all, index)) all = union([all, this.at(index).known])
    return all
  }

  /** Acts that set what an author may do, of those known. */
  settingsOf(author: PeerId, known: Bits): number[] {
    return this.#settings.of(author).filter((i) => hasBit(known, i))
  }

  /** What an act makes of whom it is about. */
  rankOf(index: number): Rank {
    const { act, known } = this.at(index)
    if (act.saying.type === 'owner') return rankOf('admin')
    if (act.saying.type === 'role' || act.saying.type === 'device') return rankOf(act.saying.role)
    if (act.saying.type !== 'accept') return 0
    // What it does not know may come later, and must not change what others took away meanwhile.
    const invite = this.knownInvite(act.saying.invite, known)
    return invite === undefined ? 0 : rankOf(invite.act.saying.role)
  }

  /** What an invite offers; 0 if it is not here. */
  offeredBy(invite: DocumentId): Rank {
    const { act } = this.inviteOf(invite) ?? {}
    return act === undefined ? 0 : rankOf(act.saying.role)
  }

  /** Whether an act takes something away from whom it is about, who had it by an act that it knows. */
  lowers(index: number): boolean {
    const { act, known } = this.at(index)
    if (act.saying.type !== 'role') return false
    const { member } = act.saying
    const rank = this.rankOf(index)
    return (this.#lowers[index] ??= this.settingsOf(member, known).some((i) => this.rankOf(i) > rank))
  }

  /** Whether an act leaves less than this rank to whom it is about, who had that by an act that it knows. */
  lowersFrom(index: number, rank: Rank): boolean {
    const { act, known } = this.at(index)
    if (act.saying.type !== 'role' || this.rankOf(index) >= rank) return false
    return this.settingsOf(act.saying.member, known).some((i) => this.rankOf(i) >= rank)
  }

  /** Acts that take from an author what has this rank. */
  loweringsOf(author: PeerId, rank: Rank): number[] {
    return this.#settings.of(author).filter((i) => this.rankOf(i) < rank && this.lowers(i))
  }

  /** Acceptances of an invite, in the room's order. */
  acceptsOf(invite: DocumentId): readonly number[] {
    return this.#accepts.of(invite)
  }

  withdrawalsOf(invite: DocumentId): readonly number[] {
    return this.#withdrawals.of(invite)
  }

  /** Acts that say which devices a person has, in the room's order. */
  devicesOf(person: PeerId): readonly number[] {
    return this.#devices.of(person)
  }

  /** Acts by which an author took everything away from somebody, in the room's order. `known`: those of these. */
  removalsBy(author: PeerId, known?: Bits): readonly number[] {
    const all = this.#removals.of(author)
    return known === undefined ? all : all.filter((index) => hasBit(known, index))
  }

  /** In the room's order. */
  rekeysBy(author: PeerId): readonly number[] {
    return this.#rekeys.of(author)
  }

  /** Those of a list that are before an act in the room's order. */
  *before(list: readonly number[], index: number): Generator<number> {
    for (const other of list) {
      if (this.#compare(other, index) >= 0) return
      yield other
    }
  }

  knownInvite(id: DocumentId, known: Bits): { index: number; act: ActOf<'invite'> } | undefined {
    const invite = this.inviteOf(id)
    return invite !== undefined && hasBit(known, invite.index) ? invite : undefined
  }

  inviteOf(id: DocumentId): { index: number; act: ActOf<'invite'> } | undefined {
    const index = this.#indexes.get(id)
    const act = index === undefined ? undefined : this.actAt(index)
    return index !== undefined && act !== undefined && isOfType(act, 'invite') ? { index, act } : undefined
  }

  isOpen(index: number): boolean {
    return this.decisions[index] === undefined
  }

  /** Whether an act knows another one. */
  knows(index: number, other: number): boolean {
    return hasBit(this.at(index).known, other)
  }

  areBeside(index: number, other: number): boolean {
    return index !== other && !this.knows(index, other) && !this.knows(other, index)
  }

  #heirOf(index: number): PeerId | undefined {
    const { saying } = this.actAt(index)
    return saying.type === 'owner' ? saying.member : undefined
  }

  actAt(index: number): Act {
    return this.at(index).act
  }

  at(index: number): KnownAct {
    const known = this.#acts[index]
    if (known === undefined) throw new RangeError(`there is no act ${index}`)
    return known
  }
}
