/**
 * What unfinished frames take of memory, over all protocols of a node: per peer, however many streams it
 * opens, of all peers together that share no room with the node, and in total. Beyond any of these, a stream is
 * given up: of the peer that holds most. Frames of strangers count whole as soon as they begin: what comes of them before
 * they are given up is garbage that takes memory, too.
 */
import type { PeerId } from './ids.ts'
import { MAX_UNFINISHED_BYTES, MAX_UNFINISHED_PEER_BYTES, MAX_UNFINISHED_STRANGERS_BYTES } from './limits.ts'

/** A stream with an unfinished frame. */
export interface Unfinished {
  giveUp(reason: string): void
}

/** In bytes. */
interface Held {
  /** What has arrived, and what its parts cost. */
  now: number
  /** The same of the whole frame. */
  whole: number
}

type Streams = Map<Unfinished, Held>

/** The account of one node. */
export class UnfinishedFrames {
  readonly #isStranger: (peer: PeerId) => boolean
  /** The peer whose frame began first is first. */
  readonly #peers = new Map<PeerId, Streams>()

  /** `isStranger`: whether a peer shares no room with this node now. */
  constructor(isStranger: (peer: PeerId) => boolean) {
    this.#isStranger = isStranger
  }

  get totalBytes(): number {
    return heldBy(this.#peers, 'now')
  }

  /**
   * A stream of the peer holds this much of an unfinished frame, or nothing. `wholeBytes`: what it will hold of it. Gives up
   * streams beyond the limits.
   */
  set(peer: PeerId, stream: Unfinished, bytes: number, wholeBytes = bytes): void {
    const streams: Streams = this.#peers.get(peer) ?? new Map<Unfinished, Held>()
    const before = streams.get(stream)?.now ?? 0
    // With most chunks nothing is left over, and nothing was.
    if (bytes === before) return
    if (bytes > 0) streams.set(stream, { now: bytes, whole: wholeBytes })
    else streams.delete(stream)
    if (streams.size > 0) this.#peers.set(peer, streams)
    else this.#peers.delete(peer)
    if (bytes < before) return
    if (sumOf(streams, 'now') > MAX_UNFINISHED_PEER_BYTES) this.#giveUp(peer, streams)
    this.#bound(
      [...this.#peers].filter(([each]) => this.#isStranger(each)),
      MAX_UNFINISHED_STRANGERS_BYTES,
      'whole',
    )
    this.#bound([...this.#peers], MAX_UNFINISHED_BYTES, 'now')
  }

  /** Gives up streams of those of these peers that hold most, until they hold no more than this together. */
  #bound(peers: readonly [PeerId, Streams][], maxBytes: number, counted: keyof Held): void {
    while (heldBy(peers, counted) > maxBytes) {
      const [largest] = peers.toSorted(([, a], [, b]) => sumOf(b, counted) - sumOf(a, counted))
      if (largest === undefined) return
      this.#giveUp(...largest)
    }
  }

  #giveUp(peer: PeerId, streams: Streams): void {
    const [largest] = [...streams].sort(([, a], [, b]) => b.now - a.now)
    if (largest === undefined) return
    const [stream] = largest
    // First, as giving up a stream may report it again.
    this.set(peer, stream, 0)
    stream.giveUp('too much of unfinished frames')
  }
}

function heldBy(peers: Iterable<readonly [PeerId, Streams]>, counted: keyof Held): number {
  let sum = 0
  for (const [, streams] of peers) sum += sumOf(streams, counted)
  return sum
}

function sumOf(streams: Streams, counted: keyof Held): number {
  let sum = 0
  for (const held of streams.values()) sum += held[counted]
  return sum
}
