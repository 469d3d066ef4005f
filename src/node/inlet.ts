/**
 * The entry point for network events. A host starts before there is a runner, and peers may connect
 * meanwhile: their input is held until then.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { NodeInput } from '../machine/node-machine.ts'
import type { Completion } from '../runtime/queued.ts'
import type { Runner } from '../runtime/runner.ts'
import type { Unread } from '../runtime/unread.ts'
import type { Write } from '../store/store.ts'
import { kithErrorOf } from './data-folder.ts'

type Taker = Pick<Runner, 'push' | 'receive' | 'write' | 'isNeighbour'>

export class Inlet {
  readonly #held: ((taker: Taker) => void)[] = []
  #taker: Taker | undefined
  #written: Promise<void> = Promise.resolve()

  /** See `Runner.push`. */
  push(input: NodeInput, done?: (completion: Completion) => void): void {
    this.#give((taker) => taker.push(input, done))
  }

  /** See `Runner.receive`. */
  receive(unread: Unread, done: (completion: Completion) => void): void {
    this.#give((taker) => taker.receive(unread, done))
  }

  /** See `Runner.write`. */
  write(write: Write): void {
    this.#written = new Promise((resolve, reject) => {
      this.#give((taker) =>
        taker.write(write, (completion) => {
          if ('error' in completion) reject(kithErrorOf(completion.error))
          else resolve()
        }),
      )
    })
    this.#written.catch(() => undefined) // reported to whoever waits
  }

  /** Whether a peer shares a room with this node; none before there is a runner. */
  isNeighbour(peer: PeerId): boolean {
    return this.#taker?.isNeighbour(peer) === true
  }

  /** Resolves once all writes so far are durable; rejects if they could not be stored. */
  written(): Promise<void> {
    return this.#written
  }

  /** Passes on everything held, in order, and from now on passes on everything at once. */
  open(taker: Taker): void {
    this.#taker = taker
    for (const give of this.#held.splice(0)) give(taker)
  }

  #give(give: (taker: Taker) => void): void {
    if (this.#taker === undefined) this.#held.push(give)
    else give(this.#taker)
  }
}
