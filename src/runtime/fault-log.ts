/**
 * Inputs at which the machine failed, which is always a bug. They are written down, so that the same input is
 * refused when it comes again, also after a restart; and the machine is made anew from the store.
 */
import { TokenBucket } from '../../protocols/wire/token-bucket.ts'
import { payerOf, type Now } from '../machine/io.ts'
import type { NodeInput, NodeMachine } from '../machine/node-machine.ts'
import type { FaultRow, Store } from '../store/store.ts'

/** Faults that are remembered, the latest: more than anybody would look at, and few to compare with. */
const MAX_FAULTS = 256

/** For so long after a fault, what comes over its protocol is handled record by record, so that the next shows which. */
const CAREFUL_MS = 24 * 3_600_000

/** Faults at the node's own inputs after which it stops, as it would do nothing but fail. */
const OWN_FAULTS = { burst: 16, perSecond: 1 / 60 }

export class FaultLog {
  readonly #machine: Pick<NodeMachine, 'digestOf' | 'rebuild'>
  readonly #store: Store
  readonly #ownFaults: TokenBucket
  #rows: readonly FaultRow[]

  constructor(machine: Pick<NodeMachine, 'digestOf' | 'rebuild'>, store: Store) {
    this.#machine = machine
    this.#store = store
    this.#ownFaults = new TokenBucket(OWN_FAULTS.burst, OWN_FAULTS.perSecond, 0)
    this.#rows = store.faults()
  }

  /** Whether the machine failed at an input before. Commands and timers mean something else each time. */
  isKnown(input: NodeInput): boolean {
    if (this.#rows.length === 0 || !isContent(input)) return false
    const kind = kindOf(input)
    if (!this.#rows.some((row) => row.kind === kind)) return false
    const digest = this.#machine.digestOf(input)
    return this.#rows.some((row) => row.digest === digest)
  }

  /** Whether the parts of an input are to be handled one by one. */
  isSuspect(input: NodeInput, wallMs: number): boolean {
    if (this.#rows.length === 0) return false
    const kind = kindOf(input)
    return this.#rows.some((row) => row.kind === kind && wallMs - row.atMs < CAREFUL_MS)
  }

  /**
   * Makes the machine anew and writes down why. Throws if that has to be done too often, and if the store fails; then
   * the machine has to be made anew again.
   */
  recover(input: NodeInput, error: Error, { monotonicMs, wallMs }: Now): FaultRow {
    const peer = payerOf(input)
    if (peer === undefined && !this.#ownFaults.take(monotonicMs)) throw error
    // Before the machine is made anew, as that may have to do with the encoding of what it failed at.
    const digest = this.#machine.digestOf(input)
    this.#machine.rebuild()
    const row: FaultRow = { digest, kind: kindOf(input), peer, atMs: Math.round(wallMs), error: error.message }
    this.#write(row)
    return row
  }

  #write(row: FaultRow): void {
    const others = this.#rows.filter(({ digest }) => digest !== row.digest)
    this.#rows = [row, ...others.slice(0, MAX_FAULTS - 1)]
    for (const { digest } of others.slice(MAX_FAULTS - 1)) this.#store.apply({ type: 'delete-fault', digest })
    this.#store.apply({ type: 'put-fault', fault: row })
    this.#store.commit()
  }
}

/** Whether an input says the same wherever it comes from. */
function isContent(input: NodeInput): boolean {
  return input.type === 'gossip' || (input.type === 'protocol' && input.input.type === 'records')
}

function kindOf(input: NodeInput): string {
  if (input.type === 'protocol') return `${input.protocol} ${input.input.type}`
  return input.type === 'command' ? `command ${input.command.type}` : input.type
}
