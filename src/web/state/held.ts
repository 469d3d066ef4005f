/** Who holds the user's own messages, as far as the node knows. */
import { signal } from '@preact/signals'
import { call } from '../connection/call.ts'
import { heldIn, type Held } from './held-words.ts'

/** By message. Of others nothing was asked. */
export const held = signal<ReadonlyMap<string, Held>>(new Map())

/** Asks who holds a message, and notes it; undefined if the node does not answer. */
export async function askHeld(room: string, message: string): Promise<Held | undefined> {
  const sync = await call('rooms.sync', { room, document: message }).catch(() => undefined)
  if (sync === undefined) return undefined
  const found = heldIn(sync)
  held.value = new Map(held.value).set(message, found)
  return found
}
