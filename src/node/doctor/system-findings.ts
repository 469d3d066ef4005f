/** What a diagnosis finds on the machine itself: the disk, file descriptors, the clock, the network. */
import type { DiagnosisFacts, Finding, InterfaceFacts } from '../../kith.ts'
import { DOCUMENT_RESERVE_BYTES, RESERVE_BYTES } from '../disk-space.ts'
import { fine, problem, spanOf, unknown, warning } from './wording.ts'

/** Fewer are soon used up by peers and blocks. */
const FEW_DESCRIPTORS = 256
/** Of the descriptors that may be open, the share from which on connections begin to fail. */
const MANY_OPEN = 0.8
/** No clock that is right shows an earlier time: this version is not older. */
const EARLIEST_MS = Date.UTC(2026, 0, 1)
/** A second after the third query, which somebody who is there has answered. */
const LISTENED_MS = 5_000

const NO_MULTICAST =
  'Until then, name one node to the other: kith connect ADDRESS, with an address that the other one prints at its start.'

export function systemFindings({ atMs, system, node }: DiagnosisFacts): Finding[] {
  const { interfaces } = system
  return [
    ...clockFindings(atMs),
    ...diskFindings(system),
    ...descriptorFindings(system),
    ...networkFindings(interfaces),
    ...(node === null ? [] : addressFindings(interfaces, node.addresses)),
    ...(node === null ? [] : mdnsFindings(interfaces, node, atMs)),
  ]
}

function clockFindings(atMs: number): Finding[] {
  if (atMs >= EARLIEST_MS) return []
  const what = `The clock of this machine shows ${new Date(atMs).toISOString().slice(0, 10)}, which is long past.`
  return [problem('clock-implausible', what, 'Set the clock; on Linux, sudo timedatectl set-ntp true keeps it right.')]
}

function diskFindings({ freeBytes, dataDir, folderError }: DiagnosisFacts['system']): Finding[] {
  if (folderError !== null) {
    return [
      problem(
        'data-folder',
        `The data folder ${dataDir} cannot be used: ${folderError}.`,
        'See who owns it, and that its disk is there.',
      ),
    ]
  }
  if (freeBytes === null || freeBytes >= 2 * RESERVE_BYTES) return []
  const free = `The disk of ${dataDir} has ${Math.floor(freeBytes / 1024 / 1024)} MiB free`
  const todo = 'Free space: kith gc removes what nothing needs, kith file unpin and kith unwant what you name.'
  if (freeBytes < DOCUMENT_RESERVE_BYTES)
    return [problem('disk-full', `${free}: this node takes nothing from others.`, todo)]
  if (freeBytes < RESERVE_BYTES) return [problem('disk-nearly-full', `${free}: this node fetches no files.`, todo)]
  return [warning('disk-nearly-full', `${free}; below 128 MiB no files are fetched.`, todo)]
}

function descriptorFindings({ descriptors }: DiagnosisFacts['system']): Finding[] {
  if (descriptors === null) return []
  const { open, max } = descriptors
  const todo = 'Raise the limit before kith start: ulimit -n 1024, or LimitNOFILE= of a systemd service.'
  if (open > max * MANY_OPEN) {
    return [
      problem(
        'descriptors-used',
        `${open} of ${max} files that this process may open are open, so connections fail.`,
        todo,
      ),
    ]
  }
  if (max >= FEW_DESCRIPTORS) return []
  return [warning('descriptors-few', `A process may open only ${max} files here, which many peers use up.`, todo)]
}

function networkFindings(interfaces: readonly InterfaceFacts[]): Finding[] {
  const outside = interfaces.filter(({ kind }) => kind !== 'loopback')
  if (outside.length === 0) {
    return [
      problem(
        'no-network',
        'This machine has no network interface but loopback, so only nodes on it can be reached.',
        'Connect it to a network: a running node notices within seconds.',
      ),
    ]
  }
  if (outside.some(({ kind }) => kind !== 'virtual')) return []
  return [
    warning(
      'virtual-only',
      `This machine has only interfaces of containers or virtual machines (${namesIn(outside)}), which nodes on other machines rarely reach.`,
      "Connect the machine to a network, or run Kith outside of the container or with the host's network (docker run --network host).",
    ),
  ]
}

