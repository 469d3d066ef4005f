/** By what name others know a node whose own note of it was lost. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Room } from '../room/room.ts'

/** The name that a node has in the rooms that it writes in: that of most, or the first of these. */
export function nameInRooms(rooms: readonly Room[], self: PeerId): string | undefined {
  const own = rooms.filter((room) => room.record.status === 'open' && !room.isCarried)
  const names = own.flatMap(({ view }) => view.state.roster.profiles.get(self)?.name ?? [])
  const [most] = [...Map.groupBy(names, (name) => name).values()].sort((a, b) => b.length - a.length)
  return most?.[0]
}
