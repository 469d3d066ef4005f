/** What dialling each address came to: why it failed last, and how often since it worked. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { MAX_DIAL_RECORDS } from './constants.ts'

export interface DialRecord {
  /** Dials that failed since the last one that did not. */
  failures: number
  /** Why the last one failed, in words; null if it did not. */
  error: string | null
  /** When it ended, in ms since 1970. */
  triedMs: number
}

export class DialLog {
  /** The one dialled last is last. */
  readonly #records = new Map<string, DialRecord>()

  /** A dial ended: well, or with an error in words. `peer` is who was asked for, if anybody. */
  add(address: string, peer: PeerId | undefined, error: string | null, nowMs: number): void {
    const key = keyOf(address, peer)
    const failures = error === null ? 0 : (this.#records.get(key)?.failures ?? 0) + 1
    this.#records.delete(key)
    this.#records.set(key, { failures, error, triedMs: nowMs })
    const [oldest] = this.#records.keys()
    if (this.#records.size > MAX_DIAL_RECORDS && oldest !== undefined) this.#records.delete(oldest)
  }

  get(address: string, peer: PeerId | undefined): DialRecord | undefined {
    return this.#records.get(keyOf(address, peer))
  }
}

/** Who answers matters: another peer at a known address is a failure of that address only for the one asked for. */
function keyOf(address: string, peer: PeerId | undefined): string {
  return `${address}/p2p/${peer ?? ''}`
}
