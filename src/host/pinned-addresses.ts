/**
 * Addresses the user named without a peer id: dialled until somebody answers there, and again when
 * that peer cannot be reached any more, as another may have taken its place.
 */
import type { PeerKey } from '../../protocols/wire/ids.ts'
import { MAX_PINNED_ADDRESSES, MAX_PINNED_RETRY_MS, RECENT_RETRY_MS } from './constants.ts'

export interface PinnedAddress {
  readonly address: string
  /** Who answered there last. */
  peer: PeerKey | undefined
  failures: number
  nextDialMs: number
}

export class PinnedAddresses {
  #targets: PinnedAddress[] = []

  /** Dials an address from now on; past the limit the one added first is forgotten. */
  add(address: string): void {
    const others = this.#targets.filter((target) => target.address !== address)
    this.#targets = [...others, { address, peer: undefined, failures: 0, nextDialMs: 0 }].slice(-MAX_PINNED_ADDRESSES)
  }

  /** Addresses to dial now. One whose peer is connected needs none, and its own contact is dialled first. */
  due(nowMs: number, isConnected: (peer: PeerKey) => boolean): PinnedAddress[] {
    for (const target of this.#targets) {
      if (target.peer !== undefined && isConnected(target.peer)) target.nextDialMs = nowMs + MAX_PINNED_RETRY_MS
    }
    return this.#targets.filter(({ nextDialMs }) => nextDialMs <= nowMs)
  }

  reached(address: string, peer: PeerKey): void {
    for (const target of this.#targets) if (target.address === address) Object.assign(target, { peer, failures: 0 })
  }

  failed(target: PinnedAddress, nowMs: number): void {
    target.failures++
    target.nextDialMs = nowMs + Math.min(RECENT_RETRY_MS * 2 ** target.failures, MAX_PINNED_RETRY_MS)
  }
}
