/** Which room of this node another one is below. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { isMarkOf } from '../room/children.ts'
import { parentMarkOf } from '../room/root.ts'
import type { Room } from '../room/room.ts'
import { storedDocument } from '../room/stored-document.ts'
import type { StoreReads } from '../store/store.ts'
import type { NodeRoom } from './node-room.ts'

/** Whether a room is below another one, by its root: `unknown` as long as that is not here, or what it says cannot be read. */
export function isBelow(child: Room, parent: RoomId, store: Pick<StoreReads, 'document'>): boolean | 'unknown' {
  const row = store.document(child.record.id)
  const root = row && storedDocument(row)
  const mark = root && parentMarkOf(root, child.keys.first)
  if (mark !== undefined) return isMarkOf(mark, parent)
  return root === undefined || (child.keys.isPrivate && child.keys.first === undefined) ? 'unknown' : false
}

/** The room of this node that links to a room, and that this one says it is below. */
export function parentOf({ id, open, core }: NodeRoom): RoomId | undefined {
  const { store, machine } = core
  const linking = store.linkingRooms(id)
  return linking.find((room) => machine.rooms.get(room) !== undefined && isBelow(open, room, store) === true)
}
