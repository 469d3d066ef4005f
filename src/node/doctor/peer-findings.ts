/** What a diagnosis finds about peers: who was heard and not reached, who is somebody else, and whose clock differs. */
import { failureIn } from '../../host/dial-errors.ts'
import type { DiagnosedPeer, DiagnosisFacts, Finding, NodeFacts, PeerAddress, ProbeFailure } from '../../kith.ts'
import { fine, nameOf, namesOf, portOf, problem, spanOf, unknown, warning } from './wording.ts'

/** Nodes announce themselves every 12 s; one that was heard within this is most likely there now. */
const HEARD_RECENTLY_MS = 60_000
/** Findings about single peers of one kind; more would hide the rest. */
const MAX_OF_A_KIND = 5
/** Documents are sorted by other means than time, but people see it. Less is as much as clocks that nobody sets are off. */
const CLOCK_OFF_MS = 60_000
/** Of what a peer says about itself, which may be long. */
const MAX_SAID_LENGTH = 100
/** Connections that end soon, in a row: fewer are chance. */
const MANY_SHORT = 2

/** What to do if an address fails. */
export function todoFor(failure: ProbeFailure, address: string): string {
  const port = portOf(address)
  switch (failure) {
    case 'refused':
      return `See that Kith runs there, at port ${port}, and that the firewall of that machine allows the port.`
    case 'no-answer':
      return `See that the machine is on; allow TCP port ${port} in its firewall; and see whether the network keeps devices apart (guest networks, client isolation).`
    case 'no-route':
      return 'See that both machines are in one network (cable, Wi-Fi, VPN), and that the address is the present one.'
    case 'no-name':
      return 'See how the name is written, or use the IP address.'
    case 'forbidden':
      return 'Allow outgoing connections in the firewall of this machine.'
    case 'closed':
      return 'It may have no place for this node, as for too many connections from one address: kith doctor there says.'
    case 'other-peer':
      return 'Ask for its present address or a new invite; or leave out /p2p/ and what follows, if whoever answers there is meant.'
    case 'self':
      return 'This node has been given its own address, or its key runs on another machine, too: see kith key --help.'
    case 'not-kith':
      return `Another program has port ${port} there: use the address that the other node prints at its start.`
    case 'other-version':
      return 'Update the older of the two nodes.'
    case 'other':
      return "KITH_LOG='kith:host:dial' kith start logs more."
  }
}

/** Findings about all peers. */
export function peerFindings({ atMs, node }: DiagnosisFacts): Finding[] {
  if (node === null) return []
  return [
    ...twinFindings(node, atMs),
    ...connectedFindings(node),
    ...limited(node.peers.flatMap((peer) => unreachedFindings(peer, atMs))),
    ...limited(namedFindings(node)),
    ...versionFindings(node),
    ...closingFindings(node),
    ...clockFindings(node),
  ]
}

function twinFindings({ twins, peers, addresses }: NodeFacts, atMs: number): Finding[] {
  const heard = twins.filter((twin) => atMs - twin.atMs < HEARD_RECENTLY_MS * 5)
  const dialled = peers
    .flatMap((peer) => peer.addresses)
    .filter(({ address, error }) => failureIn(error ?? '') === 'self' && !isOwn(address, addresses))
  if (heard.length === 0 && dialled.length === 0) return []
  const where = [
    ...heard.map(({ ip, isHere }) => (isHere ? 'on this machine' : `at ${ip}`)),
    ...dialled.map(({ address }) => `at ${address}`),
  ]
  return [
    problem(
      'same-key',
      `Another process uses the key of this node, ${[...new Set(where)].join(' and ')}: most likely a data folder was copied, and the two write two histories.`,
      'Stop one of the two for good, and give it a data folder of its own: kith start --profile NAME. Invite it to your rooms as another node, or as a device: kith device --help.',
    ),
  ]
}

function isOwn(address: string, own: readonly string[]): boolean {
  return own.some((each) => each.startsWith(address))
}

