import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { PeerId } from '../../protocols/wire/ids.ts'
import { MAX_PEER_RECORD_BYTES } from '../../src/host/constants.ts'
import type { DialledAddress } from '../../src/host/host.ts'
import { RecordedLogs } from '../unit/host/logs.ts'
import { memoryAddressBook } from '../unit/host/memory-address-book.ts'
import { addressOf, connectionsBetween, listenAddressOf, startTestHost } from '../unit/host/start-test-host.ts'
import { startTcpProxy } from '../unit/host/tcp-proxy.ts'

const POLL = { timeout: 20_000, interval: 20 }

function portOf(address: string): number {
  return Number(address.split('/').at(-1))
}

test('two hosts connect by address, and each reports the other', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  expect(await a.connect(listenAddressOf(b))).toBe(b.peer)
  await expect.poll(() => [a.log, b.log], POLL).toEqual([[`+${b.peer}`], [`+${a.peer}`]])
  await expect.poll(() => a.peers()[0]?.roundTripMs, POLL).toBeGreaterThan(0)
  expect(a.peers()).toMatchObject([{ peer: b.peer, connected: true, direction: 'outbound' }])
  expect(b.peers()).toMatchObject([{ peer: a.peer, connected: true, direction: 'inbound' }])
  expect(a.peers()[0]?.addresses[0]).toBe(listenAddressOf(b))
  await expect.poll(() => b.peers()[0]?.addresses, POLL).toContain(listenAddressOf(a))
  expect(a.addressBook.pinnedAddresses()).toMatchObject([{ address: listenAddressOf(b), peer: b.peer }])
})

test('the host stays connected to everything named at the start: a peer, or an address and whoever is there', async () => {
  const b = await startTestHost()
  const c = await startTestHost()
  const a = await startTestHost({ peers: [addressOf(b), listenAddressOf(c)] })
  await expect.poll(() => a.log.toSorted(), POLL).toEqual([`+${b.peer}`, `+${c.peer}`].toSorted())
  const pinnedPeers = () => a.addressBook.list().filter(({ pinned }) => pinned)
  await expect.poll(() => pinnedPeers().map(({ peer }) => peer), POLL).toEqual([b.peer])
  await expect
    .poll(() => a.addressBook.pinnedAddresses(), POLL)
    .toMatchObject([{ address: listenAddressOf(c), peer: c.peer }])
})

test('a named address is dialled after a restart too, whoever is there by then', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  const address = listenAddressOf(b)
  await a.connect(address)
  await Promise.all([a.stop(), b.stop()])
  const { privateKey, addressBook } = a
  const again = await startTestHost({ privateKey, addressBook })
  const successor = await startTestHost({ listen: [address] })
  await expect.poll(() => again.log, POLL).toEqual([`+${successor.peer}`])
  await expect.poll(() => addressBook.pinnedAddresses(), POLL).toMatchObject([{ address, peer: successor.peer }])
})

test('when both dial at once, exactly one connection stays, and gossip passes over it both ways', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = await Promise.all([startTestHost(), startTestHost()])
    const [smaller, larger] = a.peer < b.peer ? [a, b] : [b, a]
    await Promise.all([a.connect(addressOf(b)), b.connect(addressOf(a))])
    // Each side first knows the connection it opened itself; the smaller peer's is the one that stays.
    const open = () => [connectionsBetween(smaller, larger.peer), connectionsBetween(larger, smaller.peer)]
    await expect
      .poll(() => open().map((connections) => connections.map(({ direction }) => direction)), POLL)
      .toEqual([['outbound'], ['inbound']])
    const received: string[] = []
    for (const host of [smaller, larger]) {
      host.gossip.subscribe('topic', (payload, from) => {
        received.push(`${Buffer.from(payload).toString()} from ${from}`)
        return 'accept'
      })
    }
    await expect.poll(() => smaller.gossip.subscribers('topic'), POLL).toEqual([larger.peer])
    await expect.poll(() => larger.gossip.subscribers('topic'), POLL).toEqual([smaller.peer])
    smaller.gossip.publish('topic', Buffer.from('one'))
    larger.gossip.publish('topic', Buffer.from('two'))
    await expect
      .poll(() => received.toSorted(), POLL)
      .toEqual([`one from ${smaller.peer}`, `two from ${larger.peer}`].toSorted())
    expect([a.log, b.log]).toEqual([[`+${b.peer}`], [`+${a.peer}`]])
  }
})

