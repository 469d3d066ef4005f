/** A killed node whose log is damaged: the start says so, `kith repair` saves what is there, and the rest comes back. */
import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { RepairReport } from '../../src/kith.ts'
import { expectAgreement, joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const kith = useKith()

const logOf = ({ dataDir }: NodeProcess): string => join(dataDir, 'kith.db-wal')

const DAMAGE: [string, (log: string) => void][] = [
  ['flipped bits in it', (log) => flip(log)],
  ['lost its end', (log) => truncateSync(log, Math.floor(statSync(log).size * 0.4))],
]

function flip(log: string): void {
  const bytes = readFileSync(log)
  const middle = Math.floor(bytes.length / 2)
  for (let i = middle; i < middle + 64; i++) bytes[i]! ^= 0xff
  writeFileSync(log, bytes)
}

test.each(DAMAGE)('a log that has %s', async (_, damage) => {
  const other = await kith.start({ name: 'Bob' })
  const node = await kith.start({ name: 'Anna', peers: [other.address] })
  const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
  await joinRoom(other, room)
  const texts = Array.from({ length: 30 }, (_each, i) => `message ${i}`)
  for (const text of texts) await node.send(room, text)
  await expectAgreement([node, other], room, texts)
  await node.kill()
  damage(logOf(node))

  const refused = await kith.run(node.dataDir, 'start', '--no-mdns')
  expect(refused).toMatchObject({
    exitCode: 1,
    err: expect.stringMatching(/has lost documents: .* kith repair/) as string,
  })
  const [report] = await kith.json<RepairReport>(node.dataDir, 'repair')
  expect(report).toMatchObject({
    damage: expect.stringContaining('has lost documents') as string,
    rooms: [{ id: room }],
  })
  expect(statSync(report!.copy!).size).toBeGreaterThan(0)

  const again = await kith.restart(node, { name: 'Anna' })
  await expectAgreement([again, other], room, texts)
  await expect.poll(async () => (await again.api.call('status', {})).findings, POLL).toEqual([])
  await again.send(room, 'back again')
  await expectAgreement([again, other], room, [...texts, 'back again'])
  for (const { events } of [again, other]) expect(events.filter(({ event }) => event === 'fork')).toEqual([])
  await Promise.all([again.stop(), other.stop()])
})

test('alone with what is left, a node writes once its user says so', async () => {
  const node = await kith.start({ name: 'Anna' })
  const { id: room } = await node.api.call('rooms.create', { name: 'Kitchen' })
  await node.send(room, 'kept')
  const { size } = statSync(logOf(node))
  await node.send(room, 'lost')
  await node.kill()
  truncateSync(logOf(node), size)
  await kith.json(node.dataDir, 'repair')

  const held = await kith.restart(node)
  expect((await held.api.call('status', {})).findings).toEqual([
    expect.stringMatching(/^nothing can be written in 'Kitchen': .* kith repair --write-anyway/) as string,
  ])
  await expect(held.send(room, 'too early')).rejects.toMatchObject({ code: 'held-back' })
  const running = await kith.run(node.dataDir, 'repair')
  expect(running).toMatchObject({ exitCode: 1, err: expect.stringContaining('Stop it first') as string })
  await held.stop()
  expect(await kith.json(node.dataDir, 'repair', '--write-anyway')).toMatchObject([
    { damage: null, givenUp: [{ id: room, name: 'Kitchen' }] },
  ])
  const freed = await kith.restart(node)
  await freed.send(room, 'goes on')
  expect((await freed.read(room)).map(({ text }) => text)).toEqual(['kept', 'goes on'])
  await freed.stop()
})
