/** One call of `ensure`, for whoever made it. */
import { EventEmitter } from 'node:events'
import type { BlockId } from '../../protocols/wire/ids.ts'
import { KithError, type Ensured, type EnsureStatus } from '../kith.ts'

/** How often a listener is told of progress at most. */
export const PROGRESS_EVERY_MS = 250

/** What a request has the node do. */
export interface RequestActs {
  /** Makes it durable. */
  note: () => Promise<unknown>
  release: () => Promise<void>
}

export class EnsureRequest implements Ensured {
  readonly id: BlockId
  readonly #status: () => EnsureStatus
  readonly #acts: RequestActs
  readonly #done = Promise.withResolvers<EnsureStatus>()
  readonly #noted = Promise.withResolvers<void>()
  readonly #events = new EventEmitter<{ progress: [status: EnsureStatus] }>()
  #timer: NodeJS.Timeout | undefined
  #isOver = false
  #told = ''

  constructor(id: BlockId, status: () => EnsureStatus, acts: RequestActs) {
    this.id = id
    this.#status = status
    this.#acts = acts
    // Whoever does not wait for it need not hear of it.
    this.#noted.promise.catch(() => undefined)
    this.#done.promise.catch(() => undefined)
  }

  get done(): Promise<EnsureStatus> {
    return this.#done.promise
  }

  get noted(): Promise<void> {
    return this.#noted.promise
  }

  begin(): void {
    this.#acts.note().then(
      () => this.#noted.resolve(),
      (error: unknown) => {
        this.#noted.reject(error)
        this.reject(error)
      },
    )
  }

  status(): EnsureStatus {
    return this.#status()
  }

  on(name: 'progress', listener: (status: EnsureStatus) => void): this {
    this.#events.on(name, listener)
    if (!this.#isOver) this.#timer ??= setInterval(() => this.#tell(), PROGRESS_EVERY_MS).unref()
    return this
  }

  off(name: 'progress', listener: (status: EnsureStatus) => void): this {
    this.#events.off(name, listener)
    if (this.#events.listenerCount(name) === 0) this.#stopTelling()
    return this
  }

  cancel(): Promise<void> {
    return this.#acts.release()
  }

  end(status: EnsureStatus): void {
    this.#over()
    if (status.state === 'complete') this.#done.resolve(status)
    else this.#done.reject(new KithError('cannot-have', `${this.id} cannot be had: ${status.failure ?? ''}`))
  }

  reject(error: unknown): void {
    this.#over()
    this.#done.reject(error)
  }

  #tell(): void {
    const status = this.#status()
    const now = JSON.stringify(status)
    if (now === this.#told) return
    this.#told = now
    this.#events.emit('progress', status)
  }

  #over(): void {
    this.#isOver = true
    this.#stopTelling()
  }

  #stopTelling(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
