/** Who said of whom that it is connected to it: all that a node knows of links between others. */
import type { PeerId } from '../../protocols/wire/ids.ts'

/** Of one peer, the newest: it tells of up to 16 in each room at once, and then of one at a time. */
export const MAX_INTRODUCED = 128

export interface Introduction {
  peer: PeerId
  /** In ms since 1970. */
  atMs: number
}

export class Introductions {
  readonly #byPeer = new Map<PeerId, Map<PeerId, number>>()

  /** A connected peer passed on the address of another one, as it does when it is connected to it. */
  add(by: PeerId, of: PeerId, atMs: number): void {
    const introduced = this.#byPeer.get(by) ?? new Map<PeerId, number>()
    introduced.delete(of)
    introduced.set(of, atMs)
    const [oldest] = introduced.keys()
    if (introduced.size > MAX_INTRODUCED && oldest !== undefined) introduced.delete(oldest)
    this.#byPeer.set(by, introduced)
  }

  /** Oldest first. */
  of(peer: PeerId): Introduction[] {
    return [...(this.#byPeer.get(peer) ?? [])].map(([introduced, atMs]) => ({ peer: introduced, atMs }))
  }

  /** A peer is gone: what it said may not hold any more. */
  forget(peer: PeerId): void {
    this.#byPeer.delete(peer)
  }
}
