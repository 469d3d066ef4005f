/**
 * What waits for a node: a queue of its own, which is always first, and one for each peer, of all its
 * protocols. Peers are served in turn by what they have cost. Those that share no room with the node have
 * one turn together, so that nobody gets more of it with more keys. Whose inputs move nothing, or bring invented
 * authors, may have to wait even if nobody else does.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { BEGINNINGS, FUTILE, LimitedShare, SHARED } from './limited-share.ts'
import { Turns, type Waiting } from './turns.ts'

/** The turn that all strangers share. */
const STRANGERS = 'strangers'

/** One peer's queue, while anything waits in it. */
interface Line<Entry> extends Waiting<PeerId> {
  entries: Queued<Entry>[]
  /** In which round the latest of each flow is. */
  rounds: Map<string, number>
  isStranger: boolean
}

/** An entry whose turn it is. */
export interface Taken<Entry> {
  entry: Entry
  /** Whether its peer only gets a share of the time. */
  isPaced: boolean
  /** To be called with what it has cost, and what is left of it. */
  charge: (turn: Turn, rest?: readonly Entry[]) => void
  /** To be called with what else it has cost since. */
  owe: (turn: Turn) => void
}

/** What a turn was for. */
export interface Turn extends Moved {
  nowMs: number
  costMs: number
}

/** What a turn moved of documents and blocks. */
export interface Moved {
  /** Whether a document or block came that this node lacked, or went to a peer that lacked it. */
  hasMoved: boolean
  /** How many of the documents that came begin or fork the chain of an author, to their number; see `beginningsOf`. */
  beginnings: number
}

export const NOTHING_MOVED: Moved = { hasMoved: false, beginnings: 0 }

/** An entry of a peer. Its flows take rounds, so that a long one of them, such as a history, does not hold up the others. */
interface Queued<Entry> {
  entry: Entry
  flow: string
  order: number
  round: number
}

export class InputQueue<Entry> {
  readonly #isNeighbour: (peer: PeerId) => boolean
  readonly #isReady: (entry: Entry) => boolean
  #own: Entry[] = []
  readonly #lines = new Map<PeerId, Line<Entry>>()
  readonly #turns = new Turns<PeerId | typeof STRANGERS>()
  readonly #strangersTurns = new Turns<PeerId>()
  readonly #futile: LimitedShare<PeerId | typeof STRANGERS>
  readonly #beginnings: LimitedShare<PeerId | typeof STRANGERS>
  #waitingStrangers = 0
  #orders = 0
  #isHolding = false

  /** `isReady`: whether an entry of a peer can be taken; if not, all behind it wait. */
  constructor(isNeighbour: (peer: PeerId) => boolean, isReady: (entry: Entry) => boolean, nowMs: number) {
    this.#isNeighbour = isNeighbour
    this.#isReady = isReady
    const shared = new TokenBucket(SHARED.burst, SHARED.perSecond, nowMs)
    this.#futile = new LimitedShare(FUTILE, shared, nowMs)
    this.#beginnings = new LimitedShare(BEGINNINGS, shared, nowMs)
  }

