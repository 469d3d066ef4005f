/** Shows how the histories of all rooms come in. */
import { setTimeout as delay } from 'node:timers/promises'
import type { RoomProgress } from '../kith.ts'
import type { Context } from './context.ts'
import { columnsOf, progressLine } from './progress.ts'
import { describeRoomProgress, roomProgressLine, roomsName } from './room-progress.ts'
import { LiveLine } from './terminal.ts'

/** Often enough to look live. */
const ASK_EVERY_MS = 500

/** Until nothing is missing or Ctrl-C: a bar for all rooms on a terminal, otherwise a line for each at every change. */
export async function watchProgress(context: Context): Promise<void> {
  const stop = new AbortController()
  const forget = context.terminal.onInterrupt(() => stop.abort())
  const line = new LiveLine(context.terminal)
  const printed = new Map<string, string>()
  try {
    let rooms: RoomProgress[] = (await context.api.call('status', {})).progress
    while (rooms.length > 0 && !stop.signal.aborted) {
      show(context, rooms, line, printed)
      await delay(ASK_EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined)
      rooms = (await context.api.call('status', {})).progress
    }
  } finally {
    line.clear()
    forget()
  }
}

function show(context: Context, rooms: readonly RoomProgress[], line: LiveLine, printed: Map<string, string>): void {
  const { output, terminal } = context
  if (terminal.stderr.isTTY === true && !output.json) {
    const { facts, ...progress } = describeRoomProgress(rooms)
    line.show(progressLine({ ...progress, facts: [roomsName(rooms), ...facts] }, columnsOf(terminal.stderr)))
    return
  }
  for (const progress of rooms) {
    const text = roomProgressLine(progress)
    if (printed.get(progress.room) === text) continue
    printed.set(progress.room, text)
    if (output.json) output.value({ progress })
    else output.lines(text)
  }
}
