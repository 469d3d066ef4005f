/**
 * How much of the histories of rooms is still missing here, as far as neighbours say. They say how many documents
 * they hold, and nobody can check that. So a claim counts only of a neighbour that sends documents that are new
 * here, is bounded, and is over once this node holds what the neighbour's frontier stands for.
 */
import type { Standing } from '../../../protocols/room-state/index.ts'
import type { DocumentId, HeadsDigest, PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { MAX_MISSING_SHOWN, MIN_MISSING_SHOWN, SILENT_CLAIM_MS } from '../constants.ts'
import { Pace } from './pace.ts'

/** What is here of rooms. */
export interface HistoryReads {
  hasDocument(id: DocumentId): boolean
  /** Whether the heads here had this digest, now or lately. */
  hadHeads(room: RoomId, digest: HeadsDigest): boolean
  /** The number of documents. */
  documents(room: RoomId): number
}

/** In documents. */
export interface RoomHistoryProgress {
  missing: number
  perSecond: number
}

/** The claim that counts of a room. */
interface CatchUp {
  peer: PeerId
  standing: Standing
  /** Whether the peer is in the room now. */
  isHere: boolean
  /** When it last sent something new. */
  sentMs: number
  readonly pace: Pace
}

export class HistoryProgress {
  readonly #reads: HistoryReads
  /** Of rooms that lack something. */
  readonly #catchUps = new Map<RoomId, CatchUp>()

  constructor(reads: HistoryReads) {
    this.#reads = reads
  }

  /** How far a room has got; undefined if nothing is known to be missing. */
  of(room: RoomId, nowMs: number): RoomHistoryProgress | undefined {
    const catchUp = this.#catchUps.get(room)
    if (catchUp === undefined) return undefined
    // Something is missing, or it would be over.
    const missing = Math.max(1, this.#missing(room, catchUp.standing))
    return { missing: Math.min(missing, MAX_MISSING_SHOWN), perSecond: catchUp.pace.perSecond(nowMs) }
  }

  /**
   * Documents are new in a room, of a neighbour if it has a `standing`. Returns whether the progress of the room
   * changed.
   */
  accepted(
    room: RoomId,
    from: { peer: PeerId; standing: Standing } | undefined,
    count: number,
    nowMs: number,
  ): boolean {
    if (from !== undefined) this.#sent(room, from.peer, from.standing, count, nowMs)
    const catchUp = this.#catchUps.get(room)
    if (catchUp === undefined) return false
    catchUp.pace.add(this.#reads.documents(room), nowMs)
    this.#endIfLevel(room, catchUp.standing)
    return true
  }

  /** A neighbour says what it has. Returns whether the progress of the room changed. */
  learned(room: RoomId, peer: PeerId, standing: Standing, nowMs: number): boolean {
    const catchUp = this.#catchUps.get(room)
    if (catchUp === undefined) return false
    if (catchUp.peer === peer) Object.assign(catchUp, { standing, isHere: true })
    // While nobody sends what is missing, a neighbour counts that has no less than this node, but nothing else.
    else if (isActive(catchUp, nowMs) || this.#missing(room, standing) < 0) return false
    this.#endIfLevel(room, standing)
    return true
  }

  left(room: RoomId, peer: PeerId): void {
    const catchUp = this.#catchUps.get(room)
    if (catchUp?.peer === peer) catchUp.isHere = false
  }

  closed(room: RoomId): void {
    this.#catchUps.delete(room)
  }

  /** A neighbour sent something new: its claim counts from now on if it is the largest, or nobody else sends anything. */
  #sent(room: RoomId, peer: PeerId, standing: Standing, count: number, nowMs: number): void {
    const now = this.#catchUps.get(room)
    if (now === undefined) {
      if (this.#missing(room, standing) < MIN_MISSING_SHOWN || this.#isLevel(room, standing)) return
      const pace = new Pace(this.#reads.documents(room) - count, nowMs)
      this.#catchUps.set(room, { peer, standing, isHere: true, sentMs: nowMs, pace })
      return
    }
    const counts = now.peer === peer || !isActive(now, nowMs) || claimed(standing) > claimed(now.standing)
    if (counts && !this.#isLevel(room, standing)) Object.assign(now, { peer, standing, isHere: true, sentMs: nowMs })
  }

  #missing(room: RoomId, standing: Standing): number {
    return claimed(standing) - this.#reads.documents(room)
  }

  #endIfLevel(room: RoomId, standing: Standing): void {
    if (this.#isLevel(room, standing)) this.#catchUps.delete(room)
  }

  /** Whether all is here that a neighbour is known to have. */
  #isLevel(room: RoomId, standing: Standing): boolean {
    const { frontier, headsDigest } = standing
    if (headsDigest !== undefined && this.#reads.hadHeads(room, headsDigest)) return true
    // Of heads that are not named, the number of documents is all that tells.
    if (headsDigest !== undefined && this.#missing(room, standing) > 0) return false
    return frontier.every((id) => this.#reads.hasDocument(id))
  }
}

function isActive({ isHere, sentMs }: CatchUp, nowMs: number): boolean {
  return isHere && nowMs - sentMs < SILENT_CLAIM_MS
}

/** A history is at least as long as its longest chain. */
function claimed({ documents, clock }: Standing): number {
  return documents ?? clock
}
