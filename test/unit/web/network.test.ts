/** What the network screen says, and where it draws what. */
import { describe, expect, test } from 'vitest'
import type { RoomOverview } from '../../../src/api/page-calls.ts'
import type { NodeStatus, PeerInfo, RoomProgress } from '../../../src/kith.ts'
import { adviceOf } from '../../../src/web/screens/network/advice.ts'
import { layoutOf, MAX_DRAWN, MAX_HEARSAY } from '../../../src/web/screens/network/layout.ts'
import { healthOf, type RoomHealth } from '../../../src/web/screens/network/room-health.ts'

const WELL: NodeStatus = {
  ...{ peer: 'self', name: 'Anna', version: '1', dataDir: '/', addresses: ['/ip4/10.0.0.2/tcp/1'], startedAtMs: 0 },
  ...{ rooms: 1, documents: 1, progress: [], connectedPeers: 1, unanswered: [], refused: {}, faults: [] },
  health: { problems: 0, warnings: 0, worst: null },
  connections: { open: 1, max: 9, strangers: 0, maxStrangers: 9, handshakes: 0, maxHandshakes: 9 },
  ...{ memoryBytes: 1, findings: [], removed: [], disk: null },
}

const ROOM: RoomOverview = {
  ...{ id: 'kitchen', name: 'Kitchen', app: 'chat', isAppKnown: true, status: 'open', newMessages: 0, documents: 3 },
  ...{ sizeBytes: 2048, neighbours: 2, provisional: null, isJoining: false, last: null, newMentions: 0 },
}

function peerOf(peer: string, rest: Partial<PeerInfo> = {}): PeerInfo {
  return {
    ...{ peer, name: null, connected: true, addresses: [], direction: 'inbound', network: 'local' },
    ...{ connectedSinceMs: 1, roundTripMs: null, rooms: [], sending: [], blocksAwaited: 0, introduced: [] },
    ...{ lastSeenMs: 1, refused: 0, ...rest },
  }
}

describe('what the node knows of itself', () => {
  const textsOf = (changed: Partial<NodeStatus>): string[] =>
    adviceOf({ ...WELL, ...changed }).map(({ kind, text }) => `${kind}: ${text}`)

  test('is nothing if all is well', () => {
    expect(adviceOf(WELL)).toEqual([])
  })

  test.each<[string, Partial<NodeStatus>, RegExp]>([
    [
      'a full disk',
      { disk: { freeBytes: 1024, paused: 'all', overcounted: false } },
      /^trouble: .*1 KiB left.*Free some/,
    ],
    ['damage', { findings: ['the store is damaged: kith repair'] }, /^trouble: The store is damaged: kith repair\.$/],
    ['a bug', { faults: [{ kind: 'x', peer: null, atMs: 0, error: 'e' }] }, /^trouble: .*kith status --json/],
    [
      'silence',
      {
        unanswered: [
          { address: '/ip4/10.0.0.9/tcp/1', failures: 2, error: 'nothing listens there', triedMs: 1, nextDialMs: 2 },
        ],
      },
      /^trouble: Nobody answers at \/ip4\/10\.0\.0\.9\/tcp\/1: nothing listens there/,
    ],
    ['nobody', { connectedPeers: 0 }, /^hint: Nodes in one network find each other/],
    ['no network', { addresses: ['/ip4/127.0.0.1/tcp/1'] }, /^hint: Only this machine can reach this node/],
    ['refusals', { refused: { 'bad-signature': 2, flood: 1 } }, /^hint: .*3 things.*bad-signature 2, flood 1/],
  ])('says %s', (_name, changed, expected) => {
    expect(textsOf(changed)).toEqual([expect.stringMatching(expected)])
  })

  test('has the troubles first', () => {
    expect(textsOf({ connectedPeers: 0, findings: ['x'] }).map((text) => text[0])).toEqual(['t', 'h'])
  })
})

describe('a room', () => {
  const progress: RoomProgress = {
    ...{ room: 'kitchen', name: 'Kitchen', what: 'history', known: 5000, have: 1234, missing: 3766 },
    perSecond: 9,
    remainingMs: null,
  }
  const sending = [{ room: 'kitchen', name: 'Kitchen', documents: 2 }]

  test.each<[string, RoomHealth, string, RegExp]>([
    ['in step', healthOf(ROOM, undefined, []), 'well', /In step with 2 others; 2 KiB here/],
    ['alone', healthOf({ ...ROOM, neighbours: 0 }, undefined, []), 'alone', /Nobody else/],
    ['waiting', healthOf({ ...ROOM, status: 'waiting' }, undefined, []), 'alone', /Waits/],
    ['coming', healthOf(ROOM, progress, []), 'busy', /1,234 of 5,000 documents are here, and the rest/],
    ['cut off', healthOf(ROOM, { ...progress, perSecond: 0 }, []), 'alone', /Nobody who has the rest/],
    ['sending', healthOf(ROOM, undefined, [peerOf('a', { sending })]), 'busy', /2 documents are on the way to 1 other/],
    [
      'carried',
      healthOf({ ...ROOM, carried: { maxBytes: 1024, isQuotaReached: true } }, undefined, []),
      'alone',
      /full/,
    ],
  ])('that is %s says so', (_name, { state, words }, expected, says) => {
    expect(state).toBe(expected)
    expect(words).toMatch(says)
  })
})

describe('the drawing', () => {
  test('has this node in the middle, connected peers around it, and whom they told of outside', () => {
    const introduced = [
      { peer: 'bob', name: 'Bob', atMs: 1 },
      { peer: 'zoe', name: 'Zoe', atMs: 1 },
      { peer: 'self', name: 'Anna', atMs: 1 },
    ]
    const peers = [
      peerOf('carla', { introduced }),
      peerOf('bob', { blocksAwaited: 1 }),
      peerOf('gone', { connected: false }),
    ]
    const { dots, lines, leftOut } = layoutOf('self', 'Anna', peers)
    expect(dots.map(({ peer, kind }) => [peer, kind])).toEqual([
      ['self', 'self'],
      ['bob', 'connected'],
      ['carla', 'connected'],
      ['zoe', 'heard'],
    ])
    expect(lines).toEqual([
      { from: 'bob', to: 'carla', kind: 'heard' },
      { from: 'carla', to: 'zoe', kind: 'heard' },
      { from: 'self', to: 'bob', kind: 'busy' },
      { from: 'self', to: 'carla', kind: 'own' },
    ])
    expect(leftOut).toBe(0)
    expect(layoutOf('self', 'Anna', peers.toReversed()).dots).toEqual(dots)
  })

  test('has no more than can be told apart', () => {
    const introduced = Array.from({ length: 2 * MAX_HEARSAY }, (_, i) => ({ peer: `far ${i}`, name: null, atMs: 1 }))
    const peers = Array.from({ length: MAX_DRAWN + 2 }, (_, i) => peerOf(`peer ${i}`, { introduced }))
    const { dots, leftOut } = layoutOf('self', 'Anna', peers)
    expect(dots).toHaveLength(1 + MAX_DRAWN + MAX_HEARSAY)
    expect(leftOut).toBe(2)
  })
})
