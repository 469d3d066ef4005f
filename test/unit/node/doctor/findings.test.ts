import { describe, expect, it } from 'vitest'
import type { DiagnosedPeer, DiagnosisFacts, Finding, InterfaceFacts } from '../../../../src/kith.ts'
import { findingsOf, healthOf, probeFinding } from '../../../../src/node/doctor/findings.ts'
import { ANNA, BEN, factsWith, KITCHEN, LAN_CARD, LOOPBACK, NOW_MS } from './facts.ts'

/** What is not fine, by code. */
function wrong(facts: DiagnosisFacts): Record<string, Finding> {
  const bad = findingsOf(facts, true).filter(({ severity }) => severity !== 'fine')
  return Object.fromEntries(bad.map((finding) => [finding.code, finding]))
}

/** The one thing that is wrong. */
function onlyWrong(facts: DiagnosisFacts): Finding {
  const found = Object.values(wrong(facts))
  expect(found).toHaveLength(1)
  return found[0]!
}

const withMulticast = (multicast: Partial<InterfaceFacts['multicast']>): InterfaceFacts => ({
  ...LAN_CARD,
  multicast: { ...LAN_CARD.multicast!, ...multicast },
})

const withInterfaces = (...interfaces: InterfaceFacts[]): DiagnosisFacts =>
  factsWith({ system: { interfaces: [LOOPBACK, ...interfaces] } })

const failingWith = (error: string, more: Partial<DiagnosedPeer> = {}): DiagnosedPeer => ({
  ...BEN,
  addresses: [{ ...BEN.addresses[0]!, error }],
  ...more,
})

it('finds nothing wrong with a node that is well, and says what is fine', () => {
  const findings = findingsOf(factsWith(), true)
  expect(findings.map(({ code, severity, todo }) => [code, severity, todo])).toEqual([
    ['connected', 'fine', null],
    ['port-open', 'fine', null],
    ['room-met', 'fine', null],
    ['announced', 'fine', null],
  ])
  expect(healthOf(factsWith())).toEqual({ problems: 0, warnings: 0, worst: null })
})

it('puts problems first, and says of each what to do', () => {
  const findings = findingsOf(factsWith({ node: { peers: [BEN], mdns: false }, system: { freeBytes: 0 } }), true)
  const severities = findings.map(({ severity }) => severity)
  expect(severities).toEqual(severities.toSorted((a, b) => order(a) - order(b)))
  const bad = findings.filter(({ severity }) => severity !== 'fine')
  expect(bad.length).toBeGreaterThan(3)
  for (const { todo } of bad) expect(todo).toMatch(/^\S.*\.$/)
  for (const { what } of findings) expect(what).toMatch(/^\S.*\.$/)
})

function order(severity: Finding['severity']): number {
  return ['problem', 'warning', 'unknown', 'fine'].indexOf(severity)
}

describe('on the machine', () => {
  it('finds that there is no network', () => {
    expect(wrong(withInterfaces())['no-network']?.what).toContain('no network interface but loopback')
  })

  it('finds that all networks are of containers', () => {
    const bridge = { ...LAN_CARD, name: 'docker0', ip: '172.17.0.1', kind: 'virtual' } as const
    expect(wrong(withInterfaces(bridge))).toMatchObject({ 'virtual-only': { severity: 'warning' } })
  })

  it('finds that there is only IPv6, on which the node does not listen', () => {
    const ipv6 = { ...LAN_CARD, ip: 'fd00::2', announced: null, why: 'x', multicast: null }
    expect(wrong(withInterfaces(ipv6))['ipv6-only']?.what).toContain('eth0')
    const listening = { ...ipv6, announced: '/ip6/fd00::2/tcp/4001' }
    expect(wrong(withInterfaces(listening))['ipv6-only']).toBeUndefined()
  })

  it('finds that the node listens on loopback only', () => {
    const unheard = { ...LAN_CARD, announced: null, why: 'x', multicast: null }
    expect(onlyWrong(withInterfaces(unheard)).code).toBe('not-listening')
  })

  it.each([
    [20e6, 'disk-full', 'problem'],
    [100e6, 'disk-nearly-full', 'problem'],
    [200e6, 'disk-nearly-full', 'warning'],
  ])('finds a disk with %d bytes free', (freeBytes, code, severity) => {
    expect(onlyWrong(factsWith({ system: { freeBytes } }))).toMatchObject({ code, severity })
  })

  it('finds that few files may be open, or that most of them are', () => {
    const withFiles = (open: number, max: number): DiagnosisFacts =>
      factsWith({ system: { descriptors: { open, max } } })
    expect(onlyWrong(withFiles(40, 128))).toMatchObject({ code: 'descriptors-few', severity: 'warning' })
    expect(onlyWrong(withFiles(900, 1_024))).toMatchObject({ code: 'descriptors-used', severity: 'problem' })
  })

  it('finds a clock that cannot be right', () => {
    expect(wrong({ ...factsWith(), atMs: 86_400_000 })['clock-implausible']?.what).toContain('1970-01-02')
  })

  it('finds a data folder that cannot be used', () => {
    expect(onlyWrong(factsWith({ system: { folderError: 'this user may not write there' } })).code).toBe('data-folder')
  })

  it('says that no node runs', () => {
    const facts = { ...factsWith(), node: null }
    expect(onlyWrong(facts)).toMatchObject({ code: 'no-node', severity: 'problem' })
  })
})