function connectedFindings({ peers }: NodeFacts): Finding[] {
  const connected = peers.filter((peer) => peer.connected)
  if (connected.length > 0) {
    const are = connected.length === 1 ? ' is' : ' are'
    return [fine('connected', `${namesOf(connected)}${are} connected.`)]
  }
  const todo =
    'See the findings above; if there are none, start a node on another machine, or name one: kith connect ADDRESS.'
  return [unknown('nobody-connected', 'No peer is connected.', todo)]
}

/** Of a peer that was heard, or that the user named: why it is not connected. */
export function unreachedFindings(peer: DiagnosedPeer, atMs: number): Finding[] {
  const { connected, named, heardMs, addresses } = peer
  const isHeard = heardMs !== null && atMs - heardMs < HEARD_RECENTLY_MS
  if (connected || !(isHeard || named)) return []
  const failing = addresses.filter(({ error }) => error !== null)
  const source = isHeard ? 'was heard on the local network' : 'was named'
  const about = { peer: peer.peer }
  if (failing.length === 0) {
    if (named && addresses.length === 0) {
      const todo = 'Name one: kith connect ADDRESS, which the other node prints at its start.'
      return [problem('no-address', `${nameOf(peer)} was named, and no address of it is known.`, todo, about)]
    }
    return []
  }
  const tries = failing.map((address) => `${address.address}: ${address.error ?? ''} (${timesOf(address)})`)
  const what = `${nameOf(peer)} ${source} and not reached: ${tries.join('; ')}.`
  const [worst = ''] = failing.map(({ address }) => address)
  return [problem(codeOf(failing), what, todoFor(failureOf(failing), worst), about)]
}

function timesOf({ failures }: PeerAddress): string {
  return `${failures} ${failures === 1 ? 'try' : 'tries'}`
}

/** The one that says most: what answers says more than what does not. */
const MOST_TELLING: readonly ProbeFailure[] = [
  'other-peer',
  'self',
  'not-kith',
  'closed',
  'refused',
  'forbidden',
  'no-answer',
]

function failureOf(failing: readonly PeerAddress[]): ProbeFailure {
  const found = failing.map(({ error }) => failureIn(error ?? ''))
  return MOST_TELLING.find((failure) => found.includes(failure)) ?? found[0] ?? 'other'
}

function codeOf(failing: readonly PeerAddress[]): string {
  return `unreached-${failureOf(failing)}`
}

function namedFindings({ namedAddresses }: NodeFacts): Finding[] {
  return namedAddresses.flatMap((named) => {
    const { address, error, connected, triedMs } = named
    if (connected) return []
    if (error === null) {
      if (triedMs !== null) return []
      return [
        unknown(
          'named-untried',
          `${address}, which was named, has not been tried yet.`,
          'Look again in some seconds.',
          { address },
        ),
      ]
    }
    const what = `${address}, which was named, is not reached: ${error} (${timesOf(named)}).`
    return [problem(`unreached-${failureIn(error)}`, what, todoFor(failureIn(error), address), { address })]
  })
}

/** Software that is not Kith, or speaks other versions of its protocols. */
function versionFindings({ peers, speaks: own }: NodeFacts): Finding[] {
  const told = peers.filter(({ connected, speaks }) => connected && speaks.length > 0)
  const kithOf = ({ speaks }: DiagnosedPeer): string[] => speaks.filter((id) => id.startsWith('/kith/'))
  const foreign = told.filter((peer) => kithOf(peer).length === 0)
  const others = told.filter((peer) => kithOf(peer).length > 0 && !isCompatible(kithOf(peer), own))
  return [
    ...foreign
      .slice(0, MAX_OF_A_KIND)
      .map((peer) =>
        fine(
          'not-kith',
          `${nameOf(peer)} is connected and is no node of Kith (${peer.agent?.slice(0, MAX_SAID_LENGTH) ?? 'it does not say what'}): it can be in no room.`,
          { peer: peer.peer },
        ),
      ),
    ...others
      .slice(0, MAX_OF_A_KIND)
      .map((peer) =>
        problem(
          'other-version',
          `${nameOf(peer)} speaks another version of Kith's protocols than this node: ${differences(kithOf(peer), own)}.`,
          'Update the older of the two nodes.',
          { peer: peer.peer },
        ),
      ),
  ]
}

