/** Joining a private room with a long history: what it says is there before that, and no carrier learns any of it. */
import { expect, test, vi } from 'vitest'
import { POLL, useKith } from './kith-process.ts'
import { writeLongHistory } from './long-history.ts'
import { startSlowLink } from './slow-link.ts'
import { found } from './words.ts'

const MESSAGES = 4_000
/** Some seconds for the history. */
const SLOW_BYTES_PER_SECOND = 150_000

const ROOM_NAME = 'Aardvarkrat'
const WORD = 'quollplan'

const kith = useKith()

/** A private room with a long history, an invite to it, and a carrier that has all of it. */
async function carriedRoom() {
  const history = { name: ROOM_NAME, access: 'private', text: `${WORD} `.repeat(20) } as const
  const { dataDir, room } = await writeLongHistory(kith.folder(), MESSAGES, history)
  const writer = await kith.start({ dataDir, name: 'Annabellissima' })
  const carrier = await kith.start({ name: 'Carrier', peers: [writer.address] })
  await carrier.api.call('rooms.carry', { room })
  const [invited] = await kith.json<{ line: string }>(writer.dataDir, 'invite', ROOM_NAME)
  const documentsOf = async ({ api }: typeof writer) => (await api.call('rooms.show', { room })).documents
  await vi.waitFor(async () => expect(await documentsOf(carrier)).toBe(await documentsOf(writer)), POLL)
  return { room, line: invited!.line, writer, carrier, documentsOf }
}

test('who is invited reads the newest messages before the history is here, and a carrier no word of it', async () => {
  const { room, line: direct, writer, carrier, documentsOf } = await carriedRoom()
  // Members name each other to whoever comes, and the carrier's link is fast.
  await carrier.stop()

  const [, port] = /tcp\/(\d+)/.exec(writer.address) ?? []
  const link = await startSlowLink(Number(port), SLOW_BYTES_PER_SECOND)
  const reader = await kith.start({ name: 'Bobolinkhaus' })
  // Without the writer's other address, which is faster.
  const line = direct.replace(/&addr=.*/, `&addr=${link.address}/p2p/${writer.peer}`)
  await reader.api.call('rooms.join', { room: line })
  await vi.waitFor(() => expect(reader.events.map(({ event }) => event)).toContain('joined'), POLL)
  link.setRate(0)
  const shown = await reader.api.call('rooms.show', { room })
  expect(shown).toMatchObject({ name: ROOM_NAME, app: 'chat', role: 'none' })
  expect(shown.provisional?.author).toBe(writer.peer)
  expect(shown.provisional?.documents).toBeGreaterThan(MESSAGES / 2)
  const read = await kith.run(reader.dataDir, 'read', ROOM_NAME)
  expect(read.out.split('\n').filter((each) => each.includes(WORD))).toHaveLength(100)
  expect(read.err).toMatch(/^Older messages are still coming: [\d,]+ of about [\d,]+\.\n$/)
  const early = await kith.run(reader.dataDir, 'send', ROOM_NAME, 'too early')
  expect(early).toMatchObject({ exitCode: 1, err: expect.stringContaining('not here yet') as string })

  link.setRate(Infinity)
  await reader.api.run('rooms.replayed', { room })
  await vi.waitFor(async () => {
    expect((await reader.api.call('rooms.show', { room })).role).toBe('writer')
  }, POLL)
  await reader.send(room, 'numbat at last')
  await vi.waitFor(async () => {
    expect((await writer.read(room)).at(-1)?.text).toBe('numbat at last')
  }, POLL)
  expect(await reader.read(room)).toHaveLength(MESSAGES + 1)
  const carrierAgain = await kith.start({ dataDir: carrier.dataDir, name: 'Carrier', peers: [writer.address] })
  await vi.waitFor(async () => expect(await documentsOf(carrierAgain)).toBe(await documentsOf(writer)), POLL)
  await Promise.all([writer.stop(), carrierAgain.stop(), reader.stop()])
  const words = [ROOM_NAME, WORD, 'numbat']
  expect(found(carrier.dataDir, [...words, 'Annabellissima', 'Bobolinkhaus'])).toEqual([])
  // Members keep what they read sealed under their own keys.
  for (const node of [writer, reader]) expect(found(node.dataDir, words)).toEqual([])
})

test('who comes through a carrier alone reads the newest messages before the history, and is a member with it', async () => {
  const { room, line: direct, writer, carrier, documentsOf } = await carriedRoom()
  await writer.stop()
  const [, port] = /tcp\/(\d+)/.exec(carrier.address) ?? []
  const link = await startSlowLink(Number(port), SLOW_BYTES_PER_SECOND)
  const reader = await kith.start({ name: 'Bobolinkhaus' })
  const line = direct.replace(/&addr=.*/, `&addr=${link.address}/p2p/${carrier.peer}`)
  const joining = kith.run(reader.dataDir, 'join', line)
  await vi.waitFor(async () => {
    expect((await reader.api.call('rooms.list', {}))[0]?.provisional?.of).toBe('newest')
  }, POLL)
  link.setRate(0)
  // It has not come to an end, and says that this node is no member yet.
  const joined = await joining
  expect(joined).toMatchObject({
    exitCode: 0,
    out: expect.stringContaining(`Joined ${ROOM_NAME} (chat), about`) as string,
  })
  expect(joined.out).toContain('It waits for the history, to accept the invite then.')
  expect(await documentsOf(reader)).toBeLessThan(MESSAGES)
  const shown = await reader.api.call('rooms.show', { room })
  expect(shown).toMatchObject({ name: ROOM_NAME, app: 'chat', role: 'none', isJoining: true })
  expect(shown.provisional).toMatchObject({ of: 'newest', author: writer.peer })
  expect(shown.provisional?.documents).toBeGreaterThan(MESSAGES / 2)
  const read = await kith.run(reader.dataDir, 'read', ROOM_NAME)
  const texts = read.out.split('\n').filter((each) => each.includes(WORD))
  expect(texts.length).toBeGreaterThan(0)
  expect(read.err).toMatch(/^Older messages are still coming: [\d,]+ of about [\d,]+\.\n$/)
  const described = await kith.run(reader.dataDir, 'room', 'show', ROOM_NAME)
  expect(described.out).toMatch(/of the newest documents alone, by the key of an invite of 12D3/)
  const early = await kith.run(reader.dataDir, 'send', ROOM_NAME, 'too early')
  expect(early).toMatchObject({ exitCode: 1, err: expect.stringContaining('not here yet') as string })

  link.setRate(Infinity)
  await reader.api.run('rooms.replayed', { room })
  await vi.waitFor(async () => {
    expect(await reader.api.call('rooms.show', { room })).toMatchObject({ name: ROOM_NAME, role: 'writer', unread: 0 })
  }, POLL)
  await reader.send(room, 'numbat at last')
  expect(await reader.read(room)).toHaveLength(MESSAGES + 1)
  await Promise.all([carrier.stop(), reader.stop()])
  expect(found(carrier.dataDir, [ROOM_NAME, WORD, 'numbat', 'Annabellissima', 'Bobolinkhaus'])).toEqual([])
})
