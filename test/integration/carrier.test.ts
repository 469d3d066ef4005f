/** Documents that reach others through nodes that were never up together with both, one of them a mere carrier. */
import { expect, test, vi } from 'vitest'
import type { RoomSharing, RoomSync } from '../../src/kith.ts'
import { expectAgreement, joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

async function documentsOf(node: NodeProcess, room: string): Promise<number> {
  return (await node.api.call('rooms.show', { room })).documents
}

test('A → C → D → B, only neighbours up together, all killed: what A wrote still arrives', async () => {
  let a = await kith.start({ name: 'A' })
  const { id: room } = await a.api.call('rooms.create', { name: 'Kitchen' })
  await a.send(room, 'one', 'two', 'three')
  const inRoom = await documentsOf(a, room)

  const c = await kith.start({ name: 'C', peers: [a.address] })
  await c.api.call('rooms.carry', { room })
  await vi.waitFor(async () => expect(await documentsOf(c, room)).toBe(inRoom), POLL)
  await a.kill()

  const d = await kith.start({ name: 'D', peers: [c.address] })
  await d.api.call('rooms.carry', { room })
  await vi.waitFor(async () => expect(await documentsOf(d, room)).toBe(inRoom), POLL)
  await c.kill()

  const b = await kith.start({ name: 'B', peers: [d.address] })
  await joinRoom(b, room)
  await vi.waitFor(
    async () => expect((await b.read(room)).map(({ text }) => text)).toEqual(['one', 'two', 'three']),
    POLL,
  )
  await b.send(room, 'answer')
  await vi.waitFor(async () => expect(await documentsOf(d, room)).toBe(await documentsOf(b, room)), POLL)
  await b.kill()

  // And back the same way.
  const cAgain = await kith.restart(c, { peers: [d.address] })
  await vi.waitFor(async () => expect(await documentsOf(cAgain, room)).toBe(await documentsOf(d, room)), POLL)
  await d.kill()
  a = await kith.restart(a, { peers: [cAgain.address] })
  const said = ['one', 'two', 'three', 'answer']
  await vi.waitFor(async () => expect((await a.read(room)).map(({ text }) => text)).toEqual(said), POLL)

  // A carrier reads and writes nothing of it, until it joins.
  await expect(cAgain.read(room)).rejects.toThrow('only carries')
  await expect(cAgain.send(room, 'me too')).rejects.toThrow('only carries')
  await joinRoom(cAgain, room)
  await expectAgreement([a, cAgain], room, said)
  await Promise.all([a.stop(), cAgain.stop()])
})

test('a full carrier reports that, and accepts the rest when it gets more space', async () => {
  const writer = await kith.start({ name: 'Writer' })
  const { id: room } = await writer.api.call('rooms.create', { name: 'Kitchen' })
  const carrier = await kith.start({ name: 'Carrier', peers: [writer.address] })
  await kith.run(carrier.dataDir, 'carry', room, '--max', '200KiB')
  const body = Buffer.alloc(6_000).toString('base64')
  for (let i = 0; i < 60; i++) await writer.api.call('documents.write', { room, kind: 'blob', body })
  const syncOf = async (): Promise<RoomSync> => (await kith.json<RoomSync>(writer.dataDir, 'sync', 'Kitchen'))[0]!
  await vi.waitFor(
    async () => expect((await syncOf()).peers).toMatchObject([{ refusesDocuments: true, unacked: 0 }]),
    POLL,
  )
  const { carried, sizeBytes } = await carrier.api.call('rooms.show', { room })
  expect(carried).toEqual({ maxBytes: 200 * 1024, isQuotaReached: true })
  expect(sizeBytes).toBeLessThanOrEqual(200 * 1024)
  const { out } = await kith.run(carrier.dataDir, 'room', 'list')
  expect(out).toContain('carried, full')

  const raised = await kith.run(carrier.dataDir, 'carry', room, '--max', '10MB')
  expect(raised.exitCode).toBe(0)
  await vi.waitFor(async () => {
    const { peers, newest, documents } = await syncOf()
    expect(peers).toMatchObject([{ refusesDocuments: false, held: documents, waiting: 0, unacked: 0 }])
    expect(newest.every(({ heldBy, ofPeers }) => heldBy.length === 1 && ofPeers === 1)).toBe(true)
  }, POLL)
  await Promise.all([writer.stop(), carrier.stop()])
})

test('sharing is decided per peer at run time, and survives a restart', async () => {
  let giver = await kith.start({ name: 'Giver' })
  const taker = await kith.start({ name: 'Taker', peers: [giver.address] })
  const { id: room } = await giver.api.call('rooms.create', { name: 'Kitchen' })
  await joinRoom(taker, room)
  await giver.send(room, 'before')
  await expectAgreement([giver, taker], room, ['before'])

  const [decided] = await kith.json<RoomSharing>(
    giver.dataDir,
    'share-policy',
    'Kitchen',
    'accept',
    '--peer',
    taker.peer,
    '--mode',
    'interactive',
  )
  const forTaker = { peer: taker.peer, policy: 'accept', mode: 'interactive' }
  expect(decided).toEqual({ everybody: { policy: 'share', mode: 'auto' }, peers: [forTaker] })
  await giver.send(room, 'kept')
  await taker.send(room, 'taken')
  await vi.waitFor(async () => expect((await giver.read(room)).map(({ text }) => text)).toContain('taken'), POLL)
  await giver.kill()
  giver = await kith.restart(giver)
  expect(await giver.api.call('rooms.sharing', { room })).toEqual(decided)
  await taker.send(room, 'taken too')
  await vi.waitFor(async () => expect((await giver.read(room)).map(({ text }) => text)).toContain('taken too'), POLL)
  expect((await taker.read(room)).map(({ text }) => text)).not.toContain('kept')

  await giver.api.call('rooms.share', { room, peer: taker.peer, policy: 'share' })
  await expectAgreement([giver, taker], room, ['before', 'kept', 'taken', 'taken too'])
  await Promise.all([giver.stop(), taker.stop()])
})
