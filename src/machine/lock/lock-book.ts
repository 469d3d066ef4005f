/** The locks of a node's rooms, as its documents describe them, and what it has promised about them as an elector. */
import type { Document } from '../../../protocols/document/document.ts'
import { MAX_ROOM_LOCKS } from '../../../protocols/lock/constants.ts'
import type { LockId, Vote } from '../../../protocols/lock/index.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import { comparePositions } from '../../../protocols/wire/order.ts'
import { lockOf } from '../../room/locks.ts'
import type { LockRow } from '../../store/locks.ts'
import type { Notice, WingContext } from '../wing.ts'

export class LockBook {
  readonly #context: WingContext
  readonly #rows: Map<LockId, LockRow>
  readonly #ofRooms = new Map<RoomId, Set<LockId>>()

  constructor(context: WingContext) {
    this.#context = context
    this.#rows = new Map(context.store.locks().map((row) => [row.id, row]))
    for (const { id, room } of this.#rows.values()) this.#idsOf(room).add(id)
  }

  /** Undefined if the node does not know the lock, or its document does not count. */
  get(lock: LockId): LockRow | undefined {
    const row = this.#rows.get(lock)
    return row === undefined || row.isVoid === true || !this.#isOpen(row.room) ? undefined : row
  }

  /** Of a room, by (clock, id): of several with one name, the first is meant by it. */
  list(room: RoomId): LockRow[] {
    if (!this.#isOpen(room)) return []
    const rows = [...this.#idsOf(room)].flatMap((id) => this.#rows.get(id) ?? [])
    return rows.filter(({ isVoid }) => isVoid !== true).sort(comparePositions)
  }

  vote(lock: LockId): Vote | undefined {
    return this.#rows.get(lock)?.vote
  }

  putVote(lock: LockId, vote: Vote): void {
    const row = this.#rows.get(lock)
    if (row !== undefined) this.#put({ ...row, vote })
  }

  onNotice(notice: Notice): void {
    if (notice.type === 'accepted') {
      const { room, intake } = notice.change
      const open = this.#context.rooms.get(room)
      for (const document of intake.accepted) this.#note(room, open?.read(document) ?? document)
      for (const { id } of intake.left) this.#leave(id)
    } else if (notice.type === 'readable') {
      for (const document of notice.documents) this.#note(notice.room, document)
    }
  }

  #isOpen(room: RoomId): boolean {
    return this.#context.rooms.get(room) !== undefined
  }

  /**
   * A lock that was not known has been promised to nobody, unless this node has lost what it wrote: then it may have
   * lost its promises, too.
   */
  #note(room: RoomId, document: Document): void {
    const text = lockOf(document)
    if (text === undefined) return
    const { id, clock, author } = document
    // All are in memory, and anybody who may write can describe some.
    if (!this.#rows.has(id) && this.#idsOf(room).size >= MAX_ROOM_LOCKS) return
    const hasForgotten = this.#context.rooms.get(room)?.isHeldBack === true
    const vote = this.#rows.get(id)?.vote ?? { fence: 0, hasForgotten }
    this.#put({ id, room, clock, author, name: text.name, electors: [...text.electors], vote })
  }

  #leave(id: LockId): void {
    const row = this.#rows.get(id)
    if (row !== undefined) this.#put({ ...row, isVoid: true })
  }

  #idsOf(room: RoomId): Set<LockId> {
    const known = this.#ofRooms.get(room)
    if (known !== undefined) return known
    const ids = new Set<LockId>()
    this.#ofRooms.set(room, ids)
    return ids
  }

  #put(row: LockRow): void {
    this.#idsOf(row.room).add(row.id)
    this.#rows.set(row.id, row)
    this.#context.store.apply({ type: 'put-lock', row })
  }
}
