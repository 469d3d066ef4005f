/** Commands about other nodes: `kith peers`, `kith peer`, `kith connect`. */
import type { Command } from 'commander'
import { grouped } from '../../grouped.ts'
import type { PeerAddress, PeerDetails, PeerInfo, PeerProtocol, PeerRoom } from '../../kith.ts'
import type { Context } from '../context.ts'
import { addCommand } from '../program.ts'
import type { Run } from '../program.ts'
import { clean, clockTime, counted, duration, fields, table } from '../text.ts'

export function addPeerCommands(program: Command, run: Run): void {
  addCommand(program, {
    name: 'peers',
    summary: 'list the peers that the node knows',
    description: 'list the peers that the node knows, the connected ones first',
    examples: [['kith peers', '']],
  }).action(run(listPeers))
  addCommand(program, {
    name: 'peer',
    summary: 'show everything known about a peer',
    description: 'show everything known about a peer: its addresses, dial errors, what it holds, what was refused',
    examples: [
      ['kith peer Anna', 'by name'],
      ['kith peer …GpEuX7Qq', 'by the short id that lists and logs print'],
      ['kith peer /ip4/192.168.1.5/tcp/4001', 'by address'],
    ],
  })
    .argument('<peer>', 'its name, its id or the beginning or end of it, or an address')
    .action(run(showPeer))
  addCommand(program, {
    name: 'connect',
    summary: 'connect to a peer, now and in future',
    description: 'connect to a peer now, and whenever the connection is lost or the node restarts',
    examples: [
      ['kith connect /ip4/192.168.1.5/tcp/4001', 'the other node prints its addresses at start'],
      ['kith connect Anna', 'at the addresses where she was met'],
    ],
  })
    .argument('<peer>', 'its multiaddr; of a known peer also its name or id')
    .action(run(connect))
}

/**
 * The address at which a peer can be reached, if known: for inbound connections not the port from which it connected, nor
 * an address at which it was before.
 */
export function reachableAddress({ direction, addresses }: PeerInfo): string | undefined {
  const [inUse, ...known] = addresses
  if (direction !== 'inbound' || inUse === undefined) return inUse
  const host = inUse.replace(PORT, '')
  return known.find((address) => address.startsWith(`${host}/`)) ?? host
}

/** What follows the host in a multiaddr. */
const PORT = /\/(?:tcp|udp)\/.*/s

/** An address where nobody answers, and why. */
export function unansweredLine(unanswered: PeerAddress & { nextDialMs: number }, nowMs: number): string {
  return `${addressLine(unanswered, nowMs)}; ${againIn(unanswered.nextDialMs, nowMs)}`
}

const NETWORK_WORDS = {
  machine: 'on this machine',
  local: 'in the local network',
  internet: 'over the internet',
} as const

async function listPeers(context: Context): Promise<void> {
  const peers = await context.call('peers', {}, 'Asking the node')
  context.output.result(peers, () => {
    if (peers.length === 0) {
      return [
        `No peers yet. Peers on one network find each other; otherwise: ${context.command('connect ADDRESS')}`,
        `What keeps them away:  ${context.command('doctor')}`,
      ]
    }
    const sorted = peers.toSorted((a, b) => Number(b.connected) - Number(a.connected) || b.lastSeenMs - a.lastSeenMs)
    return table([
      ['PEER', 'NAME', 'LINK', 'ROUND TRIP', 'SEEN', 'ROOMS', 'REFUSED', 'ADDRESS'],
      ...sorted.map((peer) => peerRow(peer, Date.now())),
    ])
  })
}

function peerRow(peer: PeerInfo, nowMs: number): string[] {
  const link = peer.connected ? (peer.direction ?? 'yes') : 'none'
  const seen = peer.connected ? 'now' : peer.lastSeenMs > 0 ? clockTime(peer.lastSeenMs, nowMs) : 'never'
  return [
    ...[peer.peer, clean(peer.name ?? '-'), link, roundTrip(peer) ?? '-', seen],
    ...[
      peer.rooms.map(clean).join(', ') || '-',
      peer.refused === 0 ? '-' : grouped(peer.refused),
      clean(reachableAddress(peer) ?? '-'),
    ],
  ]
}

async function showPeer(context: Context, reference: string): Promise<void> {
  const peer = await context.call('peer', { peer: reference }, 'Asking the node')
  context.output.result(peer, () => fields(describe(peer, Date.now())))
}

