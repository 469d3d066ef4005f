/**
 * What unfinished frames take of memory, over all protocols of a node: per peer, however many streams it
 * opens, of all peers together that share no room with the node, and in total. Beyond any of these, a stream is
 * given up: of the peer that holds most.
 */
import type { PeerId } from './ids.ts'
import { MAX_UNFINISHED_BYTES, MAX_UNFINISHED_PEER_BYTES, MAX_UNFINISHED_STRANGERS_BYTES } from './limits.ts'

/** A stream with an unfinished frame. */
export interface Unfinished {
  giveUp(reason: string): void
}

/** The account of one node. */
export class UnfinishedFrames {
  readonly #isStranger: (peer: PeerId) => boolean
  /** The peer whose frame began first is first. */
  readonly #peers = new Map<PeerId, Map<Unfinished, number>>()

  /** `isStranger`: whether a peer shares no room with this node now. */
  constructor(isStranger: (peer: PeerId) => boolean) {
    this.#isStranger = isStranger
  }

  get totalBytes(): number {
    return heldBy(this.#peers)
  }

  /** A stream of the peer holds this much of an unfinished frame, or nothing. Gives up streams beyond the limits. */
  set(peer: PeerId, stream: Unfinished, bytes: number): void {
    const streams = this.#peers.get(peer) ?? new Map<Unfinished, number>()
    const before = streams.get(stream) ?? 0
    // With most chunks nothing is left over, and nothing was.
    if (bytes === before) return
    if (bytes > 0) streams.set(stream, bytes)
    else streams.delete(stream)
    if (streams.size > 0) this.#peers.set(peer, streams)
    else this.#peers.delete(peer)
    if (bytes < before) return
    if (sumOf(streams) > MAX_UNFINISHED_PEER_BYTES) this.#giveUp(peer, streams)
    this.#bound(
      [...this.#peers].filter(([each]) => this.#isStranger(each)),
      MAX_UNFINISHED_STRANGERS_BYTES,
    )
    this.#bound([...this.#peers], MAX_UNFINISHED_BYTES)
  }

  /** Gives up streams of those of these peers that hold most, until they hold no more than this together. */
  #bound(peers: readonly [PeerId, Map<Unfinished, number>][], maxBytes: number): void {
    while (heldBy(peers) > maxBytes) {
      const [largest] = peers.toSorted(([, a], [, b]) => sumOf(b) - sumOf(a))
      if (largest === undefined) return
      this.#giveUp(...largest)
    }
  }

  #giveUp(peer: PeerId, streams: ReadonlyMap<Unfinished, number>): void {
    const [largest] = [...streams].sort(([, a], [, b]) => b - a)
    if (largest === undefined) return
    const [stream] = largest
    // First, as giving up a stream may report it again.
    this.set(peer, stream, 0)
    stream.giveUp('too much of unfinished frames')
  }
}

function heldBy(peers: Iterable<readonly [PeerId, ReadonlyMap<Unfinished, number>]>): number {
  let sum = 0
  for (const [, streams] of peers) sum += sumOf(streams)
  return sum
}

function sumOf(streams: ReadonlyMap<Unfinished, number>): number {
  let sum = 0
  for (const bytes of streams.values()) sum += bytes
  return sum
}
