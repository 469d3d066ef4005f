/** A newcomer on a slow link asks for the end of a long history before the rest. */
import { expect, test, vi } from 'vitest'
import type { Message } from '../../src/kith.ts'
import { joinRoom, POLL, useKith } from './kith-process.ts'

const kith = useKith()

test('joining with --newest-first still fetches the whole history, in order', async () => {
  const writer = await kith.start({ name: 'Writer' })
  const { id: room } = await writer.api.call('rooms.create', { name: 'Kitchen' })
  const texts = Array.from({ length: 600 }, (_, i) => `${i}`)
  await writer.send(room, ...texts)
  const reader = await kith.start({ name: 'Reader', peers: [writer.address] })
  const joined = await kith.run(reader.dataDir, 'join', room, '--newest-first')
  expect(joined).toMatchObject({ exitCode: 0 })
  await joinRoom(reader, room)
  await vi.waitFor(async () => expect(await reader.read(room)).toEqual(await writer.read(room)), POLL)
  expect(await kith.json<Message>(reader.dataDir, 'read', 'Kitchen', '--pending')).toEqual([])
  await Promise.all([writer.stop(), reader.stop()])
})
