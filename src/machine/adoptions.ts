/**
 * Where nobody has the history before the checkpoint that a room begins with: takes the base of a neighbour as the own
 * one, with the headers of all documents before it. Who is believed is in protocols/room/README.md.
 */
import type { Header } from '../../protocols/batch-sync/index.ts'
import type { DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { comparePositions } from '../../protocols/wire/order.ts'
import { checkpointOf, encodedState, type Checkpoint } from '../room/checkpoint.ts'
import type { Room } from '../room/room.ts'
import { ADOPT_AFTER_MS, ADOPT_AGAIN_MS, MAX_ADOPTED_HEADERS, SILENT_GIVER_MS } from './constants.ts'
import type { RoomEvent } from './io.ts'
import { keepState } from './kept-states.ts'
import { isBelieved, type VouchingNeighbour } from './vouching.ts'
import type { Notice, WingContext } from './wing.ts'

/** A base that is being taken. */
interface Current {
  readonly base: Checkpoint
  /** Who gives the headers. */
  readonly giver: PeerId
  /** Those that are believed, in order. */
  readonly headers: Header[]
  isComplete: boolean
  /** What the giver sent last, while another neighbour is asked whether that is so. */
  page: { headers: readonly Header[]; isLast: boolean } | undefined
  asked: { peer: PeerId; atMs: number } | undefined
  /** Who did not say the same as the giver. */
  readonly denied: Set<PeerId>
}

interface Adopting {
  isTimed: boolean
  current: Current | undefined
  /** When somebody gave nothing of use for a base, by both. */
  readonly failedMs: Map<string, number>
}

export class Adoptions {
  readonly #context: WingContext<RoomEvent>
  readonly #neighboursIn: (room: RoomId) => ReadonlyMap<PeerId, VouchingNeighbour>
  readonly #rooms = new Map<RoomId, Adopting>()

  constructor(context: WingContext<RoomEvent>, neighboursIn: (room: RoomId) => ReadonlyMap<PeerId, VouchingNeighbour>) {
    this.#context = context
    this.#neighboursIn = neighboursIn
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'closed':
        this.#rooms.delete(notice.room)
        break
      case 'neighbour':
      case 'neighbour-left':
      case 'standing-changed':
      case 'fetched':
        this.#look(this.#context.rooms.get(notice.room))
        break
      case 'accepted':
        this.#look(this.#context.rooms.get(notice.change.room))
        break
      case 'headers':
        this.#take(notice)
        break
      case 'adoption-due':
        this.#due(this.#context.rooms.get(notice.room))
        break
      default:
    }
  }

  /** Begins to wait, goes on, or gives up, as what the neighbours have changed. */
  #look(room: Room | undefined): void {
    if (room === undefined) return
    const { id } = room.record
    const adopting = this.#rooms.get(id)
    if (!this.#wants(room)) {
      if (adopting !== undefined) adopting.current = undefined
      return
    }
    if (adopting === undefined) {
      this.#rooms.set(id, { isTimed: false, current: undefined, failedMs: new Map() })
      this.#askForBases(room)
    }
    this.#setTimer(id)
    this.#finish(room)
  }

  #setTimer(room: RoomId): void {
    const adopting = this.#rooms.get(room)
    if (adopting === undefined || adopting.isTimed) return
    adopting.isTimed = true
    const timer = { type: 'adoption-due', room } as const
    this.#context.effect({ type: 'timer', protocol: 'room-state', timer, afterMs: ADOPT_AFTER_MS })
  }

  #due(room: Room | undefined): void {
    const adopting = room && this.#rooms.get(room.record.id)
    if (room === undefined || adopting === undefined) return
    adopting.isTimed = false
    if (!this.#wants(room)) return void this.#rooms.delete(room.record.id)
    const { asked } = adopting.current ?? {}
    const isSilent = asked !== undefined && this.#nowMs - asked.atMs >= SILENT_GIVER_MS
    if (isSilent) this.#unanswered(room, adopting, asked.peer)
    if (adopting.current !== undefined) this.#finish(room)
    else this.#begin(room, adopting)
    this.#setTimer(room.record.id)
  }

  get #nowMs(): number {
    return this.#context.now.monotonicMs
  }

  /** Whether nobody here has what the room lacks before a checkpoint, so that it cannot go on without a base. */
  #wants(room: Room): boolean {
    const { checkpoint } = room.record
    if (!room.isPreview || !room.isHistoryGone || room.isCarried || checkpoint === undefined) return false
    // What is here already may be as much as others have kept.
    const isWithin = this.#arrived(room).some(([, { historyFrom = 0 }]) => historyFrom <= room.graph.heads.clock)
    return checkpoint.isFirst === true || !isWithin
  }

  /** The neighbours that have got as far as the checkpoint that the room begins with; who kept most comes first. */
  #arrived(room: Room): [PeerId, VouchingNeighbour][] {
    const since = room.record.checkpoint?.position.clock ?? 0
    const arrived = [...this.#neighboursIn(room.record.id)].filter(([, { clock }]) => clock >= since)
    return arrived.sort(([, { historyFrom: a = 0 }], [, { historyFrom: b = 0 }]) => a - b)
  }

  #askForBases(room: Room): void {
    for (const [from, { base }] of this.#arrived(room)) {
      if (base === undefined || room.graph.signedPending(base) !== undefined) continue
      this.#askForBase(room, base, from)
    }
  }

  #askForBase({ record: { id: room } }: Room, base: DocumentId, from: PeerId): void {
    this.#context.notify({ type: 'missing', room, ids: [base], from, isPatient: false, isAlone: true })
  }

  /** Chooses the base of who kept most of those that are believed. */
  #begin(room: Room, adopting: Adopting): void {
    this.#askForBases(room)
    const { owner, record } = room
    const neighbours = this.#neighboursIn(record.id)
    for (const [giver, { base: id }] of this.#arrived(room)) {
      const document = id && room.graph.signedPending(id)
      const base = document && checkpointOf(document)
      if (base === undefined || base.documents > MAX_ADOPTED_HEADERS) continue
      const failedMs = adopting.failedMs.get(giver + base.position.id) ?? -Infinity
      if (this.#nowMs - failedMs < ADOPT_AGAIN_MS) continue
      if (
        !isBelieved(
          { id: base.position.id, author: base.author },
          { owner, isNew: record.checkpoint?.isFirst === true },
          neighbours,
        )
      )
        continue
      this.#noteBase(room, base)
      const asked = { page: undefined, asked: undefined, denied: new Set<PeerId>() }
      adopting.current = { base, giver, headers: [], isComplete: false, ...asked }
      return this.#ask(room, adopting.current)
    }
  }

  /** The state of the base is fetched beside the headers, and is kept. */
  #noteBase(room: Room, base: Checkpoint): void {
    const { checkpoint } = room.record
    if (checkpoint === undefined) return
    keepState(this.#context, room, () => room.keepCheckpoint({ ...checkpoint, base }), base)
  }

  #ask({ record: { id: room } }: Room, current: Current): void {
    const { giver, base, headers } = current
    current.asked = { peer: giver, atMs: this.#nowMs }
    this.#context.notify({ type: 'ask-headers', room, to: giver, base: base.position.id, after: headers.at(-1) })
  }

  /** Asks another neighbour whether the page of the giver is right, or gives the giver up. */
  #confirm(room: Room, adopting: Adopting, current: Current): void {
    const others = this.#arrived(room).filter(([peer]) => peer !== current.giver && !current.denied.has(peer))
    const [to] = others.map(([peer]) => peer)
    if (to === undefined || current.page === undefined) return this.#failed(room, adopting, current)
    current.asked = { peer: to, atMs: this.#nowMs }
    const ids = current.page.headers.map(({ id }) => id)
    this.#context.notify({ type: 'ask-headers', room: room.record.id, to, ids })
  }

  #unanswered(room: Room, adopting: Adopting, peer: PeerId): void {
    const { current } = adopting
    if (current === undefined) return
    if (peer === current.giver) return this.#failed(room, adopting, current)
    current.denied.add(peer)
    this.#confirm(room, adopting, current)
  }

  #failed(room: Room, adopting: Adopting, { giver, base }: Current): void {
    adopting.failedMs.set(giver + base.position.id, this.#nowMs)
    adopting.current = undefined
    this.#setTimer(room.record.id)
  }

  #take({ room: id, from, isOfBase, headers, isLast }: Notice & { type: 'headers' }): void {
    const room = this.#context.rooms.get(id)
    const adopting = this.#rooms.get(id)
    const current = adopting?.current
    if (room === undefined || adopting === undefined || current?.asked?.peer !== from) return
    current.asked = undefined
    if (current.page !== undefined) {
      if (!isSame(current.page.headers, headers)) return this.#unanswered(room, adopting, from)
      return this.#add(room, adopting, current)
    }
    if (!isOfBase) return this.#failed(room, adopting, current)
    if (!isNextPage(headers, isLast, current, id)) {
      const reason = { code: 'bad-headers', fatal: false }
      this.#context.effect({ type: 'misbehaviour', protocol: 'batch-sync', peer: from, reason })
      return this.#failed(room, adopting, current)
    }
    current.page = { headers, isLast }
    if (from === room.owner || this.#arrived(room).length === 1) this.#add(room, adopting, current)
    else this.#confirm(room, adopting, current)
  }

  /** The page is believed. */
  #add(room: Room, adopting: Adopting, current: Current): void {
    const { headers, isLast } = current.page ?? { headers: [], isLast: true }
    current.page = undefined
    for (const header of headers) current.headers.push(header)
    if (!isLast) return this.#ask(room, current)
    if (current.headers.length + 1 !== current.base.documents) return this.#failed(room, adopting, current)
    current.isComplete = true
    this.#finish(room)
  }

  /** Takes the base once all of it is here. */
  #finish(room: Room): void {
    const { id } = room.record
    const { store } = this.#context
    const adopting = this.#rooms.get(id)
    const current = adopting?.current
    if (adopting === undefined || current?.isComplete !== true) return
    const { base, giver, headers } = current
    if (store.ensured(id, base.root)?.state !== 'complete') return
    const document = room.graph.signedPending(base.position.id)
    if (document === undefined) return this.#askForBase(room, base.position.id, giver)
    const encoded = encodedState(base, (block) => store.block(block))
    const missing = room.graph.missing()
    const change =
      encoded !== undefined && room.states.isState(encoded) ? room.adopt({ base, document, headers }) : undefined
    if (change === undefined) return this.#failed(room, adopting, current)
    this.#rooms.delete(id)
    room.isHistoryGone = false
    for (const ancestor of missing) this.#context.notify({ type: 'unwanted', room: id, id: ancestor })
    this.#context.changed(change, giver)
    this.#context.notify({ type: 'standing-changed', room: id })
    this.#context.effect({ type: 'emit', event: { type: 'room', room: id } })
  }
}

/** Whether headers can come after those that are here: in order, before the base, no more than there are, the root left out. */
function isNextPage(page: readonly Header[], isLast: boolean, { base, headers }: Current, root: RoomId): boolean {
  if (headers.length + page.length >= base.documents || (page.length === 0 && !isLast)) return false
  let before = headers.at(-1)
  for (const header of page) {
    const isInOrder = before === undefined || comparePositions(before, header) < 0
    if (!isInOrder || header.id === root || comparePositions(header, base.position) >= 0) return false
    before = header
  }
  return true
}

function isSame(some: readonly Header[], others: readonly Header[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ id, clock, author, seq }, i) => {
      const other = others[i]
      return other?.id === id && other.clock === clock && other.author === author && other.seq === seq
    })
  )
}