test('when the user, or the DHT, dials a peer at the moment the host does, one connection stays', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, other] = await Promise.all([startTestHost(), startTestHost()])
    const [a, b] = one.peer < other.peer ? [one, other] : [other, one] // the smaller id dials at once
    a.heard({ peer: b.peer, addresses: [listenAddressOf(b)] })
    await a.connect(addressOf(b))
    await expect.poll(() => connectionsBetween(a, b.peer).length, POLL).toBe(1)
    await expect.poll(() => connectionsBetween(b, a.peer).length, POLL).toBe(1)
    b.gossip.subscribe('topic', () => 'accept')
    await expect.poll(() => a.gossip.subscribers('topic'), POLL).toEqual([b.peer])
    expect([a.log, b.log]).toEqual([[`+${b.peer}`], [`+${a.peer}`]])
  }
})

test('a peer that was restarted on its port is connected again by the one that remembers it', async () => {
  const a = await startTestHost()
  const b = await startTestHost()
  await a.connect(addressOf(b))
  const listen = [listenAddressOf(b)]
  await b.stop()
  await expect.poll(() => a.log, POLL).toEqual([`+${b.peer}`, `-${b.peer}`])
  expect(a.peers()).toMatchObject([{ peer: b.peer, connected: false, direction: null, roundTripMs: null }])
  await startTestHost({ privateKey: b.privateKey, listen })
  await expect.poll(() => a.log, POLL).toEqual([`+${b.peer}`, `-${b.peer}`, `+${b.peer}`])
})

test('a host connects to the peers of its rooms after a restart, even those that always dialled it', async () => {
  const a = await startTestHost()
  const b = await startTestHost()
  await b.connect(addressOf(a))
  a.markRoommate(b.peer)
  await expect.poll(() => a.addressBook.list()[0]?.addresses, POLL).toContain(listenAddressOf(b))
  await a.stop()
  const again = await startTestHost({ privateKey: a.privateKey, addressBook: a.addressBook })
  await expect.poll(() => again.log, POLL).toEqual([`+${b.peer}`])
})

test('dead addresses in the book do not hold up the one that works', async () => {
  const b = await startTestHost()
  const dead = Array.from({ length: 15 }, (_, index) => `/ip4/127.0.0.1/tcp/${index + 1}`)
  const addresses = [...dead, listenAddressOf(b)]
  const row = { peer: b.peer, addresses, lastSeenMs: Date.now(), pinned: false, roommate: false }
  const a = await startTestHost({ addressBook: memoryAddressBook([row]) })
  await expect.poll(() => a.log, POLL).toEqual([`+${b.peer}`])
  expect(a.addressBook.list()[0]?.addresses[0]).toBe(listenAddressOf(b))
})

test('an address that the user names is dialled at once, while the peer is still waited for at an older one', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  onTestFinished(() => void silent.close())
  const waitsAt = `/ip4/127.0.0.1/tcp/${(silent.address() as AddressInfo).port}`
  const b = await startTestHost()
  const row = { peer: b.peer, addresses: [waitsAt], lastSeenMs: Date.now(), pinned: true, roommate: false }
  const dialled = once(silent, 'connection')
  const a = await startTestHost({ addressBook: memoryAddressBook([row]) })
  await dialled
  a.pin(addressOf(b))
  const connected = Promise.withResolvers<DialledAddress[] | undefined>()
  a.on('connected', (peer) => connected.resolve(a.peerDetails(peer)?.dialled))
  expect(await connected.promise).toContainEqual(expect.objectContaining({ address: waitsAt, triedMs: null }))
})

test('a link that dies silently is noticed, and reconnected once it works again', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  const proxy = await startTcpProxy(portOf(listenAddressOf(b)))
  await a.connect(proxy.address)
  await expect.poll(() => b.log, POLL).toEqual([`+${a.peer}`])
  // Once the peers know each other's own addresses by identify, a way round the proxy is found at once.
  await expect.poll(() => a.peers()[0]?.addresses, POLL).toContain(listenAddressOf(b))
  await expect.poll(() => b.peers()[0]?.addresses, POLL).toContain(listenAddressOf(a))
  proxy.cut()
  await expect.poll(() => a.log, POLL).toEqual([`+${b.peer}`, `-${b.peer}`, `+${b.peer}`])
  proxy.heal()
  await expect.poll(() => connectionsBetween(a, b.peer).length, POLL).toBe(1)
})