  /** Whether there is something to take; `later`: only in a while. */
  has(nowMs: number): boolean | 'later' {
    if (this.#own.length > 0) return true
    if (this.#isHolding || this.#lines.size === 0) return false
    for (const line of this.#lines.values()) if (!this.#mustWait(line, nowMs)) return true
    return 'later'
  }

  /** Whether several peers wait. */
  get hasSeveralPeers(): boolean {
    return this.#lines.size > 1
  }

  /** Whether a peer has brought so many beginnings of chains that it only gets a share of the time for more. */
  isPaced(peer: PeerId | undefined, nowMs: number): boolean {
    if (peer === undefined) return false
    return this.#beginnings.isUsedUp(this.#isNeighbour(peer) ? peer : STRANGERS, nowMs)
  }

  /** Whether what peers cause waits. */
  holdPeers(isHolding: boolean): void {
    this.#isHolding = isHolding
  }

  /** `payer`: the peer that causes it; undefined if it is the node's own. The entries of one flow stay in order. */
  add(entry: Entry, payer: PeerId | undefined, flow: string): void {
    if (payer === undefined) {
      this.#own.push(entry)
      return
    }
    const order = this.#orders++
    const queued = { entry, flow, order, round: 0 }
    const line = this.#lines.get(payer)
    if (line !== undefined) enqueue(line, queued)
    else this.#begin({ key: payer, order, entries: [queued], rounds: new Map([[flow, 0]]), isStranger: false })
  }

  /** Puts the node's own entries back that were taken, before all others. */
  putBack(own: readonly Entry[]): void {
    this.#own = [...own, ...this.#own]
  }

  takeOwn(): Entry | undefined {
    return this.#own.shift()
  }

  /** The next entry of the peer whose turn it is. */
  takePeers(nowMs: number): Taken<Entry> | undefined {
    const line = this.#isHolding ? undefined : this.#nextLine(nowMs)
    const taken = line?.entries.shift()
    if (line === undefined || taken === undefined) return undefined
    this.#lines.delete(line.key)
    if (line.isStranger) this.#waitingStrangers--
    const { isStranger, key } = line
    const account = accountOf(line)
    const owe = ({ nowMs: atMs, costMs, hasMoved, beginnings }: Turn): void => {
      if (isStranger) this.#strangersTurns.charge(key, costMs)
      this.#turns.charge(account, costMs)
      this.#futile[hasMoved ? 'refund' : 'spend'](account, atMs, costMs)
      if (beginnings > 0) this.#beginnings.spend(account, atMs, costMs * beginnings)
    }
    return {
      entry: taken.entry,
      isPaced: this.isPaced(key, nowMs),
      owe,
      charge: (turn, rest = []) => {
        if (rest.length > 0) putFirst(line, taken, rest)
        owe(turn)
        this.#continue(line)
      },
    }
  }

  /** Removes and returns everything that peers caused. */
  dropPeers(): Entry[] {
    const dropped = [...this.#lines.values()].flatMap(({ entries }) => entries.map(({ entry }) => entry))
    this.#lines.clear()
    this.#waitingStrangers = 0
    return dropped
  }

  /** Removes and returns everything. */
  drop(): Entry[] {
    return [...this.#own.splice(0), ...this.dropPeers()]
  }

  /** What is left in a line, and came meanwhile, waits for its next turn. */
  #continue(line: Line<Entry>): void {
    const since = this.#lines.get(line.key)
    if (since !== undefined) {
      for (const queued of since.entries) enqueue(line, queued)
      since.entries = line.entries
      since.rounds = line.rounds
      since.order = since.entries[0]?.order ?? since.order
    } else if (line.entries[0] !== undefined) {
      this.#begin({ ...line, order: line.entries[0].order })
    }
  }

  /** A line enters the turns, as what its peer is now. */
  #begin(line: Line<Entry>): void {
    line.isStranger = !this.#isNeighbour(line.key)
    this.#lines.set(line.key, line)
    if (!line.isStranger) return this.#turns.begin(line.key)
    this.#strangersTurns.begin(line.key)
    if (this.#waitingStrangers++ === 0) this.#turns.begin(STRANGERS)
  }

  #mustWait(line: Line<Entry>, nowMs: number): boolean {
    const [next] = line.entries
    const account = accountOf(line)
    if (this.#futile.isOver(account, nowMs) || this.#beginnings.isOver(account, nowMs)) return true
    return next !== undefined && !this.#isReady(next.entry)
  }

  #nextLine(nowMs: number): Line<Entry> | undefined {
    const members: Waiting<PeerId | typeof STRANGERS>[] = []
    const strangers: Line<Entry>[] = []
    for (const line of this.#lines.values()) {
      if (this.#mustWait(line, nowMs)) continue
      if (line.isStranger) strangers.push(line)
      else members.push(line)
    }
    const [oldest] = strangers
    if (oldest !== undefined) {
      const order = strangers.reduce((least, line) => Math.min(least, line.order), oldest.order)
      members.push({ key: STRANGERS, order })
    }
    const next = this.#turns.next(members)
    if (next === undefined) return undefined
    return next.key === STRANGERS ? this.#strangersTurns.next(strangers) : this.#lines.get(next.key)
  }
}

/** Who is charged. */
function accountOf({ key, isStranger }: Line<unknown>): PeerId | typeof STRANGERS {
  return isStranger ? STRANGERS : key
}

/** Puts what is left of an entry before all others of its flow, which wait a round longer for each. */
function putFirst<Entry>(line: Line<Entry>, { flow, order, round }: Queued<Entry>, rest: readonly Entry[]): void {
  const sameFlow = line.entries.filter((other) => other.flow === flow)
  line.entries = line.entries.filter((other) => other.flow !== flow)
  if (line.entries.length === 0) line.rounds.clear()
  line.rounds.set(flow, round)
  for (const entry of rest) enqueue(line, { entry, flow, order, round })
  for (const queued of sameFlow) enqueue(line, queued)
}

/** Puts an entry behind those of its flow, a round later than the last of them. */
function enqueue<Entry>({ entries, rounds }: Line<Entry>, queued: Queued<Entry>): void {
  if (entries.length === 0) rounds.clear()
  const round = Math.max(entries[0]?.round ?? 0, (rounds.get(queued.flow) ?? -1) + 1)
  rounds.set(queued.flow, round)
  const last = entries.findLastIndex((other) => other.round <= round)
  entries.splice(last + 1, 0, { ...queued, round })
}
