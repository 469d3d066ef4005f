/**
 * Finds peers on the local networks by multicast DNS, on every IPv4 interface that we listen on.
 * `@libp2p/mdns` sends only through the system's default interface and announces nothing when addresses
 * change, and libp2p reports each peer only once. So this uses the same records on one `multicast-dns`
 * instance per interface, and reports a peer each time it is heard.
 */
import { randomBytes } from 'node:crypto'
import type { Packet } from 'multicast-dns'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Logger, MulticastFacts } from '../kith.ts'
import { ipOf, isLoopback } from './addresses.ts'
import { INTERFACE_POLL_MS, MDNS_MAX_ADDRESSES } from './constants.ts'
import { reportFailure } from './failures.ts'
import { MdnsInterface } from './mdns-interface.ts'
import { decodeResponse, encodeResponse } from './mdns-packets.ts'
import type { Found } from './mdns-packets.ts'
import { isOnNetwork } from './network-interfaces.ts'
import type { NetworkInterface } from './network-interfaces.ts'

const MDNS_PORT = 5353
/** Random bytes in the name of our records; the spec asks for 32 to 63 characters. */
const PEER_NAME_BYTES = 16

export interface DiscoveryInit {
  self: PeerId
  /** Our current addresses, without the peer id. */
  addresses(): string[]
  interfaces(): NetworkInterface[]
  /** Called each time this node's own key is heard from another process; `ip` is where the packet came from. */
  onTwin(ip: string): void
  /** Called each time a peer is heard, not only the first time; `ip` is where the packet came from. */
  onFound(found: Found & { ip: string }): void
  log: Logger
  /** Default: 5353, the mDNS port. Tests use another to stay isolated. */
  port?: number
}

export class Discovery {
  readonly #init: DiscoveryInit
  readonly #peerName = randomBytes(PEER_NAME_BYTES).toString('hex')
  readonly #open = new Map<string, MdnsInterface>()
  readonly #closing = new Set<Promise<void>>()
  /** By the CIDR of the interface; dropped with it. */
  readonly #failures = new Map<string, string>()
  #interfaces: NetworkInterface[] = []
  #announced = ''
  #timer: NodeJS.Timeout | undefined

  constructor(init: DiscoveryInit) {
    this.#init = init
  }

  start(): void {
    this.#update()
    this.#timer = setInterval(() => this.#update(), INTERFACE_POLL_MS)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const cidr of this.#open.keys()) this.#close(cidr)
    await Promise.all(this.#closing)
  }

  /** Multicast on each interface that is used, by its CIDR. */
  multicast(): Map<string, MulticastFacts> {
    return new Map(
      [...this.#open].map(([cidr, { traffic, openedAtMs }]) => {
        const error = traffic.sent === 0 ? (this.#failures.get(cidr) ?? null) : null
        return [cidr, { ...traffic, error, openedAtMs }]
      }),
    )
  }

  #update(): void {
    const own = this.#init.addresses()
    const listening = new Set(own.map(ipOf))
    this.#interfaces = this.#init.interfaces().filter(({ address }) => listening.has(address))
    const wanted = new Set(this.#interfaces.map(({ cidr }) => cidr))
    for (const cidr of this.#open.keys()) if (!wanted.has(cidr)) this.#close(cidr)
    for (const cidr of this.#failures.keys()) if (!wanted.has(cidr)) this.#failures.delete(cidr)
    const changed = own.join() !== this.#announced
    this.#announced = own.join()
    if (changed) for (const open of this.#open.values()) open.announce()
    for (const each of this.#interfaces) if (!this.#open.has(each.cidr)) this.#openInterface(each)
  }

  #openInterface(each: NetworkInterface): void {
    const { log } = this.#init
    const { address, cidr } = each
    const opened: MdnsInterface = new MdnsInterface({
      address,
      port: this.#init.port ?? MDNS_PORT,
      answer: () => this.#answer(each),
      isOurs: (source) =>
        (this.#interfaces.find((one) => isOnNetwork(source, one)) ?? this.#interfaces[0])?.cidr === cidr,
      onResponse: (packet, source) => this.#onResponse(packet, source),
      onFailure: (error) => {
        if (this.#open.get(cidr) !== opened) return
        this.#failures.set(cidr, error.message)
        reportFailure(log, `multicast on ${address} failed; will retry soon`, error)
        this.#close(cidr)
      },
      log,
    })
    log('looking for peers on %s', cidr)
    this.#open.set(cidr, opened)
  }

  #close(cidr: string): void {
    const closed = this.#open.get(cidr)?.close()
    this.#open.delete(cidr)
    if (closed === undefined) return
    this.#init.log('no longer looking for peers on %s', cidr)
    this.#closing.add(closed)
    void closed.finally(() => this.#closing.delete(closed))
  }

  /** The interface's own address comes first; loopback addresses mean nothing on other machines. */
  #answer({ address, loopback }: NetworkInterface): ReturnType<typeof encodeResponse> | undefined {
    const own = this.#init.addresses().filter((each) => loopback || !isLoopback(each))
    const here = own.filter((each) => ipOf(each) === address)
    const addresses = [...new Set([...here, ...own])].slice(0, MDNS_MAX_ADDRESSES)
    return addresses.length === 0 ? undefined : encodeResponse(this.#peerName, this.#init.self, addresses)
  }

  #onResponse(packet: Packet, source: string): void {
    for (const { peer, addresses } of decodeResponse(packet, this.#peerName)) {
      if (peer === this.#init.self) {
        this.#init.onTwin(source)
        continue
      }
      this.#init.log.trace('%s says that %p is at %s', source, peer, addresses)
      if (addresses.length > 0) this.#init.onFound({ peer, addresses, ip: source })
    }
  }
}