test('a link on which Kith bytes keep coming is not taken for dead', async () => {
  const busy = await startTestHost({ lastReceivedMs: () => performance.now() })
  const other = await startTestHost()
  const proxy = await startTcpProxy(portOf(listenAddressOf(busy)))
  await other.connect(proxy.address)
  await expect.poll(() => busy.peers()[0]?.roundTripMs, POLL).toBeGreaterThan(0)
  const [link] = connectionsBetween(busy, other.peer)
  proxy.cut()
  await expect.poll(() => other.log.includes(`-${busy.peer}`), POLL).toBe(true)
  expect(link?.status).toBe('open')
})

test('a wall clock that is set back an hour stalls nothing', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  const proxy = await startTcpProxy(portOf(listenAddressOf(b)))
  await a.connect(proxy.address)
  await expect.poll(() => b.log, POLL).toEqual([`+${a.peer}`])
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000, shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
  // A gossip stream that is lost comes back.
  a.gossip.subscribe('topic', () => 'accept')
  await expect.poll(() => b.gossip.subscribers('topic'), POLL).toEqual([a.peer])
  const streams = connectionsBetween(a, b.peer).flatMap((connection) => connection.streams)
  const gossip = streams.filter(({ direction, protocol }) => direction === 'outbound' && protocol.includes('meshsub'))
  for (const stream of gossip) stream.abort(new Error('lost in a test'))
  const isBack = (): boolean =>
    connectionsBetween(a, b.peer)
      .flatMap((connection) => connection.streams)
      .some(({ id, direction, protocol }) => {
        return direction === 'outbound' && protocol.includes('meshsub') && !gossip.some((lost) => lost.id === id)
      })
  await expect.poll(isBack, POLL).toBe(true)
  // A dead link is noticed; the one that takes its place, opened an hour earlier by that clock, stays.
  const dead = connectionsBetween(a, b.peer)
  proxy.cut()
  // Whichever end notices first dials, so the other may never be without a link.
  await expect
    .poll(() => connectionsBetween(a, b.peer).filter((each) => each.status === 'open' && !dead.includes(each)), POLL)
    .toHaveLength(1)
  await expect.poll(() => dead.map(({ status }) => status), POLL).not.toContain('open')
  // Who is gone is dialled until it is back.
  const listen = [listenAddressOf(b)]
  await b.stop()
  await expect.poll(() => a.log.at(-1), POLL).toBe(`-${b.peer}`)
  await startTestHost({ privateKey: b.privateKey, listen })
  await expect.poll(() => a.log.at(-1), POLL).toBe(`+${b.peer}`)
})

test('the reason for every failed dial is recorded per address, and logged', async () => {
  const b = await startTestHost()
  const row = {
    peer: b.peer,
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    lastSeenMs: Date.now(),
    pinned: false,
    roommate: false,
  }
  const logger = new RecordedLogs()
  const a = await startTestHost({
    ...{ addressBook: memoryAddressBook([row]), peers: ['/ip4/127.0.0.1/tcp/2'], logger, label: (peer) => `<${peer}>` },
  })
  const details = () => a.peerDetails(b.peer)
  await expect.poll(() => details()?.dialled[0]?.failures, POLL).toBeGreaterThan(1)
  expect(details()).toMatchObject({
    ...{ connected: false, connectedSinceMs: null, agent: null, speaks: [] },
    dialled: [{ address: '/ip4/127.0.0.1/tcp/1', error: 'nothing listens there' }],
  })
  expect(Math.abs(details()!.nextDialMs! - Date.now())).toBeLessThan(60_000)
  await expect
    .poll(() => a.unanswered(), POLL)
    .toMatchObject([{ address: '/ip4/127.0.0.1/tcp/2', error: 'nothing listens there' }])
  expect(a.peerAt('/ip4/127.0.0.1/tcp/2')).toBeUndefined()
  const line = `kith:host:dial could not reach <${b.peer}> at /ip4/127.0.0.1/tcp/1: nothing listens there`
  expect(logger.of('kith:host:dial')).toContain(line)

  await a.connect(listenAddressOf(b))
  await expect.poll(() => details()?.agent, POLL).toContain('libp2p')
  expect(details()).toMatchObject({
    ...{ connected: true, connectedSinceMs: expect.any(Number) as number, nextDialMs: null, pinned: true },
    speaks: expect.arrayContaining(['/ipfs/ping/1.0.0']) as string[],
  })
  const dialled = details()?.dialled.find(({ address }) => address === listenAddressOf(b))
  expect(dialled).toMatchObject({ failures: 0, error: null, triedMs: expect.any(Number) as number })
  expect(a.peerAt(listenAddressOf(b))).toBe(b.peer)
  expect(a.peerDetails('nobody' as PeerId)).toBeUndefined()
  expect(logger.of('kith:host:dial').join('\n')).toContain(`outbound connection with <${b.peer}>`)
  expect(logger.lines.some((each) => each.startsWith('libp2p:'))).toBe(true)
})

