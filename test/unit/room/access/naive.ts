/**
 * Which documents of a room with members count, straight from the specification and as slow as that is: sets of ids, no
 * indexes, everything computed again for each question.
 */
import { MAX_ACCEPTANCES, MAX_DEVICES } from '../../../../protocols/access/constants.ts'
import type { Document } from '../../../../protocols/document/document.ts'
import { verifySignature } from '../../../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId } from '../../../../protocols/wire/ids.ts'
import { acceptanceContent, actOf, deviceContent, type Act, type Saying } from '../../../../src/room/access/acts.ts'
import { allOf, anyOf, NaiveGraph, not, RANKS, type Device, type Right, type Verdict } from './naive-graph.ts'

interface Way {
  right: Right
  against: Act[]
  needed: Act[]
  isHeld?: boolean
}

export class NaiveAccess extends NaiveGraph {
  /** All documents of a room, the root first and each after its ancestors. */
  constructor(documents: readonly Document[]) {
    super(documents)
    for (const document of this.documents) {
      const act = actOf(document)
      if (act !== undefined && this.isPossible(act)) this.acts.push(act)
    }
    for (const { id } of this.acts) this.verdicts.set(id, 'open')
    this.decide()
  }

  /** Those that count. */
  counting(): Set<DocumentId> {
    return new Set(this.documents.filter((document) => this.counts(document)).map(({ id }) => id))
  }

  /** Those that a node has in the end: what counts, and what is before that. */
  kept(): Set<DocumentId> {
    const counting = this.counting()
    return new Set([...counting].flatMap((id) => [id, ...this.before.get(id)!]))
  }

  ownerAtEnd(): PeerId {
    return this.owner(this.documents.map(({ id }) => id))
  }

  /** By what a document knows. */
  ownerBefore({ id }: Document): PeerId {
    return this.owner(this.before.get(id)!)
  }

  rankAtEnd(author: PeerId): number {
    return this.ranks(
      author,
      this.documents.map(({ id }) => id),
    ).low
  }

  /** Others never count, whatever else does. */
  isPossible({ id, author, timeMs, saying }: Act): boolean {
    const before = [...this.before.get(id)!]
    if (saying.type === 'accept') {
      const invite = this.acts.find((act) => act.id === saying.invite && before.includes(act.id))
      if (invite?.saying.type !== 'invite') return false
      const content = acceptanceContent(this.documents[0]!.id, invite.id, author)
      return (
        timeMs <= (invite.saying.expiresMs ?? Infinity) && verifySignature(invite.saying.key, content, saying.proof)
      )
    }
    const isOwner =
      author === this.documents[0]!.author ||
      this.acts.some((act) => before.includes(act.id) && act.saying.type === 'owner' && act.saying.member === author)
    if (saying.type === 'owner') return isOwner
    const couldBe = (role: string): boolean =>
      isOwner || this.settings(author, before).some((act) => this.rankSet(act, author)! >= RANKS.indexOf(role))
    if (saying.type === 'device') {
      const { member, person, role, box, proof } = saying
      if (member === author || !couldBe(role) || !this.persons(author, before).includes(person)) return false
      return verifySignature(member, deviceContent(author, box), proof)
    }
    if (couldBe('admin')) return true
    if (saying.type === 'rekey') return this.ownRemovals(author, before).length > 0
    if (saying.type !== 'role' || saying.role !== 'none') return false
    return couldBe('carrier') && this.shared(author, saying.member, before).length > 0
  }

  counts(document: Document): boolean {
    if (document.room === null) return true
    if (actOf(document) !== undefined) return this.verdicts.get(document.id) === 'counts'
    const before = [...this.before.get(document.id)!]
    const { low } = this.ranks(document.author, before)
    if (low < RANKS.indexOf('writer')) return false
    if (low === RANKS.indexOf('owner')) return true
    return !this.removals(document.author, RANKS.indexOf('writer')).some(
      (act) => this.verdicts.get(act.id) === 'counts' && this.areApart(act.id, document.id),
    )
  }

  decide(): void {
    for (;;) {
      let isStuck = true
      for (const act of this.acts) {
        if (this.verdicts.get(act.id) !== 'open') continue
        const verdict = this.verdictOn(act)
        this.verdicts.set(act.id, verdict)
        if (verdict !== 'open') isStuck = false
      }
      if (!isStuck) continue
      const open = this.acts.filter(({ id }) => this.verdicts.get(id) === 'open')
      if (open.length === 0) return
      this.breakCircles(open)
    }
  }

