/** The host of a node: libp2p with the Kith protocols mounted, and the store as its address book. */
import { Backlog } from '../../protocols/wire/backlog.ts'
import { FrameStreamError } from '../../protocols/wire/frame-stream.ts'
import type { ProtocolHandler, ProtocolInit } from '../../protocols/wire/handler.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { createHost } from '../host/create-host.ts'
import { isBug, reportFailure } from '../host/failures.ts'
import type { Host, HostInit } from '../host/host.ts'
import type { ComponentLogger } from '../kith.ts'
import type { ProtocolInput } from '../machine/io.ts'
import type { NodeInput } from '../machine/node-machine.ts'
import type { WingDefinition } from '../machine/wing.ts'
import { wings } from '../machine/wings.ts'
import type { StoreReads } from '../store/store.ts'
import type { Inlet } from './inlet.ts'
import type { PeerNames } from './peer-names.ts'
import type { ProtocolLinks } from './protocol-links.ts'
import type { PutAside } from './put-aside.ts'
import type { Refusals } from './refusals.ts'
import type { RingConnections } from './ring-connections.ts'

/** By the names of their wings. */
type Protocols = Record<string, ProtocolHandler<unknown>>

export type NodeHost = Host<Protocols>

export interface NodeHostInit extends Pick<
  HostInit<Protocols>,
  'privateKey' | 'listen' | 'mdns' | 'peers' | 'services'
> {
  store: StoreReads
  /** Whether the node takes part in the ring. */
  hasRing: boolean
  /** Receives what peers send, and updates of their addresses. */
  inlet: Inlet
  refusals: Refusals
  links: ProtocolLinks
  putAside: PutAside
  names: PeerNames
  ring: RingConnections
  logger: ComponentLogger
}

/** Listens and starts to look for peers. Throws a KithError `bad-address` or `port-in-use`. */
export async function createNodeHost(init: NodeHostInit): Promise<NodeHost> {
  const { privateKey, listen, mdns, peers, services, store, inlet, names, links, ring, logger } = init
  const backlog = new Backlog((peer) => !inlet.isNeighbour(peer))
  const host: NodeHost = await createHost<Protocols>({
    ...{ privateKey, listen, mdns, peers, services, logger },
    addressBook: {
      list: () => store.addresses(),
      put: (address) => inlet.write({ type: 'put-address', address }),
      delete: (peer) => inlet.write({ type: 'delete-address', peer }),
      pinnedAddresses: () => store.pinnedAddresses(),
      putPinnedAddress: (pinned) => inlet.write({ type: 'put-pinned-address', pinned }),
      deletePinnedAddress: (address) => inlet.write({ type: 'delete-pinned-address', address }),
    },
    protocols: Object.fromEntries(
      mountedWings(init.hasRing).map(([protocol, wing]) => [
        protocol,
        wing.service(protocolInit({ ...init, backlog }, protocol)),
      ]),
    ),
    label: (peer) => names.label(peer),
    // Called for connected peers from time to time, so not before the host exists.
    lastReceivedMs: (peer) => lastReceivedMs(host.protocols, peer),
    ring: {
      needed: () => ring.needed(),
      spare: (dialled, nowMs) => ring.spare(dialled, (peer) => host.isNear(peer), nowMs),
    },
  })
  host.on('disconnected', (peer) => links.forget(peer))
  return host
}

/** The protocols that a node speaks, by the names of their wings. */
export function mountedWings(hasRing: boolean): [string, WingDefinition][] {
  return Object.entries(wings).filter(([name]) => hasRing || name !== 'ring')
}

/** What a protocol of this node does with what happens on its streams. */
export function protocolInit(
  init: Pick<NodeHostInit, 'inlet' | 'refusals' | 'links' | 'putAside' | 'names' | 'logger'> & { backlog: Backlog },
  protocol: string,
): ProtocolInit<unknown> {
  const { inlet, refusals, links, putAside, names, logger, backlog } = init
  const log = logger.forComponent(`kith:protocol:${protocol}`)
  const push = (input: ProtocolInput): void => inlet.push({ type: 'protocol', protocol, input })
  return {
    backlog,
    isWelcome: (peer) => !putAside.has(peer),
    onPeerUp(peer, { creditBytes }) {
      log('a stream with %p is open', names.label(peer))
      links.opened(peer, protocol)
      push({ type: 'peer-up', peer, creditBytes })
    },
    onPeerDown(peer, error) {
      log('the stream with %p is closed%s', names.label(peer), error === undefined ? '' : `: ${error.message}`)
      links.closed(peer, protocol)
      push({ type: 'peer-down', peer })
    },
    onOpenFailed(peer, error) {
      const { message } = error
      if (isBug(error)) reportFailure(log, 'opening a stream broke off', error)
      else log('a stream with %p could not be opened: %s', names.label(peer), message)
      links.failed(peer, protocol, message)
    },
    // Also ends if the node stops, because the stream ends with it.
    onFrame(from, readRecords) {
      const read = (): NodeInput => {
        const records = readRecords()
        log.trace('%d records from %p', records.length, names.label(from))
        return { type: 'protocol', protocol, input: { type: 'records', from, records } }
      }
      return new Promise((resolve, reject) => {
        inlet.receive({ from, flow: protocol, read }, (completion) => {
          if ('error' in completion && completion.error instanceof FrameStreamError) reject(completion.error)
          else resolve()
        })
      })
    },
    onFault(peer, code, error) {
      log('the stream with %p was given up as %s: %e', names.label(peer), code, error)
      refusals.count(code, peer)
    },
    onError(peer, error) {
      log('the stream with %p failed here', names.label(peer))
      reportFailure(log, 'a stream could not be processed', error)
    },
  }
}

function lastReceivedMs(protocols: Protocols, peer: PeerId): number {
  return Math.max(...Object.values(protocols).map((protocol) => protocol.lastReceivedMs(peer)))
}
