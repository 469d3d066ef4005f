/**
 * Rooms with the rights of the one above them: those who may change roles there write the ones that the room above has, and
 * nothing is sealed there while somebody reads it who may not read the room above any more.
 */
import type { PeerId, RoomId } from '../../protocols/wire/ids.ts'
import { rankOf, type Act, type Saying } from '../room/access/acts.ts'
import { isMarkOf, type ParentMark } from '../room/children.ts'
import { isBehind, missingRoles } from '../room/inherited-roles.ts'
import { hasLinkTo } from '../room/parent-room.ts'
import { ownRemoval } from '../room/removal.ts'
import type { RoomChange } from '../room/room-change.ts'
import type { Room } from '../room/room.ts'
import { inheritedMarkOf } from '../room/root.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { RoomStore } from '../room/room-store.ts'

const READER = rankOf('reader')
const ADMIN = rankOf('admin')

/** Roles written in one turn: some 50 ms of work, in a private room with many members. */
const ROLES_AT_ONCE = 16

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

/**
 * Which rooms take over their rights from which. A room that says so in its root seals nothing while it is behind the one
 * that it names; roles are given in it only if that one links to it, and its owner is in that: anybody can name any room.
 */
export class Inheritance {
  readonly #rooms: RoomsHere
  readonly #store: RoomStore
  readonly #self: PeerId
  /** Rooms of which it is not known yet whether they are below others. */
  readonly #unread = new Set<RoomId>()
  /** The rooms that those name which take over their rights. */
  readonly #parents = new Map<RoomId, RoomId>()
  readonly #children = new Map<RoomId, Set<RoomId>>()
  /** Rooms that name one which is not here. */
  readonly #orphans = new Map<RoomId, ParentMark>()
  readonly #differences = new Map<RoomId, Difference>()

  /** `self`: the author of what is written here. */
  constructor(rooms: RoomsHere, store: RoomStore, self: PeerId) {
    this.#rooms = rooms
    this.#store = store
    this.#self = self
  }

  /** The room that another one names as the one from which it takes over its rights, if both are here. */
  parentOf(child: RoomId): Room | undefined {
    if (this.#unread.has(child)) this.#read(child)
    const parent = this.#parents.get(child)
    return parent === undefined ? undefined : this.#rooms.get(parent)
  }

  #read(child: RoomId): void {
    const row = this.#store.document(child)
    const root = row && storedDocument(row)
    if (root === undefined) return
    this.#unread.delete(child)
    const mark = inheritedMarkOf(root)
    if (mark === undefined) return
    const parent = this.#rooms.list().find(({ record }) => isMarkOf(mark, record.id))
    if (parent === undefined) this.#orphans.set(child, mark)
    else this.#place(child, parent.record.id)
  }

  #place(child: RoomId, parent: RoomId): void {
    this.#parents.set(child, parent)
    const children = this.#children.get(parent) ?? new Set()
    this.#children.set(parent, children.add(child))
  }

  /** A room is here that was not before. */
  entered(id: RoomId): void {
    this.#unread.add(id)
    for (const [child, mark] of this.#orphans) {
      if (!isMarkOf(mark, id)) continue
      this.#orphans.delete(child)
      this.#place(child, id)
    }
  }

  /** A room is gone. */
  left(id: RoomId): void {
    const parent = this.#parents.get(id)
    if (parent !== undefined) this.#children.get(parent)?.delete(id)
    for (const map of [this.#unread, this.#parents, this.#orphans, this.#differences]) map.delete(id)
    for (const child of this.#children.get(id) ?? []) {
      for (const map of [this.#parents, this.#differences]) map.delete(child)
      this.#unread.add(child)
    }
    this.#children.delete(id)
  }

  childrenOf(parent: RoomId): Room[] {
    for (const id of this.#unread) this.#read(id)
    return [...(this.#children.get(parent) ?? [])].flatMap((id) => this.#rooms.get(id) ?? [])
  }

  /** Whether somebody reads a room who may not read the one above any more. */
  isBehind(child: RoomId): boolean {
    return this.#differenceOf(child)?.isBehind === true
  }

  /**
   * Writes some of the roles that a room lacks, if this node may: those that take something first, all of them, as nothing
   * is sealed before. There may be more: see `isDue`.
   */
  mend(child: RoomId, timeMs: number): RoomChange[] {
    const room = this.#rooms.get(child)
    if (room === undefined || !this.isDue(child)) return []
    const missing = this.#missing(child)
    // Whoever has lowered itself may say nothing about others.
    const isTaking = (saying: Saying): boolean =>
      saying.type === 'role' && rankOf(saying.role) < READER && saying.member !== this.#self
    const taking = missing.filter(isTaking)
    const others = missing.filter((saying) => !isTaking(saying))
    return room.acts.write([...taking, ...others.slice(0, ROLES_AT_ONCE)], timeMs)
  }

  /** Whether this node would write roles there. */
  isDue(child: RoomId): boolean {
    const [room, parent] = [this.#rooms.get(child), this.parentOf(child)]
    const [self, store] = [this.#self, this.#store]
    if (room === undefined || parent === undefined || !isWhole(parent) || !canMend(room, self)) return false
    if (this.#missing(child).length === 0 || !hasLinkTo(parent, child, store)) return false
    return ownRemoval(parent, { self, store }) === undefined
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
    const difference = { of, isBehind: isBehind(above, below), missing: missingRoles(above, below, this.#self) }
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
