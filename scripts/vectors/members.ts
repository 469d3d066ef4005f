/** Which documents of a room with members count: the specification a second time, with sets and no indexes. */
import { acceptanceContent, isProofOf, rankOf, sayingOf, type Saying } from './acts.ts'
import { fromHex, hex, type Bytes } from './bytes.ts'
import { Devices } from './devices.ts'
import type { History, Written } from './history.ts'
import { readBody } from './json-bodies.ts'
import { authorOf, isThat, KnownActs, OWNER, type Act, type ActThat, type Answer } from './known-acts.ts'

/** An act counts if it does in one of these ways. */
interface Way {
  answer: Answer
  against: Act[]
  needs: Act[]
  /** There are 32 before it. */
  isHeld?: boolean
}

/** An author's acceptances of an invite with `uses` that can count. */
const MOST_ACCEPTANCES = 32

const ADMIN = rankOf('admin')
const READER = rankOf('reader')
const WRITER = rankOf('writer')

export class Members extends KnownActs {
  readonly #devices = new Devices(this)

  constructor(history: History) {
    super(history)
    for (const document of this.documents) {
      const says = sayingOf(document)
      if (says !== undefined && this.#isPossible(document, says)) this.acts.push({ document, says })
    }
    while (this.#decideSome() || this.#openCircle());
  }

  /** In order. */
  counting(): Written[] {
    return this.documents.filter((document) => this.#isCounting(document))
  }

  /** What counts, and all before it. In order. */
  kept(): Written[] {
    const counting = this.counting()
    return this.documents.filter((document) =>
      counting.some((each) => each === document || this.before(each).has(document)),
    )
  }

  /** Who owns the room after all documents, in hex. */
  ownerAtEnd(): string {
    return this.owner(new Set(this.documents))
  }

  /** Whether the author of a document owned the room, by what the document knows. */
  isByOwner(document: Written): boolean {
    return this.owner(this.before(document)) === authorOf(document)
  }

  /** After all documents. */
  rank(author: string): number {
    return this.rankBy(author, new Set(this.documents)).rank
  }

  /** The key that is written with, and whether somebody has it who may not read any more. */
  current(): { current: string | null; stale: boolean } {
    const first = this.#firstKey
    if (first === undefined) return { current: null, stale: false }
    const rekeys = this.acts.filter((act) => isThat(act, 'rekey')).filter(({ says }) => says.epoch !== first)
    const epochs = new Map<string, Written>([[first, this.history.root]])
    for (const { document, says } of [...rekeys.filter((act) => this.counted.has(act)), ...rekeys]) {
      if (!epochs.has(says.epoch)) epochs.set(says.epoch, document)
    }
    const doCount = (document: Written): boolean => this.#isCounting(document)
    const placeOf = (document: Written): number => this.documents.indexOf(document)
    const isBefore = (epoch: string, begun: Written): boolean =>
      rekeys.some(({ document, says }) => {
        if (epochs.get(says.epoch) !== document || placeOf(begun) >= placeOf(document)) return false
        const bring = rekeys.filter((each) => each.says.epoch === epoch)
        const isKnown = epoch === first || bring.some((each) => this.before(document).has(each.document))
        return isKnown && says.previous.includes(epoch) && doCount(document)
      })
    const inOrder = [...epochs].sort(([, a], [, b]) => placeOf(a) - placeOf(b))
    const [current, begun] = inOrder.findLast(([id, document]) => doCount(document) && !isBefore(id, document)) ?? [
      first,
      this.history.root,
    ]
    const isStale = this.acts.some((act) => this.counted.has(act) && this.#takesReading(act, this.before(begun)))
    return { current, stale: isStale }
  }

  /** The id of the key of a private room's root. */
  get #firstKey(): string | undefined {
    const fields = readBody(this.history.root.body, false)?.value as Record<string, unknown> | undefined
    if (fields?.['access'] !== 'private') return undefined
    return hex((fields['sealed'] as Bytes).subarray(1, 17))
  }

  /** Whether somebody may not read any more because of an act, who has the key of an epoch that knows other acts. */
  #takesReading({ document, says }: Act, known: ReadonlySet<Written>): boolean {
    if (known.has(document)) return false
    if (says.type === 'withdraw') return rankOf(this.invite(says.invite)?.says.role ?? 'none') >= READER
    if (says.type !== 'role' || rankOf(says.role) >= READER || this.rank(says.member) >= READER) return false
    const had = this.settings(says.member, this.before(document)).filter(
      (act) => (this.setting(act)?.rank ?? 0) >= READER,
    )
    const given = this.settings(says.member, new Set(this.documents)).filter(
      (act) => (this.setting(act)?.rank ?? 0) >= READER && !(isThat(act, 'device') && this.voided.has(act)),
    )
    const isOver = this.settings(says.member, known).some(
      (act) =>
        isThat(act, 'role') &&
        rankOf(act.says.role) < READER &&
        this.counted.has(act) &&
        given.every((each) => this.knows(act, each)),
    )
    return had.length > 0 && !isOver
  }

  #isCounting(document: Written): boolean {
    if (document.room === null) return true
    const act = this.acts.find((each) => each.document === document)
    if (act !== undefined) return this.counted.has(act)
    if (sayingOf(document) !== undefined) return false
    const isPrivate = this.#firstKey !== undefined
    if (isPrivate && document.kind !== 'sealed' && document.kind !== 'access/key') return false
    const author = authorOf(document)
    const { rank } = this.rankBy(author, this.before(document))
    if (rank === OWNER) return true
    return rank >= WRITER && !this.#takingFrom(author, WRITER, document).some((each) => this.counted.has(each))
  }

  /** Whether a document may count as an act, whatever becomes of those that it knows. */
  #isPossible(document: Written, says: Saying): boolean {
    const known = this.before(document)
    const author = authorOf(document)
    if (says.type === 'accept') {
      const invite = this.invite(says.invite)
      if (invite === undefined || !known.has(invite.document) || document.timeMs > invite.says.expires) return false
      const content = acceptanceContent(this.history.room, fromHex(says.invite), document.key.publicKey)
      return isProofOf(invite.says.key, content, says.proof)
    }
    if (says.type === 'owner') return this.wasOwner(author, known)
    if (says.type === 'device') return this.#devices.isPossible(document, says)
    const couldBe = (rank: number): boolean => this.wasOwner(author, known) || this.given(author, known) >= rank
    if (couldBe(ADMIN)) return true
    if (says.type === 'rekey') return this.#devices.removalsKnown(document).length > 0
    return couldBe(rankOf('carrier')) && this.#devices.isOwnRemoval(document, says)
  }

