/**
 * How far a guest has read, which its browser keeps: the node knows that of its owner only. What came since is counted by
 * asking for it once, and then as it comes.
 */
import { call, CallError } from '../connection/call.ts'
import { keep, kept } from '../connection/kept.ts'
import { onTold, rooms } from './node.ts'
import { isOwn } from './self.ts'

/** More are shown as so many and more. */
const MAX_COUNTED = 100

/** In place of an id: there was no message yet. */
const NOTHING = ''

const nameOf = (room: string): string => `read.${room}`

/** Follows what the node tells to a guest. */
export function startGuestReading(): void {
  onTold((record) => {
    if (record.event === 'listed') void countAll()
    if (record.event === 'many') void count(record.many.room)
    if (record.event !== 'message' || isOwn(record.message)) return
    const { room } = record.message
    setCount(room, Math.min(MAX_COUNTED, (rooms.value.get(room)?.newMessages ?? 0) + 1))
  })
}

/** Notes that the guest has read a room up to a message. */
export function markReadAsGuest(room: string, message: string): void {
  keep(nameOf(room), message)
  setCount(room, 0)
}

/** One after the other: a guest may ask for so much at a time. */
async function countAll(): Promise<void> {
  for (const room of rooms.value.keys()) await count(room)
}

/** Counts what is behind what the guest has read. What was said before it first came is not new. */
async function count(room: string): Promise<void> {
  const last = rooms.value.get(room)?.last ?? null
  const read = kept(nameOf(room))
  if (read === undefined) return keep(nameOf(room), last?.id ?? NOTHING)
  if (last === null || read === last.id) return
  try {
    const after = read === NOTHING ? {} : { after: read }
    const { messages } = await call('messages.page', { room, ...after, limit: MAX_COUNTED })
    if (kept(nameOf(room)) === read) setCount(room, messages.filter((message) => !isOwn(message)).length)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    // What was read is not kept there any more.
    if (error.code === 'no-such-document') keep(nameOf(room), last.id)
  }
}

function setCount(room: string, newMessages: number): void {
  const known = rooms.value.get(room)
  if (known !== undefined) rooms.value = new Map(rooms.value).set(room, { ...known, newMessages })
}
