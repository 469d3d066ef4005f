/**
 * Finds what lies after a frontier: all ancestors of our heads that are no ancestors of what the
 * peer holds. Walks from the newest documents down, so that the cost follows the difference; the
 * clock of a document is larger than those of its ancestors, hence every document is met after all
 * that name it.
 */
import TinyQueue from 'tinyqueue'
import type { DocumentId, RoomId } from '../wire/ids.ts'
import { comparePositions, type Position } from '../wire/order.ts'
import type { BatchSyncPorts } from './ports.ts'

interface Visit extends Position {
  /** Reached from what the peer holds. */
  isHeld: boolean
}

/** One walk; `step` goes on with it until the difference is found. */
export class HistoryWalk {
  readonly #ports: Pick<BatchSyncPorts, 'ancestors' | 'document'>
  readonly #visits = new Map<DocumentId, Visit>()
  readonly #queue = new TinyQueue<Visit>([], (a, b) => comparePositions(b, a))
  readonly #difference: Position[] = []
  #lackingInQueue = 0
  #reachedClock = Infinity

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
      if (document !== undefined) this.#visit(document, true)
    }
  }

  /** What the peer lacks of the documents looked at so far, newest first. */
  get foundSoFar(): readonly Position[] {
    return this.#difference
  }

  /** The clock of the document looked at last: all with a larger one were looked at before. */
  get reachedClock(): number {
    return this.#reachedClock
  }

  /** Looks at up to `steps` documents; gives what the peer lacks, ancestors first, once all is found. */
  step(steps: number): Position[] | undefined {
    for (let i = 0; i < steps && this.#lackingInQueue > 0; i++) {
      const visit = this.#queue.pop()
      if (visit === undefined) break
      this.#visits.delete(visit.id)
      this.#reachedClock = visit.clock
      if (!visit.isHeld) {
        this.#lackingInQueue--
        this.#difference.push({ id: visit.id, clock: visit.clock })
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
