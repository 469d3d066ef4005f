/**
 * Messages on their way to the node. They are kept until the node has them, also when the page is loaded again; where
 * nobody knows whether the node took one before it went away, the room is asked for it.
 */
import { newKey } from '../parts/new-key.ts'
import { effect, signal } from '@preact/signals'
import type { Message, SentDocument } from '../../kith.ts'
import { call, CallError, reasonOf } from '../connection/call.ts'
import { keep, kept } from '../connection/kept.ts'
import type { Answered } from './drafts.ts'
import { link, node, onTold } from './node.ts'
import { t } from '../language/language.ts'
import { isOwn } from './self.ts'

const KEPT = 'outbox'
/** A message may carry the time of just before it was sent, as clocks go. */
const CLOCK_SLACK_MS = 2_000
/** When the node did not answer a message, and yet is there: longer than any answer takes. */
const SETTLE_AFTER_MS = 5_000
/** Of the newest messages of a room, in which one that was taken is looked for. */
const LOOK_BACK = 100

/**
 * `sending`: it is on its way; `unsure`: the node went away before it answered; `taken`: the node has it, and it is about
 * to appear among the others; `failed`: it was refused, for the reason given.
 */
export interface Outgoing {
  key: string
  room: string
  text: string
  /** The message that it answers. */
  answered?: Answered | undefined
  sentMs: number
  state: 'sending' | 'unsure' | 'taken' | 'failed'
  reason?: string
  /** Of the message, once it is taken. */
  id?: string
}

/** In the order in which they were written. */
export const outbox = signal<readonly Outgoing[]>(restored())

/** Begins to look after the messages that are on their way. */
export function startOutbox(): void {
  effect(() => keep(KEPT, outbox.value.length === 0 ? undefined : JSON.stringify(outbox.value), 'tab'))
  onTold((record) => {
    if (record.event === 'message') arrived(record.message)
    if (record.event === 'listed') void resolveUnsure()
  })
  // Whoever closes the tab is asked first.
  addEventListener('beforeunload', (event) => {
    if (outbox.value.some(({ state }) => state !== 'taken')) event.preventDefault()
  })
}

/** Sends a text to a room, behind those before it. */
export async function send(room: string, text: string, answered?: Answered): Promise<void> {
  const key = newKey()
  outbox.value = [...outbox.value, { key, room, text, answered, sentMs: Date.now(), state: 'sending' }]
  await post(key)
}

/** Sends one again that failed. */
export async function sendAgain(key: string): Promise<void> {
  change(key, { state: 'sending', sentMs: Date.now() })
  await post(key)
}

/** Takes a message out that failed, and returns it. */
export function takeBack(key: string): Outgoing | undefined {
  const own = outbox.value.find((each) => each.key === key)
  remove(key)
  return own
}

/** Own messages that the node told of lately: often before it answers that it took them. */
const told = new Set<string>()

function arrived(message: Message): void {
  const { id } = message
  if (!isOwn(message)) return
  told.add(id)
  const [oldest] = told
  if (told.size > LOOK_BACK && oldest !== undefined) told.delete(oldest)
  const own = outbox.value.find((each) => each.id === id)
  if (own !== undefined) remove(own.key)
}

/** Messages of a room are sent one after the other, so that they stay in order. */
const turns = new Map<string, Promise<void>>()

function post(key: string): Promise<void> {
  const room = outbox.value.find((each) => each.key === key)?.room ?? ''
  const turn = (turns.get(room) ?? Promise.resolve()).then(() => postNow(key))
  turns.set(room, turn)
  return turn
}

async function postNow(key: string): Promise<void> {
  const own = outbox.value.find((each) => each.key === key)
  if (own === undefined) return
  try {
    const { room, text, answered } = own
    const args = { text, ...(answered && { replyTo: answered.id }) }
    const { value } = await call('rooms.do', { room, command: 'send', args })
    const { id } = value as unknown as SentDocument
    if (told.has(id)) remove(key)
    else change(key, { state: 'taken', id })
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    if (error.code === 'no-answer') {
      change(key, { state: 'unsure' })
      setTimeout(() => {
        if (link.value === 'open') void resolveUnsure()
      }, SETTLE_AFTER_MS)
    } else change(key, { state: 'failed', reason: reasonOf(error) })
  }
}

/** The node is there: looks which of the messages it took. */
async function resolveUnsure(): Promise<void> {
  const unsure = outbox.value.filter(({ state }) => state === 'unsure' || state === 'taken')
  for (const room of new Set(unsure.map((each) => each.room))) {
    const { messages } = await call('messages.page', { room, limit: LOOK_BACK }).catch(() => ({ messages: undefined }))
    if (messages === undefined) continue
    const own = messages.filter(isOwn)
    for (const each of unsure.filter((one) => one.room === room)) settle(each, own)
  }
}

function settle(each: Outgoing, own: Message[]): void {
  const at = own.findIndex(({ text, timeMs }) => text === each.text && timeMs >= each.sentMs - CLOCK_SLACK_MS)
  if (at >= 0) own.splice(at, 1)
  const startedAtMs = node.value?.startedAtMs ?? 0
  if (at >= 0 || each.state === 'taken') remove(each.key)
  // The node that it was sent to is gone, so nobody is about to take it.
  else if (startedAtMs > each.sentMs) void sendAgain(each.key)
  else change(each.key, { state: 'failed', reason: t('The node went away before it had this message.') })
}

function change(key: string, changed: Partial<Outgoing>): void {
  outbox.value = outbox.value.map((each) => (each.key === key ? { ...each, ...changed } : each))
}

function remove(key: string): void {
  outbox.value = outbox.value.filter((each) => each.key !== key)
}

/** What an earlier page left, of which nobody knows what became. */
function restored(): Outgoing[] {
  try {
    const list = JSON.parse(kept(KEPT, 'tab') ?? '[]') as Outgoing[]
    return list.map((each) => (each.state === 'sending' ? { ...each, state: 'unsure' } : each))
  } catch {
    return []
  }
}
