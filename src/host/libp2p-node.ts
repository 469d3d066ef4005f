/** libp2p with Kith's configuration, and its listen errors as lines for the user. */
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import type { Connection, ConnectionGater, PrivateKey, Transport } from '@libp2p/interface'
import type { Registrar } from '@libp2p/interface-internal'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { KithError } from '../kith.ts'
import type { ComponentLogger } from '../kith.ts'
import { parseListenAddress, reachableAddresses } from './addresses.ts'
import { BoundedDatastore } from './bounded-datastore.ts'
import {
  CLOSE_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  INBOUND_CONNECTIONS_PER_SECOND,
  LIBP2P_MAX_CONNECTIONS,
  MAX_PARALLEL_DIALS,
  MAX_PENDING_INBOUND,
  MAX_PING_STREAMS,
} from './constants.ts'
import { encrypter } from './encrypter.ts'
import { gossipService } from './gossip.ts'
import type { RejectCounter } from './gossip.ts'
import type { Topologies } from './gossip-streams.ts'
import type { HostInit } from './host.ts'
import { lastKnown } from './last-known.ts'
import { muxer } from './muxer.ts'

const DHT_PROTOCOL = '/kith/kad/1.0.0'

/** Parts of libp2p that the host needs but that are not public. */
interface Internals {
  registrar: Topologies & Pick<Registrar, 'handle'>
  transportManager: {
    dial(address: Multiaddr, options: { signal: AbortSignal }): Promise<Connection>
    getAddrs(): Multiaddr[]
  }
}

export interface NodeInit {
  privateKey: PrivateKey
  listen: string[]
  /** Whether WebSockets addresses are dialled or listened on. */
  webSockets: boolean
  rejects: RejectCounter
  /** Decides on connections before they open. */
  gater: ConnectionGater
  logger: ComponentLogger
  /** Services to mount in addition to the host's own, by name. */
  protocols: object
  /** Third-party services; they must not replace an existing one. */
  services: HostInit<never>['services']
}

/** A started libp2p. Throws a KithError `bad-address` or `port-in-use` for listen addresses, `bad-config` for services. */
export async function startNode(init: NodeInit) {
  const listen = init.listen.map((text) => parseListenAddress(text).toString())
  const own = {
    ...init.protocols,
    identify: identify(),
    ping: ping({ maxInboundStreams: MAX_PING_STREAMS, maxOutboundStreams: MAX_PING_STREAMS }),
    dht: kadDHT({
      protocol: DHT_PROTOCOL,
      clientMode: false,
      peerInfoMapper: passthroughMapper,
      allowQueryWithZeroPeers: true,
      // The node decides what to provide again, and when.
      reprovide: { threshold: 0 },
    }),
    gossip: gossipService(init.rejects),
    internals: ({ registrar, transportManager }: Internals): Internals => ({ registrar, transportManager }),
  }
  const node = await createLibp2p({
    start: false,
    logger: init.logger,
    privateKey: init.privateKey,
    datastore: new BoundedDatastore(peerIdFromPrivateKey(init.privateKey)),
    // The host bounds what is stored. With a maximum age, libp2p would forget an address an hour after it first
    // heard of it, even while the peer is connected, and answers from the DHT would leave that peer out.
    peerStore: { maxAddressAge: Infinity },
    addresses: { listen, announceFilter: () => ownAddresses() },
    transports: [steady(tcp()), ...(init.webSockets ? [steady(await loadWebSockets())] : [])],
    connectionEncrypters: [encrypter()],
    streamMuxers: [muxer()],
    connectionManager: {
      inboundConnectionThreshold: INBOUND_CONNECTIONS_PER_SECOND,
      maxConnections: LIBP2P_MAX_CONNECTIONS,
      // The host's own limit, at which the oldest gives way instead of the newcomer, must come first.
      maxIncomingPendingConnections: 2 * MAX_PENDING_INBOUND,
      inboundUpgradeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxParallelDials: MAX_PARALLEL_DIALS,
      connectionCloseTimeout: CLOSE_TIMEOUT_MS,
      // The host reconnects itself; the DHT's keep-alive tags would make libp2p dial as well.
      reconnectRetries: 0,
    },
    connectionMonitor: { enabled: false },
    connectionGater: init.gater,
    services: { ...own, ...guarded(init.services, own) },
  })

  function ownAddresses(): Multiaddr[] {
    const bound = node.services.internals.transportManager.getAddrs().map((address) => address.toString())
    return reachableAddresses(bound, listen).map((address) => multiaddr(`${address}/p2p/${node.peerId.toString()}`))
  }

  try {
    await node.start()
  } catch (error) {
    throw listenError(error) ?? error
  }
  return node
}

type TransportFactory = (components: never) => Transport

/** A transport whose listeners know their addresses also while the system cannot be asked for its interfaces. */
function steady<Factory extends TransportFactory>(create: Factory): Factory {
  const factory: TransportFactory = (components) => {
    const transport = create(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      listener.getAddrs = lastKnown(listener.getAddrs.bind(listener), [])
      return listener
    }
    return transport
  }
  return factory as Factory
}

/**
 * Wraps the factories of third-party services to throw in two cases that libp2p ignores: a service would
 * replace another of the same name, in `own` or among libp2p's components, or a factory returns nothing.
 */
function guarded(services: NodeInit['services'], own: object): object {
  const entries = Object.entries(services).map(([name, create]) => [
    name,
    (components: { components: object }): unknown => {
      if (Object.hasOwn(own, name) || Object.hasOwn(components.components, name)) {
        throw new KithError(
          'bad-config',
          `A service cannot be called "${name}": libp2p or Kith already has one of that name.`,
        )
      }
      const service = create(components as never)
      if (service === undefined || service === null)
        throw new KithError('bad-config', `The factory of the service "${name}" returned nothing.`)
      return service
    },
  ])
  return Object.fromEntries(entries) as object
}

async function loadWebSockets() {
  const { webSockets } = await import('@libp2p/websockets')
  return webSockets()
}

/** libp2p reports the system's listen errors only as text inside one error. */
function listenError(error: unknown): KithError | undefined {
  const text = error instanceof Error ? error.message : ''
  const [, code, where = ''] = /listen (EADDRINUSE|EADDRNOTAVAIL|EACCES): .*?(\S*[\d.:]+)$/m.exec(text) ?? []
  const message = code === undefined ? undefined : listenMessage(code, where)
  if (message === undefined) return undefined
  return new KithError(code === 'EADDRINUSE' ? 'port-in-use' : 'bad-address', message, { cause: error })
}

/** `where` is `host:port`, or only the host if any port was allowed. */
function listenMessage(code: string, where: string): string | undefined {
  const port = /:(\d+)$/.exec(where)?.[1] ?? '0'
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use by another program: stop that one, or listen on another port (0 takes any free one).`
    case 'EADDRNOTAVAIL':
      return `This machine does not have the address ${where}: listen on /ip4/0.0.0.0/tcp/${port} to use all of its addresses.`
    case 'EACCES':
      return `The system does not let this user listen on port ${port}: use one above 1023.`
    default:
      return undefined
  }
}
