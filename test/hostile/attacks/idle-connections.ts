/** Strangers open connections without a pause and use none of them. */
import { setTimeout as delay } from 'node:timers/promises'
import { connectRawPeer } from '../raw-peer.ts'
import type { RawPeer } from '../raw-peer.ts'
import type { Attack } from './attack.ts'

/** One less than the connections that libp2p takes. */
const CONNECTIONS = 299
/** Opened at once, then a pause: libp2p takes 100 of one address in a second. */
const AT_ONCE = 20
const PAUSE_MS = 250
/** How long they are held. */
const HOLD_MS = 10_000

export const idleConnections: Attack = {
  name: 'idle-connections',
  async run({ address, signal }) {
    const peers = await openIdle(address, CONNECTIONS, signal)
    await delay(HOLD_MS, undefined, { signal }).catch(() => undefined)
    await Promise.all(peers.map((peer) => peer.stop()))
  },
}

/** Opens the connections; those that the node refuses or closes are not opened again. */
export async function openIdle(address: string, count: number, signal?: AbortSignal): Promise<RawPeer[]> {
  const peers: RawPeer[] = []
  for (let opened = 0; opened < count && signal?.aborted !== true; opened += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - opened) }, () => connectRawPeer(address))
    for (const result of await Promise.allSettled(batch)) if (result.status === 'fulfilled') peers.push(result.value)
    await delay(PAUSE_MS)
  }
  return peers
}