test('gossip relays only what the validator accepts', async () => {
  const [a, b, c] = await Promise.all([startTestHost(), startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  await c.connect(addressOf(b))
  const seen: Record<'b' | 'c', string[]> = { b: [], c: [] }
  a.gossip.subscribe('topic', () => 'accept')
  b.gossip.subscribe('topic', (payload, from) => {
    const text = Buffer.from(payload).toString()
    seen.b.push(text)
    expect(from).toBe(a.peer)
    return text === 'bad' ? 'reject' : text === 'odd' ? 'ignore' : 'accept'
  })
  c.gossip.subscribe('topic', (payload) => {
    seen.c.push(Buffer.from(payload).toString())
    return 'accept'
  })
  await expect.poll(() => a.gossip.subscribers('topic'), POLL).toEqual([b.peer])
  await expect.poll(() => b.gossip.subscribers('topic').length, POLL).toBe(2)
  // Nothing is passed on before b and c are in each other's mesh, which takes a heartbeat.
  let sent = 0
  const publishUntilMeshed = (): boolean => {
    a.gossip.publish('topic', Buffer.from(`early ${sent++}`))
    return seen.c.length > 0
  }
  await expect.poll(publishUntilMeshed, POLL).toBe(true)
  for (const text of ['bad', 'odd', 'good', 'good', 'last']) a.gossip.publish('topic', Buffer.from(text))
  await expect.poll(() => [seen.b.at(-1), seen.c.at(-1)], POLL).toEqual(['last', 'last'])
  const late = (texts: string[]): string[] => texts.filter((text) => !text.startsWith('early'))
  expect([late(seen.b), late(seen.c)]).toEqual([
    ['bad', 'odd', 'good', 'last'],
    ['good', 'last'],
  ])
  b.gossip.unsubscribe('topic')
  await expect.poll(() => a.gossip.subscribers('topic'), POLL).toEqual([])
  a.gossip.publish('topic', Buffer.from('to nobody'))
})

test('gossip streams that were lost without a disconnect are restored', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  const received = new Set<string>()
  a.gossip.subscribe('topic', () => 'accept')
  b.gossip.subscribe('topic', (payload) => {
    received.add(Buffer.from(payload).toString())
    return 'accept'
  })
  await expect.poll(() => a.gossip.subscribers('topic'), POLL).toEqual([b.peer])
  await expect.poll(() => b.gossip.subscribers('topic'), POLL).toEqual([a.peer])
  const streams = connectionsBetween(a, b.peer).flatMap((connection) => connection.streams)
  const gossip = streams.filter(({ protocol }) => protocol.startsWith('/meshsub/'))
  expect(gossip).not.toHaveLength(0)
  for (const stream of gossip) stream.abort(new Error('lost in a test'))
  let sent = 0
  const publishNext = (): boolean => {
    a.gossip.publish('topic', Buffer.from(`message ${sent++}`))
    return received.size > 0
  }
  await expect.poll(publishNext, POLL).toBe(true)
  expect(a.log).toEqual([`+${b.peer}`])
})

test('a signed peer record that a third peer passes on is enough to dial', async () => {
  const [a, b, c] = await Promise.all([startTestHost(), startTestHost(), startTestHost()])
  await c.connect(addressOf(b))
  await expect.poll(() => c.peerRecord(b.peer), POLL).toBeInstanceOf(Uint8Array)
  const envelope = c.peerRecord(b.peer) ?? new Uint8Array()
  await a.connect(addressOf(c))
  await a.acceptPeerRecord(envelope, c.peer)
  await expect.poll(() => a.log, POLL).toEqual([`+${c.peer}`, `+${b.peer}`])
})

test('a peer record that is forged, garbage or too large is not followed', async () => {
  const [a, b, c] = await Promise.all([startTestHost(), startTestHost(), startTestHost()])
  await c.connect(addressOf(b))
  await expect.poll(() => c.peerRecord(b.peer), POLL).toBeInstanceOf(Uint8Array)
  const forged = Uint8Array.from(c.peerRecord(b.peer) ?? [])
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  for (const bad of [forged, new Uint8Array(), Buffer.from('garbage'), new Uint8Array(MAX_PEER_RECORD_BYTES + 1)]) {
    expect(await a.acceptPeerRecord(bad, c.peer)).toBeUndefined()
  }
  expect(await a.acceptPeerRecord(c.peerRecord(b.peer) ?? new Uint8Array(), c.peer)).toBe(b.peer)
})

test('addresses that cannot be dialled cause a one-line error with the reason', async () => {
  const a = await startTestHost()
  const b = await startTestHost()
  const fault = (address: string) => a.connect(address).catch((error: unknown) => error)
  expect(await fault('kitchen')).toMatchObject({ code: 'bad-address', message: expect.stringMatching(/^.*kitchen.*$/) })
  expect(await fault(addressOf(a))).toMatchObject({
    code: 'bad-address',
    message: expect.stringContaining('own address'),
  })
  expect(await fault('/ip4/127.0.0.1/tcp/1')).toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/^Could not reach \/ip4\/127\.0\.0\.1\/tcp\/1: nothing listens there\..*$/),
  })
  const otherPeer = `${listenAddressOf(b)}/p2p/12D3KooWHptNwADYj1XNwRisMi5C42TyF5J4C513PArhWQidkC5r`
  expect(await fault(otherPeer)).toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/another peer answers there\..*$/),
  })
  expect(await fault(`${listenAddressOf(b)}/ws`)).toMatchObject({
    code: 'bad-address',
    message: expect.stringContaining('a listen address that ends in /ws'),
  })
})