function describe(peer: PeerDetails, nowMs: number): [string, string][] {
  const { agent, names, addresses, protocols, rooms, refused } = peer
  return [
    ...lines('Name', namesByText(names)),
    ['Peer id', peer.peer],
    ['Connected', linkLine(peer, nowMs)],
    ...(agent === null ? [] : lines('Software', [clean(agent)])),
    ...lines('Addresses', addresses.length === 0 ? ['none known'] : addresses.map((each) => addressLine(each, nowMs))),
    ...(peer.connected
      ? lines(
          'Protocols',
          protocols.map((each) => protocolLine(each, nowMs)),
        )
      : []),
    ...lines('Rooms', rooms.length === 0 ? ['none'] : rooms.map((each) => roomLine(each, nowMs))),
    ...lines(
      'Refused',
      Object.entries(refused).map(([reason, times]) => `${grouped(times)} × ${clean(reason)}`),
    ),
  ]
}

/** A label and its lines; the first line is next to the label. */
function lines(label: string, values: readonly string[]): [string, string][] {
  return values.map((value, index) => [index === 0 ? label : '', value])
}

/** Each name with the rooms in which it is used. */
function namesByText(names: PeerDetails['names']): string[] {
  const rooms = Map.groupBy(names, ({ name }) => name)
  return [...rooms].map(([name, used]) => `${clean(name)} (in ${used.map((each) => clean(each.roomName)).join(', ')})`)
}

function linkLine(peer: PeerDetails, nowMs: number): string {
  const { connected, connectedSinceMs, direction, network, lastSeenMs, nextDialMs, pinned } = peer
  if (connected) {
    const since = connectedSinceMs === null ? 'now' : `since ${clockTime(connectedSinceMs, nowMs)}`
    return [since, direction, network && NETWORK_WORDS[network], roundTrip(peer)]
      .filter((part) => part !== null)
      .join(', ')
  }
  const seen = lastSeenMs > 0 ? `no, last ${clockTime(lastSeenMs, nowMs)}` : 'never'
  const again = nextDialMs === null ? '' : `; ${againIn(nextDialMs, nowMs)}${pinned ? ', and so on forever' : ''}`
  return seen + again
}

function roundTrip({ roundTripMs }: Pick<PeerInfo, 'roundTripMs'>): string | null {
  return roundTripMs === null ? null : `${roundTripMs.toFixed(1)} ms`
}

function againIn(nextDialMs: number, nowMs: number): string {
  return `next dial in ${duration(Math.max(0, (nextDialMs - nowMs) / 1_000))}`
}

function addressLine({ address, failures, error, triedMs }: PeerAddress, nowMs: number): string {
  if (error === null || triedMs === null) return clean(address)
  return `${clean(address)}: ${clean(error)} (failed ${counted(failures, 'time')}, last ${clockTime(triedMs, nowMs)})`
}

function protocolLine({ protocol, state, sinceMs, failures, error }: PeerProtocol, nowMs: number): string {
  if (state === 'unsupported') return `${protocol}: the peer does not speak it`
  const since = sinceMs === null ? '' : ` since ${clockTime(sinceMs, nowMs)}`
  const why = error === null ? '' : `: ${clean(error)}${failures > 1 ? ` (${counted(failures, 'time')})` : ''}`
  return `${protocol}: ${state}${since}${why}`
}

function roomLine({ id, name, documents, sync }: PeerRoom, nowMs: number): string {
  const { online, lastSeenMs, held, sharing, refusesDocuments } = sync
  const seen = online ? 'in it now' : `last seen there ${clockTime(lastSeenMs, nowMs)}`
  const holds =
    held === null ? 'still comparing documents' : `holds ${grouped(held)} of ${counted(documents, 'document')}`
  const policy = sharing.policy === 'share' ? [] : [`policy ${sharing.policy}`]
  const parts = [seen, holds, ...policy, ...(refusesDocuments ? ['takes no more'] : [])]
  return `${clean(name) || id}: ${parts.join(', ')}`
}

async function connect(context: Context, peer: string): Promise<void> {
  const connected = await context.call('connect', { peer }, `Connecting to ${peer}`)
  context.output.result(connected, () => [`Connected to ${connected.peer}.`])
}
