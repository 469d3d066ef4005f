/**
 * The work that peers cause by what they send: documents looked at to compare, and to send. It is bounded for
 * each input, so that a frame full of records costs no more at a time than one, and for each peer over all its
 * streams, so that a new stream does not renew the burst.
 */
import type { PeerId } from '../wire/ids.ts'
import { RateLimits } from '../wire/rate-limits.ts'
import { SCANS_PER_SECOND, SCAN_BURST, SCAN_PAGE, SCAN_STEPS, SCAN_WAIT_MS, SEND_STEPS } from './constants.ts'

/** What one peer may still make us do. */
export interface PeerWork {
  /** Whether more documents may be looked at for this input. */
  readonly mayLook: boolean
  /** Documents were looked at; `cost`: by how much the input's budget shrinks, if it is not their number. */
  looked(documents: number, cost?: number): void
  /** Whether more documents may be read to be sent for this input. */
  readonly maySend: boolean
  sent(documents: number): void
  /** When more may be looked at, if not for this input. */
  waitMs(): number
}

/** The work of all peers. */
export class Work {
  readonly #limits = new RateLimits<PeerId>({ burst: SCAN_BURST, perSecond: SCANS_PER_SECOND })
  #nowMs = 0
  #looks = 0
  #sends = 0

  /** Another input is handled from now on. */
  begin(nowMs: number): void {
    this.#nowMs = nowMs
    this.#looks = SCAN_STEPS
    this.#sends = SEND_STEPS
  }

  of(peer: PeerId): PeerWork {
    // Less than a page is not worth a step.
    const isOverRate = (): boolean => this.#limits.isOver(peer, this.#nowMs, SCAN_PAGE)
    const mayLook = (): boolean => this.#looks > 0 && !isOverRate()
    const maySend = (): boolean => this.#sends > 0
    return {
      get mayLook() {
        return mayLook()
      },
      looked: (documents, cost = documents) => {
        this.#looks -= cost
        this.#limits.spend(peer, this.#nowMs, documents)
      },
      get maySend() {
        return maySend()
      },
      sent: (documents) => {
        this.#sends -= documents
      },
      waitMs: () => (isOverRate() ? SCAN_WAIT_MS : 0),
    }
  }
}
