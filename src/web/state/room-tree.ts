/** The order of rooms in a list: below each those that are below it, with the latest messages first, then by name. */
import type { RoomOverview } from '../../api/page-calls.ts'
import { locale } from '../language/language.ts'
import { nameOf } from './room-name.ts'

/** A room in a list. */
export interface ListedRoom {
  room: RoomOverview
  /** 0 for those that are below no other one of the list. */
  depth: number
}

/** Much faster than `localeCompare` where there are very many. */
const byName = new Intl.Collator(locale)

export function treeOf(rooms: readonly RoomOverview[]): ListedRoom[] {
  const byId = new Map(rooms.map((room) => [room.id, room]))
  const below = new Map<string, RoomOverview[]>()
  const tops: RoomOverview[] = []
  for (const room of rooms) {
    const above = room.parent ?? room.link?.room
    if (above === undefined || !byId.has(above)) tops.push(room)
    else {
      const siblings = below.get(above) ?? []
      siblings.push(room)
      below.set(above, siblings)
    }
  }
  const times = new Map<string, number>()
  // Of the newest message in a room or below it. Roots name no room that names them, but links to come may.
  const timeOf = (room: RoomOverview, visited: ReadonlySet<string>): number => {
    const known = times.get(room.id)
    if (known !== undefined || visited.has(room.id)) return known ?? 0
    const inside = new Set(visited).add(room.id)
    const all = (below.get(room.id) ?? []).map((child) => timeOf(child, inside))
    const time = Math.max(room.last?.timeMs ?? 0, ...all)
    times.set(room.id, time)
    return time
  }
  const sorted = (some: readonly RoomOverview[]): RoomOverview[] =>
    some.toSorted((a, b) => timeOf(b, new Set()) - timeOf(a, new Set()) || byName.compare(nameOf(a), nameOf(b)))
  const listed: ListedRoom[] = []
  const seen = new Set<string>()
  const list = (some: readonly RoomOverview[], depth: number): void => {
    for (const room of sorted(some)) {
      if (seen.has(room.id)) continue
      seen.add(room.id)
      listed.push({ room, depth })
      list(below.get(room.id) ?? [], depth + 1)
    }
  }
  list(tops, 0)
  // What is above itself by links is still listed.
  if (listed.length < rooms.length)
    list(
      rooms.filter(({ id }) => !seen.has(id)),
      0,
    )
  return listed
}
