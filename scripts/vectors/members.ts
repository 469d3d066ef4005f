/** Which documents of a room with members count: the specification a second time, with sets and no indexes. */
import { acceptanceContent, isProofOf, rankOf, sayingOf, type Saying } from './acts.ts'
import { byBytes, fromHex, hex, type Bytes } from './bytes.ts'
import { acceptedOf, type History, type Written } from './history.ts'
import { readBody } from './json-bodies.ts'

interface Act<Says extends Saying = Saying> {
  document: Written
  says: Says
}

type ActThat<Type extends Saying['type']> = Act<Extract<Saying, { type: Type }>>

type Answer = 'yes' | 'no' | 'not yet'

const OWNER = rankOf('owner')
const ADMIN = rankOf('admin')
const READER = rankOf('reader')
const WRITER = rankOf('writer')

const authorOf = ({ key }: Written): string => hex(key.publicKey)

export class Members {
  readonly #history: History
  readonly #documents: readonly Written[]
  readonly #ancestors = new Map<Written, ReadonlySet<Written>>()
  readonly #acts: Act[] = []
  readonly #counting = new Set<Act>()
  readonly #void = new Set<Act>()

  constructor(history: History) {
    this.#history = history
    this.#documents = acceptedOf(history)
    for (const document of this.#documents) this.#ancestors.set(document, this.#findAncestors(document))
    for (const document of this.#documents) {
      const says = sayingOf(document)
      if (says !== undefined && this.#isPossible(document, says)) this.#acts.push({ document, says })
    }
    while (this.#decideSome() || this.#openCircle());
  }

  /** In order. */
  counting(): Written[] {
    return this.#documents.filter((document) => this.#isCounting(document))
  }

  /** What counts, and all before it. In order. */
  kept(): Written[] {
    const counting = this.counting()
    return this.#documents.filter((document) =>
      counting.some((each) => each === document || this.#before(each).has(document)),
    )
  }

  /** Who owns the room after all documents, in hex. */
  owner(): string {
    return this.#owner(new Set(this.#documents))
  }

  /** Whether the author of a document owned the room, by what the document knows. */
  isByOwner(document: Written): boolean {
    return this.#owner(this.#before(document)) === authorOf(document)
  }

  /** After all documents. */
  rank(author: string): number {
    return this.#rank(author, new Set(this.#documents)).rank
  }

  /** The key that is written with, and whether somebody has it who may not read any more. */
  current(): { current: string | null; stale: boolean } {
    const first = this.#firstKey
    if (first === undefined) return { current: null, stale: false }
    const rekeys = this.#acts.filter((act): act is ActThat<'rekey'> => act.says.type === 'rekey')
    const epochs = new Map<string, Written>([[first, this.#history.root]])
    for (const { document, says } of rekeys) if (!epochs.has(says.epoch)) epochs.set(says.epoch, document)
    const doCount = (document: Written): boolean => this.#isCounting(document)
    const isBefore = (epoch: string): boolean =>
      rekeys.some(({ document, says }) => {
        const isFirst = epochs.get(says.epoch) === document
        const bring = rekeys.filter((each) => each.says.epoch === epoch)
        const isKnown = epoch === first || bring.some((each) => this.#before(document).has(each.document))
        return isFirst && isKnown && says.previous.includes(epoch) && doCount(document)
      })
    const inOrder = [...epochs].sort(([, a], [, b]) => this.#documents.indexOf(a) - this.#documents.indexOf(b))
    const [current, begun] = inOrder.findLast(([id, document]) => doCount(document) && !isBefore(id)) ?? [
      first,
      this.#history.root,
    ]
    const lost = this.#acts.filter((act) => this.#counting.has(act) && this.#takesReading(act))
    return { current, stale: lost.some(({ document }) => !this.#before(begun).has(document)) }
  }

  /** The id of the key of a private room's root. */
  get #firstKey(): string | undefined {
    const fields = readBody(this.#history.root.body, false)?.value as Record<string, unknown> | undefined
    if (fields?.['access'] !== 'private') return undefined
    return hex((fields['sealed'] as Bytes).subarray(1, 17))
  }

  /** Whether somebody may not read any more because of an act. */
  #takesReading({ document, says }: Act): boolean {
    if (says.type === 'withdraw') return rankOf(this.#invite(says.invite)?.says.role ?? 'none') >= READER
    if (says.type !== 'role' || rankOf(says.role) >= READER || this.rank(says.member) >= READER) return false
    const had = this.#settings(says.member, this.#before(document)).map((each) => this.#setting(each)?.rank ?? 0)
    return Math.max(0, ...had) > rankOf(says.role)
  }

  #findAncestors({ previous, parents }: Written): ReadonlySet<Written> {
    const named = [...parents, ...(previous === null ? [] : [previous])]
    const direct = this.#documents.filter(({ digest }) => named.some((id) => byBytes(id, digest) === 0))
    return new Set(direct.flatMap((document) => [document, ...this.#before(document)]))
  }

  #before(document: Written): ReadonlySet<Written> {
    return this.#ancestors.get(document) ?? new Set()
  }

  #isCounting(document: Written): boolean {
    if (document.room === null) return true
    const act = this.#acts.find((each) => each.document === document)
    if (act !== undefined) return this.#counting.has(act)
    if (sayingOf(document) !== undefined) return false
    const isPrivate = this.#firstKey !== undefined
    if (isPrivate && document.kind !== 'sealed' && document.kind !== 'access/key') return false
    const author = authorOf(document)
    const { rank } = this.#rank(author, this.#before(document))
    if (rank === OWNER) return true
    return rank >= WRITER && !this.#takingFrom(author, WRITER, document).some((each) => this.#counting.has(each))
  }

  /** Whether a document may count as an act, whatever becomes of those that it knows. */
  #isPossible(document: Written, says: Saying): boolean {
    const known = this.#before(document)
    const author = authorOf(document)
    if (says.type === 'accept') {
      const invite = this.#invite(says.invite)
      if (invite === undefined || !known.has(invite.document) || document.timeMs > invite.says.expires) return false
      const content = acceptanceContent(this.#history.room, fromHex(says.invite), document.key.publicKey)
      return isProofOf(invite.says.key, content, says.proof)
    }
    const isOwner =
      author === authorOf(this.#history.root) ||
      this.#acts.some((act) => known.has(act.document) && act.says.type === 'owner' && act.says.member === author)
    if (says.type === 'owner') return isOwner
    return isOwner || this.#settings(author, known).some((act) => (this.#setting(act)?.rank ?? 0) >= ADMIN)
  }

  // Deciding

  #open(): Act[] {
    return this.#acts.filter((act) => !this.#counting.has(act) && !this.#void.has(act))
  }

  /** Whether anything was decided. */
  #decideSome(): boolean {
    const open = this.#open()
    for (const act of open) {
      const answer = this.#isEntitled(act)
      const against = this.#against(act)
      if (answer === 'no' || against.some((each) => this.#counting.has(each))) this.#void.add(act)
      else if (answer === 'yes' && against.every((each) => this.#void.has(each))) this.#counting.add(act)
    }
    return this.#open().length < open.length
  }

  /** Whether there was a circle. */
  #openCircle(): boolean {
    const open = this.#open()
    const waits = new Map(
      open.map((act) => [act, [...this.#against(act), ...this.#needs(act)].filter((other) => open.includes(other))]),
    )
    const reached = new Map(open.map((act) => [act, closureOf(act, (each) => waits.get(each) ?? [])]))
    const isFirst = (act: Act): boolean => [...(reached.get(act) ?? [])].every((other) => reached.get(other)?.has(act))
    const inside = open.filter(isFirst)
    for (const act of inside) {
      for (const other of this.#against(act)) if (inside.includes(other)) this.#counting.add(other)
    }
    return open.length > 0
  }

  // Ranks

  /** What an act makes of whom: its rank. */
  #setting(act: Act): { author: string; rank: number } | undefined {
    const { says, document } = act
    if (says.type === 'role') return { author: says.member, rank: rankOf(says.role) }
    if (says.type === 'owner') return { author: authorOf(document), rank: ADMIN }
    if (says.type !== 'accept') return undefined
    const invite = this.#invite(says.invite)
    const isKnown = invite !== undefined && this.#before(document).has(invite.document)
    return { author: authorOf(document), rank: rankOf(isKnown ? invite.says.role : 'none') }
  }

  #settings(author: string, known: ReadonlySet<Written>): Act[] {
    return this.#acts.filter((act) => known.has(act.document) && this.#setting(act)?.author === author)
  }

  #owner(known: ReadonlySet<Written>): string {
    let owner = authorOf(this.#history.root)
    const handovers = this.#acts.filter((act) => known.has(act.document) && this.#counting.has(act))
    for (let last: Written | undefined; ;) {
      const next = handovers.find(
        ({ document, says }) =>
          says.type === 'owner' &&
          authorOf(document) === owner &&
          (last === undefined || this.#before(document).has(last)),
      )
      if (next?.says.type !== 'owner') return owner
      owner = next.says.member
      last = next.document
    }
  }

  /** The rank, or the highest that is possible as long as some of what sets it is open. */
  #rank(author: string, known: ReadonlySet<Written>): { rank: number; isOpen: boolean } {
    if (this.#owner(known) === author) return { rank: OWNER, isOpen: false }
    const settings = this.#settings(author, known).filter((act) => !this.#void.has(act))
    const counting = settings.filter((act) => this.#counting.has(act))
    const last = settings.filter(
      ({ document }) => !counting.some((later) => this.#before(later.document).has(document)),
    )
    const ranks = last.map((act) => this.#setting(act)?.rank ?? 0)
    const isOpen = settings.length > counting.length
    if (ranks.length === 0) return { rank: 0, isOpen }
    return { rank: isOpen ? Math.max(...ranks) : Math.min(...ranks), isOpen }
  }

  // What acts need, and what takes it

  #isEntitled({ document, says }: Act): Answer {
    const known = this.#before(document)
    const author = authorOf(document)
    const owner = this.#owner(known)
    if (says.type === 'owner') return author === owner ? 'yes' : 'no'
    if (says.type === 'accept') return this.#mayAccept({ document, says })
    if (says.type === 'role') {
      if (says.member === owner) return 'no'
      if (says.role === 'none' && this.#settings(says.member, known).length === 0) return 'no'
    }
    if (says.type === 'withdraw' && !this.#isKnownInvite(says.invite, known)) return 'no'
    const { rank, isOpen } = this.#rank(author, known)
    if (rank < ADMIN) return 'no'
    return isOpen ? 'not yet' : 'yes'
  }

  #mayAccept(act: ActThat<'accept'>): Answer {
    const { document, says } = act
    const known = this.#before(document)
    const author = authorOf(document)
    const invite = this.#invite(says.invite)
    if (invite === undefined || !known.has(invite.document) || this.#void.has(invite)) return 'no'
    if (this.#owner(known) === author) return 'no'
    const removals = this.#settings(author, known).filter(
      (each) =>
        each.says.type === 'role' &&
        rankOf(each.says.role) < rankOf(invite.says.role) &&
        !this.#before(invite.document).has(each.document),
    )
    const withdrawals = this.#withdrawals(says.invite).filter((each) => known.has(each.document))
    if ([...removals, ...withdrawals].some((each) => this.#counting.has(each))) return 'no'
    const used = this.#earlier(act).filter((each) => this.#counting.has(each)).length
    if (used >= invite.says.uses) return 'no'
    return this.#needs(act).some((each) => this.#open().includes(each)) ? 'not yet' : 'yes'
  }

  /** Acts that have to be decided before it. */
  #needs(act: Act): Act[] {
    const { document, says } = act
    const known = this.#before(document)
    const own = this.#settings(authorOf(document), known)
    if (says.type !== 'accept') return own
    const withdrawals = this.#withdrawals(says.invite).filter((each) => known.has(each.document))
    const invite = this.#acts.filter((each) => hex(each.document.digest) === says.invite)
    return [...own, ...withdrawals, ...invite, ...this.#earlier({ document, says })]
  }

  /** Acceptances of the same invite before this one in the room's order. */
  #earlier({ document, says }: ActThat<'accept'>): Act[] {
    const index = this.#documents.indexOf(document)
    return this.#acts.filter(
      (each) =>
        each.says.type === 'accept' &&
        each.says.invite === says.invite &&
        this.#documents.indexOf(each.document) < index,
    )
  }

  /** Acts beside this one that take from it what it needs, if they count. */
  #against({ document, says }: Act): Act[] {
    if (says.type === 'accept') {
      return this.#withdrawals(says.invite).filter((each) => this.#areBeside(each.document, document))
    }
    const author = authorOf(document)
    const isOwner = says.type === 'owner' || this.#owner(this.#before(document)) === author
    return isOwner ? [] : this.#takingFrom(author, ADMIN, document)
  }

  /** Acts beside a document that leave its author less than this rank, and knew of more. */
  #takingFrom(author: string, need: number, document: Written): Act[] {
    return this.#acts.filter((act) => {
      const { says } = act
      if (says.type !== 'role' || says.member !== author || rankOf(says.role) >= need) return false
      if (!this.#areBeside(act.document, document)) return false
      const had = this.#settings(author, this.#before(act.document)).map((each) => this.#setting(each)?.rank ?? 0)
      return Math.max(0, ...had) > rankOf(says.role)
    })
  }

  #areBeside(one: Written, other: Written): boolean {
    return one !== other && !this.#before(one).has(other) && !this.#before(other).has(one)
  }

  #withdrawals(invite: string): Act[] {
    return this.#acts.filter(({ says }) => says.type === 'withdraw' && says.invite === invite)
  }

  #invite(id: string): ActThat<'invite'> | undefined {
    return this.#acts.find(
      (act): act is ActThat<'invite'> => hex(act.document.digest) === id && act.says.type === 'invite',
    )
  }

  #isKnownInvite(id: string, known: ReadonlySet<Written>): boolean {
    const invite = this.#invite(id)
    return invite !== undefined && known.has(invite.document)
  }
}

/** All that is reached from one, itself only by a way round. */
function closureOf<Item>(from: Item, next: (item: Item) => readonly Item[]): Set<Item> {
  const reached = new Set<Item>()
  const open = [...next(from)]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    if (reached.has(item)) continue
    reached.add(item)
    open.push(...next(item))
  }
  return reached
}
