/**
 * The bytes of frames that were received and wait to be processed, and of those that are not whole yet. They are counted for each peer over all its
 * streams, also those that ended since, so that a new stream does not bring new space; and for all peers
 * together, and for those that share no room with the node, so that a new key does not, either.
 */
import type { PeerId } from './ids.ts'
import { MAX_UNPROCESSED_BYTES, MAX_UNPROCESSED_STRANGERS_BYTES, MAX_UNPROCESSED_TOTAL_BYTES } from './limits.ts'
import { UnfinishedFrames } from './unfinished-frames.ts'

/** One peer's share. */
export interface PeerBacklog {
  /** Whether no more should be read for now. */
  readonly isFull: boolean
  /** Counts a frame; the function that it returns is called once the frame has been processed. */
  add(sizeBytes: number): () => void
  /** Calls back once, as soon as more can be read. */
  onceFree(resume: () => void): void
}

/** Counts them by peer, and for all strangers together. */
export class Backlog {
  readonly unfinished: UnfinishedFrames
  readonly #isStranger: (peer: PeerId) => boolean
  readonly #byPeer = new Map<PeerId, number>()
  #totalBytes = 0
  #strangersBytes = 0
  #paused: { peer: PeerId; resume: () => void }[] = []

  /** `isStranger`: whether a peer shares no room with this node now. */
  constructor(isStranger: (peer: PeerId) => boolean) {
    this.#isStranger = isStranger
    this.unfinished = new UnfinishedFrames(isStranger)
  }

  of(peer: PeerId): PeerBacklog {
    const isFull = (): boolean => this.#isFull(peer)
    return {
      get isFull() {
        return isFull()
      },
      add: (sizeBytes) => this.#add(peer, sizeBytes),
      onceFree: (resume) => void this.#paused.push({ peer, resume }),
    }
  }

  #isFull(peer: PeerId): boolean {
    const ownBytes = this.#byPeer.get(peer) ?? 0
    if (ownBytes > MAX_UNPROCESSED_BYTES) return true
    const isCrowded = this.#totalBytes > MAX_UNPROCESSED_TOTAL_BYTES
    if (isCrowded && ownBytes > MAX_UNPROCESSED_TOTAL_BYTES / this.#byPeer.size) return true
    return this.#strangersBytes > MAX_UNPROCESSED_STRANGERS_BYTES && this.#isStranger(peer)
  }

  #add(peer: PeerId, sizeBytes: number): () => void {
    // It may be one no more when its frame has been processed.
    const isStranger = this.#isStranger(peer)
    this.#count(peer, sizeBytes, isStranger)
    return () => {
      this.#count(peer, -sizeBytes, isStranger)
      this.#resume()
    }
  }

  #count(peer: PeerId, sizeBytes: number, isStranger: boolean): void {
    const left = (this.#byPeer.get(peer) ?? 0) + sizeBytes
    if (left === 0) this.#byPeer.delete(peer)
    else this.#byPeer.set(peer, left)
    this.#totalBytes += sizeBytes
    if (isStranger) this.#strangersBytes += sizeBytes
  }

  #resume(): void {
    if (this.#paused.length === 0) return
    const free = this.#paused.filter(({ peer }) => !this.#isFull(peer))
    if (free.length === 0) return
    this.#paused = this.#paused.filter((each) => !free.includes(each))
    for (const { resume } of free) resume()
  }
}
