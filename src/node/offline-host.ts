/** The host of a node without network, for commands on the folder of a node that does not run. */
import type { PeerId } from '../../protocols/wire/ids.ts'
import { interfaceFacts } from '../host/interface-facts.ts'
import { KithError } from '../kith.ts'
import type { NodeHost } from './node-host.ts'

/** It has no peers, and nothing listens. */
export function offlineHost(self: PeerId): NodeHost {
  const host: NodeHost = {
    peer: self,
    protocols: {},
    services: {},
    gossip: {
      subscribe: () => undefined,
      unsubscribe: () => undefined,
      publish: () => undefined,
      subscribers: () => [],
    },
    contentRouting: {
      provide: () => Promise.resolve(0),
      stopProviding: () => undefined,
      async *findProviders() {
        // Nobody is asked.
      },
    },
    addresses: () => [],
    peers: () => [],
    network: () => ({
      ...{ mdns: false, interfaces: interfaceFacts(undefined), twins: [], heardMs: new Map() },
      ...{ unreached: [], namedAddresses: [], dhtPeers: 0 },
    }),
    checkUp: () => Promise.reject(noNetwork()),
    probe: () => Promise.reject(noNetwork()),
    peerDetails: () => undefined,
    isNear: () => false,
    peerAt: () => undefined,
    unanswered: () => [],
    connectionLoad: () => ({ open: 0, max: 0, strangers: 0, maxStrangers: 0, handshakes: 0, maxHandshakes: 0 }),
    pin: () => undefined,
    connect: () => Promise.reject(noNetwork()),
    heard: () => undefined,
    markRoommate: () => undefined,
    want: () => undefined,
    peerRecord: () => undefined,
    acceptPeerRecord: () => Promise.resolve(undefined),
    on: () => host,
    stop: () => Promise.resolve(),
  }
  return host
}

function noNetwork(): KithError {
  return new KithError('unreachable', 'this node has no network')
}
