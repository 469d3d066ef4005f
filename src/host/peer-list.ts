/** What the host tells of its peers: those connected now and those in the address book. */
import type { Connection } from '@libp2p/interface'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { readDialAddress } from './addresses.ts'
import type { Contact } from './contacts.ts'
import type { HostPeer } from './host.ts'

/** Joins the contacts with their live connections; peers only heard of are left out unless the user named them. */
export function listPeers(
  contacts: readonly Contact[],
  connections: readonly Connection[],
  roundTripMs: (peer: PeerId) => number | null,
  nowMs: number,
): HostPeer[] {
  const live = new Map(
    connections.filter(({ status }) => status === 'open').map((each) => [each.remotePeer.toString(), each]),
  )
  return contacts
    .filter(({ lastSeenMs, pinned }) => lastSeenMs > 0 || pinned)
    .map(({ peer, addresses, lastSeenMs }) => {
      const connection = live.get(peer)
      if (connection === undefined) {
        return { peer, connected: false, addresses: [...addresses], direction: null, roundTripMs: null, lastSeenMs }
      }
      const remote = connection.remoteAddr.toString()
      const inUse = readDialAddress(remote)?.address ?? remote
      return {
        peer,
        connected: true,
        addresses: [...new Set([inUse, ...addresses])],
        direction: connection.direction,
        roundTripMs: roundTripMs(peer),
        lastSeenMs: nowMs,
      }
    })
}
