/**
 * Rooms with the rights of the one above them: those who may change roles there write the ones that the room above has, and
 * nothing is sealed there while somebody reads it who may not read the room above any more.
 */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { rankOf, type Act, type Saying } from '../room/access/acts.ts'
import { isMarkOf } from '../room/children.ts'
import { isBehind, missingRoles } from '../room/inherited-roles.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { Room } from '../room/room.ts'
import { inheritedMarkOf } from '../room/root.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { RoomStore } from '../room/room-store.ts'

const ADMIN = rankOf('admin')

/** The rooms of a node. */
interface RoomsHere {
  get(id: RoomId): Room | undefined
  list(): Room[]
}

/** What the acts of a room lack of those of the one above. */
interface Difference {
  of: readonly [above: readonly Act[], below: readonly Act[]]
  isBehind: boolean
  missing: readonly Saying[]
}

/** Which rooms take over their rights from which. */
export class Inheritance {
  readonly #rooms: RoomsHere
  readonly #store: RoomStore
  /** The rooms above those that are known to take over rights; null for those that do not. */
  readonly #parents = new Map<RoomId, RoomId | null>()
  /** Rooms that take over rights from one that is not here: looked for again once a room is entered. */
  readonly #orphans = new Set<RoomId>()
  readonly #differences = new Map<RoomId, Difference>()

  constructor(rooms: RoomsHere, store: RoomStore) {
    this.#rooms = rooms
    this.#store = store
  }

  /** The room from which another one takes over its rights, if both are here. */
  parentOf(child: RoomId): Room | undefined {
    const known = this.#parents.get(child)
    if (known !== undefined) return known === null ? undefined : this.#rooms.get(known)
    if (this.#orphans.has(child)) return undefined
    const row = this.#store.document(child)
    const root = row && storedDocument(row)
    if (root === undefined) return undefined
    const mark = inheritedMarkOf(root)
    if (mark === undefined) this.#parents.set(child, null)
    const parent = mark && this.#rooms.list().find(({ record }) => isMarkOf(mark, record.id))
    if (parent !== undefined) this.#parents.set(child, parent.record.id)
    else if (mark !== undefined) this.#orphans.add(child)
    return parent
  }

  /** A room is here that was not before. */
  entered(): void {
    this.#orphans.clear()
  }

  childrenOf(parent: RoomId): Room[] {
    return this.#rooms.list().filter(({ record }) => this.parentOf(record.id)?.record.id === parent)
  }

  /** Whether somebody reads a room who may not read the one above any more. */
  isBehind(child: RoomId): boolean {
    return this.#differenceOf(child)?.isBehind === true
  }

  /** Writes the roles that a room lacks, if this node may. */
  mend(child: RoomId, self: PeerId, timeMs: number): RoomChange[] {
    const room = this.#rooms.get(child)
    return room !== undefined && this.isDue(child, self) ? room.acts.write(this.#missing(child), timeMs) : []
  }

  /** Whether this node would write roles there. */
  isDue(child: RoomId, self: PeerId): boolean {
    const [room, parent] = [this.#rooms.get(child), this.parentOf(child)]
    return (
      room !== undefined &&
      parent !== undefined &&
      isWhole(parent) &&
      canMend(room, self) &&
      this.#missing(child).length > 0
    )
  }

  #missing(child: RoomId): readonly Saying[] {
    return this.#differenceOf(child)?.missing ?? []
  }

  /** Computed again when the acts of either room are not as they were. */
  #differenceOf(child: RoomId): Difference | undefined {
    const above = this.parentOf(child)?.graph.gate.control
    const below = this.#rooms.get(child)?.graph.gate.control
    if (above === undefined || below === undefined) return undefined
    const known = this.#differences.get(child)
    const of = [above.allActs(), below.allActs()] as const
    if (known !== undefined && known.of[0] === of[0] && known.of[1] === of[1]) return known
    const difference = { of, isBehind: isBehind(above, below), missing: missingRoles(above, below) }
    this.#differences.set(child, difference)
    return difference
  }
}

/** What of a history is here says nothing of who has which role now. */
function isWhole({ record, isPreview, awaitsState }: Room): boolean {
  return record.status === 'open' && record.joining === undefined && !isPreview && !awaitsState
}

/** Whether this node may change roles in a room now. */
function canMend({ graph, isCarried, isHeldBack, isPreview, record }: Room, self: PeerId): boolean {
  const isAdmin = (graph.gate.control?.rank(self) ?? 0) >= ADMIN
  return isAdmin && record.status === 'open' && !isCarried && !isHeldBack && !isPreview
}