  // Deciding

  #open(): Act[] {
    return this.acts.filter((act) => !this.counted.has(act) && !this.voided.has(act))
  }

  /** Whether anything was decided. */
  #decideSome(): boolean {
    const open = this.#open()
    for (const act of open) {
      const outcomes = this.#ways(act).map((way) => this.#outcome(way))
      if (outcomes.includes('yes')) this.counted.add(act)
      else if (!outcomes.includes('not yet')) this.voided.add(act)
    }
    return this.#open().length < open.length
  }

  #outcome({ answer, against }: Way): Answer {
    const others = against.map((act) => this.doesCount(act))
    if (answer === 'no' || others.includes('yes')) return 'no'
    return answer === 'yes' && !others.includes('not yet') ? 'yes' : 'not yet'
  }

  /** Whether there was a circle. */
  #openCircle(): boolean {
    const open = this.#open()
    const ways = new Map(open.map((act) => [act, this.#ways(act).filter((way) => this.#outcome(way) === 'not yet')]))
    const against = (act: Act): Act[] => (ways.get(act) ?? []).flatMap((way) => way.against)
    const needs = (act: Act): Act[] =>
      (ways.get(act) ?? []).flatMap((way) => (way.answer === 'not yet' ? way.needs : []))
    const waits = new Map(
      open.map((act) => [act, [...against(act), ...needs(act)].filter((other) => open.includes(other))]),
    )
    const reached = new Map(open.map((act) => [act, closureOf(act, (each) => waits.get(each) ?? [])]))
    const isFirst = (act: Act): boolean => [...(reached.get(act) ?? [])].every((other) => reached.get(other)?.has(act))
    const inside = open.filter(isFirst)
    const isHeld = (act: Act): boolean => (ways.get(act) ?? []).every((way) => way.isHeld)
    const winners = new Set<Act>()
    for (const act of inside) {
      const circle = inside.filter((other) => other === act || reached.get(act)?.has(other))
      const attackers = circle.filter((other) => circle.some((each) => against(each).includes(other)))
      const free = attackers.filter((other) => !isHeld(other))
      for (const winner of free.length > 0 ? free : attackers.slice(0, 1)) winners.add(winner)
    }
    for (const winner of winners) this.counted.add(winner)
    return open.length > 0
  }

  // What acts need, and what takes it

  #ways(act: Act): Way[] {
    const { document, says } = act
    const known = this.before(document)
    const author = authorOf(document)
    const taking = (rank: number): Act[] =>
      this.owner(known) === author ? [] : this.#takingFrom(author, rank, document)
    if (isThat(act, 'accept')) {
      const against = this.withdrawals(act.says.invite).filter((each) => this.areBeside(each.document, document))
      return [{ answer: this.#mayAccept(act), against, needs: this.#acceptNeeds(act) }]
    }
    if (says.type === 'owner') {
      return [{ answer: this.owner(known) === author ? 'yes' : 'no', against: [], needs: [] }]
    }
    if (isThat(act, 'device')) {
      const needs = this.#devices.addNeeds(act)
      return [{ answer: this.#devices.mayAdd(act), against: taking(rankOf(act.says.role)), needs }]
    }
    const ways: Way[] = [{ answer: this.#adminMay(act), against: taking(ADMIN), needs: this.settings(author, known) }]
    if (isThat(act, 'role') && this.#devices.isOwnRemoval(document, says)) {
      const answer = this.#devices.mayRemove(act)
      const ahead = answer === 'no' ? [] : this.#devices.removalsAhead(act)
      const needs = this.#devices.removeNeeds(act)
      if (ahead.length > 0) ways.push({ answer: 'not yet', against: [], needs: ahead, isHeld: true })
      else ways.push({ answer, against: taking(rankOf('carrier')), needs })
    }
    if (isThat(act, 'rekey') && this.#devices.removalsKnown(document).length > 0) {
      const needs = this.#devices.rekeyNeeds(act)
      ways.push({ answer: this.#devices.mayRekey(act), against: taking(READER), needs })
    }
    return ways
  }

  #adminMay({ document, says }: Act): Answer {
    const known = this.before(document)
    if (says.type === 'role') {
      if (says.member === this.owner(known)) return 'no'
      if (says.role === 'none' && this.settings(says.member, known).length === 0) return 'no'
    }
    if (says.type === 'withdraw' && !this.isKnownInvite(says.invite, known)) return 'no'
    return this.hasRank(authorOf(document), ADMIN, known)
  }

  #mayAccept(act: ActThat<'accept'>): Answer {
    const { document, says } = act
    const known = this.before(document)
    const author = authorOf(document)
    const invite = this.invite(says.invite)
    if (invite === undefined || !known.has(invite.document) || this.voided.has(invite)) return 'no'
    if (this.owner(known) === author) return 'no'
    const removals = this.settings(author, known).filter(
      (each) =>
        each.says.type === 'role' &&
        rankOf(each.says.role) < rankOf(invite.says.role) &&
        !this.before(invite.document).has(each.document),
    )
    const withdrawals = this.withdrawals(says.invite).filter((each) => known.has(each.document))
    if ([...removals, ...withdrawals].some((each) => this.counted.has(each))) return 'no'
    if (invite.says.uses < Infinity) {
      const users = this.#earlier(act)
        .filter((each) => this.counted.has(each))
        .map((each) => authorOf(each.document))
      const others = new Set(users.filter((user) => user !== author))
      const again = users.filter((user) => user === author).length
      if (others.size >= invite.says.uses || again >= MOST_ACCEPTANCES) return 'no'
    }
    return this.#acceptNeeds(act).some((each) => this.#open().includes(each)) ? 'not yet' : 'yes'
  }

  /** Acts that have to be decided before it. */
  #acceptNeeds(act: ActThat<'accept'>): Act[] {
    const { document, says } = act
    const known = this.before(document)
    const withdrawals = this.withdrawals(says.invite).filter((each) => known.has(each.document))
    const invite = this.acts.filter((each) => hex(each.document.digest) === says.invite)
    return [...this.settings(authorOf(document), known), ...withdrawals, ...invite, ...this.#earlier(act)]
  }

  /** Acceptances of the same invite before this one in the room's order. */
  #earlier({ document, says }: ActThat<'accept'>): Act[] {
    const index = this.documents.indexOf(document)
    return this.acts.filter(
      (each) =>
        each.says.type === 'accept' &&
        each.says.invite === says.invite &&
        this.documents.indexOf(each.document) < index,
    )
  }

  /** Acts beside a document that leave its author less than this rank, and knew of more. */
  #takingFrom(author: string, need: number, document: Written): Act[] {
    return this.acts.filter((act) => {
      const { says } = act
      if (says.type !== 'role' || says.member !== author || rankOf(says.role) >= need) return false
      if (!this.areBeside(act.document, document)) return false
      const had = this.settings(author, this.before(act.document)).map((each) => this.setting(each)?.rank ?? 0)
      return Math.max(0, ...had) > rankOf(says.role)
    })
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
