/**
 * The acts of a room with members, what each of them knows, and what follows as far as they are decided: as slow as the
 * specification says it.
 */
import { MAX_DEVICES } from '../../../../protocols/access/constants.ts'
import type { Document } from '../../../../protocols/document/document.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import type { Act, Saying } from '../../../../src/room/access/acts.ts'
import { ancestorIds } from '../history.ts'

export const RANKS = ['none', 'carrier', 'reader', 'writer', 'admin', 'owner']

export type Verdict = 'counts' | 'void' | 'open'
export type Right = 'yes' | 'no' | 'open'
export type Device = Saying & { type: 'device' }

export const allOf = (rights: readonly Right[]): Right =>
  rights.includes('no') ? 'no' : rights.includes('open') ? 'open' : 'yes'
export const anyOf = (rights: readonly Right[]): Right =>
  rights.includes('yes') ? 'yes' : rights.includes('open') ? 'open' : 'no'
export const not = (right: Right): Right => (right === 'open' ? 'open' : right === 'yes' ? 'no' : 'yes')

export class NaiveGraph {
  readonly documents: readonly Document[]
  readonly before = new Map<DocumentId, Set<DocumentId>>()
  readonly acts: Act[] = []
  readonly verdicts = new Map<DocumentId, Verdict>()

  /** All documents of a room, the root first and each after its ancestors. */
  constructor(documents: readonly Document[]) {
    this.documents = documents.toSorted(comparePositions)
    for (const document of this.documents) {
      const before = new Set<DocumentId>()
      for (const id of ancestorIds(document)) {
        before.add(id)
        for (const older of this.before.get(id)!) before.add(older)
      }
      this.before.set(document.id, before)
    }
  }

  owner(before: Iterable<DocumentId>): PeerId {
    const known = new Set(before)
    let owner = this.documents[0]!.author
    let last: DocumentId | undefined
    for (;;) {
      const next = this.acts.find(
        ({ id, author, saying }) =>
          saying.type === 'owner' &&
          author === owner &&
          known.has(id) &&
          this.verdicts.get(id) === 'counts' &&
          (last === undefined || this.before.get(id)!.has(last)),
      )
      if (next?.saying.type !== 'owner') return owner
      owner = next.saying.member
      last = next.id
    }
  }

  rankSet(act: Act, author: PeerId): number | undefined {
    const { saying } = act
    if (saying.type === 'role' || saying.type === 'device') {
      return saying.member === author ? RANKS.indexOf(saying.role) : undefined
    }
    if (saying.type === 'owner') return act.author === author ? RANKS.indexOf('admin') : undefined
    if (saying.type !== 'accept' || act.author !== author) return undefined
    const invite = this.acts.find(({ id }) => id === saying.invite && this.before.get(act.id)!.has(id))
    return invite?.saying.type === 'invite' ? RANKS.indexOf(invite.saying.role) : 0
  }

  /** The lowest and the highest that is possible. */
  ranks(author: PeerId, before: readonly DocumentId[]): { low: number; high: number } {
    if (this.owner(before) === author) return { low: RANKS.indexOf('owner'), high: RANKS.indexOf('owner') }
    const settings = this.settings(author, before).filter(({ id }) => this.verdicts.get(id) !== 'void')
    const counting = settings.filter(({ id }) => this.verdicts.get(id) === 'counts')
    const newest = settings.filter(({ id }) => !counting.some((later) => this.before.get(later.id)!.has(id)))
    const ranks = newest.map((act) => this.rankSet(act, author)!)
    if (settings.length > counting.length) return { low: 0, high: Math.max(0, ...ranks) }
    const byOthers = newest.filter(({ saying }) => saying.type !== 'device').map((act) => this.rankSet(act, author)!)
    const rank = byOthers.length > 0 ? Math.min(...byOthers) : Math.max(0, ...ranks)
    return { low: rank, high: rank }
  }

  settings(author: PeerId, before: readonly DocumentId[]): Act[] {
    return this.acts.filter((act) => before.includes(act.id) && this.rankSet(act, author) !== undefined)
  }

  areApart(one: DocumentId, other: DocumentId): boolean {
    return one !== other && !this.before.get(one)!.has(other) && !this.before.get(other)!.has(one)
  }

  /** Acts by which an author loses what has this rank. */
  removals(author: PeerId, rank: number): Act[] {
    return this.acts.filter((act) => {
      if (act.saying.type !== 'role' || act.saying.member !== author) return false
      const given = RANKS.indexOf(act.saying.role)
      const had = this.settings(author, [...this.before.get(act.id)!]).map((set) => this.rankSet(set, author)!)
      return given < rank && had.some((value) => value > given)
    })
  }

  withdrawals(invite: DocumentId): Act[] {
    return this.acts.filter(({ saying }) => saying.type === 'withdraw' && saying.invite === invite)
  }

  isCounting({ id }: Act): Right {
    const verdict = this.verdicts.get(id)
    return verdict === 'counts' ? 'yes' : verdict === 'void' ? 'no' : 'open'
  }

  hasRank(author: PeerId, role: string, before: readonly DocumentId[]): Right {
    const { low, high } = this.ranks(author, before)
    if (high < RANKS.indexOf(role)) return 'no'
    if (low >= RANKS.indexOf(role)) return 'yes'
    return this.isAnyOpen(this.settings(author, before)) ? 'open' : 'no'
  }

