/**
 * Keys of private rooms that somebody lacks: a node that has one writes it by itself, after a while, as others may do the
 * same meanwhile. An admin's node makes a new one if somebody was removed who knows the present one.
 */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { KEY_REPAIR_ADMIN_MS, KEY_REPAIR_MEMBER_MS } from './constants.ts'
import type { RoomEvent } from './io.ts'
import type { Notice, WingContext } from './wing.ts'

export class KeyRepairs {
  readonly #context: WingContext<RoomEvent>
  /** Rooms that are looked at soon. */
  readonly #due = new Set<RoomId>()

  constructor(context: WingContext<RoomEvent>) {
    this.#context = context
  }

  onNotice(notice: Notice): void {
    switch (notice.type) {
      case 'opened':
        this.#look(notice.room)
        break
      case 'closed':
        this.#due.delete(notice.room)
        break
      case 'accepted': {
        const { room, intake } = notice.change
        if (!intake.accepted.some(({ kind }) => kind.startsWith('access/'))) break
        if (this.#context.rooms.get(room)?.keys.isPrivate !== true) break
        this.#look(room)
        break
      }
      case 'keys-due':
        this.#repair(notice.room)
        break
      default:
    }
  }

  #look(id: RoomId): void {
    const room = this.#context.rooms.get(id)
    if (room === undefined || this.#due.has(id) || !room.acts.canMend) return
    this.#due.add(id)
    const atMostMs = room.keys.forWriting === 'stale' ? KEY_REPAIR_ADMIN_MS : KEY_REPAIR_MEMBER_MS
    const afterMs = Math.ceil(this.#context.random() * atMostMs)
    this.#context.effect({ type: 'timer', protocol: 'room-state', timer: { type: 'keys-due', room: id }, afterMs })
  }

  #repair(id: RoomId): void {
    this.#due.delete(id)
    const { rooms, now } = this.#context
    const room = rooms.get(id)
    if (room === undefined) return
    if (rooms.isReadOnly) return this.#look(id)
    for (const change of room.acts.mend(now.wallMs)) this.#context.changed(change, 'self')
  }
}
