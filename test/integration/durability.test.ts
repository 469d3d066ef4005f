/** kill -9 while a node is busy: what it acknowledged is there after the restart, and reaches the others. */
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { expect, test, vi } from 'vitest'
import { expectAgreement, joinRoom, POLL, useKith } from './kith-process.ts'
import type { NodeProcess } from './kith-process.ts'

const SEED = Number(process.env.KITH_SEED ?? randomInt(2 ** 31))
const ROUNDS = 4
/** More at once than one commit takes, as several programs of one user send. */
const SENDERS = 24
/** The kill falls while the first is not yet answered, up to when several hundred are. */
const MAX_KILL_AFTER_MS = 600

const kith = useKith()

/** Sends one message after the other until the node is gone; gives those that were acknowledged. */
async function sendUntilGone(node: NodeProcess, room: string, name: string): Promise<string[]> {
  const acknowledged: string[] = []
  for (;;) {
    const text = `${name} ${acknowledged.length}`
    try {
      await node.do(room, 'send', { text })
    } catch {
      return acknowledged
    }
    acknowledged.push(text)
  }
}

test(`everything a killed node acknowledged is still there and reaches the other (KITH_SEED=${SEED})`, async () => {
  const random = xoroshiro128plus(SEED)
  const killAfterMs = (): number => (random.next() >>> 0) % MAX_KILL_AFTER_MS
  let writer = await kith.start()
  const reader = await kith.start({ peers: [writer.address] })
  const { id: room } = await writer.api.call('rooms.create', { name: 'Kitchen' })
  await joinRoom(reader, room)
  const acknowledged: string[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const node = writer
    const senders = Array.from({ length: SENDERS }, (_, i) => sendUntilGone(node, room, `${round}.${i}`))
    await delay(killAfterMs())
    await node.kill()
    acknowledged.push(...(await Promise.all(senders)).flat())
    writer = await kith.restart(node)
    const kept = new Set((await writer.read(room)).map(({ text }) => text))
    expect(acknowledged.filter((text) => !kept.has(text))).toEqual([])
  }
  expect(acknowledged.length).toBeGreaterThan(0)
  // A message that was stored and not yet answered may be there as well.
  const kept = (await writer.read(room)).map(({ text }) => text)
  expect(new Set(kept).size).toBe(kept.length)
  await expectAgreement([writer, reader], room, kept)
  await Promise.all([writer.stop(), reader.stop()])
})

test(`a receiver that is killed again and again misses nothing (KITH_SEED=${SEED})`, async () => {
  const random = xoroshiro128plus(SEED + 1)
  const writer = await kith.start()
  let reader = await kith.start({ peers: [writer.address] })
  const { id: room } = await writer.api.call('rooms.create', { name: 'Kitchen' })
  await joinRoom(reader, room)
  const texts = Array.from({ length: 1_500 }, (_, i) => `${i}`)
  const sending = writer.send(room, ...texts)
  for (let round = 0; round < ROUNDS - 2; round++) {
    await delay((random.next() >>> 0) % MAX_KILL_AFTER_MS)
    await reader.kill()
    reader = await kith.restart(reader)
  }
  await sending
  await expectAgreement([writer, reader], room, texts)
  await expect.poll(async () => (await writer.api.call('status', {})).refused, POLL).toEqual({})
  await Promise.all([writer.stop(), reader.stop()])
})

test('an address at which nobody answered is dialled again after a kill', async () => {
  const other = await kith.start()
  const { id: room } = await other.api.call('rooms.create', { name: 'Kitchen' })
  await other.stop()

  const node = await kith.start()
  expect(other.listen).not.toContain('/p2p/')
  await kith.json(node.dataDir, 'join', room, '--peer', other.listen, '--no-wait')
  await node.kill()
  const again = await kith.restart(node)
  await kith.restart(other)
  await vi.waitFor(
    async () => expect(await again.api.call('rooms.show', { room })).toMatchObject({ name: 'Kitchen', status: 'open' }),
    POLL,
  )
})
