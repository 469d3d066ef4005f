/** The host of a node: libp2p with the Kith protocols mounted, and the store as its address book. */
import { batchSync, type BatchSync, type BatchSyncRecord } from '../../protocols/batch-sync/index.ts'
import { ensureMap, type EnsureMap, type EnsureMapRecord } from '../../protocols/ensure-map/index.ts'
import { roomState, type RoomState, type RoomStateRecord } from '../../protocols/room-state/index.ts'
import type { ProtocolInit } from '../../protocols/wire/handler.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { createHost } from '../host/create-host.ts'
import type { Host, HostInit } from '../host/host.ts'
import type { NodeInput } from '../room/node-ports.ts'
import type { StoreReads } from '../store/store.ts'
import type { Inlet } from './inlet.ts'
import type { Refusals } from './refusals.ts'

/** By the names that machines have for them. */
type Protocols = { 'room-state': RoomState; 'batch-sync': BatchSync; 'ensure-map': EnsureMap }

export type NodeHost = Host<Protocols>

export interface NodeHostInit extends Pick<HostInit<Protocols>, 'privateKey' | 'listen' | 'mdns' | 'peers'> {
  store: StoreReads
  /** Takes what peers send, and what becomes known of their addresses. */
  inlet: Inlet
  refusals: Refusals
}

/** Listens and begins to look for peers. Throws a KithError `bad-address` or `port-in-use`. */
export async function createNodeHost(init: NodeHostInit): Promise<NodeHost> {
  const { privateKey, listen, mdns, peers, store, inlet } = init
  const host: NodeHost = await createHost<Protocols>({
    ...{ privateKey, listen, mdns, peers },
    addressBook: {
      list: () => store.addresses(),
      put: (address) => inlet.write({ type: 'put-address', address }),
      delete: (peer) => inlet.write({ type: 'delete-address', peer }),
      pinnedAddresses: () => store.pinnedAddresses(),
      putPinnedAddress: (pinned) => inlet.write({ type: 'put-pinned-address', pinned }),
      deletePinnedAddress: (address) => inlet.write({ type: 'delete-pinned-address', address }),
    },
    protocols: {
      'room-state': roomState(protocolInit<RoomStateRecord>(init, (input) => ({ type: 'room-state', input }))),
      'batch-sync': batchSync(protocolInit<BatchSyncRecord>(init, (input) => ({ type: 'batch-sync', input }))),
      'ensure-map': ensureMap(protocolInit<EnsureMapRecord>(init, (input) => ({ type: 'ensure-map', input }))),
    },
    // Asked of connected peers every now and then, so not before the host is there.
    lastReceivedMs: (peer) => lastReceivedMs(host.protocols, peer),
  })
  return host
}

function protocolInit<Record>(
  { inlet, refusals }: NodeHostInit,
  inputOf: (
    input:
      | { type: 'peer-up'; peer: PeerId; creditBytes: number }
      | { type: 'peer-down'; peer: PeerId }
      | { type: 'records'; from: PeerId; records: Record[] },
  ) => NodeInput,
): ProtocolInit<Record> {
  return {
    onPeerUp: (peer, { creditBytes }) => inlet.push(inputOf({ type: 'peer-up', peer, creditBytes })),
    onPeerDown: (peer) => inlet.push(inputOf({ type: 'peer-down', peer })),
    onRecords: (from, records) => new Promise((done) => inlet.push(inputOf({ type: 'records', from, records }), done)),
    onFault: (_peer, code) => refusals.count(code),
  }
}

function lastReceivedMs(protocols: Protocols, peer: PeerId): number {
  return Math.max(...Object.values(protocols).map((protocol) => protocol.lastReceivedMs(peer)))
}
