/** Assembles the host. */
import { EventEmitter } from 'node:events'
import type { Connection } from '@libp2p/interface'
import type { SingleKadDHT } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { KithError } from '../kith.ts'
import { wallMs } from '../runtime/clock.ts'
import { dialTarget, ipOf, isWebSockets, parseDialAddress, readDialAddress } from './addresses.ts'
import type { DialAddress } from './addresses.ts'
import { Handshakes, strangersOf } from './admission.ts'
import { checkUp, Checkups } from './checkup.ts'
import { ConnectionKeeper } from './connection-keeper.ts'
import { CONNECT_TIMEOUT_MS, MAX_KEPT_CONNECTIONS, MAX_PENDING_INBOUND, MAX_STRANGERS } from './constants.ts'
import { Contacts } from './contacts.ts'
import { createContentRouting } from './content-routing.ts'
import { dialFailureOf, unreachable } from './dial-errors.ts'
import { DialLog } from './dial-log.ts'
import { Discovery } from './discovery.ts'
import { isBug, reportFailure } from './failures.ts'
import { createGossip, RejectCounter } from './gossip.ts'
import { keepGossipStreams } from './gossip-streams.ts'
import { Hearsay } from './hearsay.ts'
import type { Source } from './hearsay.ts'
import type { FoundPeer, Host, HostEvents, HostInit } from './host.ts'
import { interfaceFacts } from './interface-facts.ts'
import { startNode } from './libp2p-node.ts'
import { Liveness } from './liveness.ts'
import { ipAddresses, ipv4Interfaces } from './network-interfaces.ts'
import { Identified, verifyPeerRecord } from './identified.ts'
import { PeerList } from './peer-list.ts'
import { OwnRecord } from './own-record.ts'
import { PinnedAddresses } from './pinned-addresses.ts'
import { probe } from './probe.ts'
import { Sightings } from './sightings.ts'

/**
 * Starts a host; it listens when the promise resolves. Throws a KithError `bad-address` if an address does
 * not parse or does not belong to this machine, `port-in-use` if a port is taken.
 */