describe('of multicast', () => {
  it('finds that it is switched off', () => {
    expect(onlyWrong(factsWith({ node: { mdns: false } })).code).toBe('mdns-off')
  })

  it('finds that it cannot be sent', () => {
    const failing = withMulticast({ sent: 0, ownHeardMs: null, othersHeardMs: null, error: 'send ENETUNREACH' })
    expect(onlyWrong(withInterfaces(failing))).toMatchObject({ code: 'multicast-failed', severity: 'problem' })
  })

  it('finds that not even its own comes back', () => {
    const silent = withMulticast({ ownHeardMs: null, othersHeardMs: null })
    expect(onlyWrong(withInterfaces(silent))).toMatchObject({ code: 'multicast-blocked', severity: 'problem' })
  })

  it('does not know why nobody is heard, unless somebody is there', () => {
    const unheard = withMulticast({ othersHeardMs: null })
    expect(onlyWrong(withInterfaces(unheard))).toMatchObject({ code: 'multicast-unheard', severity: 'unknown' })
    const facts = factsWith({ system: { interfaces: [unheard] }, node: { peers: [{ ...ANNA, heardMs: null }] } })
    expect(onlyWrong(facts)).toMatchObject({ code: 'multicast-lost', severity: 'warning' })
  })

  it('waits some seconds before it says so', () => {
    const young = withMulticast({ ownHeardMs: null, othersHeardMs: null, openedAtMs: NOW_MS - 3_000 })
    expect(wrong(withInterfaces(young))).toEqual({})
  })
})

