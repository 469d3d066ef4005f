/** What a room is for, with real processes on loopback: everything said reaches everybody, whoever was away when. */
import { expect, test, vi } from 'vitest'
import type { Member, Message, RoomDetails } from '../../src/kith.ts'
import { openDataFolder } from '../../src/node/data-folder.ts'
import { multicastReason } from '../unit/host/multicast.ts'
import { expectAgreement, expectSameView, joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

/** Names `count` texts after who says them. */
function texts(who: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${who} ${i}`)
}

async function createRoom(node: NodeProcess, app = 'chat'): Promise<string> {
  return (await node.api.call('rooms.create', { name: 'Kitchen', app })).id
}

test('two people talk by typing commands', async () => {
  const [alice, bob] = await Promise.all([kith.start({ name: 'Alice' }), kith.start({ name: 'Bob' })])
  const [created] = await kith.json<RoomDetails>(alice.dataDir, 'room', 'create', 'Kitchen')
  const [joined] = await kith.json<RoomDetails>(bob.dataDir, 'join', created!.id, '--peer', alice.address)
  expect(joined).toMatchObject({ id: created!.id, name: 'Kitchen', app: 'chat', status: 'open' })
  await kith.json(alice.dataDir, 'send', 'Kitchen', 'hello')
  await expectAgreement([alice, bob], joined!.id, ['hello'])
  await kith.json(bob.dataDir, 'send', 'Kit', 'hi', 'Alice')
  await expectAgreement([alice, bob], joined!.id, ['hello', 'hi Alice'])
  const [readByAlice, readByBob, shownByAlice, shownByBob] = await Promise.all([
    kith.json<Message>(alice.dataDir, 'read', 'Kitchen'),
    kith.json<Message>(bob.dataDir, 'read', 'Kitchen'),
    kith.json<RoomDetails>(alice.dataDir, 'room', 'show', 'Kitchen'),
    kith.json<RoomDetails>(bob.dataDir, 'room', 'show', 'Kitchen'),
  ])
  expect(readByAlice.map(({ name, text }) => `${name}: ${text}`)).toEqual(['Alice: hello', 'Bob: hi Alice'])
  expect(readByBob).toEqual(readByAlice)
  // The rest is each node's own.
  const { invite: _, history: _history, ...shown } = shownByAlice[0]!
  expect(shownByBob).toEqual([expect.objectContaining(shown)])
  const [members] = await kith.json<Member[]>(bob.dataDir, 'members', 'Kitchen')
  expect(members!.map(({ name, online }) => ({ name, online }))).toEqual(
    expect.arrayContaining([
      { name: 'Alice', online: true },
      { name: 'Bob', online: true },
    ]),
  )
  expect((await kith.run(bob.dataDir, 'stop')).exitCode).toBe(0)
  expect((await bob.ended()).exitCode).toBe(0)
})

test('two nodes without any addresses find each other by mDNS', async (ctx) => {
  const reason = await multicastReason()
  if (reason !== undefined) ctx.skip(reason)
  const [a, b] = await Promise.all([kith.start({ mdns: true }), kith.start({ mdns: true })])
  const room = await createRoom(a)
  await joinRoom(b, room)
  await Promise.all([a.send(room, 'from a'), b.send(room, 'from b')])
  await expectAgreement([a, b], room, ['from a', 'from b'])
  await Promise.all([a.stop(), b.stop()])
})

test('three talk at once, are restarted and killed, and agree', async () => {
  const a = await kith.start({ name: 'A' })
  const b = await kith.start({ name: 'B', peers: [a.address] })
  const c = await kith.start({ name: 'C', peers: [a.address] })
  const room = await createRoom(a)
  await Promise.all([joinRoom(b, room), joinRoom(c, room)])
  const said = [...texts('a', 20), ...texts('b', 20), ...texts('c', 20)]
  await Promise.all([a.send(room, ...texts('a', 20)), b.send(room, ...texts('b', 20)), c.send(room, ...texts('c', 20))])
  await expectAgreement([a, b, c], room, said)

  expect(await b.stop()).toMatchObject({ exitCode: 0, err: '' })
  await c.kill()
  await a.send(room, ...texts('meanwhile', 300))
  said.push(...texts('meanwhile', 300))
  const [b2, c2] = await Promise.all([kith.restart(b), kith.restart(c)])
  await expectAgreement([a, b2, c2], room, said)

  await a.kill()
  await Promise.all([b2.send(room, 'b without a'), c2.send(room, 'c without a')])
  const a2 = await kith.restart(a)
  await a2.send(room, 'a is back')
  await expectAgreement([a2, b2, c2], room, [...said, 'b without a', 'c without a', 'a is back'])
  await Promise.all([a2, b2, c2].map((node) => node.stop()))
})

test('messages reach a node through a third one, although sender and receiver were never online together', async () => {
  const a = await kith.start()
  const carrier = await kith.start({ peers: [a.address] })
  const room = await createRoom(a)
  await joinRoom(carrier, room)
  await a.send(room, ...texts('a', 50))
  await expectAgreement([a, carrier], room, texts('a', 50))
  await a.kill()

  const b = await kith.start({ peers: [carrier.address] })
  await joinRoom(b, room)
  await b.send(room, ...texts('b', 50))
  const said = [...texts('a', 50), ...texts('b', 50)]
  await expectAgreement([carrier, b], room, said)
  await b.kill()

  // Only what is on its disk is left of the carrier.
  await carrier.kill()
  const [carrier2, a2] = await Promise.all([kith.restart(carrier), kith.restart(a)])
  await expectAgreement([carrier2, a2], room, said)
  expect(a2.events.filter(({ event }) => event === 'peer')).not.toContainEqual(
    expect.objectContaining({ peer: { peer: b.peer, connected: true } }),
  )
  await Promise.all([carrier2.stop(), a2.stop()])
})

test('a node remembers who was in a room with it and where it reached others, not who merely came', async () => {
  const [a, stranger] = await Promise.all([kith.start(), kith.start()])
  const room = await createRoom(a)
  const b = await kith.start({ peers: [a.listen, stranger.listen] })
  const visitor = await kith.start({ peers: [b.address] })
  await joinRoom(b, room)
  const connected = async (): Promise<string[]> =>
    (await b.api.call('peers', {})).flatMap(({ peer, connected }) => (connected ? [peer] : []))
  await expect
    .poll(async () => (await connected()).toSorted(), POLL)
    .toEqual([a.peer, stranger.peer, visitor.peer].toSorted())
  await b.stop()
  const { store } = await openDataFolder(b.dataDir)
  const roommates = store.addresses().map(({ peer, roommate }) => [peer, roommate])
  store.close()
  expect(Object.fromEntries(roommates)).toEqual({ [a.peer]: true, [stranger.peer]: false })
  await Promise.all([a, stranger, visitor].map((node) => node.stop()))
})

test('five that each know the one before talk, lose two and get them back', async () => {
  const nodes = [await kith.start()]
  for (let i = 1; i < 5; i++) nodes.push(await kith.start({ peers: [nodes[i - 1]!.address] }))
  const [first, second, third, fourth, fifth] = nodes as [NodeProcess, ...NodeProcess[]]
  const room = await createRoom(first)
  await Promise.all(nodes.slice(1).map((node) => joinRoom(node, room)))
  await Promise.all(nodes.map((node, i) => node.send(room, ...texts(`${i}`, 10))))
  const said = nodes.flatMap((_, i) => texts(`${i}`, 10))
  await expectAgreement(nodes, room, said)

  await Promise.all([third!.kill(), fourth!.kill()])
  await Promise.all([first.send(room, 'one end'), fifth!.send(room, 'other end')])
  const back = await Promise.all([kith.restart(third!), kith.restart(fourth!)])
  await back[0]!.send(room, 'middle')
  const all = [first, second!, ...back, fifth!]
  await expectAgreement(all, room, [...said, 'one end', 'other end', 'middle'])
  await Promise.all(all.map((node) => node.stop()))
})

test('a map has the same keys and values on both sides, whoever writes', async () => {
  const a = await kith.start()
  const b = await kith.start({ peers: [a.address] })
  const room = await createRoom(a, 'map')
  await joinRoom(b, room)
  await kith.json(a.dataDir, 'put', 'Kitchen', 'apples', '3')
  await kith.json(b.dataDir, 'put', 'Kitchen', 'pears', '{"green":2}')
  await expect.poll(() => b.do(room, 'get', { key: 'apples' }), POLL).toEqual({ value: 3 })
  await expect.poll(() => a.do(room, 'keys'), POLL).toEqual({ value: ['apples', 'pears'] })
  expect(await kith.json(a.dataDir, 'get', 'Kitchen', 'pears')).toEqual([{ green: 2 }])
  await kith.json(b.dataDir, 'delete', 'Kitchen', 'apples')
  await expect.poll(() => kith.json(a.dataDir, 'keys', 'Kitchen'), POLL).toEqual([['pears']])

  const puts = [a, b].flatMap((node, who) =>
    Array.from({ length: 50 }, (_, i) => node.do(room, 'put', { key: `key ${i % 10}`, value: `${who} ${i}` })),
  )
  await Promise.all(puts)
  await vi.waitFor(async () => {
    expect((await a.do(room, 'keys')).value).toHaveLength(11)
    expect(await b.api.call('rooms.state', { room })).toEqual(await a.api.call('rooms.state', { room }))
    await expectSameView([a, b], room)
  }, POLL)
  const before = await a.view(room)
  await Promise.all([a.kill(), b.stop()])
  const [a2, b2] = await Promise.all([kith.restart(a), kith.restart(b)])
  expect(await a2.view(room)).toEqual(before)
  expect(await b2.view(room)).toEqual(before)
  await Promise.all([a2.stop(), b2.stop()])
})

test('an invite is followed until its writer is back, also after a restart', async () => {
  const anna = await kith.start({ name: 'Anna' })
  const { id, invite } = await anna.api.call('rooms.create', { name: 'Kitchen' })
  await anna.stop()
  const bob = await kith.start({ name: 'Bob' })
  await bob.api.call('rooms.join', { room: invite })
  expect(await bob.api.call('rooms.show', { room: id })).toMatchObject({ status: 'waiting' })
  await bob.kill()
  const again = await kith.restart(bob, { name: 'Bob' })
  await kith.restart(anna, { name: 'Anna' })
  await vi.waitFor(
    async () => expect(await again.api.call('rooms.show', { room: id })).toMatchObject({ status: 'open' }),
    POLL,
  )
})