  isAnyOpen(acts: readonly Act[]): boolean {
    return acts.some(({ id }) => this.verdicts.get(id) === 'open')
  }

  persons(author: PeerId, before: readonly DocumentId[]): PeerId[] {
    const claims = this.settings(author, before)
    return [author, ...claims.flatMap(({ saying }) => (saying.type === 'device' ? [saying.person] : []))]
  }

  shared(one: PeerId, other: PeerId, before: readonly DocumentId[]): PeerId[] {
    if (one === other) return []
    return this.persons(one, before).filter((person) => this.persons(other, before).includes(person))
  }

  isOwnRemoval({ id, author, saying }: Act): boolean {
    if (saying.type !== 'role' || saying.role !== 'none') return false
    return this.shared(author, saying.member, [...this.before.get(id)!]).length > 0
  }

  ownRemovals(author: PeerId, before: readonly DocumentId[]): Act[] {
    return this.acts.filter((act) => act.author === author && before.includes(act.id) && this.isOwnRemoval(act))
  }

  isDevice(author: PeerId, before: readonly DocumentId[], isMeant: (person: PeerId) => boolean): Right {
    const settings = this.settings(author, before).filter((act) => this.isCounting(act) !== 'no')
    const rights = settings.map((act): Right => {
      if (act.saying.type !== 'device' || !isMeant(act.saying.person)) return 'no'
      const against = settings.filter(({ id, saying }) => {
        if (saying.type === 'device' || this.before.get(act.id)!.has(id)) return false
        return !(saying.type === 'role' && saying.role !== 'none' && this.before.get(id)!.has(act.id))
      })
      return allOf([this.isCounting(act), ...against.map((other) => not(this.isCounting(other)))])
    })
    return anyOf(rights)
  }

  isOfPerson(author: PeerId, person: PeerId, before: readonly DocumentId[]): Right {
    return author === person ? 'yes' : this.isDevice(author, before, (claimed) => claimed === person)
  }

  earlier(act: Act): Act[] {
    return this.acts.filter((other) => other.author === act.author && comparePositions(other, act) < 0)
  }

  devicesBefore(act: Act, { person }: Device): Act[] {
    return this.acts.filter(
      (other) => other.saying.type === 'device' && other.saying.person === person && comparePositions(other, act) < 0,
    )
  }

  acceptsBefore(act: Act): Act[] {
    const { saying } = act
    if (saying.type !== 'accept') return []
    return this.acts.filter(
      (other) =>
        other.saying.type === 'accept' && other.saying.invite === saying.invite && comparePositions(other, act) < 0,
    )
  }

  /** Roles that take everything from the member of a device act and know that, of those before an act. */
  removalsAfter({ id, saying }: Act, before: readonly DocumentId[]): Act[] {
    if (saying.type !== 'device') return []
    return this.settings(saying.member, before).filter(
      (act) => act.saying.type === 'role' && act.saying.role === 'none' && this.before.get(act.id)!.has(id),
    )
  }

  /** Whether fewer than there may be were devices before one, those that were removed since included. */
  hasFirstPlace(act: Act, saying: Device): Right {
    const others = this.devicesBefore(act, saying)
    return this.isBelowMax(others, (i) => otherThan(saying.member, others[i]!))
  }

  hasPlace(act: Act, saying: Device, before: readonly DocumentId[]): Right {
    const others = this.devicesBefore(act, saying)
    const areFreed = others.map((other) =>
      anyOf(
        this.removalsAfter(other, before).map((removal) =>
          allOf([this.isCounting(removal), this.frees(removal, saying.person)]),
        ),
      ),
    )
    return this.isBelowMax(
      others,
      (i) => otherThan(saying.member, others[i]!),
      (i) => areFreed[i]!,
    )
  }

  /** Whether a removal is by somebody who makes places free by it. */
  frees({ id, author }: Act, person: PeerId): Right {
    const before = [...this.before.get(id)!]
    if (author === person || !this.persons(author, before).includes(person)) return 'yes'
    const places = this.settings(author, before).map((act): Right => {
      const { saying } = act
      if (saying.type !== 'device' || saying.person !== person) return 'no'
      return allOf([this.isCounting(act), this.hasFirstPlace(act, saying)])
    })
    return anyOf(places)
  }

  isBelowMax(
    acts: readonly Act[],
    thingOf: (index: number) => string | undefined,
    isLeftOut: (index: number) => Right = () => 'no',
  ): Right {
    const things = acts.map((act, i) => ({
      thing: thingOf(i),
      right: allOf([this.isCounting(act), not(isLeftOut(i))]),
    }))
    const named = things.filter(({ thing }) => thing !== undefined)
    const counting = new Set(named.filter(({ right }) => right === 'yes').map(({ thing }) => thing))
    if (counting.size >= MAX_DEVICES) return 'no'
    return named.some(({ right }) => right === 'open') ? 'open' : 'yes'
  }

  isInvite(id: DocumentId, before: readonly DocumentId[]): boolean {
    return before.includes(id) && this.acts.some((act) => act.id === id && act.saying.type === 'invite')
  }
}

const otherThan = (member: PeerId, { saying }: Act): PeerId | undefined =>
  saying.type === 'device' && saying.member !== member ? saying.member : undefined
