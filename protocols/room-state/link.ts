/** The state of one room between this node and one peer, as room state keeps it. */
import type { DocumentId } from '../wire/ids.ts'
import { ANNOUNCE_DELAY_MS, ASIDE_ANNOUNCE_MS, NOTICE_REPEATS } from './constants.ts'
import type { Standing } from './ports.ts'

export interface Link {
  /** Serial of our latest metadata, and of the last one that the peer acknowledged. */
  serial: number
  ackedSerial: number
  /** The peer said that it does not know the room. */
  isUnknownThere: boolean
  /** Serial of the peer's latest metadata; 0 before the first, while the peer is not a neighbour. */
  theirSerial: number
  theirs: Standing
  /** The peer gets the room's documents from time to time, and is told of changes as often. */
  isAside: boolean
  /** Metadata is not sent before. */
  heldUntilMs: number
  /** Our proof for this peer, once it is needed. */
  proof?: Uint8Array
  /** What the peer was told last: what removed it, and the key of an invite that we have, in hex. */
  removal?: Told<DocumentId>
  invite?: Told<string>
}

/** Something that was said, and how often. */
export interface Told<What> {
  what: What
  times: number
}

/** That it is said once more; undefined if that was often enough. */
export function toldAgain<What>(before: Told<What> | undefined, what: What): Told<What> | undefined {
  const times = 1 + (before?.what === what ? before.times : 0)
  return times > NOTICE_REPEATS ? undefined : { what, times }
}

/** That of a stream that has just opened. */
export function newLink(): Link {
  return {
    serial: 1,
    ackedSerial: 0,
    isUnknownThere: false,
    theirSerial: 0,
    isAside: false,
    heldUntilMs: 0,
    theirs: { frontier: [], clock: 0, refusesDocuments: false, isNewestFirst: false },
  }
}

/** The room changed: how long it is until the peer is told. */
export function announceAfterMs(link: Link, nowMs: number): number {
  if (link.isAside && link.heldUntilMs <= nowMs) link.heldUntilMs = nowMs + ASIDE_ANNOUNCE_MS
  return Math.max(ANNOUNCE_DELAY_MS, link.heldUntilMs - nowMs)
}

/** Whether both are neighbours in the room, for each other. */
export function isMutual({ theirSerial, ackedSerial }: Link): boolean {
  return theirSerial > 0 && ackedSerial > 0
}
