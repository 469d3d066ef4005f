/** How rooms below others are named on a command line: `Kitchen/Soup`. */
import type { RoomSummary } from '../kith.ts'
import { clean } from './text.ts'

/**
 * The names of a room and of those above it, which are among `rooms`; empty if the room has no name. One that is still to
 * come is called as in the room that links to it.
 */
export function roomPath({ id, name, parent, link }: RoomSummary, rooms: readonly RoomSummary[]): string {
  const own = name === '' && parent === undefined ? link : { title: name, room: parent }
  if (own === undefined || own.title === '') return ''
  const byId = new Map(rooms.map((room) => [room.id, room]))
  const names = [clean(own.title)]
  const visited = new Set([id])
  for (let above = own.room; above !== undefined && !visited.has(above); above = byId.get(above)?.parent) {
    visited.add(above)
    const room = byId.get(above)
    if (room !== undefined) names.unshift(clean(room.name))
  }
  return names.join('/')
}
