/**
 * Addresses that the user named without a peer id, remembered over restarts. They are dialled until
 * somebody answers, and again when that peer cannot be reached any more, because another may have taken its
 * place.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { systemClock, type Clock } from '../runtime/clock.ts'
import type { PinnedAddressRow } from '../store/store.ts'
import { MAX_PINNED_ADDRESSES, MAX_PINNED_RETRY_MS, RECENT_RETRY_MS } from './constants.ts'
import type { AddressBook } from './host.ts'

export interface PinnedAddress {
  readonly address: string
  /** In ms since 1970, for its row. */
  readonly namedAtMs: number
  /** The peer that answered there last. */
  peer: PeerId | undefined
  failures: number
  /** By the monotonic clock. */
  nextDialMs: number
}

export class PinnedAddresses {
  readonly #book: AddressBook
  readonly #clock: Clock
  #targets: PinnedAddress[]

  constructor(book: AddressBook, clock = systemClock) {
    this.#book = book
    this.#clock = clock
    this.#targets = book.pinnedAddresses().map((row) => this.#targetOf(row))
  }

  all(): readonly PinnedAddress[] {
    return this.#targets
  }

  /**
   * Dials an address from now on; beyond the limit, the oldest is dropped. `answeredBy` is the peer there, if
   * known.
   */
  add(address: string, answeredBy: PeerId | undefined): void {
    const before = this.#targets.find((target) => target.address === address)
    const added = this.#targetOf({ address, namedAtMs: this.#clock.wallMs(), peer: answeredBy ?? before?.peer })
    const targets = [...this.#targets.filter((target) => target !== before), added]
    this.#save(added)
    for (const forgotten of targets.slice(0, -MAX_PINNED_ADDRESSES)) this.#book.deletePinnedAddress(forgotten.address)
    this.#targets = targets.slice(-MAX_PINNED_ADDRESSES)
  }

  /**
   * Addresses to dial now. An address whose peer is connected needs no dial, and that peer's own contact is
   * dialled first.
   */
  due(isConnected: (peer: PeerId) => boolean): PinnedAddress[] {
    const nowMs = this.#clock.monotonicMs()
    for (const target of this.#targets) {
      if (target.peer !== undefined && isConnected(target.peer)) target.nextDialMs = nowMs + MAX_PINNED_RETRY_MS
    }
    return this.#targets.filter(({ nextDialMs }) => nextDialMs <= nowMs)
  }

  reached(address: string, peer: PeerId): void {
    const target = this.#targets.find((each) => each.address === address)
    if (target === undefined) return
    const isNews = target.peer !== peer
    Object.assign(target, { peer, failures: 0 })
    if (isNews) this.#save(target)
  }

  failed(target: PinnedAddress): void {
    target.failures++
    target.nextDialMs =
      this.#clock.monotonicMs() + Math.min(RECENT_RETRY_MS * 2 ** target.failures, MAX_PINNED_RETRY_MS)
  }

  /** A peer that answered before has a contact, which gets time to connect first, to avoid two dials. */
  #targetOf(row: PinnedAddressRow): PinnedAddress {
    const waitMs = row.peer === undefined ? 0 : MAX_PINNED_RETRY_MS
    return { ...row, failures: 0, nextDialMs: this.#clock.monotonicMs() + waitMs }
  }

  #save({ address, namedAtMs, peer }: PinnedAddress): void {
    this.#book.putPinnedAddress({ address, namedAtMs, peer })
  }
}
