/**
 * Which documents of a room with members count, straight from the specification and as slow as that is: sets of ids, no
 * indexes, everything computed again for each question.
 */
import type { Document } from '../../../../protocols/document/document.ts'
import { verifySignature } from '../../../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../../protocols/wire/order.ts'
import { acceptanceContent, actOf, type Act } from '../../../../src/room/access/acts.ts'
import { ancestorIds } from '../history.ts'

const RANKS = ['none', 'carrier', 'reader', 'writer', 'admin', 'owner']

type Verdict = 'counts' | 'void' | 'open'

export class NaiveAccess {
  readonly #documents: readonly Document[]
  readonly #before = new Map<DocumentId, Set<DocumentId>>()
  readonly #acts: Act[] = []
  readonly #verdicts = new Map<DocumentId, Verdict>()

  /** All documents of a room, the root first and each after its ancestors. */
  constructor(documents: readonly Document[]) {
    this.#documents = documents.toSorted(comparePositions)
    for (const document of this.#documents) {
      const before = new Set<DocumentId>()
      for (const id of ancestorIds(document)) {
        before.add(id)
        for (const older of this.#before.get(id)!) before.add(older)
      }
      this.#before.set(document.id, before)
    }
    for (const document of this.#documents) {
      const act = actOf(document)
      if (act !== undefined && this.#isPossible(act)) this.#acts.push(act)
    }
    for (const { id } of this.#acts) this.#verdicts.set(id, 'open')
    this.#decide()
  }

  /** Those that count. */
  counting(): Set<DocumentId> {
    return new Set(this.#documents.filter((document) => this.#counts(document)).map(({ id }) => id))
  }

  /** Those that a node has in the end: what counts, and what is before that. */
  kept(): Set<DocumentId> {
    const counting = this.counting()
    return new Set([...counting].flatMap((id) => [id, ...this.#before.get(id)!]))
  }

  ownerAtEnd(): PeerId {
    return this.#owner(this.#documents.map(({ id }) => id))
  }

  /** By what a document knows. */
  ownerBefore({ id }: Document): PeerId {
    return this.#owner(this.#before.get(id)!)
  }

  rankAtEnd(author: PeerId): number {
    return this.#ranks(
      author,
      this.#documents.map(({ id }) => id),
    ).low
  }

  /** Others never count, whatever else does. */
  #isPossible({ id, author, timeMs, saying }: Act): boolean {
    const before = [...this.#before.get(id)!]
    if (saying.type === 'accept') {
      const invite = this.#acts.find((act) => act.id === saying.invite && before.includes(act.id))
      if (invite?.saying.type !== 'invite') return false
      const content = acceptanceContent(this.#documents[0]!.id, invite.id, author)
      return (
        timeMs <= (invite.saying.expiresMs ?? Infinity) && verifySignature(invite.saying.key, content, saying.proof)
      )
    }
    const isOwner =
      author === this.#documents[0]!.author ||
      this.#acts.some((act) => before.includes(act.id) && act.saying.type === 'owner' && act.saying.member === author)
    if (saying.type === 'owner') return isOwner
    return (
      isOwner || this.#settings(author, before).some((act) => this.#rankSet(act, author)! >= RANKS.indexOf('admin'))
    )
  }

  #counts(document: Document): boolean {
    if (document.room === null) return true
    if (actOf(document) !== undefined) return this.#verdicts.get(document.id) === 'counts'
    const before = [...this.#before.get(document.id)!]
    const { low } = this.#ranks(document.author, before)
    if (low < RANKS.indexOf('writer')) return false
    if (low === RANKS.indexOf('owner')) return true
    return !this.#removals(document.author, RANKS.indexOf('writer')).some(
      (act) => this.#verdicts.get(act.id) === 'counts' && this.#areApart(act.id, document.id),
    )
  }

  #decide(): void {
    for (;;) {
      let isStuck = true
      for (const act of this.#acts) {
        if (this.#verdicts.get(act.id) !== 'open') continue
        const right = this.#right(act)
        const against = this.#against(act).map(({ id }) => this.#verdicts.get(id))
        const verdict =
          right === 'no' || against.includes('counts')
            ? 'void'
            : right === 'yes' && !against.includes('open')
              ? 'counts'
              : 'open'
        this.#verdicts.set(act.id, verdict)
        if (verdict !== 'open') isStuck = false
      }
      if (!isStuck) continue
      const open = this.#acts.filter(({ id }) => this.#verdicts.get(id) === 'open')
      if (open.length === 0) return
      this.#breakCircles(open)
    }
  }

  #breakCircles(open: readonly Act[]): void {
    const waitsFor = (act: Act): Act[] => [...this.#against(act), ...this.#needed(act)].filter((o) => open.includes(o))
    const reach = new Map(
      open.map((act) => {
        const reached = new Set<Act>()
        const next = [act]
        for (let one = next.pop(); one !== undefined; one = next.pop()) {
          for (const other of waitsFor(one)) {
            if (reached.has(other)) continue
            reached.add(other)
            next.push(other)
          }
        }
        return [act, reached]
      }),
    )
    // In a circle that waits for no other one, everything that is reached reaches back.
    const first = open.filter((act) => [...reach.get(act)!].every((other) => reach.get(other)!.has(act)))
    const winners = first.flatMap((act) => this.#against(act).filter((other) => first.includes(other)))
    for (const { id } of winners) this.#verdicts.set(id, 'counts')
  }

  #owner(before: Iterable<DocumentId>): PeerId {
    const known = new Set(before)
    let owner = this.#documents[0]!.author
    let last: DocumentId | undefined
    for (;;) {
      const next = this.#acts.find(
        ({ id, author, saying }) =>
          saying.type === 'owner' &&
          author === owner &&
          known.has(id) &&
          this.#verdicts.get(id) === 'counts' &&
          (last === undefined || this.#before.get(id)!.has(last)),
      )
      if (next?.saying.type !== 'owner') return owner
      owner = next.saying.member
      last = next.id
    }
  }

  #rankSet(act: Act, author: PeerId): number | undefined {
    const { saying } = act
    if (saying.type === 'role') return saying.member === author ? RANKS.indexOf(saying.role) : undefined
    if (saying.type === 'owner') return act.author === author ? RANKS.indexOf('admin') : undefined
    if (saying.type !== 'accept' || act.author !== author) return undefined
    const invite = this.#acts.find(({ id }) => id === saying.invite && this.#before.get(act.id)!.has(id))
    return invite?.saying.type === 'invite' ? RANKS.indexOf(invite.saying.role) : 0
  }

  /** The lowest and the highest that is possible. */
  #ranks(author: PeerId, before: readonly DocumentId[]): { low: number; high: number } {
    if (this.#owner(before) === author) return { low: RANKS.indexOf('owner'), high: RANKS.indexOf('owner') }
    const settings = this.#settings(author, before).filter(({ id }) => this.#verdicts.get(id) !== 'void')
    const counting = settings.filter(({ id }) => this.#verdicts.get(id) === 'counts')
    const newest = settings.filter(({ id }) => !counting.some((later) => this.#before.get(later.id)!.has(id)))
    const ranks = newest.map((act) => this.#rankSet(act, author)!)
    const isOpen = settings.length > counting.length
    return { low: isOpen || ranks.length === 0 ? 0 : Math.min(...ranks), high: Math.max(0, ...ranks) }
  }

  #settings(author: PeerId, before: readonly DocumentId[]): Act[] {
    return this.#acts.filter((act) => before.includes(act.id) && this.#rankSet(act, author) !== undefined)
  }

  #need({ saying }: Act): number {
    if (saying.type === 'accept') return 0
    return RANKS.indexOf(saying.type === 'owner' ? 'owner' : 'admin')
  }

  #areApart(one: DocumentId, other: DocumentId): boolean {
    return one !== other && !this.#before.get(one)!.has(other) && !this.#before.get(other)!.has(one)
  }

  /** Acts by which an author loses what has this rank. */
  #removals(author: PeerId, rank: number): Act[] {
    return this.#acts.filter((act) => {
      if (act.saying.type !== 'role' || act.saying.member !== author) return false
      const given = RANKS.indexOf(act.saying.role)
      const had = this.#settings(author, [...this.#before.get(act.id)!]).map((set) => this.#rankSet(set, author)!)
      return given < rank && had.some((value) => value > given)
    })
  }

  #against(act: Act): Act[] {
    const { saying } = act
    if (saying.type === 'accept') {
      return this.#withdrawals(saying.invite).filter(({ id }) => this.#areApart(id, act.id))
    }
    const before = this.#before.get(act.id)!
    if (saying.type === 'owner' || this.#owner(before) === act.author) return []
    return this.#removals(act.author, this.#need(act)).filter(({ id }) => this.#areApart(id, act.id))
  }

  #withdrawals(invite: DocumentId): Act[] {
    return this.#acts.filter(({ saying }) => saying.type === 'withdraw' && saying.invite === invite)
  }

  #acceptsBefore(act: Act): Act[] {
    const { saying } = act
    if (saying.type !== 'accept') return []
    return this.#acts.filter(
      (other) =>
        other.saying.type === 'accept' && other.saying.invite === saying.invite && comparePositions(other, act) < 0,
    )
  }

