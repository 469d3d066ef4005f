/** The peers of the node, for a screen that shows them. */
import { useEffect, useState } from 'preact/hooks'
import type { PeerInfo } from '../../kith.ts'
import { call } from '../connection/call.ts'
import { useReload } from '../parts/reload.ts'
import { link, node } from './node.ts'

/** What is on its way changes all the time, and is asked for as often. */
const ASK_EVERY_MS = 2_000

/** Peers that are or were connected, kept current as long as the screen is there; undefined until the node has told. */
export function usePeers(): readonly PeerInfo[] | undefined {
  const [peers, setPeers] = useState<readonly PeerInfo[] | undefined>(undefined)
  const [beat, setBeat] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setBeat((count) => count + 1)
    }, ASK_EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const load = async (): Promise<void> => {
    const told = await call('peers', {}).catch(() => undefined)
    if (told !== undefined) setPeers(told)
  }
  useReload(load, [node.value?.connectedPeers, link.value, beat])
  return peers
}
