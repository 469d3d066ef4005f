/** Going to a room below another one. */
import { call } from '../../connection/call.ts'
import { putRoom, rooms } from '../../state/node.ts'
import { go } from '../../state/route.ts'

/** Follows it, if it is not followed, and goes there. Throws a CallError. */
export async function openBelow(above: string, room: string): Promise<void> {
  if (!rooms.value.has(room)) putRoom(await call('children.follow', { path: `${above}/${room}` }))
  go({ at: 'room', room })
}
