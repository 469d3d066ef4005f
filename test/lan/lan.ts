/**
 * A LAN made of network namespaces, for tests that need real multicast, real TCP and real cuts. Each
 * host is a namespace; bridges in one more namespace connect them, without a way out. Needs root.
 */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { NAMESPACE_PREFIX, removeNamespace, run, sweepNamespaces } from './namespaces.ts'

/** The last byte of a host's address is its number. */
const MAX_HOSTS = 250
/** Bridges; each host has one interface on each. */
const MAX_NETWORKS = 4

export interface LanOptions {
  /** Hosts are numbered from 1. */
  hosts: number
  /** The number of networks that every host is on: eth0 on the first, eth1 on the second. Default: 1. */
  networks?: number
}

interface Faults {
  cut: Set<number>
  noMulticast: Set<number>
  filtered: Set<number>
  lossPercent: Map<number, number>
  /** Groups of hosts that cannot reach one another; empty: no split. */
  groups: readonly (readonly number[])[]
}

let made = 0

export class Lan {
  readonly #prefix = `${NAMESPACE_PREFIX}${process.pid}-${++made}-`
  readonly #hosts: number[]
  readonly #networks: number[]
  readonly #faults: Faults = {
    cut: new Set(),
    noMulticast: new Set(),
    filtered: new Set(),
    lossPercent: new Map(),
    groups: [],
  }
  readonly #destroyAtExit = () => this.destroy()

  constructor({ hosts, networks = 1 }: LanOptions) {
    if (!(hosts >= 1 && hosts <= MAX_HOSTS)) throw new RangeError(`a LAN has 1 to ${MAX_HOSTS} hosts`)
    if (!(networks >= 1 && networks <= MAX_NETWORKS)) throw new RangeError(`a LAN has 1 to ${MAX_NETWORKS} networks`)
    this.#hosts = Array.from({ length: hosts }, (_, index) => index + 1)
    this.#networks = Array.from({ length: networks }, (_, index) => index)
    sweepNamespaces()
    process.once('exit', this.#destroyAtExit)
    try {
      this.#build()
    } catch (error) {
      this.destroy()
      throw error
    }
  }

  #build(): void {
    this.#add(this.#switch)
    for (const network of this.#networks) {
      this.#ip(this.#switch, `link add br${network} type bridge stp_state 0 forward_delay 0`)
      this.#ip(this.#switch, `link set br${network} up`)
    }
    for (const host of this.#hosts) {
      this.#add(this.#namespace(host))
      for (const network of this.#networks) this.#plug(host, network)
    }
    this.#applyFaults()
  }

  #plug(host: number, network: number): void {
    const namespace = this.#namespace(host)
    const port = portOf(host, network)
    this.#ip(this.#switch, `link add ${port} type veth peer name eth${network} netns ${namespace}`)
    this.#ip(this.#switch, `link set ${port} master br${network} up`)
    this.#ip(namespace, `address add ${this.address(host, network)}/24 dev eth${network}`)
    this.#ip(namespace, `link set eth${network} up`)
    // Without a route for it, sending multicast fails as unreachable: there is no default route here.
    this.#ip(namespace, `route add 224.0.0.0/4 dev eth${network} metric ${network + 1}`)
  }

  /** IPv4 address of a host on a network. */
  address(host: number, network = 0): string {
    return `10.77.${network}.${host}`
  }

  /** Starts a program on a host; `destroy` ends it if it still runs. The pid is that of the program itself. */
  spawn(host: number, command: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn('ip', ['netns', 'exec', this.#namespace(host), command, ...args])
  }

  /** Silently drops every frame from and to a host: its carrier stays up, and TCP just hangs. */
  cut(host: number): void {
    this.#faults.cut.add(this.#known(host))
    this.#applyFaults()
  }

  /** Pulls a host's cables: it sees that it has no carrier. */
  unplug(host: number): void {
    for (const network of this.#networks) this.#ip(this.#switch, `link set ${portOf(this.#known(host), network)} down`)
  }

  /** Lets only hosts of the same group reach one another; hosts in no group form another one. */
  split(groups: readonly (readonly number[])[]): void {
    const rest = this.#hosts.filter((host) => !groups.flat().includes(host))
    this.#faults.groups = [...groups, rest]
    this.#applyFaults()
  }

  /** Drops this share of the frames from a host and of those to it: 1 to 99 percent. */
  loss(host: number, percent: number): void {
    if (!(percent >= 1 && percent <= 99))
      throw new RangeError('a loss is 1 to 99 percent; use cut for all, heal for none')
    this.#faults.lossPercent.set(this.#known(host), percent)
    this.#applyFaults()
  }

  /** Drops multicast DNS from and to a host, like access points that isolate their clients. */
  noMulticast(host: number): void {
    this.#faults.noMulticast.add(this.#known(host))
    this.#applyFaults()
  }

  /** Drops what opens TCP connections to a host, like a firewall: connections that it opens itself work. */
  filter(host: number): void {
    this.#faults.filtered.add(this.#known(host))
    this.#applyFaults()
  }

  /** Ends a host's faults (a split stays), or all faults. */
  heal(host?: number): void {
    const { cut, noMulticast, filtered, lossPercent } = this.#faults
    const healed = host === undefined ? this.#hosts : [this.#known(host)]
    for (const each of healed) {
      cut.delete(each)
      noMulticast.delete(each)
      filtered.delete(each)
      lossPercent.delete(each)
      for (const network of this.#networks) this.#ip(this.#switch, `link set ${portOf(each, network)} up`)
    }
    if (host === undefined) this.#faults.groups = []
    this.#applyFaults()
    // Addresses that failed to resolve during the fault would hold up traffic for seconds more.
    for (const each of this.#hosts) this.#ip(this.#namespace(each), 'neighbour flush all')
  }

  /** Ends every program on the hosts and removes the LAN. */
  destroy(): void {
    process.off('exit', this.#destroyAtExit)
    for (const host of this.#hosts) removeNamespace(this.#namespace(host))
    removeNamespace(this.#switch)
  }

  get #switch(): string {
    return `${this.#prefix}switch`
  }

  #namespace(host: number): string {
    return `${this.#prefix}host${this.#known(host)}`
  }

  #known(host: number): number {
    if (!this.#hosts.includes(host))
      throw new RangeError(`there is no host ${host}; hosts are 1 to ${this.#hosts.length}`)
    return host
  }

  #add(namespace: string): void {
    run('ip', ['netns', 'add', namespace])
    this.#ip(namespace, 'link set lo up')
  }

  #ip(namespace: string, words: string): void {
    run('ip', ['-n', namespace, ...words.split(' ')])
  }

  /** Replaces all filter rules of the bridges atomically. */
  #applyFaults(): void {
    const rules = [
      'table bridge lan',
      'delete table bridge lan',
      'table bridge lan {',
      'chain faults {',
      'type filter hook forward priority 0',
      ...faultRules(this.#faults, this.#networks),
      '}',
      '}',
      '',
    ]
    run('ip', ['netns', 'exec', this.#switch, 'nft', '-f', '-'], rules.join('\n'))
  }
}

/** Name of the bridge's end of a host's cable. */
function portOf(host: number, network: number): string {
  return `h${host}n${network}`
}

function faultRules(
  { cut, noMulticast, filtered, lossPercent, groups }: Faults,
  networks: readonly number[],
): string[] {
  const ports = (hosts: readonly number[]): string =>
    `{ ${hosts.flatMap((host) => networks.map((network) => portOf(host, network))).join(', ')} }`
  const bothWays = (host: number, condition: string): string[] =>
    ['iifname', 'oifname'].map((side) => `${side} ${ports([host])} ${condition} drop`)
  return [
    ...[...cut].flatMap((host) => bothWays(host, '')),
    ...[...noMulticast].flatMap((host) => bothWays(host, 'udp dport 5353')),
    ...[...filtered].map((host) => `oifname ${ports([host])} tcp flags & (syn | ack) == syn drop`),
    ...[...lossPercent].flatMap(([host, percent]) => bothWays(host, `numgen random mod 100 < ${percent}`)),
    ...groups
      .filter((group) => group.length > 0)
      .flatMap((from, index, all) =>
        all.filter((_, other) => other !== index).map((to) => `iifname ${ports(from)} oifname ${ports(to)} drop`),
      ),
  ]
}
