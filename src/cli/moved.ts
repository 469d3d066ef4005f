/** Tells that a room goes on in another one. */
import type { RoomMove, RoomSummary } from '../kith.ts'
import type { Context } from './context.ts'
import { clean, shortId } from './text.ts'

/** Where a room has moved, to follow 'moved'. */
export function movedText({ room, by }: RoomMove): string {
  if (room !== null) return `to ${room}`
  const short = shortId(by.peer)
  const name = clean(by.name)
  return `to another room; ask ${name.endsWith(short) ? name : `${name} (${short})`} for an invite`
}

/** A whole sentence; undefined if the room has not moved. */
export function movedLine({ name, id, moved }: RoomSummary): string | undefined {
  return moved && `${clean(name) || id} has moved ${movedText(moved)}. Nothing is written here any more.`
}

/** Says so at once if the room has moved, and otherwise as soon as it does. */
export async function tellMove(
  { api }: Context,
  room: RoomSummary,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const moved = room.moved === undefined ? await api.run('rooms.moved', { room: room.id }, { signal }) : room
    const line = movedLine(moved)
    if (line !== undefined) say(line)
  } catch {
    // Whoever follows the room is told if the node has stopped.
  }
}
