/** What the devices of one person may do without an admin: the specification a second time. */
import { deviceContent, isProofOf, rankOf } from './acts.ts'
import { fromHex } from './bytes.ts'
import type { Written } from './history.ts'
import { all, authorOf, isThat, no, some, type Act, type ActThat, type Answer, type KnownActs } from './known-acts.ts'

const MOST = 32

type Known = ReadonlySet<Written>

export class Devices {
  readonly #acts: KnownActs

  constructor(acts: KnownActs) {
    this.#acts = acts
  }

  /** Those of whom an author is claimed to be. */
  #claimed(author: string, known: Known): Set<string> {
    const claims = this.#acts.settings(author, known)
    return new Set([author, ...claims.flatMap(({ says }) => (says.type === 'device' ? [says.person] : []))])
  }

  #shared(one: string, other: string, known: Known): string[] {
    const persons = this.#claimed(one, known)
    return one === other ? [] : [...this.#claimed(other, known)].filter((person) => persons.has(person))
  }

  #isOf(author: string, known: Known, isMeant: (person: string) => boolean): Answer {
    const settings = this.#acts.settings(author, known).filter((act) => this.#acts.doesCount(act) !== 'no')
    const claims = settings.flatMap((act) => {
      if (!isThat(act, 'device') || !isMeant(act.says.person)) return []
      const against = settings.filter((other) => {
        if (isThat(other, 'device') || this.#acts.knows(act, other)) return false
        return !(isThat(other, 'role') && other.says.role !== 'none' && this.#acts.knows(other, act))
      })
      return [all([this.#acts.doesCount(act), ...against.map((other) => no(this.#acts.doesCount(other)))])]
    })
    return some(claims)
  }

  #isOfPerson(author: string, person: string, known: Known): Answer {
    return author === person ? 'yes' : this.#isOf(author, known, (each) => each === person)
  }

  /** Fewer than 32 things come from these. */
  #areFew(
    acts: Act[],
    thingOf: (act: Act) => unknown,
    doesCount = (act: Act): Answer => this.#acts.doesCount(act),
  ): Answer {
    const answers = acts.map((act) => ({ thing: thingOf(act), answer: doesCount(act) }))
    const things = new Set(answers.filter(({ answer }) => answer === 'yes').map(({ thing }) => thing))
    if (things.size >= MOST) return 'no'
    return answers.some(({ answer }) => answer === 'not yet') ? 'not yet' : 'yes'
  }

  // Device acts

  isPossible(document: Written, says: ActThat<'device'>['says']): boolean {
    const known = this.#acts.before(document)
    const author = authorOf(document)
    if (says.member === author || !this.#claimed(author, known).has(says.person)) return false
    const couldBe = this.#acts.wasOwner(author, known) || this.#acts.given(author, known) >= rankOf(says.role)
    return couldBe && isProofOf(says.member, deviceContent(fromHex(author), says.box), says.proof)
  }

  mayAdd(act: ActThat<'device'>): Answer {
    const { document, says } = act
    const { member, person } = says
    const known = this.#acts.before(document)
    const author = authorOf(document)
    if (this.#acts.owner(known) === member) return 'no'
    const isDevice = this.#isOf(author, known, (each) => each !== author)
    const bars = this.#acts.settings(member, known).filter((bar) => this.#bars(bar, says))
    return all([
      this.#hasPlace(act, (device) => this.#isTaken(device, act)),
      this.#acts.hasRank(author, rankOf(says.role), known),
      author === person ? no(isDevice) : this.#isOfPerson(author, person, known),
      this.#mayRaise(says, known),
      ...bars.map((bar) => no(this.#acts.doesCount(bar))),
    ])
  }

  /** Whether there are fewer than 32 other devices, of which some may not be counted. */
  #hasPlace(act: ActThat<'device'>, isTaken: (device: ActThat<'device'>) => Answer): Answer {
    const others = this.#earlierOf(act).filter((other) => other.says.member !== act.says.member)
    return this.#areFew(
      others,
      (other) => isThat(other, 'device') && other.says.member,
      (other) => (isThat(other, 'device') ? isTaken(other) : 'no'),
    )
  }

  /** Whether a device act counts, and its place is not free again by what another one knows. */
  #isTaken(device: ActThat<'device'>, by: ActThat<'device'>): Answer {
    const freeing = this.#removalsOf(device, by).map((removal) =>
      all([this.#acts.doesCount(removal), this.#givesPlace(removal, by.says.person)]),
    )
    return all([this.#acts.doesCount(device), no(some(freeing))])
  }

  /** Roles `none` about the member of a device act that come after it, of those that another one knows. */
  #removalsOf(device: ActThat<'device'>, by: ActThat<'device'>): Act[] {
    const known = this.#acts.before(by.document)
    return this.#acts
      .settings(device.says.member, known)
      .filter((act) => isThat(act, 'role') && act.says.role === 'none' && this.#acts.knows(act, device))
  }

  /** Those of the person free a place only if they have one of the first 32. */
  #givesPlace({ document }: Act, person: string): Answer {
    const known = this.#acts.before(document)
    const author = authorOf(document)
    if (author === person || !this.#claimed(author, known).has(person)) return 'yes'
    const places = this.#acts.settings(author, known).filter((act) => isThat(act, 'device'))
    return some(
      places
        .filter((act) => act.says.person === person)
        .map((act) => all([this.#acts.doesCount(act), this.#hasPlace(act, (other) => this.#acts.doesCount(other))])),
    )
  }

  #mayRaise({ member, person, role }: ActThat<'device'>['says'], known: Known): Answer {
    const { rank, isOpen } = this.#acts.rankBy(member, known)
    if (isOpen) return 'not yet'
    if (rank === 0) return 'yes'
    return rank > rankOf(role) ? 'no' : this.#isOfPerson(member, person, known)
  }

  #bars({ document, says: bar }: Act, { member, person, role }: ActThat<'device'>['says']): boolean {
    if (bar.type !== 'role' || rankOf(bar.role) >= rankOf(role)) return false
    const knew = this.#acts.before(document)
    const isOwn = [authorOf(document), member].every((key) => this.#claimed(key, knew).has(person))
    return bar.role !== 'none' || !isOwn
  }

  /** Device acts of the same person, before one in the room's order. */
  #earlierOf(act: ActThat<'device'>): ActThat<'device'>[] {
    return this.#acts.acts.filter(
      (other): other is ActThat<'device'> =>
        isThat(other, 'device') && other.says.person === act.says.person && this.#acts.isEarlier(other, act),
    )
  }

  addNeeds(act: ActThat<'device'>): Act[] {
    const devices = this.#earlierOf(act)
    const removals = devices.flatMap((device) => this.#removalsOf(device, act))
    return [...this.#settingsAbout(act, act.says.member), ...devices, ...removals]
  }

  #settingsAbout({ document }: Act, ...others: string[]): Act[] {
    const known = this.#acts.before(document)
    return [authorOf(document), ...others].flatMap((key) => this.#acts.settings(key, known))
  }

  // Removals and rekeys

  isOwnRemoval(document: Written, says: Act['says']): boolean {
    if (says.type !== 'role' || says.role !== 'none') return false
    return this.#shared(authorOf(document), says.member, this.#acts.before(document)).length > 0
  }

  mayRemove(act: ActThat<'role'>): Answer {
    const { document, says } = act
    const known = this.#acts.before(document)
    const keys = [authorOf(document), says.member]
    if (this.#acts.owner(known) === says.member) return 'no'
    const isOf = this.#shared(authorOf(document), says.member, known).map((person) =>
      all(keys.map((key) => this.#isOfPerson(key, person, known))),
    )
    return all([
      this.#areFew(this.#earlierRemovals(act), (other) => other),
      ...keys.map((key) => this.#acts.hasRank(key, rankOf('carrier'), known)),
      some(isOf),
    ])
  }

  /** 32 such roles by the author that are before one and are not void; none if there are fewer. */
  removalsAhead(act: ActThat<'role'>): Act[] {
    const ahead = this.#earlierRemovals(act).filter((other) => this.#acts.doesCount(other) !== 'no')
    return ahead.length < MOST ? [] : ahead.slice(0, MOST)
  }

  removeNeeds(act: ActThat<'role'>): Act[] {
    return [...this.#settingsAbout(act, act.says.member), ...this.#earlierRemovals(act)]
  }

  #earlierRemovals(act: Act): Act[] {
    return this.#by(authorOf(act.document)).filter(
      (other) => this.isOwnRemoval(other.document, other.says) && this.#acts.isEarlier(other, act),
    )
  }

  #by(author: string): Act[] {
    return this.#acts.acts.filter(({ document }) => authorOf(document) === author)
  }

  /** The removals of devices by its author that a document knows. */
  removalsKnown(document: Written): Act[] {
    const known = this.#acts.before(document)
    return this.#by(authorOf(document)).filter(
      (act) => known.has(act.document) && this.isOwnRemoval(act.document, act.says),
    )
  }

  mayRekey(act: ActThat<'rekey'>): Answer {
    const { document, says } = act
    const epochOf = (other: Act): string | undefined => (isThat(other, 'rekey') ? other.says.epoch : undefined)
    const others = this.#earlierRekeys(act).filter((other) => epochOf(other) !== says.epoch)
    return all([
      this.#areFew(others, epochOf),
      this.#acts.hasRank(authorOf(document), rankOf('reader'), this.#acts.before(document)),
      some(this.removalsKnown(document).map((removal) => this.#acts.doesCount(removal))),
    ])
  }

  rekeyNeeds(act: ActThat<'rekey'>): Act[] {
    return [...this.#settingsAbout(act), ...this.removalsKnown(act.document), ...this.#earlierRekeys(act)]
  }

  #earlierRekeys(act: Act): Act[] {
    return this.#by(authorOf(act.document)).filter(
      (other) =>
        isThat(other, 'rekey') && this.#acts.isEarlier(other, act) && this.removalsKnown(other.document).length > 0,
    )
  }
}