describe('of peers', () => {
  it.each([
    ['nothing listens there', 'refused', 'firewall'],
    ['no answer within 2 s', 'no-answer', 'TCP port 4003'],
    ['that network cannot be reached from here', 'no-route', 'in one network'],
    ['the name is unknown', 'no-name', 'IP address'],
    ["this machine's own firewall forbids it", 'forbidden', 'outgoing'],
    ['another peer answers there', 'other-peer', 'present address'],
    ['something else than Kith answers there', 'not-kith', 'Another program'],
    ['the other side closed the connection', 'closed', 'too many connections'],
    ['a new kind of failure', 'other', 'KITH_LOG'],
  ])('heard and not reached, as %s', (error, failure, todo) => {
    const finding = onlyWrong(factsWith({ node: { peers: [ANNA, failingWith(error)] } }))
    expect(finding).toMatchObject({ code: `unreached-${failure}`, severity: 'problem', peer: BEN.peer })
    expect(finding.what).toBe(
      `…nBenBen1 was heard on the local network and not reached: /ip4/192.168.1.4/tcp/4003: ${error} (7 tries).`,
    )
    expect(finding.todo).toContain(todo)
  })

  it('heard long ago are away', () => {
    expect(wrong(factsWith({ node: { peers: [ANNA, { ...BEN, heardMs: NOW_MS - 3_600_000 }] } }))).toEqual({})
  })

  it('named by the user are told however long ago they were heard', () => {
    const named = { ...BEN, heardMs: null, named: true }
    expect(onlyWrong(factsWith({ node: { peers: [ANNA, named] } })).what).toContain('was named and not reached')
    expect(onlyWrong(factsWith({ node: { peers: [ANNA, { ...named, addresses: [] }] } })).code).toBe('no-address')
  })

  it('named by an address alone', () => {
    const named = { address: '/ip4/10.0.0.9/tcp/4001', peer: null, connected: false, failures: 3, triedMs: NOW_MS }
    const silent = { ...named, error: 'nothing listens there' }
    expect(onlyWrong(factsWith({ node: { namedAddresses: [silent] } })).what).toBe(
      '/ip4/10.0.0.9/tcp/4001, which was named, is not reached: nothing listens there (3 tries).',
    )
    const untried = { ...named, failures: 0, error: null, triedMs: null }
    expect(onlyWrong(factsWith({ node: { namedAddresses: [untried] } }))).toMatchObject({ severity: 'unknown' })
    expect(wrong(factsWith({ node: { namedAddresses: [{ ...silent, connected: true }] } }))).toEqual({})
  })

  it('that are many are counted', () => {
    const peers = Array.from({ length: 9 }, (_, index) => ({ ...BEN, peer: `12D3KooWBen${index}` }))
    const unreached = findingsOf(factsWith({ node: { peers } }), true).filter(({ code }) =>
      code.startsWith('unreached'),
    )
    expect(unreached).toHaveLength(6)
    expect(unreached.at(-1)?.what).toBe('4 more peers are not reached.')
  })

  it('that are none are unknown to be missing', () => {
    const findings = wrong(factsWith({ node: { peers: [], rooms: [] } }))
    expect(findings).toMatchObject({
      'nobody-connected': { severity: 'unknown' },
      'port-unknown': { severity: 'unknown' },
    })
  })

  it('with the same key, heard by multicast or dialled', () => {
    const twin = { ip: '192.168.1.9', isHere: false, atMs: NOW_MS - 1_000 }
    expect(onlyWrong(factsWith({ node: { twins: [twin] } })).what).toContain('at 192.168.1.9')
    expect(wrong(factsWith({ node: { twins: [{ ...twin, atMs: NOW_MS - 3_600_000 }] } }))).toEqual({})
    const self = failingWith('this node itself answers there', { named: true })
    expect(wrong(factsWith({ node: { peers: [ANNA, self] } }))['same-key']?.what).toContain('192.168.1.4')
  })

  it('of another version, or no Kith at all', () => {
    const newer = { ...ANNA, speaks: ['/kith/room-state/2.0.0', '/kith/batch-sync/1.0.0'] }
    expect(onlyWrong(factsWith({ node: { peers: [newer] } })).what).toBe(
      "Anna (…AnnaAnna) speaks another version of Kith's protocols than this node: /kith/room-state/2.0.0 instead of /kith/room-state/1.0.0.",
    )
    const other = { ...ANNA, speaks: ['/ipfs/ping/1.0.0'], agent: 'go-libp2p' }
    const findings = findingsOf(factsWith({ node: { peers: [other] } }), true)
    expect(findings.find(({ code }) => code === 'not-kith')?.what).toContain('no node of Kith (go-libp2p)')
  })

  it('that end each connection, and places for strangers that are all taken', () => {
    expect(wrong(factsWith({ node: { peers: [ANNA, { ...BEN, addresses: [], shortConnections: 3 }] } }))).toMatchObject(
      {
        'closes-connections': { severity: 'warning' },
      },
    )
    expect(onlyWrong(factsWith({ node: { strangers: 64 } })).code).toBe('strangers-full')
  })
})

describe('of clocks', () => {
  const aheadBy = (...spans: number[]): DiagnosisFacts => {
    const peers = spans.map((clockAheadMs, index) => ({
      ...ANNA,
      ...{ peer: `${ANNA.peer}${index}`, checkup: { clockAheadMs, dialBack: 'reached' as const, error: null } },
    }))
    return factsWith({ node: { peers } })
  }
  const DAY_MS = 86_400_000

  it('finds one that is a day off', () => {
    expect(onlyWrong(aheadBy(2 * DAY_MS)).what).toMatch(
      /^The clock of Anna \(.*\) is 2 days ahead of this machine's\.$/,
    )
    expect(onlyWrong(aheadBy(0, -DAY_MS)).what).toContain('24 hours behind')
    expect(wrong(aheadBy(59_000, -59_000))).toEqual({})
  })

  it('finds its own if all others say so', () => {
    expect(onlyWrong(aheadBy(DAY_MS, DAY_MS + 5)).what).toBe(
      'The clock of this machine is 24 hours or more behind those of all 2 peers that told theirs.',
    )
  })
})

