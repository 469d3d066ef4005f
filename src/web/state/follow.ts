/** Follows the node: begins again when the stream breaks off, as after a sleep or a restart of the node. */
import { effect } from '@preact/signals'
import { CallError, watch } from '../connection/call.ts'
import { session } from '../connection/session.ts'
import { beginAgain, link, take } from './node.ts'

/** Pauses before the next attempt; the last one is repeated. */
const PAUSES_MS = [250, 500, 1000, 2000]

/** Of all hidden tabs one goes on listening: browsers open few connections to one address. */
const HIDDEN_LOCK = 'kith.hidden'

/** Follows the node as long as this browser is logged in. */
export function followNode(): void {
  let stop: AbortController | undefined
  effect(() => {
    stop?.abort()
    stop = undefined
    if (session.value.state !== 'in') return
    stop = new AbortController()
    void follow(stop.signal)
  })
}

async function follow(signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    const isHeard = await listen(signal)
    failures = isHeard ? 0 : failures + 1
    if (signal.aborted) return
    link.value = 'lost'
    await pause(PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0)
    // A hidden tab asks for nothing.
    await untilVisibility('visible')
  }
}

/** Takes what the node tells until that ends; returns whether it told anything. */
async function listen(signal: AbortSignal): Promise<boolean> {
  const hidden = new AbortController()
  const giveUp = (): void => void standAside(hidden)
  document.addEventListener('visibilitychange', giveUp)
  let isHeard = false
  try {
    beginAgain()
    for await (const record of watch(AbortSignal.any([signal, hidden.signal]))) {
      isHeard = true
      take(record)
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error
  } finally {
    document.removeEventListener('visibilitychange', giveUp)
  }
  return isHeard
}

/** Ends the stream of a tab that is hidden, unless it is the one that goes on. */
async function standAside(stream: AbortController): Promise<void> {
  if (document.visibilityState === 'visible' || !('locks' in navigator)) return
  await navigator.locks.request(HIDDEN_LOCK, { ifAvailable: true }, async (lock) => {
    if (lock === null) stream.abort()
    else await untilVisibility('visible')
  })
}

function untilVisibility(state: DocumentVisibilityState): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.visibilityState !== state) return
      document.removeEventListener('visibilitychange', look)
      resolve()
    }
    document.addEventListener('visibilitychange', look)
    look()
  })
}

/** Waits, but not longer than until the user comes back or the network does. */
function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      removeEventListener('online', end)
      removeEventListener('focus', end)
      resolve()
    }
    const timer = setTimeout(end, durationMs)
    addEventListener('online', end)
    addEventListener('focus', end)
  })
}