export async function createHost<Protocols extends Record<string, unknown>>(
  init: HostInit<Protocols>,
): Promise<Host<Protocols>> {
  const named = init.peers.map(parseDialAddress)
  const keptAddresses = init.addressBook.pinnedAddresses().map(({ address }) => address)
  const webSockets = [...init.listen, ...init.peers, ...keptAddresses].some(isWebSockets)
  const { logger, label } = init
  const log = logger.forComponent('kith:host')
  const dialing = { log: logger.forComponent('kith:host:dial'), label }
  const gossipLog = logger.forComponent('kith:host:gossip')
  const dhtLog = logger.forComponent('kith:host:dht')
  const rejects = new RejectCounter()
  const handshakes = new Handshakes()
  /** Addresses that the user asked for and that libp2p dials now. */
  const asked = new Set<string>()
  // Nobody has named an address before the host is up.
  let denyDial = (_address: string): boolean => false
  const node = await startNode({
    privateKey: init.privateKey,
    listen: init.listen,
    webSockets,
    rejects,
    gater: {
      denyInboundConnection: (connection) => {
        handshakes.began(connection)
        return false
      },
      denyInboundUpgradedConnection: (_peer, connection) => {
        handshakes.ended(connection)
        return false
      },
      denyDialMultiaddr: (address) => denyDial(address.toString()),
    },
    logger,
    protocols: init.protocols,
    services: init.services,
  })
  const self = node.peerId.toString() as PeerId
  const { gossip: pubsub, dht, internals } = node.services
  const events = new EventEmitter<HostEvents>()
  const contacts = new Contacts({ self, book: init.addressBook, log: logger.forComponent('kith:host:contacts') })
  const dialLog = new DialLog()
  const pinnedAddresses = new PinnedAddresses(init.addressBook)
  const identified = new Identified(node, log)
  const ownRecord = new OwnRecord(node, init.privateKey, log)
  const stopping = new AbortController()
  const sightings = new Sightings()
  const checkups = new Checkups(logger.forComponent('kith:host:checkup'))

  const ownAddresses = (): string[] =>
    node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/[^/]+$/, ''))
  const hearsay = new Hearsay({
    ownAddresses,
    machineIps: ipAddresses,
    remoteIps: () => node.getConnections().map(({ remoteAddr }) => ipOf(remoteAddr.toString()) ?? ''),
  })
  // What the DHT wants to dial, others named. The host's own dials do not come here.
  denyDial = (text) => {
    const { address = '', peer } = readDialAddress(text) ?? {}
    const contact = peer === undefined ? undefined : contacts.get(peer)
    const isProven = contact?.addresses.includes(address) === true && !contact.sources.has(address)
    if (asked.has(address) || isProven) return false
    const source: Source = { kind: 'dht' }
    return hearsay.usable([address], source).length === 0 || !hearsay.take(address, source)
  }
  const liveness = new Liveness({
    ...{ log: logger.forComponent('kith:host:liveness'), label },
    connections: () => node.getConnections(),
    lastReceivedMs: (peer) => init.lastReceivedMs(peer),
  })
  const keeper = new ConnectionKeeper({
    ...{ libp2p: node, contacts, pinnedAddresses, dialLog, hearsay, ...dialing },
    ownAddresses,
    lastReceivedMs: (peer) => init.lastReceivedMs(peer),
    ring: init.ring,
    dial: (address, peer, signal) => internals.transportManager.dial(dialTarget(address, peer), { signal }),
    onConnected: (peer) => events.emit('connected', peer),
    onDisconnected: (peer) => {
      liveness.forget(peer)
      events.emit('disconnected', peer)
    },
  })
  const connections = (): Connection[] => node.getConnections()
  const peers = new PeerList({
    contacts,
    pinnedAddresses,
    dialLog,
    identified,
    liveness,
    connections,
    machineIps: ipAddresses,
  })
  const heard = ({ peer, addresses }: FoundPeer, source: Source): void => {
    contacts.heard(peer, hearsay.usable(addresses, source), source)
    if (!keeper.isConnected(peer)) keeper.dialDue()
  }
  const discovery = new Discovery({
    self,
    addresses: ownAddresses,
    interfaces: ipv4Interfaces,
    onTwin: (ip) => sightings.heardTwin(ip, wallMs()),
    onFound: ({ peer, addresses, ip }) => {
      sightings.heard(peer, wallMs())
      heard({ peer, addresses }, { kind: 'mdns', ip })
    },
    log: logger.forComponent('kith:host:mdns'),
  })

  for (const target of named) keeper.pin(target)
  keeper.start()
  liveness.start()
  keepGossipStreams(node, internals.registrar, pubsub.protocols, stopping.signal, gossipLog)
  await checkups.serve(internals.registrar)
  if (init.mdns) discovery.start()

  const parseTarget = (text: string): DialAddress => {
    const target = parseDialAddress(text)
    if (target.peer === self || ownAddresses().includes(target.address)) {
      throw new KithError('bad-address', `${text} is this node's own address: give the address of another node.`)
    }
    if (isWebSockets(target.address) && !webSockets) {
      const message = `${text} is a WebSockets address: to dial one, start this node with a listen address that ends in /ws.`
      throw new KithError('bad-address', message)
    }
    return target
  }
  const openConnection = async (target: DialAddress): Promise<PeerId> => {
    if (target.peer !== undefined && keeper.isConnected(target.peer)) return target.peer
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
    const { address, peer } = target
    asked.add(address)
    try {
      const { remotePeer } = await node.dial(dialTarget(address, peer), { signal })
      dialLog.add(address, peer, null, wallMs())
      return remotePeer.toString() as PeerId
    } catch (error) {
      dialLog.add(address, peer, dialFailureOf(error, CONNECT_TIMEOUT_MS), wallMs())
      if (isBug(error)) reportFailure(log, 'a dial broke off', error) // not every caller looks at it
      throw error
    } finally {
      asked.delete(address)
    }
  }

  const host: Host<Protocols> = {
    peer: self,
    protocols: mountedOf(init.protocols, node.services) as Protocols,
    services: mountedOf(init.services, node.services),
    gossip: createGossip(pubsub, rejects, (error) =>
      reportFailure(gossipLog, 'a payload could not be published', error),
    ),
    contentRouting: createContentRouting(
      dht,
      (peer) => peer === self || keeper.isConnected(peer),
      (error) => reportFailure(dhtLog, 'the DHT failed', error),
    ),
    addresses: () => node.getMultiaddrs().map((address) => address.toString()),
    peers: () => peers.all(),
    network: () => {
      const machineIps = ipAddresses()
      return {
        mdns: init.mdns,
        interfaces: interfaceFacts({ addresses: ownAddresses(), multicast: discovery.multicast() }),
        twins: [...sightings.twins()].map(([ip, atMs]) => ({ ip, isHere: machineIps.has(ip), atMs })),
        heardMs: sightings.peers(),
        unreached: peers.unreached(),
        namedAddresses: peers.named(),
        dhtPeers: (dht as SingleKadDHT).routingTable.size,
      }
    },
    checkUp: (peer, signal) => checkUp(checkups, node.getConnections(peerIdFromString(peer)), ownAddresses(), signal),
    probe: (text, onStep, signal) => {
      const dial = (address: string, limit: AbortSignal): Promise<Connection> =>
        internals.transportManager.dial(dialTarget(address, undefined), { signal: limit })
      const either = AbortSignal.any([signal, stopping.signal])
      return probe({ libp2p: node, identified, dial }, parseTarget(text), onStep, either)
    },
    peerDetails: (peer) => peers.get(peer),
    isNear: (peer) => peers.isNear(peer),
    peerAt: (address) => peers.at(readDialAddress(address)?.address ?? address),
    unanswered: () => peers.unanswered(),
    pin(text) {
      keeper.pin(parseTarget(text))
      keeper.dialDue()
    },
    async connect(text) {
      const target = parseTarget(text)
      const peer = await openConnection(target).catch((error: unknown) => {
        throw unreachable(text, error, CONNECT_TIMEOUT_MS)
      })
      keeper.pin(target, peer)
      return peer
    },
    heard: (found) => heard(found, { kind: 'dht' }),
    connectionLoad: () => {
      const standings = keeper.standings()
      return {
        open: standings.length,
        max: MAX_KEPT_CONNECTIONS + MAX_STRANGERS,
        strangers: strangersOf(standings).length,
        maxStrangers: MAX_STRANGERS,
        handshakes: handshakes.size,
        maxHandshakes: MAX_PENDING_INBOUND,
      }
    },
    markRoommate: (peer) => contacts.markRoommate(peer),
    want(peer) {
      contacts.want(peer)
      keeper.dialDue()
    },
    peerRecord: (peer) => (peer === self ? ownRecord.envelope : identified.get(peer)?.envelope),
    async acceptPeerRecord(envelope, from, subject) {
      const [said] = node.getConnections(peerIdFromString(from))
      const ip = said === undefined ? undefined : ipOf(said.remoteAddr.toString())
      const record = await verifyPeerRecord(envelope).catch((error: unknown) => log('refused a peer record: %s', error))
      if (record === undefined || (subject !== undefined && record.peer !== subject)) return undefined
      heard(record, { kind: 'suggestion', peer: from, ip })
      return record.peer
    },
    on(name, listener) {
      events.on(name, listener as never)
      return host
    },
    async stop() {
      stopping.abort(new Error('the node stops'))
      keeper.stop()
      liveness.stop()
      await discovery.stop()
      await node.stop()
    },
  }
  return host
}

/** The mounted services by the names of their factories. */
function mountedOf(factories: object, services: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(factories).map((name) => [name, services[name]]))
}
