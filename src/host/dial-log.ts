/** The dial results of each address: the last error, and the failures since the last success. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { MAX_DIAL_RECORDS } from './constants.ts'

export interface DialRecord {
  /** Dials that failed since the last success. */
  failures: number
  /** Why the last dial failed, in words; null if it succeeded. */
  error: string | null
  /** When it ended, in ms since 1970. */
  triedMs: number
}

export class DialLog {
  /** The most recently dialled is last. */
  readonly #records = new Map<string, DialRecord>()

  /** A dial ended: successfully, or with an error in words. `peer` is the expected peer, if any. */
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

/**
 * A result belongs to the expected peer: if another peer answers at the address, only dials of the expected
 * one failed.
 */
function keyOf(address: string, peer: PeerId | undefined): string {
  return `${address}/p2p/${peer ?? ''}`
}
