/**
 * Ancestors that documents of a room wait for: most come by themselves by batch sync, so they are
 * asked for once nothing has come for a while, and the further back the more often they were not enough.
 */
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Asking } from './asking.ts'
import { CONCURRENT_CLOCKS, PATIENCE_MS, PRIORITY } from './constants.ts'
import type { EnsureMapCommand, EnsureMapPorts, Scope } from './ports.ts'
import type { Roots } from './roots.ts'
import type { Wants } from './wants.ts'

export interface AncestorsInit {
  ports: EnsureMapPorts
  wants: Wants
  roots: Roots
  asking: Asking
}

/** Documents of a room to ask for; `from` may have them. */
interface Missing {
  room: RoomId
  ids: readonly DocumentId[]
  from: PeerId | undefined
  isAlone: boolean
}

/** The missing ancestors of all rooms. */
export class Ancestors {
  readonly #init: AncestorsInit
  /** When a document came into a room last. */
  readonly #storedMs = new Map<RoomId, number>()
  /** How often in a row documents of a room that were asked for had ancestors that are missing, too. */
  readonly #rounds = new Map<RoomId, number>()

  constructor(init: AncestorsInit) {
    this.#init = init
  }

  close(room: RoomId): void {
    this.#storedMs.delete(room)
    this.#rounds.delete(room)
  }

  missing(command: EnsureMapCommand & { type: 'missing' }, nowMs: number): void {
    const { room, ids, from, isPatient, isAlone = false } = command
    this.#find({ room, ids, from, isAlone }, isPatient ? nowMs + PATIENCE_MS : 0, nowMs)
  }

  /** Documents came into a room. */
  stored(room: RoomId, nowMs: number): void {
    this.#storedMs.set(room, nowMs)
  }

  /** What waited for these documents alone is asked for again, unless they may bring it themselves. */
  accepted(room: RoomId, ids: readonly DocumentId[], areFetched: boolean, nowMs: number): void {
    const { wants } = this.#init
    for (const want of wants.accepted(room, new Set(ids))) {
      if (!areFetched) wants.waitPatiently(want, nowMs + PATIENCE_MS)
    }
  }

  /** The room has looked at documents that a peer sent on request. */
  validated(command: EnsureMapCommand & { type: 'validated' }, nowMs: number): void {
    const { room, from, pending, refused, ancestors = [] } = command
    const { ports, wants, roots, asking } = this.#init
    // What is pending may be here by now, or have been before it came.
    const isShort = ancestors.length > 0 || pending.some((id) => ports.isPending(room, id))
    if (isShort) this.#rounds.set(room, 1 + (this.#rounds.get(room) ?? 0))
    else this.#rounds.delete(room)
    for (const want of pending.flatMap((id) => wants.of(id))) {
      asking.cancel(want)
      if (want.needs.length === 0) roots.forget(want)
      else wants.validating(want, nowMs)
    }
    for (const want of refused.flatMap((id) => wants.of(id))) {
      asking.refused(from, want, room)
      if (ancestors.length > 0) wants.defer(want, { room, ancestors }, nowMs)
      else if (want.state === 'validating') wants.queue(want)
    }
    // The history is walked back to what is here, without being kept, and comes from there on; unless it comes by itself.
    this.#find({ room, ids: ancestors, from, isAlone: false }, this.quietAtMs(room), nowMs)
  }

  /** When nothing will have come into a room for a while, if nothing comes now. */
  quietAtMs(room: Scope): number {
    const storedMs = room === undefined ? undefined : this.#storedMs.get(room)
    return storedMs === undefined ? 0 : storedMs + PATIENCE_MS
  }

  /** Ancestors with a larger clock are welcome with a document of a room that is asked for. */
  afterClock(room: RoomId): number {
    const rounds = this.#rounds.get(room) ?? 0
    if (rounds > 1) return 0
    return Math.max(0, this.#init.ports.clock(room) - rounds * CONCURRENT_CLOCKS)
  }

  /** Asks for ancestors, once nothing has come into their room for a while where `patientMs` is not over. */
  #find({ room, ids, from, isAlone }: Missing, patientMs: number, nowMs: number): void {
    const { wants, roots } = this.#init
    const priority = isAlone ? PRIORITY.node : PRIORITY.ancestor
    for (const id of ids) {
      if (!roots.makePlace(room)) return
      const want = roots.missing(room, id, from, priority)
      if (want !== undefined && patientMs > nowMs) wants.waitPatiently(want, patientMs)
    }
  }
}
