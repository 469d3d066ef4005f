/**
 * The locks that this node takes. It asks for each lock once at a time, whoever of its users wants it: they have it one after
 * another, in the order in which they came.
 */
import type { Held, LockCommand, LockEvent, LockId, MissingElector } from '../../protocols/lock/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import type { LockRow } from '../store/locks.ts'
import type { NodeCore } from './core.ts'
import { LockSession } from './lock-session.ts'

/** A new holder waits so long for what the one before wrote; then it is told that it lacks it. */
const CATCH_UP_MS = 5_000

/** Electors that are connected answer within this, even on a slow radio link. */
const STATUS_MS = 1_000

/** The share of a lease after which it is renewed: there is time for two more tries. */
const RENEW_SHARE = 1 / 3

export interface WantedLock {
  row: LockRow
  leaseMs: number
  isRenewed: boolean
  signal?: AbortSignal | undefined
  onWaiting?: ((held: Held) => void) | undefined
  /** Names an elector for a message. */
  nameOf: (peer: PeerId) => string
}

interface Turn extends WantedLock {
  resolve: (session: LockSession) => void
  reject: (error: unknown) => void
  session?: LockSession
  /** Of what this node wrote in the room, the last document before it held the lock. */
  ownBefore?: DocumentId | undefined
  /** Until all that holders before wrote is here. */
  isReady: boolean
  untilMs: number
}

type StateEvent = Extract<LockEvent, { type: 'state' }>

export class NodeLocks {
  readonly #core: NodeCore
  readonly #turns = new Map<LockId, Turn[]>()
  /** Sessions that are being released, by lock and fence. */
  readonly #ending = new Map<string, LockSession>()
  #asking: { lock: LockId; left: Set<PeerId>; states: Map<PeerId, StateEvent>; done: () => void }[] = []
  #arriving: { ids: Set<DocumentId>; done: () => void }[] = []

  constructor(core: NodeCore) {
    this.#core = core
  }

  acquire(wanted: WantedLock): Promise<LockSession> {
    const { row, signal } = wanted
    const { promise, resolve, reject } = Promise.withResolvers<LockSession>()
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    const turn: Turn = { ...wanted, resolve, reject, isReady: false, untilMs: 0 }
    signal?.addEventListener('abort', () => this.#giveUp(turn))
    const turns = this.#turns.get(row.id) ?? []
    this.#turns.set(row.id, [...turns, turn])
    if (turns.length === 0) this.#begin(turn)
    return promise
  }

  /** What this node holds. */
  held(lock: LockId, fence: number): LockSession | undefined {
    const session = this.#turns.get(lock)?.[0]?.session
    return session?.fence === fence ? session : undefined
  }

  /** What the electors that are connected say. */
  async states(row: LockRow, connected: readonly PeerId[]): Promise<ReadonlyMap<PeerId, StateEvent>> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const asking = { lock: row.id, left: new Set(connected), states: new Map<PeerId, StateEvent>(), done: resolve }
    this.#asking.push(asking)
    await this.#command({ type: 'query', lock: row.id })
    if (asking.left.size > 0) await withLimit(promise, STATUS_MS)
    this.#asking = this.#asking.filter((each) => each !== asking)
    return asking.states
  }

  handle(event: LockEvent): void {
    const turn = this.#turns.get(event.lock)?.[0]
    switch (event.type) {
      case 'held':
        if (turn !== undefined) this.#held(turn, event)
        break
      case 'waiting':
        turn?.onWaiting?.(event.held)
        break
      case 'no-majority':
        if (turn !== undefined) this.#noMajority(turn, event.missing)
        break
      case 'lost':
        turn?.session?.lose()
        if (turn !== undefined) this.#end(turn, new KithError('lock-lost', `'${turn.row.name}' was lost again`))
        break
      case 'released': {
        const key = keyOf(event)
        const error = new KithError('no-majority', 'too few electors have heard that the lock was released')
        this.#ending.get(key)?.ended(event.isKnown ? undefined : error)
        this.#ending.delete(key)
        break
      }
      case 'state':
        this.#told(event)
        break
      case 'contradiction':
        this.#core.log('%p contradicts itself about the lock %s', event.elector, event.lock)
        break
    }
  }

  /** A document was accepted. */
  arrived(id: DocumentId): void {
    for (const waiting of this.#arriving) if (waiting.ids.delete(id) && waiting.ids.size === 0) waiting.done()
  }

  /** The machine was made anew, and knows of no lock that this node holds or wants. */
  loseAll(): void {
    for (const turns of this.#turns.values()) {
      for (const { session, reject } of turns) {
        session?.lose()
        reject(new KithError('lock-lost', 'the node started anew'))
      }
    }
    this.#turns.clear()
  }

  #begin(turn: Turn): void {
    const { row, leaseMs } = turn
    this.#command({ type: 'acquire', lock: row.id, leaseMs }).catch((error: unknown) => this.#end(turn, error))
  }

