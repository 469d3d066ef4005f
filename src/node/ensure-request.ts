/** One call of `ensure`, for whoever made it. Costs next to nothing until somebody waits for it: there may be many. */
import { EventEmitter } from 'node:events'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError, type Ensured, type EnsureStatus } from '../kith.ts'

/** How often a listener is told of progress at most. */
export const PROGRESS_EVERY_MS = 250

/** What a request has the node do. */
export interface RequestActs {
  /** Undefined where it is not noted yet, or was let go of. */
  status: () => EnsureStatus | undefined
  /** Before it is noted. */
  initial: () => EnsureStatus
  release: () => Promise<void>
  /** Somebody waits for the end: the request is to be told of it. */
  watch: (request: EnsureRequest) => void
}

type Outcome = { status: EnsureStatus } | { error: unknown }

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

  /** `noted`: once it is durable. */
  constructor(id: BlockId, noted: Promise<unknown>, acts: RequestActs) {
    this.id = id
    this.#acts = acts
    this.noted = noted.then(
      () => {
        this.#isNoted = true
        // What was here already may have ended before somebody was heard to wait.
        if (this.#done !== undefined || this.#events !== undefined) this.#look()
      },
      (error: unknown) => {
        this.reject(error)
        throw error
      },
    )
    // Whoever does not wait for it need not hear of it.
    this.noted.catch(() => undefined)
  }

  get done(): Promise<EnsureStatus> {
    if (this.#done === undefined) {
      this.#done = Promise.withResolvers<EnsureStatus>()
      this.#done.promise.catch(() => undefined)
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

  /** It is complete, or cannot be had. */
  end(status: EnsureStatus): void {
    if (status.state === 'complete') this.#over({ status })
    else this.reject(new KithError('cannot-have', `${this.id} cannot be had: ${status.failure ?? ''}`))
  }

  reject(error: unknown): void {
    this.#over({ error })
  }

  /** What ended before anybody waited for it was told to nobody. */
  #watch(): void {
    this.#acts.watch(this)
    if (this.#outcome !== undefined) this.#settle(this.#outcome)
    else if (this.#isNoted) this.#look()
  }

  #look(): void {
    if (this.#outcome !== undefined) return
    const status = this.#acts.status()
    if (status === undefined) this.reject(new KithError('cancelled', `${this.id} is not asked for any more`))
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
