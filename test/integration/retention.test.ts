/** A room of which one node keeps the last documents only, killed meanwhile; the other keeps all. */
import { expect, test, vi } from 'vitest'
import { joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

const WRITTEN = 900
const KEPT = 300

test('old documents are dropped, with the same state before and after a kill, and what follows is shared by all', async () => {
  const all = await kith.start({ name: 'All' })
  const { id: room } = await all.api.call('rooms.create', { name: 'Kitchen' })
  let some = await kith.start({ name: 'Some', peers: [all.address] })
  await joinRoom(some, room)
  const text = 'old news '.repeat(80)
  for (let i = 0; i < WRITTEN; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, k) => all.send(room, `${i + k} ${text}`)))
  }
  const show = (node: NodeProcess) => node.api.call('rooms.show', { room })
  const expectEqual = async (): Promise<void> => {
    await vi.waitFor(async () => {
      const [a, b] = [await show(all), await show(some)]
      expect(b).toMatchObject({ documents: a.documents, stateHash: a.stateHash, frontier: a.frontier })
    }, POLL)
  }
  await expectEqual()
  const keepers = [{ peer: all.peer, name: 'All' }]
  const whole = { keep: 'all', dropped: 0, fromClock: 0, keepers }
  await vi.waitFor(async () => expect((await show(some)).history).toEqual(whole), POLL)
  const before = await show(some)

  const { out } = await kith.run(some.dataDir, 'room', 'keep', 'Kitchen', '--last', String(KEPT))
  expect(out).toContain('the last 300 documents')
  await some.kill()
  some = await kith.restart(some, { peers: [all.address] })
  await expectEqual()
  await kith.run(some.dataDir, 'room', 'keep', 'Kitchen', '--last', String(KEPT))
  await vi.waitFor(async () => expect((await show(some)).history.dropped).toBeGreaterThan(WRITTEN / 3), POLL)
  const { history, sizeBytes } = await show(some)
  expect(sizeBytes).toBeLessThan((before.sizeBytes * 2) / 3)
  const left = await some.read(room)
  expect(left).toEqual((await all.read(room)).slice(-left.length))
  expect(left.length).toBeGreaterThanOrEqual(before.documents - history.dropped - 9) // not all are messages
  await expectEqual()

  await some.kill()
  some = await kith.restart(some, { peers: [all.address] })
  await some.send(room, 'from some')
  await all.send(room, 'from all')
  await expectEqual()
  await vi.waitFor(async () => expect((await show(some)).history).toEqual({ ...history, keepers }), POLL)
  await Promise.all([all.stop(), some.stop()])
})

test('who meets only members that dropped the history takes their base, also after a kill, and goes on when it joins again', async () => {
  const some = await kith.start({ name: 'Some' })
  const { id: room } = await some.api.call('rooms.create', { name: 'Kitchen' })
  const other = await kith.start({ name: 'Other', peers: [some.address] })
  await joinRoom(other, room)
  const text = 'old news '.repeat(80)
  for (let i = 0; i < 700; i += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, k) => some.send(room, `${i + k} ${text}`)))
  }
  const show = (node: NodeProcess) => node.api.call('rooms.show', { room })
  // Such a node waits for somebody with the history at first, and old documents are dropped within a minute.
  const patient = { ...POLL, timeout: 90_000 }
  const expectEqual = async (node: NodeProcess): Promise<void> => {
    await vi.waitFor(async () => {
      const [a, b] = [await show(some), await show(node)]
      expect(b).toMatchObject({ documents: a.documents, stateHash: a.stateHash, frontier: a.frontier })
    }, patient)
  }
  await expectEqual(other)
  await kith.run(some.dataDir, 'room', 'keep', 'Kitchen', '--last', '100')
  await vi.waitFor(async () => expect((await show(some)).history.dropped).toBeGreaterThan(200), patient)
  await other.stop()

  let newcomer = await kith.start({ name: 'Newcomer', peers: [some.address] })
  await joinRoom(newcomer, room)
  await newcomer.kill()
  newcomer = await kith.restart(newcomer, { peers: [some.address] })
  await expectEqual(newcomer)
  await newcomer.send(room, 'hello')
  await expectEqual(newcomer)
  const { dropped, fromClock } = (await show(some)).history
  expect((await show(newcomer)).history).toMatchObject({ keep: 'all', dropped, fromClock })
  const { out } = await kith.run(newcomer.dataDir, 'room', 'show', 'Kitchen')
  expect(out).toContain('all from now on')
  await newcomer.kill()
  newcomer = await kith.restart(newcomer, { peers: [some.address] })
  await expectEqual(newcomer)

  await kith.run(newcomer.dataDir, 'leave', 'Kitchen', '--delete')
  await joinRoom(newcomer, room)
  await expectEqual(newcomer)
  await vi.waitFor(() => newcomer.send(room, 'back again'), patient)
  await expectEqual(newcomer)
  expect((await show(newcomer)).forks).toEqual([])
  await Promise.all([some.stop(), newcomer.stop()])
}, 240_000)
