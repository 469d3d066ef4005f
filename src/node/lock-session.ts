/** A lock that this node holds, for whoever took it. */
import { KithError, type HeldLock } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'

export interface LockSessionInit {
  name: string
  fence: number
  untilMs: number
  isCaughtUp: boolean
  /** Asks the electors for the whole lease. */
  renew: () => Promise<unknown>
  /** Tells the electors. */
  release: () => Promise<unknown>
}

interface Waiting {
  resolve: (leftMs: number) => void
  reject: (error: KithError) => void
}

export class LockSession implements HeldLock {
  readonly fence: number
  readonly isCaughtUp: boolean
  readonly #init: LockSessionInit
  readonly #lost = new AbortController()
  readonly #released = Promise.withResolvers<void>()
  #renewing: Waiting[] = []
  #untilMs: number
  #state: 'held' | 'ending' | 'over' = 'held'

  constructor(init: LockSessionInit) {
    this.#init = init
    this.fence = init.fence
    this.isCaughtUp = init.isCaughtUp
    this.#untilMs = init.untilMs
    this.#released.promise.catch(() => undefined) // nobody may have called `release`
  }

  get lost(): AbortSignal {
    return this.#lost.signal
  }

  leftMs(): number {
    return this.#state === 'held' ? Math.max(0, Math.floor(this.#untilMs - monotonicMs())) : 0
  }

  renew(): Promise<number> {
    if (this.#state !== 'held') return Promise.reject(this.#lostError())
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#renewing.push({ resolve, reject })
    this.#init.renew().catch(reject)
    return promise
  }

  async release(): Promise<void> {
    if (this.#state === 'over') throw this.#lostError()
    if (this.#state === 'held') {
      this.#state = 'ending'
      this.#rejectRenewing(new KithError('lock-lost', `'${this.#init.name}' was released`))
      await this.#init.release()
    }
    await this.#released.promise
  }

  /** The electors have granted the lease again. */
  renewed(untilMs: number): void {
    this.#untilMs = untilMs
    for (const { resolve } of this.#renewing.splice(0)) resolve(this.leftMs())
  }

  /** Too few electors are there to renew it. */
  notRenewed(error: KithError): void {
    this.#rejectRenewing(error)
  }

  /** The electors know that it is released; or have not heard of it before the end of the lease. */
  ended(error?: KithError): void {
    if (error === undefined) this.#released.resolve()
    else this.#released.reject(error)
    this.#state = 'over'
  }

  /** It is not held any more, and was not released. */
  lose(): void {
    this.#state = 'over'
    const error = this.#lostError()
    this.#rejectRenewing(error)
    this.#released.reject(error)
    this.#lost.abort(error)
  }

  #rejectRenewing(error: KithError): void {
    for (const { reject } of this.#renewing.splice(0)) reject(error)
  }

  #lostError(): KithError {
    return new KithError('lock-lost', `'${this.#init.name}' is not held any more: its lease was not renewed in time`)
  }
}