  verdictOn(act: Act): Verdict {
    const verdicts = this.ways(act).map((way) => this.verdictIn(way))
    if (verdicts.includes('counts')) return 'counts'
    return verdicts.includes('open') ? 'open' : 'void'
  }

  verdictIn({ right, against }: Way): Verdict {
    const verdicts = against.map(({ id }) => this.verdicts.get(id))
    if (right === 'no' || verdicts.includes('counts')) return 'void'
    return right === 'yes' && !verdicts.includes('open') ? 'counts' : 'open'
  }

  breakCircles(open: readonly Act[]): void {
    const openWays = (act: Act): Way[] => this.ways(act).filter((way) => this.verdictIn(way) === 'open')
    const against = (act: Act): Act[] => openWays(act).flatMap((way) => way.against)
    const waitsFor = (act: Act): Act[] =>
      openWays(act)
        .flatMap((way) => [...way.against, ...(way.right === 'open' ? way.needed : [])])
        .filter((other) => open.includes(other))
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
    const circles = first.map((act) => first.filter((other) => other === act || reach.get(act)!.has(other)))
    const winners = circles.flatMap((circle) => {
      const attackers = circle.filter((other) => circle.some((act) => against(act).includes(other)))
      const free = attackers.filter((act) => !openWays(act).every((way) => way.isHeld))
      return free.length > 0 ? free : attackers.slice(0, 1)
    })
    for (const { id } of winners) this.verdicts.set(id, 'counts')
  }

  ways(act: Act): Way[] {
    const { saying, author } = act
    const before = [...this.before.get(act.id)!]
    const own = this.settings(author, before)
    const takers = (need: number): Act[] =>
      this.owner(before) === author ? [] : this.removals(author, need).filter(({ id }) => this.areApart(id, act.id))
    if (saying.type === 'accept') {
      const against = this.withdrawals(saying.invite).filter(({ id }) => this.areApart(id, act.id))
      return [{ right: this.rightToAccept(act, saying, before), against, needed: this.neededToAccept(act) }]
    }
    if (saying.type === 'owner') {
      return [{ right: this.owner(before) === author ? 'yes' : 'no', against: [], needed: [] }]
    }
    if (saying.type === 'device') {
      const devices = this.devicesBefore(act, saying)
      const removals = devices.flatMap((device) => this.removalsAfter(device, before))
      const needed = [...own, ...this.settings(saying.member, before), ...devices, ...removals]
      const against = takers(RANKS.indexOf(saying.role))
      return [{ right: this.rightToAdd(act, saying, before), against, needed }]
    }
    const ways: Way[] = [{ right: this.adminsRight(act, before), against: takers(RANKS.indexOf('admin')), needed: own }]
    if (saying.type === 'role' && this.isOwnRemoval(act)) {
      const earlier = this.earlier(act).filter((other) => this.isOwnRemoval(other))
      const right = this.rightToRemove(act, saying, before, earlier)
      const ahead = earlier.filter((other) => this.isCounting(other) !== 'no')
      if (right !== 'no' && ahead.length >= MAX_DEVICES) {
        ways.push({ right: 'open', against: [], needed: ahead.slice(0, MAX_DEVICES), isHeld: true })
      } else {
        const needed = [...own, ...this.settings(saying.member, before), ...earlier]
        ways.push({ right, against: takers(RANKS.indexOf('carrier')), needed })
      }
    }
    const removals = saying.type === 'rekey' ? this.ownRemovals(author, before) : []
    if (saying.type === 'rekey' && removals.length > 0) {
      const earlier = this.earlier(act).filter(
        (other) =>
          other.saying.type === 'rekey' && this.ownRemovals(author, [...this.before.get(other.id)!]).length > 0,
      )
      const others = earlier.map((other) => (other.saying.type === 'rekey' ? other.saying.epoch : ''))
      const right = allOf([
        this.isBelowMax(earlier, (i) => (others[i] === saying.epoch ? undefined : others[i])),
        this.hasRank(author, 'reader', before),
        anyOf(removals.map((removal) => this.isCounting(removal))),
      ])
      ways.push({ right, against: takers(RANKS.indexOf('reader')), needed: [...own, ...removals, ...earlier] })
    }
    return ways
  }

