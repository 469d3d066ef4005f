/**
 * Takes over rights from rooms above as these change: after a while, as others may do the same meanwhile, but at once after
 * what this node wrote.
 */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { KEY_REPAIR_ADMIN_MS } from './constants.ts'
import type { Notice, WingContext } from './wing.ts'

export class InheritanceUpkeep {
  readonly #context: WingContext
  /** Rooms that are looked at soon. */
  readonly #due = new Set<RoomId>()

  constructor(context: WingContext) {
    this.#context = context
  }

  onNotice(notice: Notice): void {
    if (notice.type === 'opened') this.#look(notice.room)
    else if (notice.type === 'closed') this.#due.delete(notice.room)
    else if (notice.type === 'keys-due') this.#mend(notice.room)
    else if (
      notice.type === 'accepted' &&
      notice.change.intake.accepted.some(({ kind }) => kind.startsWith('access/'))
    ) {
      const { room } = notice.change
      const concerned = [room, ...this.#context.rooms.inheritance.childrenOf(room).map(({ record }) => record.id)]
      for (const id of concerned) {
        if (notice.from === 'self' && id !== room) this.#mend(id)
        else this.#look(id)
      }
    }
  }

  #look(id: RoomId): void {
    const { rooms, random } = this.#context
    if (this.#due.has(id) || !rooms.inheritance.isDue(id)) return
    this.#due.add(id)
    const afterMs = Math.ceil(random() * KEY_REPAIR_ADMIN_MS)
    this.#context.effect({ type: 'timer', protocol: 'room-state', timer: { type: 'keys-due', room: id }, afterMs })
  }

  #mend(id: RoomId): void {
    this.#due.delete(id)
    const { rooms, now } = this.#context
    if (rooms.isReadOnly) return
    for (const change of rooms.inheritance.mend(id, now.wallMs)) this.#context.changed(change, 'self')
  }
}
