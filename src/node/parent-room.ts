/** Which room of this node another one is below. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { isMarkOf } from '../room/children.ts'
import { parentMarkOf } from '../room/root.ts'
import type { Room } from '../room/room.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { StoreReads } from '../store/store.ts'
import type { NodeRoom } from './node-room.ts'

/** Links to one room that are looked at: more than there are rooms in which somebody links to it. */
const MAX_LINKS = 64

/** Whether a room is below another one, by its root: `unknown` as long as that is not here, or cannot be read. */
export function isBelow(child: Room, parent: RoomId, store: Pick<StoreReads, 'document'>): boolean | 'unknown' {
  const row = store.document(child.record.id)
  const root = row && storedDocument(row)
  if (root === undefined || (child.keys.isPrivate && child.keys.first === undefined)) return 'unknown'
  const mark = parentMarkOf(root, child.keys.first)
  return mark !== undefined && isMarkOf(mark, parent)
}

/** The room of this node that links to a room, and that this one says it is below. */
export function parentOf({ id, open, core }: NodeRoom): RoomId | undefined {
  const { store, machine } = core
  const linking = new Set(store.childLinks({ child: id, limit: MAX_LINKS }).map(({ room }) => room))
  return [...linking].find((room) => machine.rooms.get(room) !== undefined && isBelow(open, room, store) === true)
}
