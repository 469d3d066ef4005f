/** Notifications of the browser, for what comes while the page is not in front. */
import { effect, signal } from '@preact/signals'
import type { Message } from '../../kith.ts'
import { keep, kept } from '../connection/kept.ts'
import { node, onTold, rooms } from './node.ts'
import { nameOf } from './room-name.ts'
import { go } from './route.ts'

/** `mentions`: what is for the user. */
export type Notified = 'off' | 'mentions' | 'all'

const KEY = 'notifications'
/** Of a text. */
const MAX_SHOWN_CHARACTERS = 200
/** Later than that it is history that comes in, and nobody is to be told of it. */
const MAX_AGE_MS = 10 * 60_000

/** What the user wants to be told of. */
export const notified = signal<Notified>(chosen())

/** Whether this browser has any. A page in plain HTTP from another machine has none. */
export function canNotify(): boolean {
  return 'Notification' in globalThis && isSecureContext
}

/** Chooses, and asks the browser if it has to; resolves with whether it allows that. */
export async function choose(value: Notified): Promise<boolean> {
  const isAllowed = value === 'off' || (canNotify() && (await Notification.requestPermission()) === 'granted')
  notified.value = isAllowed ? value : 'off'
  return isAllowed
}

/** Tells of what comes from now on. */
export function startNotifications(): void {
  effect(() => keep(KEY, notified.value === 'off' ? undefined : notified.value))
  onTold((record) => {
    if (record.event === 'message') tell(record.message)
  })
}

function tell(message: Message): void {
  if (!isWanted(message) || !canNotify() || Notification.permission !== 'granted') return
  const { room: id, name, text } = message
  const room = rooms.value.get(id)
  // One for each room: the newest one stands for those before it. With several tabs, each says the same.
  const shown = new Notification(room === undefined ? name : `${name} · ${nameOf(room)}`, {
    body: text.slice(0, MAX_SHOWN_CHARACTERS).toWellFormed(),
    tag: id,
  })
  shown.addEventListener('click', () => {
    window.focus()
    go({ at: 'room', room: id })
    shown.close()
  })
}

function isWanted({ author, mentions = [], timeMs }: Message): boolean {
  if (notified.value === 'off' || isInFront() || author === node.value?.peer) return false
  if (Date.now() - timeMs > MAX_AGE_MS) return false
  return notified.value === 'all' || mentions.some(({ self }) => self)
}

function isInFront(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus()
}

function chosen(): Notified {
  const text = kept(KEY)
  return text === 'mentions' || text === 'all' ? text : 'off'
}
