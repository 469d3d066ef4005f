/** How rooms below others are named on a command line: `Kitchen/Soup`. */
import type { RoomSummary } from '../kith.ts'
import { clean } from './text.ts'

/** The names of a room and of those above it, which are among `rooms`; empty if the room has no name. */
export function roomPath({ id, name, parent }: RoomSummary, rooms: readonly RoomSummary[]): string {
  const byId = new Map(rooms.map((room) => [room.id, room]))
  const names = [clean(name)]
  const visited = new Set([id])
  for (let above = parent; above !== undefined && !visited.has(above); above = byId.get(above)?.parent) {
    visited.add(above)
    const room = byId.get(above)
    if (room !== undefined) names.unshift(clean(room.name))
  }
  return name === '' ? '' : names.join('/')
}
