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

/** A peer does not have a block in some of the rooms that it shares with us; peer-rooms.ts numbers these. */
export interface Absence {
  peer: PeerId
  /** What numbers are of; of another term they mean nothing. */
  readonly term: number
  /** Its number of the room that the block is for, where it does not have it there. */
  home: number | undefined
  /** It does not have it in any other room with a lower number. */
  next: number
}

/** What must be in a room before a document can be kept there. */
export interface Deferral {
  readonly room: RoomId
  readonly ancestors: readonly BlockId[]
}

export interface Want {
  readonly scope: Scope
  readonly id: BlockId
  readonly priority: Priority
  /**
   * `queued`: to be asked for. `stalled`: to be asked for once some peer takes more. `asked`: somebody
   * was. `waiting`: nobody to ask has it, or it may come by itself; until `dueMs`. `validating`: a
   * document that came, and that its room has not accepted yet; asked for again after `dueMs`, as it
   * may never be.
   */
  state: 'queued' | 'stalled' | 'asked' | 'waiting' | 'validating'
  /** None where documents of the room wait for it. */
  needs: readonly Need[]
  asked: readonly PeerId[]
  absentAt: readonly Absence[]
  attempts: number
  dueMs: number
  /** Waits while documents come into its room. */
  isPatient: boolean
  /** Of a document that came and could not be kept. */
  deferral: Deferral | undefined
  /** Who is likely to have it. */
  holder: PeerId | undefined
}

const NOBODY: readonly never[] = []
/** The most urgent first. */
export const LEVELS = [PRIORITY.ancestor, PRIORITY.node, PRIORITY.leaf] as const

/** The wants of a node, by id and by what is to be done about them. */
export class Wants {
  readonly #random: Random
  /** Mostly one for an id; one for each scope. */
  readonly #byId = new Map<BlockId, Want[]>()
  /** By priority; sets keep the order of arrival, and let go of any of them at once. */
  readonly #queued = byLevel()
  /** Those that were looked at when nobody who may have them took more. */
  readonly #stalled = byLevel()
  /** What waits or is being validated, by when it is due: thousands that nobody has come due together. */
  readonly #waiting = new Map<number, Set<Want>>()
  /** What waits for nothing but somebody who has it. */
  readonly #unheld = new Set<Want>()
  /** What waits for its ancestors, by the room that these are of. */
  readonly #deferred = new Map<RoomId, Set<Want>>()
  /** Nothing is due before; exact after a look at all that wait. */
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

  /** The want for a block, made where there is none. */
  need(scope: Scope, id: BlockId, need: Need): Want {
    const want = this.get(scope, id) ?? this.#add(scope, id, codecOf(id) === 'raw' ? PRIORITY.leaf : PRIORITY.node)
    want.needs = [...want.needs, need]
    return want
  }

  /** Asks for what documents wait for. */
  missing(room: RoomId, id: BlockId, holder: PeerId | undefined): Want {
    const want = this.#add(room, id, PRIORITY.ancestor)
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

  /** All who may have it take no more now. */
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
   * Waits for longer each time that nobody has it; false where it was asked for before its time, for
   * somebody came, and waits on as before.
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

  /** Waits, and after that as long as documents come into its room. */
  waitPatiently(want: Want, dueMs: number): void {
    want.isPatient = true
    this.waitUntil(want, dueMs)
  }

  /** Waits until some ancestors are here, or for as long as what nobody has. */
  defer(want: Want, deferral: Deferral, nowMs: number): void {
    this.waitUntil(want, nowMs + MAX_RETRY_MS)
    this.#unheld.delete(want)
    want.deferral = deferral
    const { room } = deferral
    this.#deferred.set(room, (this.#deferred.get(room) ?? new Set()).add(want))
  }

  /** Documents of a room are here: gives back what waited for nothing else, to be asked for as if for the first time. */
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

  /** What is queued, the oldest first, each once. One that stays queued moves behind the others once the next is taken. */
  queued(priority: Priority): Iterable<Want> {
    return inTurn(this.#queued[priority])
  }

  /** The same of what is stalled. */
  stalled(priority: Priority): Iterable<Want> {
    return inTurn(this.#stalled[priority])
  }

  stalledCount(priority: Priority): number {
    return this.#stalled[priority].size
  }

  /** There is nobody to wait for. */
  queueStalled(): void {
    for (const level of LEVELS) for (const want of this.#stalled[level]) this.queue(want)
  }

  /** Queues what is due. `quietAtMs`: when nothing will have come into a room for a while, if nothing comes now. */
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

  /** A peer came, or is in one more room, or answers again: it may have what nobody else does. */
  retryNow(): void {
    for (const want of this.#unheld) this.queue(want)
  }

  #add(scope: Scope, id: BlockId, priority: Priority): Want {
    // Not put together of parts: there may be 100,000, and each would take half as much again.
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
