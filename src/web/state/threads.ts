/** The threads about messages, as far as the node has told. */
import { signal } from '@preact/signals'
import type { ChildRoom } from '../../kith.ts'
import { call } from '../connection/call.ts'
import { isForGuests } from '../connection/served-for.ts'
import { onTold } from './node.ts'

/** As many as a call takes. */
const ASKED_AT_ONCE = 100

/** By message. */
export const threads = signal<ReadonlyMap<string, readonly ChildRoom[]>>(new Map())

/** Messages whose threads are known, or asked for. */
const asked = new Set<string>()

/** Keeps the threads current; what starts while the page hears nothing is asked for again. */
export function startThreads(): void {
  onTold((record) => {
    if (record.event === 'listed') asked.clear()
    if (record.event === 'child') putThread(record.child)
  })
}

/** Asks for the threads about messages of a room, each once. */
export async function askThreads(room: string, messages: readonly string[]): Promise<void> {
  if (isForGuests) return
  const fresh = messages.filter((message) => !asked.has(message))
  for (let at = 0; at < fresh.length; at += ASKED_AT_ONCE) {
    const some = fresh.slice(at, at + ASKED_AT_ONCE)
    for (const message of some) asked.add(message)
    const found = await call('threads.about', { room, messages: some }).catch(() => undefined)
    if (found === undefined) for (const message of some) asked.delete(message)
    else for (const thread of found) putThread(thread)
  }
}

/** Notes a thread, or that it is followed or not. */
export function putThread(thread: ChildRoom): void {
  const { about, id, status } = thread
  if (about === null || status === 'foreign') return
  const others = (threads.value.get(about) ?? []).filter((known) => known.id !== id)
  threads.value = new Map(threads.value).set(about, [...others, thread])
}
