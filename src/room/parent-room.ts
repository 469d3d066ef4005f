/** Which room another one is below: the one that links to it, and that its root names. Neither is enough. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { ChildLinkRow } from '../store/child-links.ts'
import { isMarkOf } from './children.ts'
import type { Room } from './room.ts'
import type { RoomStore } from './room-store.ts'
import { parentMarkOf } from './root.ts'
import { isDropped } from './rulings.ts'
import { storedDocument } from './stored-document.ts'

/** Links that are looked at together. */
const LINKS_AT_ONCE = 64

type Store = Pick<RoomStore, 'document' | 'hasDocument' | 'childLinks' | 'linkingRooms'>

interface RoomsHere {
  get(id: RoomId): Room | undefined
}

/** The room of this node that another one is below. */
export function parentOf(child: Room, rooms: RoomsHere, store: Store): Room | undefined {
  const above = aboveOf(child, rooms, store)
  return above?.isKnown === true ? above.room : undefined
}

/**
 * The room of this node that another one is below, with the link there; `isKnown`: the root says so. As long as it is not
 * here, the room whose link leads to it.
 */
export function aboveOf(
  child: Room,
  rooms: RoomsHere,
  store: Store,
): { room: Room; link: ChildLinkRow; isKnown: boolean } | undefined {
  const { id } = child.record
  for (const linking of store.linkingRooms(id)) {
    const room = rooms.get(linking)
    const isChild = room !== undefined && isBelow(child, linking, store)
    const link = room !== undefined && isChild !== false ? linkTo(room, id, store) : undefined
    if (room !== undefined && link !== undefined) return { room, link, isKnown: isChild === true }
  }
  return undefined
}

/** Whether the root of a room names another one as its parent: `unknown` as long as it is not here, or cannot be read. */
export function isBelow(child: Room, parent: RoomId, store: Pick<Store, 'document'>): boolean | 'unknown' {
  const row = store.document(child.record.id)
  const root = row && storedDocument(row)
  const mark = root && parentMarkOf(root, child.keys.first)
  if (mark !== undefined) return isMarkOf(mark, parent)
  return root === undefined || (child.keys.isPrivate && child.keys.first === undefined) ? 'unknown' : false
}

/** Whether a room links to another one. */
export function hasLinkTo(parent: Room, child: RoomId, store: Store): boolean {
  return linkTo(parent, child, store) !== undefined
}

/** The newest link to another room. Looks at all of them: those that do not count must not hide one that does. */
function linkTo(parent: Room, child: RoomId, store: Store): ChildLinkRow | undefined {
  const which = { room: parent.record.id, child, limit: LINKS_AT_ONCE }
  for (let before: ChildLinkRow | undefined; ;) {
    const links = store.childLinks({ ...which, ...(before && { before }) })
    const counting = links.find((link) => doesLinkCount(link, parent, store))
    if (counting !== undefined || links.length < LINKS_AT_ONCE) return counting
    before = links.at(-1)
  }
}

/** Whether a link in a room has an effect: not if its author was dropped, or had no right to it. */
export function doesLinkCount(
  { id, author }: Pick<ChildLinkRow, 'id' | 'author'>,
  { record, view, graph }: Room,
  store: Pick<Store, 'document' | 'hasDocument'>,
): boolean {
  if (isDropped(view.state.rulings, author) || !store.hasDocument(id, record.id)) return false
  if (graph.gate.control === undefined) return true
  const row = store.document(id)
  const document = row && storedDocument(row)
  return document !== undefined && graph.gate.counts(document)
}