/** Rooms need these. */
const NEEDED = /^\/kith\/(room-state|batch-sync)\//

function isCompatible(theirs: readonly string[], own: readonly string[]): boolean {
  return own.filter((id) => NEEDED.test(id)).every((id) => theirs.includes(id))
}

function differences(theirs: readonly string[], own: readonly string[]): string {
  const lacking = own.filter((id) => NEEDED.test(id) && !theirs.includes(id))
  return lacking
    .map((id) => {
      const family = id.replace(/[^/]*$/, '')
      const other = theirs.find((each) => each.startsWith(family))
      return other === undefined ? `it lacks ${id}` : `${other.slice(0, MAX_SAID_LENGTH)} instead of ${id}`
    })
    .join(', ')
}

function closingFindings({ peers, strangers, maxStrangers }: NodeFacts): Finding[] {
  const closing = peers.filter(({ connected, shortConnections }) => !connected && shortConnections >= MANY_SHORT)
  return [
    ...closing
      .slice(0, MAX_OF_A_KIND)
      .map((peer) =>
        warning(
          'closes-connections',
          `${nameOf(peer)} ends each connection soon: one of both has no place for a stranger, as for too many from one address.`,
          'A common room gives it a place: join one on both nodes.',
          { peer: peer.peer },
        ),
      ),
    ...(strangers < maxStrangers
      ? []
      : [
          warning(
            'strangers-full',
            `All ${maxStrangers} places for peers without a common room are taken, so strangers displace each other.`,
            'Members of your rooms and peers that you name keep their places: kith connect ADDRESS.',
          ),
        ]),
  ]
}

function clockFindings({ peers }: NodeFacts): Finding[] {
  const told = peers.flatMap((peer) => {
    const aheadMs = peer.checkup?.clockAheadMs ?? null
    return aheadMs === null ? [] : [{ peer, aheadMs }]
  })
  const off = told.filter(({ aheadMs }) => Math.abs(aheadMs) >= CLOCK_OFF_MS)
  const todo = 'Set the clock that is wrong; on Linux, sudo timedatectl set-ntp true keeps it right.'
  if (
    off.length > 1 &&
    off.length === told.length &&
    off.every(({ aheadMs }) => aheadMs > 0 === (off[0]?.aheadMs ?? 0) > 0)
  ) {
    const least = Math.min(...off.map(({ aheadMs }) => Math.abs(aheadMs)))
    const side = (off[0]?.aheadMs ?? 0) > 0 ? 'behind' : 'ahead of'
    return [
      problem(
        'clock-off',
        `The clock of this machine is ${spanOf(least)} or more ${side} those of all ${told.length} peers that told theirs.`,
        todo,
      ),
    ]
  }
  return off.slice(0, MAX_OF_A_KIND).map(({ peer, aheadMs }) => {
    const side = aheadMs > 0 ? 'ahead of' : 'behind'
    return problem(
      'clock-off',
      `The clock of ${nameOf(peer)} is ${spanOf(Math.abs(aheadMs))} ${side} this machine's.`,
      todo,
      { peer: peer.peer },
    )
  })
}

/** Some of them, and how many there are beside. */
function limited(findings: readonly Finding[]): Finding[] {
  const more = findings.length - MAX_OF_A_KIND
  if (more <= 0) return [...findings]
  const shown = findings.slice(0, MAX_OF_A_KIND)
  const what = `${more} more peer${more === 1 ? ' is' : 's are'} not reached.`
  return [...shown, problem('unreached-more', what, 'kith doctor PEER tells of one; kith doctor --json has all.')]
}