describe('of the way in', () => {
  const dialledBack = (...outcomes: NonNullable<DiagnosedPeer['checkup']>['dialBack'][]): DiagnosisFacts => {
    const peers = outcomes.map((dialBack, index) => ({
      ...ANNA,
      ...{ peer: `${ANNA.peer}${index}`, checkup: { clockAheadMs: 0, dialBack, error: null } },
    }))
    return factsWith({ node: { peers } })
  }

  it('finds a port that is closed to all, or to some', () => {
    expect(onlyWrong(dialledBack('no-answer'))).toMatchObject({ code: 'port-closed', severity: 'problem' })
    expect(onlyWrong(dialledBack('refused', 'reached'))).toMatchObject({
      code: 'port-partly-closed',
      severity: 'warning',
    })
  })

  it('takes a connection that came in for an open port, and none from this machine', () => {
    const inbound: DiagnosedPeer = { ...ANNA, direction: 'inbound', checkup: null }
    expect(wrong(factsWith({ node: { peers: [inbound] } }))).toEqual({})
    const here = onlyWrong(factsWith({ node: { peers: [{ ...ANNA, isHere: true }] } }))
    expect(here).toMatchObject({ code: 'port-unknown', severity: 'unknown' })
  })

  it('says that an older peer could not tell', () => {
    const checkup = { clockAheadMs: null, dialBack: null, error: 'its version of Kith cannot' }
    expect(onlyWrong(factsWith({ node: { peers: [{ ...ANNA, checkup }] } })).what).toContain(
      'its version of Kith cannot',
    )
  })
})

describe('of rooms', () => {
  it('finds one that nobody knows', () => {
    const lost = { ...KITCHEN, name: '', status: 'waiting', present: [] } as const
    expect(onlyWrong(factsWith({ node: { rooms: [{ ...lost, present: [] }] } }))).toMatchObject({
      ...{ code: 'room-unknown', severity: 'warning', room: 'bafykitchen' },
      what: expect.stringContaining('The one connected peer does not know the room bafykitchen') as string,
    })
  })

  it('finds those in which nobody is, or ever was', () => {
    const empty = { ...KITCHEN, present: [], away: [{ peer: BEN.peer, name: 'Ben', lastSeenMs: 0 }] }
    expect(onlyWrong(factsWith({ node: { rooms: [empty] } }))).toMatchObject({
      code: 'room-empty',
      severity: 'unknown',
    })
    expect(onlyWrong(factsWith({ node: { rooms: [{ ...empty, away: [] }] } }))).toMatchObject({ code: 'room-alone' })
  })

  it('says what one waits for', () => {
    const waiting = { ...KITCHEN, waitingFor: '3 missing documents that others build on' }
    expect(onlyWrong(factsWith({ node: { rooms: [waiting] } })).what).toContain('waits for 3 missing documents')
  })

  it('counts those that would hide the rest', () => {
    const rooms = Array.from({ length: 12 }, (_, index) => ({ ...KITCHEN, id: `bafy${index}`, present: [] }))
    expect(wrong(factsWith({ node: { rooms } }))['rooms-more']?.what).toBe('Nobody is in 4 more rooms.')
  })
})

it('finds that the ring or the DHT lacks peers, and what is wrong with the store', () => {
  expect(onlyWrong(factsWith({ node: { ring: 'alone' } })).code).toBe('ring-alone')
  expect(onlyWrong(factsWith({ node: { dhtPeers: 0 } }))).toMatchObject({ code: 'dht-empty', severity: 'unknown' })
  expect(onlyWrong(factsWith({ node: { store: ['a document is damaged'] } })).what).toBe('A document is damaged.')
})

it('says at which step an address fails, and what to do', () => {
  const probe = {
    ...({ address: '/ip4/10.0.0.9/tcp/4001', failure: 'refused', peer: null } as const),
    steps: [{ step: 'connection', result: 'failed', detail: 'refused', tookMs: 1 } as const],
  }
  expect(probeFinding(probe, null)).toMatchObject({
    ...{ code: 'unreached-refused', severity: 'problem' },
    what: '/ip4/10.0.0.9/tcp/4001 fails at the connection: refused.',
  })
})
