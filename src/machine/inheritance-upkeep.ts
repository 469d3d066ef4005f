/**
 * Takes over rights from rooms above as these change: after a while, as others may do the same meanwhile, but at once after
 * what this node wrote.
 */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { KEY_REPAIR_ADMIN_MS } from './constants.ts'
import type { Notice, WingContext } from './wing.ts'

/** Others have theirs before. */
const NEXT_TURN_MS = 10

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
        this.#takeSecrets(id)
        if (notice.from === 'self' && id !== room) this.#mend(id)
        // After a part of what it has to say, the rest follows in the next turn.
        else this.#look(id, notice.from === 'self' ? NEXT_TURN_MS : undefined)
      }
    }
  }

  #look(id: RoomId, soonMs?: number): void {
    const { rooms, random } = this.#context
    if (this.#due.has(id) || !rooms.inheritance.isDue(id)) return
    this.#due.add(id)
    const afterMs = soonMs ?? Math.ceil(random() * KEY_REPAIR_ADMIN_MS)
    this.#context.effect({ type: 'timer', protocol: 'room-state', timer: { type: 'keys-due', room: id }, afterMs })
  }

  /** What is sealed to this node in the room above may be sealed to it below: it may have more secrets there since it joined. */
  #takeSecrets(id: RoomId): void {
    const { rooms, now } = this.#context
    const [room, parent] = [rooms.get(id), rooms.inheritance.parentOf(id)]
    if (room === undefined || parent === undefined || room.isCarried) return
    const { boxSecrets = [] } = room.record
    const more = (parent.record.boxSecrets ?? []).filter((secret) => !boxSecrets.includes(secret))
    if (more.length === 0) return
    room.put({ ...room.record, boxSecrets: [...boxSecrets, ...more] })
    // With nothing new, looks for what they open in what is here.
    this.#context.changed(rooms.receive(id, [], rooms.author, now), 'self')
  }

  #mend(id: RoomId): void {
    this.#due.delete(id)
    const { rooms, now } = this.#context
    if (rooms.isReadOnly) return
    for (const change of rooms.inheritance.mend(id, now.wallMs)) this.#context.changed(change, 'self')
  }
}
