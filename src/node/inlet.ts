/**
 * Where the network's news go in. A host starts before there is a runner, and peers may connect
 * meanwhile: what they send waits.
 */
import type { NodeInput } from '../machine/node-machine.ts'
import type { Completion, Runner } from '../runtime/runner.ts'
import type { Write } from '../store/store.ts'

type Taker = Pick<Runner, 'push' | 'write'>

export class Inlet {
  readonly #held: ((taker: Taker) => void)[] = []
  #taker: Taker | undefined
  #written: Promise<void> = Promise.resolve()

  /** As `Runner.push`. */
  push(input: NodeInput, done?: (completion: Completion) => void): void {
    this.#give((taker) => taker.push(input, done))
  }

  /** As `Runner.write`. */
  write(write: Write): void {
    this.#written = new Promise((resolve, reject) => {
      this.#give((taker) =>
        taker.write(write, (completion) => {
          if ('error' in completion) reject(completion.error)
          else resolve()
        }),
      )
    })
    this.#written.catch(() => undefined) // told to whoever waits; the node stops anyway
  }

  /** Resolves once all writes so far are durable; rejects where they could not be kept. */
  written(): Promise<void> {
    return this.#written
  }

  /** Gives on what was held, in order, and from now on everything at once. */
  open(taker: Taker): void {
    this.#taker = taker
    for (const give of this.#held.splice(0)) give(taker)
  }

  #give(give: (taker: Taker) => void): void {
    if (this.#taker === undefined) this.#held.push(give)
    else give(this.#taker)
  }
}
