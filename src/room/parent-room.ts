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

/** The room of this node that another one is below. */
export function parentOf(child: Room, rooms: { get(id: RoomId): Room | undefined }, store: Store): Room | undefined {
  const { id } = child.record
  return store
    .linkingRooms(id)
    .flatMap((room) => rooms.get(room) ?? [])
    .find((room) => isBelow(child, room.record.id, store) === true && hasLinkTo(room, id, store))
}

/** Whether the root of a room names another one as its parent: `unknown` as long as it is not here, or cannot be read. */
export function isBelow(child: Room, parent: RoomId, store: Pick<Store, 'document'>): boolean | 'unknown' {
  const row = store.document(child.record.id)
  const root = row && storedDocument(row)
  const mark = root && parentMarkOf(root, child.keys.first)
  if (mark !== undefined) return isMarkOf(mark, parent)
  return root === undefined || (child.keys.isPrivate && child.keys.first === undefined) ? 'unknown' : false
}

/** Whether a room links to another one. Looks at all links: those that do not count must not hide one that does. */
export function hasLinkTo(parent: Room, child: RoomId, store: Store): boolean {
  const which = { room: parent.record.id, child, limit: LINKS_AT_ONCE }
  let links = store.childLinks(which)
  while (!links.some((link) => doesLinkCount(link, parent, store))) {
    const before = links.at(-1)
    if (before === undefined || links.length < LINKS_AT_ONCE) return false
    links = store.childLinks({ ...which, before })
  }
  return true
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
