/** Files on their way to and from browsers: so many at a time, of all and of each of them, and none that stands still. */
import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

/** A phone that changes its Wi-Fi goes on within this time; who takes longer has gone, or keeps others from their files. */
export const TRANSFER_IDLE_MS = 60_000

/** How many of a kind there are at a time. */
export interface TransferLimits {
  total: number
  /** Of one of those who cause them, such as a browser. */
  each: number
  /** What there are, as in `16 files are already being read`. */
  what: string
}

/** Places for files that are on their way, by who causes them. */
export class TransferPlaces {
  readonly #limits: TransferLimits
  readonly #taken: string[] = []

  constructor(limits: TransferLimits) {
    this.#limits = limits
  }

  /** Returns what to call once at the end. Throws an ApiError `busy`. */
  take(causer: string): () => void {
    const { total, each, what } = this.#limits
    const ofCauser = this.#taken.filter((other) => other === causer).length
    if (ofCauser >= each) throw new ApiError('busy', `${each} ${what}: try again later.`)
    if (this.#taken.length >= total) throw new ApiError('busy', `${total} ${what}: try again later.`)
    this.#taken.push(causer)
    return () => void this.#taken.splice(this.#taken.indexOf(causer), 1)
  }
}

/** The bytes of a request, which is cut off once none came for so long while they were waited for. */
export async function* untilIdle(body: IncomingMessage, idleMs: number): AsyncGenerator<Uint8Array> {
  const cutOff = (): void => void body.destroy(new ApiError('broken-off', 'The browser sent no more of the file.'))
  let timer = setTimeout(cutOff, idleMs)
  try {
    for await (const bytes of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer)
      yield bytes
      timer = setTimeout(cutOff, idleMs)
    }
  } finally {
    clearTimeout(timer)
  }
}
