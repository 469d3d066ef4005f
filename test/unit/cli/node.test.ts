import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { PeerDetails, PeerInfo } from '../../../src/kith.ts'
import { FAKE_PEER } from '../api/fake-room.ts'
import { reachableAddress } from '../../../src/cli/commands/peer.ts'
import { FakeTerminal } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run } = served)
  return served.close
})

const NOON_IN_1999_MS = new Date(1999, 0, 2, 12, 0).getTime()

describe('the node', () => {
  test('name prints it, and gives another one', async () => {
    expect((await run(['name'])).out).toBe('Alice\n')
    expect(await run(['name', 'Anna Bell'])).toEqual({ exitCode: 0, out: '', err: '' })
    expect(node.name).toBe('Anna Bell')
    expect(await run(['name', 'x'.repeat(65)])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('too long') as string,
    })
  })

  test('id', async () => {
    expect((await run(['id'])).out).toBe(`${FAKE_PEER}\n`)
    expect(JSON.parse((await run(['id', '--json'])).out)).toMatchObject({ peer: FAKE_PEER, name: 'Alice' })
  })

  test('status shows refusals', async () => {
    node.refused = { 'bad-signature': 3 }
    const { out } = await run(['status'])
    expect(out).toContain('  Connections  1 of 300 (strangers 64 of 64: full)\n')
    expect(out).toContain('  Memory       100 MiB\n  Refused      3 × bad-signature\n')
    expect(JSON.parse((await run(['status', '--json'])).out)).toEqual(node.status())
  })

  test('status says what the disk leaves, and where the system counts more as free than it gives', async () => {
    node.disk = { freeBytes: 2 ** 26, paused: 'all', overcounted: true }
    const all = 'nothing is fetched, accepted or written; kith file unpin, kith unwant and kith gc free space until'
    expect((await run(['status'])).out).toContain(
      `a write found no space, though the system counts 64.0 MiB as free: ${all}`,
    )
    node.disk = { freeBytes: 2 ** 20, paused: 'all', overcounted: false }
    expect((await run(['status'])).out).toContain(`1.0 MiB free: ${all}`)
  })

  test('peers, connected ones first', async () => {
    expect((await run(['peers'])).out).toContain('No peers yet')
    const noLink = { direction: null, network: null, connectedSinceMs: null, roundTripMs: null }
    const away = {
      ...{ name: null, refused: 0, addresses: [], rooms: [], lastSeenMs: 0, ...noLink },
      ...{ sending: [], blocksAwaited: 0, introduced: [] },
    }
    node.known = [
      { ...away, peer: 'away', connected: false },
      {
        ...{ ...away, peer: 'here', name: 'Bo\u001bb', refused: 2 },
        connected: true,
        addresses: ['/ip4/10.0.0.9/tcp/50123', '/ip4/10.0.0.1/tcp/4001', '/ip4/10.0.0.9/tcp/4001'],
        direction: 'inbound',
        roundTripMs: 1.234,
        rooms: ['K', 'S'],
        lastSeenMs: 1,
      },
    ]
    expect((await run(['peers'])).out).toBe(
      [
        'PEER  NAME  LINK     ROUND TRIP  SEEN   ROOMS  REFUSED  ADDRESS',
        'here  Bob   inbound  1.2 ms      now    K, S   2        /ip4/10.0.0.9/tcp/4001',
        'away  -     none     -           never  -      -        -',
        '',
      ].join('\n'),
    )
  })

  test.each([
    ['outbound', ['/ip4/10.0.0.1/tcp/4001', '/ip4/10.0.0.9/tcp/4001'], '/ip4/10.0.0.1/tcp/4001'],
    ['inbound', ['/ip4/10.0.0.9/tcp/50123', '/ip4/10.0.0.90/tcp/4001'], '/ip4/10.0.0.9'],
    ['inbound', ['/ip6zone/eth0/ip6/fe80::1/tcp/50123', '/ip4/10.0.0.1/tcp/4001'], '/ip6zone/eth0/ip6/fe80::1'],
    ['inbound', ['/ip4/10.0.0.9/tcp/50123'], '/ip4/10.0.0.9'],
  ] as const)('%s, a peer with %j is where it is now', (direction, addresses, shown) => {
    expect(reachableAddress({ direction, addresses } as unknown as PeerInfo)).toBe(shown)
  })

  test('peer shows all that is known of one', async () => {
    const sync = {
      ...{ peer: 'x', name: 'Anna', online: false, lastSeenMs: NOON_IN_1999_MS, held: 5, unacked: 0, waiting: 2 },
      ...{ refusesDocuments: true, nextSendMs: null },
      sharing: { policy: 'accept', mode: 'auto' },
    } as const
    const away: PeerDetails = {
      peer: FAKE_PEER,
      names: [
        { room: 'bafy1', roomName: 'Kitchen', name: 'An\u001bna' },
        { room: 'bafy2', roomName: 'Stock', name: 'An\u001bna' },
      ],
      ...{ connected: false, connectedSinceMs: null, direction: null, network: null, roundTripMs: null },
      ...{ agent: null, pinned: true },
      ...{ lastSeenMs: NOON_IN_1999_MS, nextDialMs: 0 },
      addresses: [
        { address: '/ip4/10.0.0.1/tcp/1', failures: 3, error: 'nothing listens there', triedMs: NOON_IN_1999_MS },
        { address: '/ip4/10.0.0.2/tcp/1', failures: 0, error: null, triedMs: null },
      ],
      protocols: [],
      rooms: [{ id: 'bafy1', name: 'Kitchen', documents: 7, sync }],
      refused: { 'bad-signature': 3 },
    }
    const here: PeerDetails = {
      ...away,
      ...{ names: [], connected: true, connectedSinceMs: NOON_IN_1999_MS, direction: 'outbound', roundTripMs: 1.234 },
      ...{ network: 'local', agent: 'kith/1', nextDialMs: null, addresses: [], rooms: [], refused: {} },
      protocols: [
        { protocol: 'room-state', state: 'open', sinceMs: NOON_IN_1999_MS, failures: 0, error: null },
        { protocol: 'batch-sync', state: 'failed', sinceMs: NOON_IN_1999_MS, failures: 2, error: 'reset' },
        { protocol: 'ensure-map', state: 'unsupported', sinceMs: null, failures: 0, error: null },
      ],
    }
    node.details = [away]
    expect((await run(['peer', FAKE_PEER.slice(-8)])).out).toBe(
      [
        '  Name       Anna (in Kitchen, Stock)',
        `  Peer id    ${FAKE_PEER}`,
        '  Connected  no, last 1999-01-02 12:00; next dial in 0 s, and so on forever',
        '  Addresses  /ip4/10.0.0.1/tcp/1: nothing listens there (failed 3 times, last 1999-01-02 12:00)',
        '             /ip4/10.0.0.2/tcp/1',
        '  Rooms      Kitchen: last seen there 1999-01-02 12:00, holds 5 of 7 documents, policy accept, takes no more',
        '  Refused    3 × bad-signature',
        '',
      ].join('\n'),
    )
    node.details = [here]
    expect((await run(['peer', FAKE_PEER])).out).toBe(
      [
        `  Peer id    ${FAKE_PEER}`,
        '  Connected  since 1999-01-02 12:00, outbound, in the local network, 1.2 ms',
        '  Software   kith/1',
        '  Addresses  none known',
        '  Protocols  room-state: open since 1999-01-02 12:00',
        '             batch-sync: failed since 1999-01-02 12:00: reset (2 times)',
        '             ensure-map: the peer does not speak it',
        '  Rooms      none',
        '',
      ].join('\n'),
    )
    expect(JSON.parse((await run(['peer', FAKE_PEER, '--json'])).out)).toEqual(here)
    expect(await run(['peer', 'Carla'])).toEqual({ exitCode: 1, out: '', err: 'kith: There is no peer "Carla".\n' })
  })

  test('status shows what is missing of histories, with a bar on a terminal', async () => {
    const [kitchen, flat] = [node.add('Kitchen', 'chat'), node.add('Flat', 'chat')]
    node.add('Quiet', 'chat')
    Object.assign(kitchen, { missing: 58_800, perSecond: 7_013 })
    Object.assign(flat, { missing: 300 })
    const lines = [
      'Kitchen: 0 of about 58,800 documents, 7,000 /s, 9 s left',
      'Flat: 0 of about 300 documents, nothing comes at present',
    ]
    const { out } = await run(['status'])
    expect(out).toContain(`  Catching up  ${lines[0]}\n               ${lines[1]}\n`)
    const terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    expect((await run(['status'], terminal)).out).toContain(`  Catching up  [..........]   0%  ${lines[0]}\n`)
    expect(JSON.parse((await run(['status', '--json'])).out).progress).toEqual([kitchen.progress(), flat.progress()])
  })

  test('status --watch shows histories come in until they are here', async () => {
    const room = node.add('Kitchen', 'chat')
    Object.assign(room, { missing: 58_800, perSecond: 7_013 })
    const [terminal, program] = [new FakeTerminal({ NO_COLOR: '1' }, true), new FakeTerminal()]
    const watching = run(['status', '--watch'], terminal)
    const reading = run(['status', '--watch', '--json'], program)
    await vi.waitFor(() => expect(terminal.err).toMatch(/\[\.+\] {3}0% {2}Kitchen {2}0 of about 58,800 documents/))
    await vi.waitFor(() => expect(program.out.trim().split('\n')).toHaveLength(2))
    expect(JSON.parse(program.out.trim().split('\n')[1]!)).toEqual({ progress: room.progress() })
    room.missing = 0
    expect(await watching).toMatchObject({ exitCode: 0 })
    expect(terminal.err.endsWith('\r\u001b[K')).toBe(true)
    expect(await reading).toMatchObject({ exitCode: 0 })
  })

  test('status names the addresses where nobody answers, and why', async () => {
    const failed = { failures: 1, error: 'nothing listens there', triedMs: NOON_IN_1999_MS, nextDialMs: 0 }
    node.unanswered = [{ address: '/ip4/10.0.0.9/tcp/1', ...failed }]
    expect((await run(['status'])).out).toContain(
      '  No answer    /ip4/10.0.0.9/tcp/1: nothing listens there (failed 1 time, last 1999-01-02 12:00); next dial in 0 s\n',
    )
  })

  test.each([
    ['/ip4/10.0.0.1/tcp/1', 0, `Connected to ${FAKE_PEER}.\n`, ''],
    ['10.0.0.1', 2, '', 'kith: "10.0.0.1" is not a multiaddr.\n'],
    ['/ip4/10.0.0.9/tcp/1', 1, '', 'kith: /ip4/10.0.0.9/tcp/1 does not answer.\n'],
  ])('connect %s', async (address, exitCode, out, err) => {
    expect(await run(['connect', address])).toEqual({ exitCode, out, err })
  })

  test('stop waits until the node is gone', async () => {
    expect(await run(['stop'])).toEqual({ exitCode: 0, out: 'Stopped.\n', err: '' })
    expect((await run(['id'])).exitCode).toBe(3)
  })

  test('a call that takes over a second shows that it is running, in a terminal', async () => {
    const answer = Promise.withResolvers<string>()
    vi.spyOn(node, 'connect').mockReturnValue(answer.promise)
    const terminal = new FakeTerminal({}, true)
    const connecting = run(['connect', '/ip4/10.0.0.1/tcp/1'], terminal)
    await vi.waitFor(() => expect(terminal.err).toContain('\r\u001b[KConnecting to /ip4/10.0.0.1/tcp/1… 1 s'), 5000)
    answer.resolve(FAKE_PEER)
    expect((await connecting).err.endsWith('\r\u001b[K')).toBe(true)
  })
})
