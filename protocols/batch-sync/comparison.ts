/**
 * Finds which documents we and one peer lack of each other's when a frontier is not enough. Waits for the
 * documents that the peer's frontier names, which are mostly on their way, and compares ranges if they do
 * not arrive.
 */
import type { DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Random } from '../wire/machine.ts'
import { topicKeyOf } from '../wire/room-keys.ts'
import { FLOW_DOCUMENTS, MAX_RECONCILE_MS, RECONCILE_MS, SALT_BYTES } from './constants.ts'
import type { PeerSession } from './peer-session.ts'
import type { BatchSyncEffects, BatchSyncPorts } from './ports.ts'
import { answerRanges, openRanges, type Finding, type ReconcileWork } from './reconcile.ts'
import type { RangesRecord } from './records.ts'
import type { RoomSession } from './room-session.ts'
import { Scans } from './scans.ts'
import type { PeerWork } from './work.ts'

export interface ComparisonInit {
  self: PeerId
  session: PeerSession
  ports: BatchSyncPorts
  random: Random
  effects: BatchSyncEffects
  work: PeerWork
}

/** What a peer's frontier names that is not here. */
interface Awaited {
  ids: readonly DocumentId[]
  /** How long to wait until ranges are compared. */
  waitMs: number
  /** Documents that the peer brought meanwhile. */
  brought: number
  /** For how long they have put off comparing ranges. */
  putOffMs: number
}

/** The comparisons with one peer while its stream is open. */
export class Comparison {
  readonly #init: ComparisonInit
  readonly #scans: Scans
  #isScanTimerSet = false
  readonly #awaited = new Map<RoomId, Awaited>()

  constructor(init: ComparisonInit) {
    this.#init = init
    this.#scans = new Scans(init.work)
  }

  /** The peer sent its frontier. `isNew`: for the first time in this room. */
  awaitFrontier(room: RoomId, roomSession: RoomSession, isNew: boolean): void {
    if (this.#awaited.has(room)) return
    const ids = roomSession.unheldFrontier()
    if (ids.length === 0 && !roomSession.hasUnknownHeads) return
    const { self, session } = this.#init
    this.#awaited.set(room, { ids, waitMs: RECONCILE_MS, brought: 0, putOffMs: 0 })
    session.setRoomTimer('reconcile', room, RECONCILE_MS)
    // Nothing is on its way yet when two peers meet: one of them starts at once.
    const isCatchingUp = isNew && roomSession.catchUp()
    if (isNew && self < session.peer && !isCatchingUp) this.#open(room, roomSession)
  }

  /** The peer brought documents that are new here. */
  brought(room: RoomId, documents: number): void {
    const awaited = this.#awaited.get(room)
    if (awaited !== undefined) awaited.brought += documents
  }

  /** The time to wait for the frontier's documents is over. */
  frontierIsDue(room: RoomId, roomSession: RoomSession): void {
    const awaited = this.#awaited.get(room)
    this.#awaited.delete(room)
    if (awaited === undefined) return
    const { effects, ports, session } = this.#init
    // The heads it had then may never be exactly ours, as both sides go on; those it has now tell as much.
    // What it named may have left its room, too, as nobody with the right to write there built on it.
    const isLevel = awaited.ids.every((id) => ports.has(room, id)) || roomSession.unheldFrontier().length === 0
    if (isLevel && !roomSession.hasUnknownHeads) {
      roomSession.compareAgain()
      this.awaitFrontier(room, roomSession, false)
      return
    }
    // A history is on its way, to be compared once it is here: on each side that reads all that is held.
    const putOffMs = awaited.putOffMs + RECONCILE_MS
    if (awaited.brought >= FLOW_DOCUMENTS && putOffMs <= MAX_RECONCILE_MS) {
      this.#awaited.set(room, { ...awaited, brought: 0, putOffMs })
      session.setRoomTimer('reconcile', room, RECONCILE_MS)
      return
    }
    const waitMs = Math.min(2 * awaited.waitMs, MAX_RECONCILE_MS)
    this.#awaited.set(room, { ids: awaited.ids, waitMs, brought: 0, putOffMs: 0 })
    session.setRoomTimer('reconcile', room, waitMs)
    this.#open(room, roomSession)
    if (this.#historyFrom(room, roomSession) === 0) return
    const ids = awaited.ids.filter((id) => !ports.isDurable(room, id))
    if (ids.length > 0) effects.emit({ type: 'unheld', room, from: session.peer, ids })
  }

  /** The peer sent ranges of the documents it holds. */
  receive(room: RoomId, roomSession: RoomSession, record: RangesRecord): void {
    const { effects, session } = this.#init
    const work = this.#work(room, roomSession, record.salt)
    if (this.#scans.add(room, answerRanges(work, record))) {
      roomSession.forgetComparison()
      this.#scan()
    } else {
      effects.misbehaviour(session.peer, 'ranges-flood')
    }
  }

  scanIsDue(): void {
    this.#isScanTimerSet = false
    this.#scan()
  }

  /** The peer is no longer a neighbour in a room. */
  end(room: RoomId): void {
    this.#awaited.delete(room)
    this.#scans.end(room)
  }

  #open(room: RoomId, roomSession: RoomSession): void {
    const { random } = this.#init
    const salt = Uint8Array.from({ length: SALT_BYTES }, () => Math.floor(random() * 256))
    if (this.#scans.add(room, openRanges(this.#work(room, roomSession, salt)))) this.#scan()
  }

  #work(room: RoomId, roomSession: RoomSession, salt: Uint8Array): ReconcileWork {
    const historyFrom = this.#historyFrom(room, roomSession)
    return { ports: this.#init.ports, room, topic: topicKeyOf(room), salt, historyFrom }
  }

  /** Neither side has dropped documents from this clock on. */
  #historyFrom(room: RoomId, { historyFrom }: RoomSession): number {
    return Math.max(this.#init.ports.historyFrom(room), historyFrom)
  }

  /** Continues the comparisons, for a bounded number of documents. */
  #scan(): void {
    if (this.#isScanTimerSet) return
    for (const { room, finding } of this.#scans.step()) this.#found(room, finding)
    if (this.#scans.isEmpty) return
    this.#isScanTimerSet = true
    const { effects, session, work } = this.#init
    const timer = { type: 'scan', peer: session.peer, session: session.number } as const
    effects.setTimer(timer, work.waitMs())
  }

  #found(room: RoomId, { reply, lacking = [], wanted = [], common = [] }: Finding): void {
    const { effects, session } = this.#init
    const roomSession = session.rooms.get(room)
    for (const { id } of common) roomSession?.markHeld(id)
    for (const { id } of wanted) roomSession?.markLacking(id)
    for (const document of lacking) {
      // It was acknowledged, and gave way to others since.
      if (roomSession?.isHeld(document.id) === true) roomSession.markLacking(document.id)
      roomSession?.add(document)
    }
    for (const document of wanted) roomSession?.add(document)
    if (reply !== undefined) effects.send(session.peer, reply)
  }
}
