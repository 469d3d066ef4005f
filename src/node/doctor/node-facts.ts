/** Gathers what a running node knows of its network, its peers and its rooms. */
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { HostNetwork } from '../../host/host.ts'
import type { DiagnosedPeer, DiagnosedRoom, DiagnosisFacts, DiskStatus, NodeFacts } from '../../kith.ts'
import type { NodeCore } from '../core.ts'
import type { NodeHost } from '../node-host.ts'
import { NodeRoom } from '../node-room.ts'
import type { PeerNames } from '../peer-names.ts'
import { roomName } from '../shown-names.ts'
import { descriptorsHere } from './system-facts.ts'

export interface FactSources {
  core: NodeCore
  host: Pick<NodeHost, 'network' | 'peers' | 'peerDetails' | 'connectionLoad'>
  names: Pick<PeerNames, 'of'>
  /** Ids of the protocols that this node speaks. */
  speaks: readonly string[]
  version: string
  startedAtMs: number
  name(): string
  ring(): NodeFacts['ring']
  /** What is wrong with the store. */
  storeFindings(): string[]
  disk(): DiskStatus | undefined
}

/** `concerned` are peers of which everything is told, even if they are away and nobody named them. */
export function factsOf(sources: FactSources, atMs: number, concerned: readonly PeerId[] = []): DiagnosisFacts {
  const { core, host } = sources
  const network = host.network()
  return {
    atMs,
    system: {
      ...{ nodeVersion: process.version, descriptors: descriptorsHere(), dataDir: core.dataDir, folderError: null },
      freeBytes: sources.disk()?.freeBytes ?? null,
      interfaces: network.interfaces,
    },
    node: nodeFactsOf(sources, network, concerned),
  }
}

function nodeFactsOf(sources: FactSources, network: HostNetwork, concerned: readonly PeerId[]): NodeFacts {
  const { core, host, version, startedAtMs, speaks } = sources
  const { strangers, maxStrangers } = host.connectionLoad()
  const { mdns, twins, namedAddresses, dhtPeers } = network
  return {
    ...{
      peer: core.self,
      name: sources.name(),
      version,
      startedAtMs,
      addresses: core.addresses(),
      speaks: [...speaks],
    },
    ...{ mdns, twins, namedAddresses, dhtPeers, strangers, maxStrangers },
    peers: peersOf(sources, network, concerned),
    rooms: roomsOf(sources),
    ring: sources.ring(),
    store: sources.storeFindings(),
  }
}

/** Those that are connected, were heard by multicast, or were named; of others it is no surprise that they are away. */
function peersOf(
  { core, host, names }: FactSources,
  { heardMs, unreached }: HostNetwork,
  concerned: readonly PeerId[],
): DiagnosedPeer[] {
  const rooms = core.machine.rooms.list().map(({ record: { id } }) => ({
    id,
    neighbours: new Set(core.machine.wings['room-state'].neighbours(id)),
  }))
  const known = [...new Set([...host.peers().map(({ peer }) => peer), ...unreached, ...concerned])]
  return known.flatMap((peer) => {
    const details = host.peerDetails(peer)
    if (details === undefined) return []
    const {
      connected,
      direction,
      network,
      pinned: named,
      lastSeenMs,
      shortConnections,
      agent,
      speaks,
      dialled,
    } = details
    const heard = heardMs.get(peer) ?? null
    if (!connected && !named && heard === null && shortConnections === 0 && !concerned.includes(peer)) return []
    return {
      ...{ peer, name: names.of(peer)[0]?.name ?? null, connected, direction, isHere: network === 'machine', named },
      ...{ lastSeenMs, heardMs: heard, shortConnections, addresses: dialled, agent, speaks },
      rooms: rooms.filter(({ neighbours }) => neighbours.has(peer)).map(({ id }) => id),
      checkup: null,
    }
  })
}

function roomsOf({ core, host }: FactSources): DiagnosedRoom[] {
  const lastSeen = new Map(host.peers().map(({ peer, lastSeenMs }) => [peer, lastSeenMs]))
  return core.machine.rooms.list().map(({ record }) => {
    const room = new NodeRoom(record.id, core)
    const present = new Set(room.neighbours)
    const met = [
      ...core.store.peerFrontiers(record.id).map(({ peer }) => peer),
      ...core.store.authorHeads(record.id).map(({ author }) => author),
    ]
    const away = [...new Set(met)].filter((peer) => peer !== core.self && !present.has(peer))
    const named = (peer: PeerId): { peer: string; name: string } => ({ peer, name: room.nameOf(peer) })
    return {
      ...{ id: record.id, name: roomName(record), status: room.status, waitingFor: room.waitingFor },
      present: [...present].map(named),
      away: away.map((peer) => ({ ...named(peer), lastSeenMs: lastSeen.get(peer) ?? 0 })),
    }
  })
}

/** Names of the rooms in which a peer is with this node now. */
export function commonRooms(core: NodeCore, peer: PeerId): { id: RoomId; name: string }[] {
  return core.machine.rooms
    .list()
    .filter(({ record }) => core.machine.wings['room-state'].neighbours(record.id).includes(peer))
    .map(({ record }) => ({ id: record.id, name: roomName(record) }))
}
