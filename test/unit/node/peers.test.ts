import { beforeEach, describe, expect, it } from 'vitest'
import { decodeDocument } from '../../../protocols/document/document.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import type { DialledAddress, HostPeer, HostPeerDetails } from '../../../src/host/host.ts'
import { KithError } from '../../../src/kith.ts'
import { Introductions, MAX_INTRODUCED } from '../../../src/node/introductions.ts'
import { shortNameOf } from '../../../src/node/short-name.ts'
import { PeerNames } from '../../../src/node/peer-names.ts'
import { Peers } from '../../../src/node/peers.ts'
import { ProtocolLinks } from '../../../src/node/protocol-links.ts'
import { Refusals } from '../../../src/node/refusals.ts'
import { coreOf, type TestCore } from './core.ts'

const ADDRESS = '/ip4/10.0.0.1/tcp/4001'

/** A host that knows what a test says. */
class FakeHost {
  known: HostPeerDetails[] = []
  silent: (DialledAddress & { nextDialMs: number })[] = []

  peers(): HostPeer[] {
    return this.known.map(({ peer, connected, addresses, direction, network, ...rest }) => {
      const { connectedSinceMs, roundTripMs, lastSeenMs } = rest
      return { peer, connected, addresses, direction, network, connectedSinceMs, roundTripMs, lastSeenMs }
    })
  }

  peerDetails(peer: PeerId): HostPeerDetails | undefined {
    return this.known.find((known) => known.peer === peer)
  }

  peerAt(address: string): PeerId | undefined {
    return this.known.find(({ addresses }) => addresses.includes(address))?.peer
  }

  unanswered() {
    return this.silent
  }
}

function away(peer: PeerId, error: string | null = null): HostPeerDetails {
  return {
    ...{
      peer,
      connected: false,
      addresses: [ADDRESS],
      direction: null,
      network: null,
      roundTripMs: null,
      lastSeenMs: 5,
      pinned: true,
    },
    ...{ connectedSinceMs: null, nextDialMs: 9, agent: null, speaks: [], shortConnections: 0 },
    dialled: [{ address: ADDRESS, failures: error === null ? 0 : 3, error, triedMs: error === null ? null : 7 }],
  }
}

let core: TestCore
let anna: TestCore
let room: RoomId
let host: FakeHost
let refusals: Refusals
let links: ProtocolLinks
let introductions: Introductions
let peers: Peers

beforeEach(async () => {
  core = coreOf(0)
  anna = coreOf(1)
  host = new FakeHost()
  refusals = new Refusals()
  introductions = new Introductions()
  links = new ProtocolLinks({ 'room-state': '/kith/room-state/1.0.0', 'batch-sync': '/kith/batch-sync/1.0.0' })
  const names = new PeerNames()
  names.readFrom(core.machine)
  peers = new Peers({ core, host, names, links, refusals, introductions })
  const created = await anna.command({ type: 'create', name: 'Kitchen', app: 'chat' })
  room = created.room!
  await core.command({ type: 'join', room })
  for (const { block } of anna.store.documents(room, { limit: 10 })) {
    core.machine.handle(
      { type: 'gossip', room, document: decodeDocument(block), from: anna.self },
      { monotonicMs: 0, wallMs: 0 },
    )
  }
})

describe('a list of peers', () => {
  it('has their names, and how often something they sent was refused', () => {
    const stranger = coreOf(2).self
    host.known = [away(anna.self), away(stranger)]
    refusals.count('bad-frame', stranger)
    expect(peers.list()).toMatchObject([
      { peer: anna.self, name: 'Author 1', rooms: [], refused: 0 },
      { peer: stranger, name: null, rooms: [], refused: 1 },
    ])
  })
})

describe('what peers said of each other', () => {
  it('is told as long as who said it is connected', () => {
    const stranger = coreOf(2).self
    host.known = [away(stranger)]
    introductions.add(stranger, anna.self, 7)
    introductions.add(stranger, core.self, 6)
    introductions.add(stranger, anna.self, 8)
    expect(peers.list()[0]?.introduced).toEqual([
      { peer: core.self, name: null, atMs: 6 },
      { peer: anna.self, name: 'Author 1', atMs: 8 },
    ])
    introductions.forget(stranger)
    expect(peers.list()[0]?.introduced).toEqual([])
  })

  it('is the newest of it, if it is much', () => {
    for (let i = 0; i <= MAX_INTRODUCED; i++) introductions.add(anna.self, `peer ${i}` as PeerId, i)
    expect(introductions.of(anna.self)).toHaveLength(MAX_INTRODUCED)
    expect(introductions.of(anna.self)[0]).toEqual({ peer: 'peer 1', atMs: 1 })
  })
})

