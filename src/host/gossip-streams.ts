/**
 * Restores gossip streams that were lost while the peer stayed connected, for example because a surplus
 * connection was closed. gossipsub opens a stream only when a connection is identified or the other side
 * opens one (ChainSafe/js-libp2p-gossipsub#456).
 */
import type { Connection, Libp2p, Topology } from '@libp2p/interface'
import type { Logger } from '../kith.ts'
import { GOSSIP_CHECK_MS } from './constants.ts'
import { reportFailure } from './failures.ts'

/** The place where libp2p keeps listeners for connected peers. */
export interface Topologies {
  getTopologies(protocol: string): Topology[]
}

/** Checks the streams until the signal aborts. */
export function keepGossipStreams(
  libp2p: Libp2p,
  topologies: Topologies,
  protocols: readonly string[],
  signal: AbortSignal,
  log: Logger,
): void {
  /** Connections that had no stream at the last check: a new one gets that long to open it. */
  let missing = new Set<Connection>()
  const check = async (): Promise<void> => {
    const before = missing
    missing = new Set(libp2p.getConnections().filter((connection) => isMissing(connection, libp2p, protocols)))
    for (const connection of missing) {
      if (before.has(connection)) await restore(connection).catch(report)
    }
  }
  const restore = async (connection: Connection): Promise<void> => {
    const spoken = await protocolsOf(libp2p, connection)
    const shared = protocols.find((protocol) => spoken.includes(protocol))
    if (shared === undefined || signal.aborted) return
    log('lost a gossip stream to %p: opening another', connection.remotePeer)
    for (const topology of topologies.getTopologies(shared)) {
      await topology.onConnect?.(connection.remotePeer, connection)
    }
  }
  const report = (error: unknown): void => reportFailure(log, 'a gossip stream could not be reopened', error)
  const timer = setInterval(() => void check(), GOSSIP_CHECK_MS)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
}

function isMissing(connection: Connection, libp2p: Libp2p, protocols: readonly string[]): boolean {
  if (connection.status !== 'open') return false
  const streams = libp2p.getConnections(connection.remotePeer).flatMap((each) => each.streams)
  return !streams.some(({ direction, protocol }) => direction === 'outbound' && protocols.includes(protocol))
}

async function protocolsOf(libp2p: Libp2p, { remotePeer }: Connection): Promise<string[]> {
  return (await libp2p.peerStore.has(remotePeer)) ? (await libp2p.peerStore.get(remotePeer)).protocols : []
}
