/** The acts of a room with members, what each of them knows, and what follows as far as it is decided which count. */
import { rankOf, type Saying } from './acts.ts'
import { byBytes, hex } from './bytes.ts'
import { acceptedOf, type History, type Written } from './history.ts'

export interface Act<Says extends Saying = Saying> {
  document: Written
  says: Says
}

export type ActThat<Type extends Saying['type']> = Act<Extract<Saying, { type: Type }>>

export type Answer = 'yes' | 'no' | 'not yet'

export const all = (answers: Answer[]): Answer =>
  answers.includes('no') ? 'no' : answers.includes('not yet') ? 'not yet' : 'yes'
export const some = (answers: Answer[]): Answer =>
  answers.includes('yes') ? 'yes' : answers.includes('not yet') ? 'not yet' : 'no'
export const no = (answer: Answer): Answer => (answer === 'yes' ? 'no' : answer === 'no' ? 'yes' : answer)

export const OWNER = rankOf('owner')
const ADMIN = rankOf('admin')

export const authorOf = ({ key }: Written): string => hex(key.publicKey)

export const isThat = <Type extends Saying['type']>(act: Act, type: Type): act is ActThat<Type> =>
  act.says.type === type

export class KnownActs {
  readonly history: History
  readonly documents: readonly Written[]
  readonly acts: Act[] = []
  readonly counted = new Set<Act>()
  readonly voided = new Set<Act>()
  readonly #ancestors = new Map<Written, ReadonlySet<Written>>()

  constructor(history: History) {
    this.history = history
    this.documents = acceptedOf(history)
    for (const document of this.documents) this.#ancestors.set(document, this.#findAncestors(document))
  }

  #findAncestors({ previous, parents }: Written): ReadonlySet<Written> {
    const named = [...parents, ...(previous === null ? [] : [previous])]
    const direct = this.documents.filter(({ digest }) => named.some((id) => byBytes(id, digest) === 0))
    return new Set(direct.flatMap((document) => [document, ...this.before(document)]))
  }

  before(document: Written): ReadonlySet<Written> {
    return this.#ancestors.get(document) ?? new Set()
  }

  knows({ document }: Act, other: Act): boolean {
    return this.before(document).has(other.document)
  }

  known(known: ReadonlySet<Written>): Act[] {
    return this.acts.filter((act) => known.has(act.document))
  }

  /** In the room's order. */
  isEarlier(one: Act, other: Act): boolean {
    return this.documents.indexOf(one.document) < this.documents.indexOf(other.document)
  }

  areBeside(one: Written, other: Written): boolean {
    return one !== other && !this.before(one).has(other) && !this.before(other).has(one)
  }

  doesCount(act: Act): Answer {
    return this.counted.has(act) ? 'yes' : this.voided.has(act) ? 'no' : 'not yet'
  }

  /** What an act makes of whom: its rank. */
  setting(act: Act): { author: string; rank: number } | undefined {
    const { says, document } = act
    if (says.type === 'role' || says.type === 'device') return { author: says.member, rank: rankOf(says.role) }
    if (says.type === 'owner') return { author: authorOf(document), rank: ADMIN }
    if (says.type !== 'accept') return undefined
    const invite = this.invite(says.invite)
    const isKnown = invite !== undefined && this.before(document).has(invite.document)
    return { author: authorOf(document), rank: rankOf(isKnown ? invite.says.role : 'none') }
  }

  settings(author: string, known: ReadonlySet<Written>): Act[] {
    return this.known(known).filter((act) => this.setting(act)?.author === author)
  }

  /** The highest that anybody ever gave to an author. */
  given(author: string, known: ReadonlySet<Written>): number {
    return Math.max(0, ...this.settings(author, known).map((act) => this.setting(act)?.rank ?? 0))
  }

  /** Whether somebody had the room as its own, as anybody ever said. */
  wasOwner(author: string, known: ReadonlySet<Written>): boolean {
    const isHeir = ({ says }: Act): boolean => says.type === 'owner' && says.member === author
    return author === authorOf(this.history.root) || this.known(known).some(isHeir)
  }

  owner(known: ReadonlySet<Written>): string {
    let owner = authorOf(this.history.root)
    const handovers = this.known(known).filter((act) => this.counted.has(act))
    for (let last: Written | undefined; ;) {
      const next = handovers.find(
        ({ document, says }) =>
          says.type === 'owner' &&
          authorOf(document) === owner &&
          (last === undefined || this.before(document).has(last)),
      )
      if (next?.says.type !== 'owner') return owner
      owner = next.says.member
      last = next.document
    }
  }

  /** The rank, or the highest that is possible as long as some of what sets it is open. */
  rankBy(author: string, known: ReadonlySet<Written>): { rank: number; isOpen: boolean } {
    if (this.owner(known) === author) return { rank: OWNER, isOpen: false }
    const settings = this.settings(author, known).filter((act) => !this.voided.has(act))
    const counting = settings.filter((act) => this.counted.has(act))
    const last = settings.filter((act) => !counting.some((later) => this.knows(later, act)))
    const rankIn = (acts: Act[]): number[] => acts.map((act) => this.setting(act)?.rank ?? 0)
    const others = last.filter(({ says }) => says.type !== 'device')
    const isOpen = settings.length > counting.length
    if (isOpen || others.length === 0) return { rank: Math.max(0, ...rankIn(last)), isOpen }
    return { rank: Math.min(...rankIn(others)), isOpen }
  }

  hasRank(author: string, least: number, known: ReadonlySet<Written>): Answer {
    const { rank, isOpen } = this.rankBy(author, known)
    if (rank < least) return 'no'
    return isOpen ? 'not yet' : 'yes'
  }

  withdrawals(invite: string): Act[] {
    return this.acts.filter(({ says }) => says.type === 'withdraw' && says.invite === invite)
  }

  invite(id: string): ActThat<'invite'> | undefined {
    return this.acts.find(
      (act): act is ActThat<'invite'> => hex(act.document.digest) === id && act.says.type === 'invite',
    )
  }

  isKnownInvite(id: string, known: ReadonlySet<Written>): boolean {
    const invite = this.invite(id)
    return invite !== undefined && known.has(invite.document)
  }
}