  #needed(act: Act): Act[] {
    const before = [...this.#before.get(act.id)!]
    const own = this.#settings(act.author, before)
    const { saying } = act
    if (saying.type !== 'accept') return own
    const invite = this.#acts.filter(({ id }) => id === saying.invite)
    const withdrawals = this.#withdrawals(saying.invite).filter(({ id }) => before.includes(id))
    return [...own, ...invite, ...withdrawals, ...this.#acceptsBefore(act)]
  }

  #right(act: Act): 'yes' | 'no' | 'open' {
    const { saying, author } = act
    const before = [...this.#before.get(act.id)!]
    const owner = this.#owner(before)
    if (saying.type === 'owner') return author === owner ? 'yes' : 'no'
    if (saying.type === 'accept') return this.#rightToAccept(act, saying, before)
    if (saying.type === 'role') {
      if (saying.member === owner) return 'no'
      if (saying.role === 'none' && this.#settings(saying.member, before).length === 0) return 'no'
    }
    if (saying.type === 'withdraw' && !this.#isInvite(saying.invite, before)) return 'no'
    const { low, high } = this.#ranks(author, before)
    if (high < this.#need(act)) return 'no'
    return low >= this.#need(act) ? 'yes' : this.#isAnyOpen(this.#settings(author, before)) ? 'open' : 'no'
  }

  #rightToAccept(act: Act, saying: Act['saying'] & { type: 'accept' }, before: readonly DocumentId[]) {
    const invite = this.#acts.find(({ id }) => id === saying.invite)
    if (invite?.saying.type !== 'invite' || !before.includes(invite.id)) return 'no'
    if (this.#verdicts.get(invite.id) === 'void' || this.#owner(before) === act.author) return 'no'
    const { uses, role: offered } = invite.saying
    const barred = this.#settings(act.author, before).filter(
      (set) =>
        set.saying.type === 'role' &&
        this.#rankSet(set, act.author)! < RANKS.indexOf(offered) &&
        !this.#before.get(invite.id)!.has(set.id),
    )
    const withdrawals = this.#withdrawals(saying.invite).filter(({ id }) => before.includes(id))
    const isCounting = ({ id }: Act): boolean => this.#verdicts.get(id) === 'counts'
    if ([...barred, ...withdrawals].some(isCounting)) return 'no'
    if (uses !== undefined && this.#acceptsBefore(act).filter(isCounting).length >= uses) return 'no'
    return this.#isAnyOpen(this.#needed(act)) ? 'open' : 'yes'
  }

  #isInvite(id: DocumentId, before: readonly DocumentId[]): boolean {
    return before.includes(id) && this.#acts.some((act) => act.id === id && act.saying.type === 'invite')
  }

  #isAnyOpen(acts: readonly Act[]): boolean {
    return acts.some(({ id }) => this.#verdicts.get(id) === 'open')
  }
}
