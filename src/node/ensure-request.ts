/** The result of calling `ensure`. There may be many, so each costs next to nothing until somebody waits for it. */
import { EventEmitter } from 'node:events'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError, type Ensured, type EnsureStatus } from '../kith.ts'

/** Shortest time between two progress events. */
export const PROGRESS_EVERY_MS = 250

/** What a request needs from the node. */
export interface RequestActs {
  /** The current status. Undefined if the request is not durable yet, or was released. */
  status: () => EnsureStatus | undefined
  /** The status until the request is durable. */
  initial: () => EnsureStatus
  release: () => Promise<void>
  /** Registers the request, so that `end` or `reject` is called. */
  watch: (request: EnsureRequest) => void
}

type Outcome = { status: EnsureStatus } | { error: unknown }

/** Settles its promise and emits progress for whoever asked. */
export class EnsureRequest implements Ensured {
  readonly id: BlockId
  readonly noted: Promise<void>
  readonly #acts: RequestActs
  #isNoted = false
  #outcome: Outcome | undefined
  #done: PromiseWithResolvers<EnsureStatus> | undefined
  #events: EventEmitter<{ progress: [status: EnsureStatus] }> | undefined
  #timer: NodeJS.Timeout | undefined
  #told = ''

  /** `noted` resolves once the request is durable. */
  constructor(id: BlockId, noted: Promise<unknown>, acts: RequestActs) {
    this.id = id
    this.#acts = acts
    this.noted = noted.then(
      () => {
        this.#isNoted = true
        // It may have ended before it was watched, if everything was here already.
        if (this.#done !== undefined || this.#events !== undefined) this.#look()
      },
      (error: unknown) => {
        this.reject(error)
        throw error
      },
    )
    // No unhandled rejection if nobody waits for it.
    this.noted.catch(() => undefined)
  }

  get done(): Promise<EnsureStatus> {
    if (this.#done === undefined) {
      this.#done = Promise.withResolvers<EnsureStatus>()
      this.#done.promise.catch(() => undefined) // nor here
      this.#watch()
    }
    return this.#done.promise
  }

  status(): EnsureStatus {
    return this.#acts.status() ?? this.#acts.initial()
  }

  on(name: 'progress', listener: (status: EnsureStatus) => void): this {
    this.#events ??= new EventEmitter()
    this.#events.on(name, listener)
    this.#watch()
    if (this.#outcome === undefined) this.#timer ??= setInterval(() => this.#tell(), PROGRESS_EVERY_MS).unref()
    return this
  }

  off(name: 'progress', listener: (status: EnsureStatus) => void): this {
    this.#events?.off(name, listener)
    if (this.#events?.listenerCount(name) === 0) this.#stopTelling()
    return this
  }

  cancel(): Promise<void> {
    return this.#acts.release()
  }

  /** Ends the request: it is complete or has failed. */
  end(status: EnsureStatus): void {
    if (status.state === 'complete') this.#over({ status })
    else this.reject(new KithError('cannot-have', `${this.id} cannot be fetched: ${status.failure ?? ''}`))
  }

  reject(error: unknown): void {
    this.#over({ error })
  }

  /** Watches for the end. If the end came earlier, nothing reported it to this request. */
  #watch(): void {
    this.#acts.watch(this)
    if (this.#outcome !== undefined) this.#settle(this.#outcome)
    else if (this.#isNoted) this.#look()
  }

  #look(): void {
    if (this.#outcome !== undefined) return
    const status = this.#acts.status()
    if (status === undefined) this.reject(new KithError('cancelled', `the request for ${this.id} was cancelled`))
    else if (status.state !== 'searching') this.end(status)
  }

  #over(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#stopTelling()
    this.#settle(outcome)
  }

  #settle(outcome: Outcome): void {
    if ('status' in outcome) this.#done?.resolve(outcome.status)
    else this.#done?.reject(outcome.error)
  }

  #tell(): void {
    const status = this.status()
    const now = JSON.stringify(status)
    if (now === this.#told) return
    this.#told = now
    this.#events?.emit('progress', status)
  }

  #stopTelling(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
