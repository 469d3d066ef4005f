/** Tells of the history that comes in behind what a room shows, while its state is that of a checkpoint. */
import { grouped } from '../grouped.ts'
import type { RoomSummary } from '../kith.ts'
import type { Context } from './context.ts'
import { shellWord } from './text.ts'

type Room = Pick<RoomSummary, 'id' | 'name' | 'provisional'>

/** For example `Older messages are still coming: 1,200 of about 150,590.`; undefined if none are missing. */
export async function olderMessagesLine({ api }: Context, { id, provisional }: Room): Promise<string | undefined> {
  if (provisional === null) return undefined
  const { keepers } = await api.call('rooms.keep', { room: id })
  if (keepers.length === 0) return 'Older messages are missing: nobody who is here now has kept them.'
  const { have, known } = await api.call('rooms.progress', { room: id })
  return `Older messages are still coming: ${grouped(have)} of about ${grouped(Math.max(known, provisional.documents))}.`
}

/** Says that they come, and then that they are here: they are not shown among what is new. */
export async function tellOlderMessages(
  context: Context,
  room: Room,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (room.provisional === null) return
  try {
    const coming = await olderMessagesLine(context, room)
    if (coming !== undefined) say(coming)
    const { documents, name } = await context.api.run('rooms.replayed', { room: room.id }, { signal })
    const read = context.command(`read ${shellWord(name)}`)
    say(`The older messages are here now, ${grouped(documents)} documents in all: ${read}`)
  } catch {
    // Whoever follows the room is told if the node has stopped.
  }
}