test('listen addresses that cannot be used cause a one-line error with advice', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const fault = (listen: string) => startTestHost({ listen: [listen] }).catch((error: unknown) => error)
  expect(await fault(`/ip4/127.0.0.1/tcp/${port}`)).toMatchObject({
    code: 'port-in-use',
    message: expect.stringMatching(new RegExp(`^Port ${port} is in use .*listen on another port.*$`)),
  })
  expect(await fault('4001')).toMatchObject({
    code: 'bad-address',
    message: expect.stringContaining('/ip4/0.0.0.0/tcp/4001'),
  })
  expect(await fault('/ip4/198.51.100.7/tcp/4001')).toMatchObject({
    code: 'bad-address',
    message: expect.stringContaining('does not have the address 198.51.100.7'),
  })
})

test('hosts speak WebSockets if a listen address asks for it', async () => {
  const listen = ['/ip4/127.0.0.1/tcp/0/ws']
  const [a, b] = await Promise.all([startTestHost({ listen }), startTestHost({ listen })])
  expect(addressOf(b)).toMatch(/\/ws\/p2p\//)
  expect(await a.connect(addressOf(b))).toBe(b.peer)
})

test('a stopped host says goodbye to its peers and frees its port', async () => {
  const [a, b] = await Promise.all([startTestHost(), startTestHost()])
  await a.connect(addressOf(b))
  await expect.poll(() => b.log, POLL).toEqual([`+${a.peer}`])
  const listen = [listenAddressOf(a)]
  await a.stop()
  expect(a.log.at(-1)).toBe(`-${b.peer}`)
  await expect.poll(() => b.log.at(-1), POLL).toBe(`-${a.peer}`)
  expect((await startTestHost({ listen })).addresses()).toHaveLength(1)
})
