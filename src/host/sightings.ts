/** Who was heard by multicast and where, for a diagnosis; and where this node's own key was. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { MAX_SIGHTINGS, MAX_TWINS } from './constants.ts'

export class Sightings {
  /** When a peer was heard last, in ms since 1970. The one that was heard last is last. */
  readonly #peers = new Map<PeerId, number>()
  /** The same by IP address, for this node's own key. */
  readonly #twins = new Map<string, number>()

  heard(peer: PeerId, nowMs: number): void {
    note(this.#peers, peer, nowMs, MAX_SIGHTINGS)
  }

  /** Another process has this node's key. */
  heardTwin(ip: string, nowMs: number): void {
    note(this.#twins, ip, nowMs, MAX_TWINS)
  }

  /** Peers in the order in which they were heard last. */
  peers(): ReadonlyMap<PeerId, number> {
    return this.#peers
  }

  /** By IP address. */
  twins(): ReadonlyMap<string, number> {
    return this.#twins
  }
}

function note<Key>(map: Map<Key, number>, key: Key, nowMs: number, limit: number): void {
  map.delete(key)
  map.set(key, nowMs)
  const [oldest] = map.keys()
  if (map.size > limit && oldest !== undefined) map.delete(oldest)
}
