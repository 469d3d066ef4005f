/** The chat that is shown: its messages, kept current, and how far the user has read it. */
import { signal } from '@preact/signals'
import type { MessagePage, PageOptions } from '../../kith.ts'
import { call, CallError } from '../connection/call.ts'
import { isForGuests } from '../connection/served-for.ts'
import { markReadAsGuest } from './guest-reading.ts'
import { ChatWindow } from './chat-window.ts'
import { onTold, putRoom, rooms } from './node.ts'

/** At first: as many as are ever counted as new, so that the first of these is among them. */
const FIRST_PAGE_MESSAGES = 100
/** Then, as one scrolls: a few screens, which are laid out within a frame or two. */
const PAGE_MESSAGES = 50

/** Marks are written when somebody stays with a message, not for each that passes by. */
const MARK_AFTER_MS = 400

/** A chat that is shown. */
export interface OpenChat {
  readonly room: string
  readonly window: ChatWindow
  /** How many messages of others were new when it was opened. */
  readonly wasNew: number
}

/** The chat that is shown now. */
export const openChat = signal<OpenChat | undefined>(undefined)

/** The message to go to; empty if one stays where one reads. */
export const lookedAt = signal('')

/** Goes to a message of the chat that is shown. One that is not there any more stays out of sight. */
export async function lookAt(message: string): Promise<void> {
  const chat = openChat.value
  if (chat === undefined) return
  await chat.window.openAt(message, chat.room).catch(retryLater)
  lookedAt.value = message
}

/** Shows a chat, until the returned function is called. */
export function showChat(room: string): () => void {
  const window = new ChatWindow((options) => loadPage(room, options))
  const wasNew = rooms.value.get(room)?.newMessages ?? 0
  openChat.value = { room, window, wasNew }
  const load = (work: Promise<void>): void => void work.catch(retryLater)
  // Where what was loaded is not kept any more, one begins at the end.
  const resume = (): Promise<void> => window.resume().catch(() => window.open())
  load(window.open())
  let wasProvisional = rooms.value.get(room)?.provisional !== null
  const stop = onTold((record) => {
    if (record.event === 'message' && record.message.room === room) window.add(record.message)
    if (record.event === 'many' && record.many.room === room) load(resume())
    // The stream begins again: messages may have come meanwhile.
    if (record.event === 'listed') load(resume())
    if (record.event !== 'room' || record.room.id !== room) return
    const isProvisional = record.room.provisional !== null
    if (wasProvisional && !isProvisional) {
      window.historyCame()
      load(resume())
    }
    wasProvisional = isProvisional
  })
  return () => {
    stop()
    if (openChat.value?.window === window) openChat.value = undefined
  }
}

/** What is older than a message that the room does not keep any more is not kept either. */
async function loadPage(room: string, options: PageOptions): Promise<MessagePage> {
  try {
    const isFirst = options.before === undefined && options.after === undefined
    return await call('messages.page', { room, limit: isFirst ? FIRST_PAGE_MESSAGES : PAGE_MESSAGES, ...options })
  } catch (error) {
    const isGone = error instanceof CallError && error.code === 'no-such-document'
    if (isGone && options.before !== undefined) return { messages: [], next: null }
    throw error
  }
}

/** The node is asked again when it is there again; other errors stand in the room's state. */
function retryLater(error: unknown): void {
  if (!(error instanceof CallError)) throw error
}

/** What is about to be marked, by room. */
const timers = new Map<string, ReturnType<typeof setTimeout>>()
let marked = ''

/** Notes that the user has read a room up to a message. */
export function markRead(room: string, message: string): void {
  if (marked === message) return
  clearTimeout(timers.get(room))
  const mark = (): void => {
    timers.delete(room)
    marked = message
    if (isForGuests) return markReadAsGuest(room, message)
    call('rooms.markRead', { room, message }).then(putRoom, () => {
      marked = ''
    })
  }
  timers.set(room, setTimeout(mark, MARK_AFTER_MS))
}
