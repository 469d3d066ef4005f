/** The network of one room as one node knows it: what its neighbours say, the place that follows, and what it tells them. */
import type { PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { TokenBucket } from '../wire/token-bucket.ts'
import { rootContent } from './claim.ts'
import {
  BRIDGE_PATIENCE_MS,
  COUNT_DELAY_MS,
  COUNT_DELAY_PER_NODE_MS,
  MAX_COUNT_DELAY_MS,
  MAX_DISTANCE,
  MAX_PEERS_PER_ROOM,
  MAX_RESEND_MS,
  MIN_PEERS_PER_ROOM,
  RAISE_BURST,
  RAISES_PER_SECOND,
  RESEND_MS,
  TELL_BURST,
  TELLS_PER_SECOND,
} from './constants.ts'
import { bounded, isSameCount, NO_COUNTS, partOf } from './counting.ts'
import { chooseLinks } from './links.ts'
import { isChild, isLinked, newNeighbour, type Neighbour } from './neighbour.ts'
import type { NetworkPorts, NetworkView } from './ports.ts'
import type { ClaimRecord, Counts, RootClaim, Said } from './records.ts'
import { Roots, sequenceAfter } from './roots.ts'
import { ownPlace, placeOf, wantedOf, type Place } from './tree.ts'

/** What is to be done after something changed. */
export interface Outcome {
  claims: { to: PeerId; claim: ClaimRecord }[]
  aside: { peer: PeerId; isAside: boolean }[]
  /** When to look again; Infinity if only something new can change anything. */
  dueMs: number
}

/** One room with its neighbours; `settle` decides after something changed. */
export class RoomNetwork {
  readonly #ports: NetworkPorts
  readonly #room: RoomId
  readonly #topic: TopicKey
  readonly #neighbours = new Map<PeerId, Neighbour>()
  /** Neighbours with an open stream of this protocol. */
  readonly #reached = new Set<PeerId>()
  readonly #aside = new Set<PeerId>()
  readonly #roots = new Roots()
  readonly #raises: TokenBucket
  readonly #tells: TokenBucket
  #own: RootClaim
  #place: Place
  /** Whether the root is asked for a sign of life. */
  #isAsking = false
  /** When changed counts are told; Infinity if there are none. */
  #countsDueMs = Infinity

  constructor(room: RoomId, ports: NetworkPorts, nowMs: number) {
    this.#ports = ports
    this.#room = room
    this.#topic = topicKeyOf(room)
    this.#raises = new TokenBucket(RAISE_BURST, RAISES_PER_SECOND, nowMs)
    this.#tells = new TokenBucket(TELL_BURST, TELLS_PER_SECOND, nowMs)
    this.#own = this.#signed(ports.firstSequence())
    this.#place = ownPlace(this.#own)
  }

  view(nowMs: number): NetworkView {
    const { root, sequence, distance } = this.#place
    const neighbours = [...this.#neighbours].map(([peer, neighbour]) => {
      const { said, apartMs } = neighbour
      return {
        peer,
        said: said && { ...said, ...bounded(said.part) },
        place:
          this.#place.parent === peer
            ? ('parent' as const)
            : isChild(neighbour)
              ? ('child' as const)
              : ('other' as const),
        isLinked: isLinked(neighbour),
        apartForMs: apartMs === undefined ? undefined : nowMs - apartMs,
      }
    })
    const { isCopy } = this
    return { isCopy, isRelay: this.#isRelay(), root, sequence, distance, all: this.#all(), neighbours }
  }

  get isCopy(): boolean {
    return this.#ports.isCopy(this.#room)
  }

  /** Whether it would be of use to dial another one who has the room: there are few links, or several parts of the network. */
  get wantsMore(): boolean {
    const all = [...this.#neighbours.values()]
    return all.filter(isLinked).length < MIN_PEERS_PER_ROOM || all.some(({ apartMs }) => apartMs !== undefined)
  }

  /** Whether the root is to be asked for a sign of life, now that something happens. */
  isStale(nowMs: number): boolean {
    return !this.#isAsking && this.#place.parent !== undefined && this.#roots.ask(this.#place.root, nowMs)
  }

  get isEmpty(): boolean {
    return this.#neighbours.size === 0
  }

  /** A peer proved to know the room. Returns false if it had before. */
  joined(peer: PeerId, isReached: boolean): boolean {
    if (isReached) this.#reached.add(peer)
    if (this.#neighbours.has(peer)) return false
    this.#neighbours.set(peer, newNeighbour())
    return true
  }

  left(peer: PeerId): void {
    this.#neighbours.delete(peer)
    this.#reached.delete(peer)
    this.#aside.delete(peer)
  }

  /**
   * A stream of this protocol with a peer opened, or ended. What was said on another one counts no more. Returns whether the
   * peer is a neighbour.
   */
  reached(peer: PeerId, isOpen: boolean): boolean {
    if (!this.#neighbours.has(peer)) return false
    if (isOpen) this.#reached.add(peer)
    else this.#reached.delete(peer)
    this.#neighbours.set(peer, newNeighbour())
    return true
  }

  /** Returns a code if the claim of a neighbour is refused, and undefined if it is taken. */
  hear(peer: PeerId, claim: ClaimRecord, nowMs: number): string | undefined {
    const neighbour = this.#neighbours.get(peer)
    if (neighbour === undefined) return 'claim-outside-room'
    // One that another overtook is acknowledged, and says nothing.
    if (claim.serial <= neighbour.theirSerial) return undefined
    const { type: _, topic: _topic, serial, ...said } = claim
    if ((said.distance === 0) !== (said.root === peer) || said.distance > MAX_DISTANCE) return 'bad-distance'
    if (!this.#ports.isSigned(said.root, rootContent(this.#topic, said), said.signature)) return 'bad-root-signature'
    neighbour.said = said
    neighbour.theirSerial = serial
    this.#roots.heard(said.root, said.sequence, nowMs, this.#place.root)
    // Of an earlier run: what those who remember it take is newer.
    if (said.root === this.#ports.self && said.sequence > this.#own.sequence) this.#raise(said.sequence + 1)
    return undefined
  }

  acknowledged(peer: PeerId, serial: number): void {
    const neighbour = this.#neighbours.get(peer)
    if (neighbour === undefined || serial > neighbour.serial) return
    neighbour.ackedSerial = Math.max(neighbour.ackedSerial, serial)
    if (neighbour.ackedSerial === neighbour.serial) neighbour.resendAtMs = Infinity
  }

  /** Decides anew, and says what to tell whom. */
  settle(nowMs: number): Outcome {
    const { self } = this.#ports
    const neighbours = this.#neighbours
    if (this.#own.rootIsCopy !== this.isCopy) this.#raise(this.#own.sequence + 1)
    const chosen = chooseLinks({ self, place: this.#place, neighbours, nowMs })
    for (const [peer, neighbour] of neighbours) neighbour.isChosen = chosen.has(peer)
    const choice = { self, own: this.#own, before: this.#place, neighbours, roots: this.#roots, nowMs }
    this.#place = placeOf(choice)
    const isRoot = this.#place.parent === undefined
    if (isRoot) this.#keepFresh(nowMs)
    if (!isRoot) this.#roots.name(this.#place)
    this.#isAsking = !isRoot && this.#roots.ask(this.#place.root, nowMs)
    for (const neighbour of neighbours.values()) {
      const isApart = neighbour.said !== undefined && neighbour.said.root !== this.#place.root
      neighbour.apartMs = isApart ? (neighbour.apartMs ?? nowMs) : undefined
    }
    const claims = this.#tell(nowMs)
    return { claims, aside: this.#changedAside(), dueMs: this.#dueMs(nowMs) }
  }

  #signed(sequence: number): RootClaim {
    const said = { sequence, rootIsCopy: this.isCopy }
    return { root: this.#ports.self, ...said, signature: this.#ports.sign(rootContent(this.#topic, said)) }
  }

  #raise(sequence: number): void {
    if (!Number.isSafeInteger(sequence)) return
    this.#own = this.#signed(sequence)
  }

  /** As the root: says that it is there when somebody needs a new number. */
  #keepFresh(nowMs: number): void {
    const { sequence } = this.#own
    if (this.#wantedByOthers() !== sequence + 1 || !this.#raises.take(nowMs)) return
    this.#raise(sequence + 1)
    this.#place = ownPlace(this.#own)
  }

  /** The next sequence number of this node's root, if a neighbour needs it; 0 if none does. A higher one nobody can need. */
  #wantedByOthers(): number {
    const { root, sequence } = this.#place
    const next = sequence + 1
    const isWanting = ({ said }: Neighbour): boolean => said?.wantedSequence === next && said.root !== root
    const isPassing = (neighbour: Neighbour): boolean =>
      isChild(neighbour) && neighbour.said?.root === root && neighbour.said.wantedSequence === next
    return [...this.#neighbours.values()].some((each) => isWanting(each) || isPassing(each)) ? next : 0
  }

  #isRelay(): boolean {
    const feeds = (each: Neighbour): boolean => isChild(each) && (each.said?.part.subscribers ?? 0) > 0
    return this.isCopy && [...this.#neighbours.values()].some(feeds)
  }

  #all(): Counts {
    const { parent } = this.#place
    if (parent === undefined) return partOf(this.isCopy, this.#neighbours.values())
    return bounded(this.#neighbours.get(parent)?.said?.all ?? NO_COUNTS)
  }

  /** What this node says to each neighbour now. */
  #sayings(nowMs: number): (peer: PeerId, neighbour: Neighbour) => Said {
    const { root, sequence, rootIsCopy, signature, distance, parent } = this.#place
    const part = partOf(this.isCopy, this.#neighbours.values())
    const common = {
      ...{ root, sequence, rootIsCopy, signature, distance, all: this.#all() },
      ...{ isCopy: this.isCopy, isRelay: this.#isRelay(), isFull: !this.#hasSpace() },
    }
    const passedOn = parent === undefined ? 0 : this.#isAsking ? sequenceAfter(sequence) : this.#wantedByOthers()
    const choice = { self: this.#ports.self, roots: this.#roots, nowMs }
    return (peer, { said, isChosen }) => {
      const isParent = peer === parent
      const wanted = said === undefined ? 0 : wantedOf(said, this.#place, choice)
      return {
        ...common,
        isParent,
        part: isParent ? part : NO_COUNTS,
        wantedSequence: isParent ? passedOn : wanted,
        declines: !isChosen,
      }
    }
  }

  #hasSpace(): boolean {
    // Whoever has just come has not agreed yet.
    const isNew = ([peer, { said }]: [PeerId, Neighbour]): boolean => said === undefined && this.#reached.has(peer)
    const agreed = [...this.#neighbours].filter((each) => isLinked(each[1]) && !isNew(each))
    return agreed.length < MAX_PEERS_PER_ROOM
  }

  #tell(nowMs: number): Outcome['claims'] {
    const sayingTo = this.#sayings(nowMs)
    const claims: Outcome['claims'] = []
    let mayTell: boolean | undefined
    let areCountsNew = false
    const areCountsDue = nowMs >= this.#countsDueMs
    for (const [peer, neighbour] of this.#neighbours) {
      if (!this.#reached.has(peer)) continue
      const says = sayingTo(peer, neighbour)
      const isNews = isNewsTo(neighbour, says)
      const isCount = !isNews && areCountsNewTo(neighbour, says)
      const isResend = nowMs >= neighbour.resendAtMs
      areCountsNew ||= isCount
      if (!isNews && !isResend && !(isCount && areCountsDue)) continue
      // However fast others change their minds, what follows from it here is told a few times a second.
      if (isNews && !(mayTell ??= this.#tells.take(nowMs))) continue
      claims.push({ to: peer, claim: this.#claim(neighbour, says, !isNews && isResend, nowMs) })
    }
    if (areCountsDue) this.#countsDueMs = Infinity
    else if (areCountsNew && this.#countsDueMs === Infinity) this.#countsDueMs = nowMs + this.#countDelayMs()
    return claims
  }

  #countDelayMs(): number {
    const { subscribers, copies } = this.#all()
    return Math.min(COUNT_DELAY_MS + COUNT_DELAY_PER_NODE_MS * (subscribers + copies), MAX_COUNT_DELAY_MS)
  }

  #claim(neighbour: Neighbour, says: Said, isResend: boolean, nowMs: number): ClaimRecord {
    neighbour.resendMs = isResend ? Math.min(2 * neighbour.resendMs, MAX_RESEND_MS) : RESEND_MS
    neighbour.resendAtMs = nowMs + neighbour.resendMs
    neighbour.told = says
    neighbour.serial += 1
    return { type: 'claim', topic: this.#topic, serial: neighbour.serial, ...says }
  }

  #changedAside(): Outcome['aside'] {
    const changed: Outcome['aside'] = []
    // Where nobody follows the room, copies are all that stays of what a node writes that stops a moment later.
    const isFollowed = [...this.#neighbours.values()].some((each) => isLinked(each) && each.said?.isCopy !== true)
    for (const [peer, neighbour] of this.#neighbours) {
      const { said } = neighbour
      const isAside = !isLinked(neighbour) || (isFollowed && said?.isCopy === true && !said.isRelay)
      if (isAside === this.#aside.has(peer)) continue
      if (isAside) this.#aside.add(peer)
      else this.#aside.delete(peer)
      changed.push({ peer, isAside })
    }
    return changed
  }

  #dueMs(nowMs: number): number {
    const { parent, root } = this.#place
    const times = [this.#countsDueMs]
    if (parent !== undefined) times.push(this.#roots.expiresMs(root))
    if (parent === undefined && this.#wantedByOthers() > 0) times.push(nowMs + 1_000 / RAISES_PER_SECOND)
    const sayingTo = this.#sayings(nowMs)
    for (const [peer, neighbour] of this.#neighbours) {
      const { apartMs, resendAtMs } = neighbour
      if (apartMs !== undefined && !neighbour.isChosen) times.push(Math.max(nowMs + 1, apartMs + BRIDGE_PATIENCE_MS))
      // News that may not be told yet also go ahead of what is to be sent again.
      const isHeldBack = this.#reached.has(peer) && isNewsTo(neighbour, sayingTo(peer, neighbour))
      times.push(isHeldBack ? nowMs + 1_000 / TELLS_PER_SECOND : resendAtMs)
    }
    return Math.min(...times)
  }
}

/** Whether a neighbour has to know at once what it was not told. */
function isNewsTo(neighbour: Neighbour, says: Said): boolean {
  const { told, said } = neighbour
  if (told === undefined || told.root !== says.root || told.rootIsCopy !== says.rootIsCopy) return true
  if (told.declines !== says.declines || told.isCopy !== says.isCopy || told.isRelay !== says.isRelay) return true
  // What was wanted and has come need not be taken back.
  if (told.isParent !== says.isParent || told.wantedSequence < says.wantedSequence) return true
  if (!isLinked(neighbour)) return told.isFull !== says.isFull
  if (told.distance !== says.distance) return true
  // Along the tree; to whom it brings nearer to the root, or to a better one; and to who knows a newer number than it was told.
  const isNearer = said !== undefined && said.distance > says.distance + 1
  const isBehind = said?.root !== says.root || said.sequence > told.sequence
  return told.sequence !== says.sequence && (isChild(neighbour) || isNearer || isBehind)
}

/** Whether what was counted, for a parent or a child, is other than it was told. */
function areCountsNewTo(neighbour: Neighbour, says: Said): boolean {
  const { told } = neighbour
  if (told === undefined) return false
  if (says.isParent) return !isSameCount(told.part, says.part)
  return isChild(neighbour) && !isSameCount(told.all, says.all)
}