  #held(turn: Turn, { fence, untilMs, marks }: Extract<LockEvent, { type: 'held' }>): void {
    turn.untilMs = untilMs
    if (turn.isReady) turn.session?.renewed(untilMs)
    if (turn.session !== undefined || turn.isReady) return
    turn.isReady = true
    turn.ownBefore = this.#ownLast(turn.row.room)
    const begin = async (): Promise<void> => {
      const missing = marks.filter((id) => !this.#core.store.hasDocument(id, turn.row.room))
      // What this node has granted itself as an elector is a promise, too.
      await this.#core.command({ type: 'lock-kept' })
      const isCaughtUp = missing.length === 0 || (await this.#come(missing))
      this.#start(turn, fence, isCaughtUp)
    }
    begin().catch((error: unknown) => this.#end(turn, error))
  }

  #start(turn: Turn, fence: number, isCaughtUp: boolean): void {
    if (this.#turns.get(turn.row.id)?.[0] !== turn) return
    const lock = turn.row.id
    const session = new LockSession({
      ...{ name: turn.row.name, fence, untilMs: turn.untilMs, isCaughtUp },
      renew: () => this.#command({ type: 'renew', lock }),
      release: () => this.#release(turn, session),
    })
    turn.session = session
    if (turn.isRenewed) this.#keepRenewing(turn, session)
    turn.resolve(session)
  }

  async #release(turn: Turn, session: LockSession): Promise<void> {
    const { row } = turn
    const own = this.#ownLast(row.room)
    const mark = own === turn.ownBefore ? undefined : own
    this.#ending.set(keyOf({ lock: row.id, fence: session.fence }), session)
    const released = this.#command({ type: 'release', lock: row.id, ...(mark && { mark }) })
    this.#next(turn)
    await released
  }

  #keepRenewing({ leaseMs }: Turn, session: LockSession): void {
    const timer = setInterval(() => {
      if (session.leftMs() === 0) clearInterval(timer)
      // If it fails it is tried again, and lost in the end.
      else session.renew().catch(() => undefined)
    }, leaseMs * RENEW_SHARE)
    timer.unref()
    session.lost.addEventListener('abort', () => clearInterval(timer))
    this.#core.stopped.addEventListener('abort', () => clearInterval(timer))
  }

  #noMajority(turn: Turn, missing: readonly MissingElector[]): void {
    const error = noMajority(turn, missing)
    if (turn.session === undefined) this.#end(turn, error)
    else turn.session.notRenewed(error)
  }

  #giveUp(turn: Turn): void {
    if (turn.session !== undefined) return
    const isFirst = this.#turns.get(turn.row.id)?.[0] === turn
    if (isFirst) void this.#command({ type: 'release', lock: turn.row.id }).catch(() => undefined)
    this.#end(turn, turn.signal?.reason)
  }

  #end(turn: Turn, error: unknown): void {
    turn.reject(error)
    this.#next(turn)
  }

  /** It is the turn of the next one, if it was the turn of this one. */
  #next(turn: Turn): void {
    const turns = this.#turns.get(turn.row.id) ?? []
    const rest = turns.filter((each) => each !== turn)
    if (rest.length === 0) this.#turns.delete(turn.row.id)
    else this.#turns.set(turn.row.id, rest)
    const [next] = rest
    if (turns[0] === turn && next !== undefined) this.#begin(next)
  }

  #told(event: StateEvent): void {
    for (const { lock, left, states, done } of this.#asking) {
      if (lock !== event.lock) continue
      states.set(event.elector, event)
      left.delete(event.elector)
      if (left.size === 0) done()
    }
  }

  async #come(missing: readonly DocumentId[]): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = { ids: new Set(missing), done: resolve }
    this.#arriving.push(waiting)
    await withLimit(promise, CATCH_UP_MS)
    this.#arriving = this.#arriving.filter((each) => each !== waiting)
    return waiting.ids.size === 0
  }

  #ownLast(room: RoomId): DocumentId | undefined {
    return this.#core.store.authorHead(room, this.#core.self)?.id
  }

  async #command(command: LockCommand): Promise<void> {
    await this.#core.command({ type: 'lock', command })
  }
}

const REASONS: Record<MissingElector['reason'], string> = {
  'not-connected': 'not connected',
  silent: 'does not answer',
  contradiction: 'contradicts itself',
  unknown: 'does not know the lock yet',
  forgotten: 'has lost its memory, and does not vote yet',
  full: 'has too many that wait',
  lease: 'does not grant leases of that length',
  'not-allowed': 'does not let this node take it',
}

function noMajority({ row, nameOf }: WantedLock, missing: readonly MissingElector[]): KithError {
  const { length } = row.electors
  const reasons = missing.map(({ elector, reason }) => `${nameOf(elector)}: ${REASONS[reason]}`)
  const there = length - missing.length
  return new KithError(
    'no-majority',
    `'${row.name}' cannot be taken here now: ${there} of its ${length} electors can decide, and more than half are needed`,
    { reasons },
  )
}

function keyOf({ lock, fence }: { lock: LockId; fence: number }): string {
  return `${lock} ${fence}`
}

async function withLimit(promise: Promise<void>, limitMs: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, limitMs)
  await Promise.race([promise, over])
  clearTimeout(timer)
}