  rightToAdd(act: Act, saying: Device, before: readonly DocumentId[]): Right {
    const { member, person, role } = saying
    const rank = RANKS.indexOf(role)
    if (this.owner(before) === member) return 'no'
    const { low, high } = this.ranks(member, before)
    const settings = this.settings(member, before)
    const isDecided = !this.isAnyOpen(settings)
    const bars = settings.filter(({ id, author, saying: bar }) => {
      if (bar.type !== 'role' || RANKS.indexOf(bar.role) >= rank) return false
      const known = [...this.before.get(id)!]
      const isOwn = [author, member].every((key) => this.persons(key, known).includes(person))
      return bar.role !== 'none' || !isOwn
    })
    const isOwn = this.isOfPerson(member, person, before)
    return allOf([
      this.hasPlace(act, saying, before),
      this.hasRank(act.author, role, before),
      act.author === person
        ? not(this.isDevice(act.author, before, (claimed) => claimed !== act.author))
        : this.isOfPerson(act.author, person, before),
      !isDecided ? 'open' : high === 0 ? 'yes' : low > rank ? 'no' : isOwn,
      ...bars.map((bar) => not(this.isCounting(bar))),
    ])
  }

  rightToRemove(act: Act, saying: Saying & { type: 'role' }, before: readonly DocumentId[], earlier: Act[]): Right {
    const keys = [act.author, saying.member]
    if (this.owner(before) === saying.member) return 'no'
    return allOf([
      this.isBelowMax(earlier, (i) => earlier[i]!.id),
      ...keys.map((key) => this.hasRank(key, 'carrier', before)),
      anyOf(
        this.shared(act.author, saying.member, before).map((person) =>
          allOf(keys.map((key) => this.isOfPerson(key, person, before))),
        ),
      ),
    ])
  }

  neededToAccept(act: Act): Act[] {
    const before = [...this.before.get(act.id)!]
    const { saying } = act
    if (saying.type !== 'accept') return []
    const invite = this.acts.filter(({ id }) => id === saying.invite)
    const withdrawals = this.withdrawals(saying.invite).filter(({ id }) => before.includes(id))
    return [...this.settings(act.author, before), ...invite, ...withdrawals, ...this.acceptsBefore(act)]
  }

  adminsRight({ saying, author }: Act, before: readonly DocumentId[]): Right {
    if (saying.type === 'role') {
      if (saying.member === this.owner(before)) return 'no'
      if (saying.role === 'none' && this.settings(saying.member, before).length === 0) return 'no'
    }
    if (saying.type === 'withdraw' && !this.isInvite(saying.invite, before)) return 'no'
    return this.hasRank(author, 'admin', before)
  }

  rightToAccept(act: Act, saying: Act['saying'] & { type: 'accept' }, before: readonly DocumentId[]): Right {
    const invite = this.acts.find(({ id }) => id === saying.invite)
    if (invite?.saying.type !== 'invite' || !before.includes(invite.id)) return 'no'
    if (this.verdicts.get(invite.id) === 'void' || this.owner(before) === act.author) return 'no'
    const { uses, role: offered } = invite.saying
    const barred = this.settings(act.author, before).filter(
      (set) =>
        set.saying.type === 'role' &&
        this.rankSet(set, act.author)! < RANKS.indexOf(offered) &&
        !this.before.get(invite.id)!.has(set.id),
    )
    const withdrawals = this.withdrawals(saying.invite).filter(({ id }) => before.includes(id))
    const isCounting = ({ id }: Act): boolean => this.verdicts.get(id) === 'counts'
    if ([...barred, ...withdrawals].some(isCounting)) return 'no'
    if (uses !== undefined) {
      const earlier = this.acceptsBefore(act).filter(isCounting)
      const others = earlier.filter(({ author }) => author !== act.author)
      if (new Set(others.map(({ author }) => author)).size >= uses) return 'no'
      if (earlier.length - others.length >= MAX_ACCEPTANCES) return 'no'
    }
    return this.isAnyOpen(this.neededToAccept(act)) ? 'open' : 'yes'
  }
}
