/**
 * Finds the documents after a frontier: all ancestors of our heads that are not ancestors of what the peer
 * holds. Walks down from the newest documents, so that the cost depends only on the difference. A
 * document's clock is larger than those of its ancestors, so every document is visited after all that name
 * it.
 */
import TinyQueue from 'tinyqueue'
import { documentIdOfDigest, type DocumentId, type RoomId } from '../wire/ids.ts'
import { comparePositions, type Position } from '../wire/order.ts'
import { NEAR_CLOCKS, WALK_STEPS } from './constants.ts'
import type { BatchSyncPorts } from './ports.ts'

interface Visit extends Position {
  /** An ancestor of a document that the peer holds, or that document itself. */
  isHeld: boolean
}

/** One walk; `step` continues it until the difference is found. */
export class HistoryWalk {
  readonly #ports: Pick<BatchSyncPorts, 'ancestors' | 'document'>
  readonly #visits = new Map<DocumentId, Visit>()
  readonly #queue = new TinyQueue<Visit>([], (a, b) => comparePositions(b, a))
  readonly #difference: Position[] = []
  #heldClock = 0
  #listedUpTo = Infinity
  #lackingInQueue = 0
  #reachedClock = Infinity
  #visited = 0

  constructor(
    ports: Pick<BatchSyncPorts, 'ancestors' | 'document'>,
    room: RoomId,
    heads: readonly Position[],
    heldByPeer: readonly DocumentId[],
  ) {
    this.#ports = ports
    for (const head of heads) this.#visit(head, false)
    for (const id of heldByPeer) {
      const document = ports.document(room, id)
      if (document === undefined) continue
      this.#heldClock = Math.max(this.#heldClock, document.clock)
      this.#visit(document, true)
    }
  }

  /** The largest clock of what the peer holds. */
  get heldClock(): number {
    return this.#heldClock
  }

  /** From now on, documents with a larger clock are not listed: they are sent in another way. */
  listUpTo(clock: number): void {
    this.#listedUpTo = clock
    const first = this.#difference.findIndex((document) => document.clock <= clock)
    this.#difference.splice(0, first === -1 ? Infinity : first)
  }

  /** The documents found so far that the peer lacks, newest first. */
  get foundSoFar(): readonly Position[] {
    return this.#difference
  }

  /** Documents visited so far. */
  get visited(): number {
    return this.#visited
  }

  /** The clock of the last document visited: all documents with a larger clock have been visited. */
  get reachedClock(): number {
    return this.#reachedClock
  }

  /** Visits up to `steps` documents; once the walk is done, returns what the peer lacks, ancestors first. */
  step(steps: number): Position[] | undefined {
    for (let i = 0; i < steps && this.#lackingInQueue > 0; i++) {
      const visit = this.#queue.pop()
      if (visit === undefined) break
      this.#visits.delete(visit.id)
      this.#visited++
      this.#reachedClock = visit.clock
      if (!visit.isHeld) {
        this.#lackingInQueue--
        if (visit.clock <= this.#listedUpTo) this.#difference.push({ id: visit.id, clock: visit.clock })
      }
      for (const ancestor of this.#ports.ancestors(visit.id)) this.#visit(ancestor, visit.isHeld)
    }
    return this.#lackingInQueue === 0 ? this.#difference.toReversed() : undefined
  }

  #visit({ id, clock }: Position, isHeld: boolean): void {
    const visit = this.#visits.get(id)
    if (visit === undefined) {
      const added = { id, clock, isHeld }
      this.#visits.set(id, added)
      this.#queue.push(added)
      if (!isHeld) this.#lackingInQueue++
    } else if (isHeld && !visit.isHeld) {
      visit.isHeld = true
      this.#lackingInQueue--
    }
  }
}

const NO_DIGEST = new Uint8Array(32)

/**
 * A walk from the documents with a clock, or one a little smaller, instead of our heads. Undefined if there are too
 * many of them.
 */
export function walkNear(
  ports: Pick<BatchSyncPorts, 'ancestors' | 'document' | 'sortKeys'>,
  room: RoomId,
  heldByPeer: readonly DocumentId[],
  clock: number,
): HistoryWalk | undefined {
  const lower = { clock: Math.max(0, clock - NEAR_CLOCKS), digest: NO_DIGEST }
  const keys = ports.sortKeys(room, lower, { clock: clock + 1, digest: NO_DIGEST }, WALK_STEPS)
  if (keys.length === WALK_STEPS) return undefined
  const near = keys.map((key) => ({ id: documentIdOfDigest(key.digest), clock: key.clock }))
  return new HistoryWalk(ports, room, near, heldByPeer)
}
