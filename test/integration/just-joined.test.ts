/** What people see right after joining a room with a long history, which comes in behind. */
import { expect, test, vi } from 'vitest'
import type { Message } from '../../src/kith.ts'
import { POLL, useKith } from './kith-process.ts'
import { writeLongHistory } from './long-history.ts'
import { startSlowLink } from './slow-link.ts'

const MESSAGES = 4_000
/** Some seconds for the history. */
const SLOW_BYTES_PER_SECOND = 150_000

const kith = useKith()

test('what is new comes once and at once, and the history is not news', async () => {
  const { dataDir, room } = await writeLongHistory(kith.folder(), MESSAGES)
  const writer = await kith.start({ dataDir, name: 'Writer' })
  const [, port] = /tcp\/(\d+)/.exec(writer.address) ?? []
  const link = await startSlowLink(Number(port), SLOW_BYTES_PER_SECOND)
  const reader = await kith.start({ name: 'Reader', peers: [`${link.address}/p2p/${writer.peer}`] })
  await reader.api.call('rooms.join', { room })
  await vi.waitFor(() => expect(reader.events.map(({ event }) => event)).toContain('joined'), POLL)
  link.setRate(0)
  const { provisional } = await reader.api.call('rooms.show', { room })
  expect(provisional?.documents).toBeGreaterThan(MESSAGES / 2)

  const { err } = await kith.run(reader.dataDir, 'read', 'Kitchen')
  expect(err).toMatch(/^Older messages are still coming: [\d,]+ of about [\d,]+\.\n$/)
  const followed: Message[] = []
  const stop = new AbortController()
  const follow = (async () => {
    const input = { room, last: 20, follow: true }
    for await (const message of reader.api.stream('messages.read', input, stop.signal)) followed.push(message)
  })()
  const replayed = reader.api.run('rooms.replayed', { room })
  await reader.send(room, 'mine')
  await vi.waitFor(() => expect(followed.map(({ text }) => text)).toContain('mine'), POLL)
  expect((await reader.api.call('rooms.show', { room })).provisional).toEqual(provisional)
  await writer.send(room, 'new')

  link.setRate(Infinity)
  expect((await replayed).documents).toBeGreaterThan(MESSAGES)
  await writer.send(room, 'after')
  await vi.waitFor(() => expect(followed.map(({ text }) => text)).toContain('after'), POLL)
  stop.abort()
  await follow
  const ids = followed.map(({ id }) => id)
  expect(ids).toHaveLength(new Set(ids).size)
  expect(followed.map(({ text }) => text)).toEqual(expect.arrayContaining(['mine', 'new', 'after']))
  // The checkpoint is the last but some documents.
  expect(followed.length).toBeLessThan(MESSAGES - provisional!.documents + 100)
  const all = await reader.read(room)
  expect(all).toHaveLength(MESSAGES + 3)
  expect(all.map(({ id }) => id)).toEqual((await writer.read(room)).map(({ id }) => id))
  await Promise.all([writer.stop(), reader.stop()])
})
