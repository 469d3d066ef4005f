/** Blocks that are not here: who needs each, who was asked, and when it is asked for again. */
import { codecOf } from '../wire/block-ids.ts'
import type { BlockId, PeerId, RoomId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { MAX_RETRY_MS, PRIORITY, RETRY_JITTER, RETRY_MS, RETRY_STEP_MS, type Priority } from './constants.ts'
import type { Scope } from './ports.ts'
import type { Root } from './root.ts'

/** A root that needs a block, and by how many links. */
export interface Need {
  root: Root
  depth: number
}

/** Rooms in which a peer does not have a block; `PeerRooms` numbers the rooms of a peer. */
export interface Absence {
  peer: PeerId
  /** The numbering that the numbers belong to; in another they mean nothing. */
  readonly term: number
  /** The number of the room that the block is for, if the peer does not have it there. */
  home: number | undefined
  /** The peer does not have it in any other room with a lower number. */
  next: number
}

/** Documents that a room must have before it can keep another one. */
export interface Deferral {
  readonly room: RoomId
  readonly ancestors: readonly BlockId[]
}

export interface Want {
  readonly scope: Scope
  readonly id: BlockId
  readonly priority: Priority
  /**
   * `queued`: to be asked for. `stalled`: to be asked for once a peer accepts more. `asked`: a peer was asked.
   * `waiting` until `dueMs`: no peer has it, or it may arrive without being asked for. `validating`: a document
   * arrived, but its room has not accepted it yet; asked for again after `dueMs`, because it may never be.
   */
  state: 'queued' | 'stalled' | 'asked' | 'waiting' | 'validating'
  /** Empty if documents of the room wait for it. */
  needs: readonly Need[]
  asked: readonly PeerId[]
  absentAt: readonly Absence[]
  attempts: number
  dueMs: number
  /** It waits as long as documents arrive in its room. */
  isPatient: boolean
  /** For a document that arrived but could not be kept yet. */
  deferral: Deferral | undefined
  /** Who is likely to have it. */
  holder: PeerId | undefined
}

const NOBODY: readonly never[] = []
/** The most urgent first. */
export const LEVELS = [PRIORITY.ancestor, PRIORITY.node, PRIORITY.leaf] as const

/** The wants of a node, by id and by state. */
export class Wants {
  readonly #random: Random
  /** One for each scope; there is mostly only one. */
  readonly #byId = new Map<BlockId, Want[]>()
  /** By priority. Sets, because they keep the order of arrival and remove any want quickly. */
  readonly #queued = byLevel()
  /** Those for which no peer that may have them had room when they were tried. */
  readonly #stalled = byLevel()
  /** Wants that wait or are being validated, by when they are due: thousands may be due at the same time. */
  readonly #waiting = new Map<number, Set<Want>>()
  /** Wants that only wait for a peer that has them. */
  readonly #unheld = new Set<Want>()
  /** Wants that wait for ancestors, by the room of these. */
  readonly #deferred = new Map<RoomId, Set<Want>>()
  /** Nothing is due earlier; exact after a call of `due`. */
  #nextDueMs = Infinity

  constructor(random: Random) {
    this.#random = random
  }

  get size(): number {
    return this.#byId.size
  }

  /** Whether anything is to be asked for. */
  get hasQueued(): boolean {
    return LEVELS.some((level) => this.#queued[level].size > 0 || this.#stalled[level].size > 0)
  }

  /** When to call `due` again. */
  get nextDueMs(): number {
    return this.#nextDueMs
  }

  /** All wants for a block. */
  of(id: BlockId): readonly Want[] {
    return this.#byId.get(id) ?? NOBODY
  }

  get(scope: Scope, id: BlockId): Want | undefined {
    return this.of(id).find((want) => want.scope === scope)
  }

  /** The want for a block, created if there is none. */
  need(scope: Scope, id: BlockId, need: Need): Want {
    const want = this.get(scope, id) ?? this.#add(scope, id, codecOf(id) === 'raw' ? PRIORITY.leaf : PRIORITY.node)
    want.needs = [...want.needs, need]
    return want
  }

  /** Adds a want for an ancestor that documents wait for. */
  missing(room: RoomId, id: BlockId, holder: PeerId | undefined, priority: Priority = PRIORITY.ancestor): Want {
    const want = this.#add(room, id, priority)
    want.holder = holder
    return want
  }

  /** Forgets a want. */
  remove(want: Want): void {
    this.#leave(want)
    const left = this.of(want.id).filter((other) => other !== want)
    if (left.length === 0) this.#byId.delete(want.id)
    else this.#byId.set(want.id, left)
  }

  queue(want: Want): void {
    this.#leave(want)
    want.state = 'queued'
    this.#queued[want.priority].add(want)
  }

  /** No peer that may have it accepts more now. */
  stall(want: Want): void {
    this.#leave(want)
    want.state = 'stalled'
    this.#stalled[want.priority].add(want)
  }

  ask(want: Want): void {
    this.#leave(want)
    want.state = 'asked'
  }

  validating(want: Want, nowMs: number): void {
    this.retryLater(want, nowMs)
    want.state = 'validating'
    this.#unheld.delete(want)
  }

  /**
   * Waits longer each time that nobody has it. Returns false if it was tried early because a peer came: then it
   * only continues to wait.
   */
  retryLater(want: Want, nowMs: number): boolean {
    if (want.dueMs > nowMs) {
      this.waitUntil(want, want.dueMs)
      return false
    }
    const waitMs = Math.min(RETRY_MS * 2 ** want.attempts, MAX_RETRY_MS)
    const dueMs = nowMs + waitMs * (1 + RETRY_JITTER * this.#random())
    this.waitUntil(want, Math.floor(dueMs / RETRY_STEP_MS) * RETRY_STEP_MS)
    want.attempts++
    return true
  }

  waitUntil(want: Want, dueMs: number): void {
    this.#leave(want)
    want.state = 'waiting'
    want.dueMs = dueMs
    const waiting = this.#waiting.get(dueMs) ?? new Set()
    this.#waiting.set(dueMs, waiting.add(want))
    if (!want.isPatient) this.#unheld.add(want)
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMs)
  }

  /** Waits until `dueMs`, and then as long as documents arrive in its room. */
  waitPatiently(want: Want, dueMs: number): void {
    want.isPatient = true
    this.waitUntil(want, dueMs)
  }

  /** Waits until some ancestors have arrived, but at most MAX_RETRY_MS. */
  defer(want: Want, deferral: Deferral, nowMs: number): void {
    this.waitUntil(want, nowMs + MAX_RETRY_MS)
    this.#unheld.delete(want)
    want.deferral = deferral
    const { room } = deferral
    this.#deferred.set(room, (this.#deferred.get(room) ?? new Set()).add(want))
  }

  /** Documents of a room arrived. Queues, as if new, the wants that waited only for these, and returns them. */
  accepted(room: RoomId, ids: ReadonlySet<BlockId>): Want[] {
    const ready: Want[] = []
    for (const want of this.#deferred.get(room) ?? []) {
      const ancestors = want.deferral?.ancestors.filter((id) => !ids.has(id)) ?? NOBODY
      want.deferral = { room, ancestors }
      if (ancestors.length === 0) ready.push(want)
    }
    for (const want of ready) {
      this.queue(want)
      want.absentAt = NOBODY
      want.attempts = 0
      want.dueMs = 0
    }
    return ready
  }

  /** Queued wants, oldest first, each once. A want that stays queued moves to the end once the next one is taken. */
  queued(priority: Priority): Iterable<Want> {
    return inTurn(this.#queued[priority])
  }

  /** Stalled wants, in the same way. */
  stalled(priority: Priority): Iterable<Want> {
    return inTurn(this.#stalled[priority])
  }

  stalledCount(priority: Priority): number {
    return this.#stalled[priority].size
  }

  /** No peer is left to wait for. */
  queueStalled(): void {
    for (const level of LEVELS) for (const want of this.#stalled[level]) this.queue(want)
  }

  /** Queues what is due. `quietAtMs`: when a room will count as quiet, if nothing arrives in it until then. */
  due(nowMs: number, quietAtMs: (room: Scope) => number): void {
    for (const [dueMs, wants] of [...this.#waiting]) {
      if (dueMs > nowMs) continue
      for (const want of [...wants]) {
        const patientMs = want.isPatient ? quietAtMs(want.scope) : 0
        if (patientMs > nowMs) this.waitUntil(want, patientMs)
        else {
          want.isPatient = false
          want.absentAt = NOBODY
          this.queue(want)
        }
      }
    }
    this.#nextDueMs = Math.min(Infinity, ...this.#waiting.keys())
  }

  /** A peer connected, joined a room or answers again: it may have what no other peer has. */
  retryNow(): void {
    for (const want of this.#unheld) this.queue(want)
  }

  #add(scope: Scope, id: BlockId, priority: Priority): Want {
    // One literal without spread parts: there may be 100,000, and each would take half as much memory again.
    const want: Want = {
      scope,
      id,
      priority,
      state: 'queued',
      needs: NOBODY,
      asked: NOBODY,
      absentAt: NOBODY,
      attempts: 0,
      dueMs: 0,
      isPatient: false,
      deferral: undefined,
      holder: undefined,
    }
    const others = this.#byId.get(id)
    this.#byId.set(id, others === undefined ? [want] : [...others, want])
    this.queue(want)
    return want
  }

  #leave(want: Want): void {
    if (want.state === 'queued') this.#queued[want.priority].delete(want)
    else if (want.state === 'stalled') this.#stalled[want.priority].delete(want)
    const waiting = this.#waiting.get(want.dueMs)
    if (waiting?.delete(want) === true && waiting.size === 0) this.#waiting.delete(want.dueMs)
    this.#unheld.delete(want)
    if (want.deferral !== undefined) this.#endDeferral(want, want.deferral.room)
  }

  #endDeferral(want: Want, room: RoomId): void {
    want.deferral = undefined
    const deferred = this.#deferred.get(room)
    if (deferred?.delete(want) === true && deferred.size === 0) this.#deferred.delete(room)
  }
}

function byLevel(): Record<Priority, Set<Want>> {
  return { [PRIORITY.ancestor]: new Set(), [PRIORITY.node]: new Set(), [PRIORITY.leaf]: new Set() }
}

function* inTurn(wants: Set<Want>): Generator<Want> {
  let left = wants.size
  for (const want of wants) {
    if (left-- <= 0) return
    yield want
    if (wants.delete(want)) wants.add(want)
  }
}
