/** The host of a node: libp2p with the Kith protocols mounted, and the store as its address book. */
import { batchSync, type BatchSync, type BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import { ensureMap, type EnsureMap, type EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import { roomState, type RoomState, type RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { ProtocolInit } from '../../protocols/wire/handler.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { createHost } from '../host/create-host.ts'
import type { Host, HostInit } from '../host/host.ts'
import type { ComponentLogger } from '../kith.ts'
import type { NodeInput, ProtocolName } from '../room/node-ports.ts'
import type { StoreReads } from '../store/store.ts'
import type { Inlet } from './inlet.ts'
import type { PeerNames } from './peer-names.ts'
import type { ProtocolLinks } from './protocol-links.ts'
import type { Refusals } from './refusals.ts'

/** By the names that machines have for them. */
type Protocols = { 'room-state': RoomState; 'batch-sync': BatchSync; 'ensure-map': EnsureMap }

export type NodeHost = Host<Protocols>

export interface NodeHostInit extends Pick<HostInit<Protocols>, 'privateKey' | 'listen' | 'mdns' | 'peers'> {
  store: StoreReads
  /** Takes what peers send, and what becomes known of their addresses. */
  inlet: Inlet
  refusals: Refusals
  links: ProtocolLinks
  names: PeerNames
  logger: ComponentLogger
}

/** Listens and begins to look for peers. Throws a KithError `bad-address` or `port-in-use`. */
export async function createNodeHost(init: NodeHostInit): Promise<NodeHost> {
  const { privateKey, listen, mdns, peers, store, inlet, names, links, logger } = init
  const host: NodeHost = await createHost<Protocols>({
    ...{ privateKey, listen, mdns, peers, logger },
    addressBook: {
      list: () => store.addresses(),
      put: (address) => inlet.write({ type: 'put-address', address }),
      delete: (peer) => inlet.write({ type: 'delete-address', peer }),
      pinnedAddresses: () => store.pinnedAddresses(),
      putPinnedAddress: (pinned) => inlet.write({ type: 'put-pinned-address', pinned }),
      deletePinnedAddress: (address) => inlet.write({ type: 'delete-pinned-address', address }),
    },
    protocols: {
      'room-state': roomState(
        protocolInit<RoomStateRecord>(init, 'room-state', (input) => ({ type: 'room-state', input })),
      ),
      'batch-sync': batchSync(
        protocolInit<BatchSyncRecord>(init, 'batch-sync', (input) => ({ type: 'batch-sync', input })),
      ),
      'ensure-map': ensureMap(
        protocolInit<EnsureMapRecord>(init, 'ensure-map', (input) => ({ type: 'ensure-map', input })),
      ),
    },
    label: (peer) => names.label(peer),
    // Asked of connected peers every now and then, so not before the host is there.
    lastReceivedMs: (peer) => lastReceivedMs(host.protocols, peer),
  })
  host.on('disconnected', (peer) => links.forget(peer))
  return host
}

function protocolInit<Record>(
  { inlet, refusals, links, names, logger }: NodeHostInit,
  protocol: ProtocolName,
  inputOf: (
    input:
      | { type: 'peer-up'; peer: PeerId; creditBytes: number }
      | { type: 'peer-down'; peer: PeerId }
      | { type: 'records'; from: PeerId; records: Record[] },
  ) => NodeInput,
): ProtocolInit<Record> {
  const log = logger.forComponent(`kith:protocol:${protocol}`)
  return {
    onPeerUp(peer, { creditBytes }) {
      log('a stream with %p is open', names.label(peer))
      links.opened(peer, protocol)
      inlet.push(inputOf({ type: 'peer-up', peer, creditBytes }))
    },
    onPeerDown(peer) {
      log('the stream with %p is closed', names.label(peer))
      links.closed(peer, protocol)
      inlet.push(inputOf({ type: 'peer-down', peer }))
    },
    onRecords(from, records) {
      log.trace('%d records from %p', records.length, names.label(from))
      return new Promise((done) => inlet.push(inputOf({ type: 'records', from, records }), done))
    },
    onFault(peer, code) {
      log('the stream with %p was given up: %s', names.label(peer), code)
      refusals.count(code, peer)
    },
  }
}

function lastReceivedMs(protocols: Protocols, peer: PeerId): number {
  return Math.max(...Object.values(protocols).map((protocol) => protocol.lastReceivedMs(peer)))
}
