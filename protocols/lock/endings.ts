/** Requests that were ended, and are told so to the electors until enough of them know or would not count them any more. */
import type { PeerId } from '../wire/ids.ts'
import { majorityOf } from './majority.ts'
import type { LockEffects, LockPorts } from './ports.ts'
import type { LockRecord, ReleasedRecord, ReleaseRecord } from './records.ts'

interface Ending {
  record: ReleaseRecord
  wasHeld: boolean
  known: Set<PeerId>
}

/** As plain data, by the numbers of requests. */
export type EndingsState = Map<number, Ending>

export interface EndingsInit {
  ports: Pick<LockPorts, 'electors'>
  effects: LockEffects
  send: (to: PeerId, record: LockRecord) => void
}

/** Tells electors of requests that are over. */
export class Endings {
  readonly #init: EndingsInit
  readonly #state: EndingsState

  constructor(init: EndingsInit, state: EndingsState) {
    this.#init = init
    this.#state = state
  }

  has(request: number): boolean {
    return this.#state.has(request)
  }

  /** Tells all electors. */
  begin(record: ReleaseRecord, wasHeld: boolean, leaseMs: number): void {
    const { lock, request } = record
    this.#state.set(request, { record, wasHeld, known: new Set() })
    for (const elector of this.#electors(record)) this.#init.send(elector, record)
    this.#init.effects.setTimer({ type: 'forget', lock, request }, leaseMs)
  }

  released(from: PeerId, { request }: ReleasedRecord): void {
    const ending = this.#state.get(request)
    if (ending === undefined) return
    const electors = this.#electors(ending.record)
    if (ending.known.has(from)) return
    ending.known.add(from)
    if (ending.known.size === majorityOf(electors)) this.#tell(ending, true)
    if (ending.known.size === electors.length) this.#state.delete(request)
  }

  up(peer: PeerId): void {
    for (const { record, known } of this.#state.values()) {
      if (!known.has(peer) && this.#electors(record).includes(peer)) this.#init.send(peer, record)
    }
  }

  /** The lease has ended since. */
  forget(request: number): void {
    const ending = this.#state.get(request)
    if (ending === undefined) return
    this.#state.delete(request)
    if (ending.known.size < majorityOf(this.#electors(ending.record))) this.#tell(ending, false)
  }

  #electors({ lock }: ReleaseRecord): readonly PeerId[] {
    return this.#init.ports.electors(lock) ?? []
  }

  #tell({ record: { lock, fence }, wasHeld }: Ending, isKnown: boolean): void {
    if (wasHeld) this.#init.effects.emit({ type: 'released', lock, fence, isKnown })
  }
}