describe('the details of a peer', () => {
  it('are all that is known about it: from host, rooms, protocols and refusals', () => {
    host.known = [away(anna.self, 'nothing listens there')]
    refusals.count('bad-signature', anna.self)
    links.failed(anna.self, 'batch-sync', 'reset')
    expect(peers.details('Author 1')).toEqual({
      ...{ peer: anna.self, names: [{ room, roomName: 'Kitchen', name: 'Author 1' }] },
      ...{ connected: false, connectedSinceMs: null, direction: null, network: null, roundTripMs: null, agent: null },
      ...{ lastSeenMs: 5, pinned: true, nextDialMs: 9 },
      addresses: [{ address: ADDRESS, failures: 3, error: 'nothing listens there', triedMs: 7 }],
      protocols: [
        { protocol: 'room-state', state: 'closed', sinceMs: null, failures: 0, error: null },
        expect.objectContaining({ protocol: 'batch-sync', state: 'failed', failures: 1, error: 'reset' }),
      ],
      rooms: [],
      refused: { 'bad-signature': 1 },
    })
  })

  it('exist for an author who was never connected', () => {
    expect(peers.details(shortNameOf(anna.self))).toMatchObject({
      ...{ peer: anna.self, connected: false, lastSeenMs: 0, addresses: [], refused: {} },
      names: [{ name: 'Author 1' }],
    })
  })

  it('do not exist for an unknown peer, nor for this node', () => {
    const stranger = coreOf(2).self
    const noSuchPeer = expect.objectContaining({ code: 'no-such-peer' }) as KithError
    for (const reference of [stranger, core.self, 'Carla', '']) {
      expect(() => peers.details(reference), reference).toThrow(noSuchPeer)
    }
    refusals.count('bad-frame', stranger)
    expect(peers.details(stranger)).toMatchObject({ peer: stranger, refused: { 'bad-frame': 1 } })
    expect(peers.details(shortNameOf(stranger))).toMatchObject({ peer: stranger })
  })
})

describe('a peer is meant', () => {
  it('by an address at which it is, or that contains its id', () => {
    host.known = [away(anna.self)]
    expect(peers.resolve(ADDRESS)).toBe(anna.self)
    const stranger = coreOf(2).self
    expect(peers.resolve(`${ADDRESS}/p2p/${stranger}`)).toBe(stranger)
    expect(() => peers.resolve('/ip4/x')).toThrow(expect.objectContaining({ code: 'bad-address' }) as KithError)
  })

  it('by no address at which nobody answers, and the error says why', () => {
    const address = '/ip4/10.0.0.9/tcp/1'
    host.silent = [{ address, failures: 4, error: 'nothing listens there', triedMs: 1, nextDialMs: 2 }]
    expect(() => peers.resolve(address)).toThrow(
      new KithError('no-such-peer', `nobody has answered at ${address} yet: nothing listens there (4 times)`),
    )
  })

  it('by its full id even if it was never heard of', () => {
    const stranger = coreOf(2).self
    expect(peers.resolve(stranger)).toBe(stranger)
  })
})

describe('where to dial', () => {
  it('is an address itself', () => {
    for (const address of [ADDRESS, '10.0.0.1:4001']) expect(peers.addressesToDial(address)).toEqual([address])
    expect(peers.addressesToDial(` <${ADDRESS}>.\n`), 'as it was pasted').toEqual([ADDRESS])
  })

  it('is where a peer named otherwise was met, but not the port that it called from', () => {
    const known = { ...away(anna.self), direction: 'inbound' as const, connected: true }
    const calling = { address: '/ip4/10.0.0.1/tcp/50123', failures: 0, error: null, triedMs: null }
    host.known = [{ ...known, dialled: [calling, ...known.dialled] }]
    expect(peers.addressesToDial(shortNameOf(anna.self))).toEqual([`${ADDRESS}/p2p/${anna.self}`])
  })

  it('is unknown for a peer of whom no address is known', () => {
    host.known = [{ ...away(anna.self), dialled: [] }]
    expect(() => peers.addressesToDial(anna.self)).toThrow(
      expect.objectContaining({ code: 'unreachable', message: expect.stringContaining(anna.self) as string }) as Error,
    )
    const message = expect.stringMatching(/nobody.*an address looks like/) as string
    expect(() => peers.addressesToDial('nobody')).toThrow(
      expect.objectContaining({ code: 'no-such-peer', message }) as Error,
    )
  })
})