function addressFindings(interfaces: readonly InterfaceFacts[], addresses: readonly string[]): Finding[] {
  const outside = interfaces.filter(({ kind }) => kind !== 'loopback')
  if (outside.length === 0 || outside.some(({ announced }) => announced !== null)) return []
  const isIpv6Only = outside.every(({ ip }) => ip.includes(':'))
  if (isIpv6Only && addresses.every((address) => address.startsWith('/ip4/'))) {
    return [
      problem(
        'ipv6-only',
        `The network interfaces of this machine have only IPv6 addresses (${namesIn(outside)}), and this node listens on IPv4.`,
        'Start it with --listen /ip6/::/tcp/4001, and name its address to the others: kith connect ADDRESS.',
      ),
    ]
  }
  const todo = 'Leave out --listen (also in config.json), or use --listen /ip4/0.0.0.0/tcp/4001.'
  if (addresses.length === 0) return [problem('not-listening', 'This node listens nowhere.', todo)]
  const what = 'This node listens only where other machines cannot reach it, so it must reach them.'
  return [warning('not-listening', what, todo)]
}

function mdnsFindings(
  interfaces: readonly InterfaceFacts[],
  { mdns, peers }: NonNullable<DiagnosisFacts['node']>,
  atMs: number,
): Finding[] {
  if (!mdns) {
    const todo = 'Start it without --no-mdns (and "mdns": false in config.json), or name peers: kith connect ADDRESS.'
    return [warning('mdns-off', 'This node does not look for peers on the local network.', todo)]
  }
  return interfaces.flatMap(({ name, ip, kind, multicast }) => {
    if (multicast === null || kind === 'loopback') return []
    const { sent, ownHeardMs, othersHeardMs, error, openedAtMs } = multicast
    const where = `${name} (${ip})`
    if (error !== null) {
      const todo = `Give multicast a way: sudo ip route add 224.0.0.0/4 dev ${name}. ${NO_MULTICAST}`
      return [problem('multicast-failed', `Multicast cannot be sent on ${where}: ${error}.`, todo)]
    }
    const listenedMs = atMs - openedAtMs
    if (othersHeardMs !== null || listenedMs < LISTENED_MS || kind === 'virtual') return []
    if (sent > 0 && ownHeardMs === null) {
      const todo = `Allow UDP port 5353 in the firewall of this machine. ${NO_MULTICAST}`
      return [
        problem('multicast-blocked', `What this node multicasts on ${where} does not even come back to it.`, todo),
      ]
    }
    const unheard = peers.filter(
      ({ connected, heardMs, isHere, addresses: [inUse] }) =>
        connected && heardMs === null && !isHere && inUse?.address.startsWith(networkPrefixOf(ip)) === true,
    )
    if (unheard.length > 0) {
      return [
        warning(
          'multicast-lost',
          `The network at ${where} does not pass on multicast: ${unheard.length} connected peer${unheard.length === 1 ? ' was' : 's were'} never heard there.`,
          'Nodes there need an address of each other: kith connect ADDRESS. Switch off client isolation or multicast filtering (IGMP snooping) of the access point.',
        ),
      ]
    }
    return [
      unknown(
        'multicast-unheard',
        `Nobody was heard on ${where} in ${spanOf(listenedMs)}: no other node is there, or the network does not pass on multicast, as guest networks and VPNs do not.`,
        'Run kith doctor on the other machine, too. An address works without multicast: kith connect ADDRESS.',
      ),
    ]
  })
}

/** The first three numbers: networks at home and at work are rarely larger, and a wrong guess only leaves a finding out. */
function networkPrefixOf(ip: string): string {
  return ip.includes(':') ? '/ip6/none' : `/ip4/${ip.split('.').slice(0, 3).join('.')}.`
}

/** Whether other nodes are told an address of this machine. */
export function announcedFindings({ interfaces }: DiagnosisFacts['system']): Finding[] {
  const announced = interfaces.filter((each) => each.announced !== null)
  if (announced.length === 0) return []
  return [
    fine(
      'announced',
      `Others are told ${announced.length} address${announced.length === 1 ? '' : 'es'}: ${announced.map(({ ip, name }) => `${ip} (${name})`).join(', ')}.`,
    ),
  ]
}

function namesIn(interfaces: readonly InterfaceFacts[]): string {
  return [...new Set(interfaces.map(({ name }) => name))].join(', ')
}
