/** Reading the messages of a room a page at a time. */
import { describe, expect, it, vi } from 'vitest'
import type { Message, MessagePage, PageOptions, Room } from '../../../src/kith.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { HISTORY_PAGE } from '../../../src/node/room-history.ts'
import { MAX_PAGE_DOCUMENTS } from '../../../src/node/room-reading.ts'
import { at, NOW_MS, peerA, rootOf, Writer } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'

const MESSAGES = 5 * HISTORY_PAGE

/** A room with messages, with so many documents that are none after each of the first. */
async function longRoom(silent = 0) {
  const core = coreOf(1)
  const rooms = new LocalRooms(core, servicesOf(core))
  const room = await rooms.create({ name: 'Kitchen' })
  if (silent === 0) {
    const writer = new Writer(rootOf())
    const joined = await rooms.join(writer.room)
    for (let i = 0; i < MESSAGES; i++) writer.say(0, `text ${i}`, i === MESSAGES - 1 ? 'signed' : 'unsigned')
    const blocks = writer.documents.map(({ block }) => block)
    core.machine.rooms.receive(writer.room, blocks, peerA, at(NOW_MS))
    return { core, room: joined }
  }
  await room.send('first')
  for (let i = 0; i < silent; i++) await room.write('reaction', new Uint8Array(1))
  await room.send('last')
  return { core, room }
}

const textsOf = ({ messages }: MessagePage) => messages.map(({ text }) => text)
const texts = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `text ${from + i}`)

/** All messages, by pages in one direction, and how many pages that took. */
function walk(room: Room, direction: 'before' | 'after', options: PageOptions): { messages: Message[]; pages: number } {
  const messages: Message[] = []
  let page = room.messagePage(options)
  let pages = 1
  for (;;) {
    if (direction === 'before') messages.unshift(...page.messages)
    else messages.push(...page.messages)
    if (page.next === null) return { messages, pages }
    page = room.messagePage({ ...options, before: undefined, after: undefined, [direction]: page.next } as PageOptions)
    pages++
  }
}

describe('a page of messages', () => {
  it('has the newest, and tells where older ones are', async () => {
    const { room } = await longRoom()
    const page = room.messagePage({ limit: 20 })
    expect(textsOf(page)).toEqual(texts(MESSAGES - 20, MESSAGES))
    expect(page.next).toBe(page.messages[0]!.id)
    const older = room.messagePage({ limit: 20, before: page.next! })
    expect(textsOf(older)).toEqual(texts(MESSAGES - 40, MESSAGES - 20))
    const newer = room.messagePage({ limit: 20, after: older.messages.at(-1)!.id })
    expect(textsOf(newer)).toEqual(textsOf(page))
  })

  it.each([1, 7, 64, 100])('of %i leads to all, each once, in both directions', async (limit) => {
    const { room } = await longRoom()
    const all = Array.from(room.messages(), ({ id }) => id)
    expect(walk(room, 'before', { limit }).messages.map(({ id }) => id)).toEqual(all)
    expect(walk(room, 'after', { limit, after: room.id }).messages.map(({ id }) => id)).toEqual(all)
  })

  it('costs as much in a long room as in a short one', async () => {
    const { core, room } = await longRoom()
    room.messagePage()
    const read = vi.spyOn(core.store, 'documents')
    room.messagePage({ limit: 20 })
    expect(read.mock.results.reduce((sum, { value }) => sum + (value as unknown[]).length, 0)).toBeLessThanOrEqual(20)
  })

  it('looks at a bounded number of documents that are none, and goes on from there', async () => {
    const { core, room } = await longRoom(MAX_PAGE_DOCUMENTS)
    const [last] = room.messagePage({ limit: 1 }).messages
    const read = vi.spyOn(core.store, 'documents')
    const page = room.messagePage({ before: last!.id })
    expect(page.messages).toEqual([])
    expect(page.next).not.toBeNull()
    expect(read.mock.results.reduce((sum, { value }) => sum + (value as unknown[]).length, 0)).toBeLessThanOrEqual(
      MAX_PAGE_DOCUMENTS,
    )
    expect(walk(room, 'before', {}).messages.map(({ text }) => text)).toEqual(['first', 'last'])
  })

  it.each([
    [{ limit: 0 }, 'bad-value'],
    [{ limit: 101 }, 'bad-value'],
    [{ limit: 1.5 }, 'bad-value'],
    [{ before: 'a', after: 'b' }, 'bad-value'],
    [{ before: 'nonsense' }, 'no-such-document'],
    [{ after: 'bafyreifepiu23okq5zuyvyhsoiazv2icw2van3s7ko6d3ixl5jx2yj2yhu' }, 'no-such-document'],
  ])('is refused for %j', async (options, code) => {
    const { room } = await longRoom()
    expect(() => room.messagePage(options)).toThrow(expect.objectContaining({ code }))
  })

  it('of a map is refused', async () => {
    const core = coreOf(1)
    const room = await new LocalRooms(core, servicesOf(core)).create({ name: 'Stock', app: 'map' })
    expect(() => room.messagePage()).toThrow(expect.objectContaining({ code: 'wrong-app' }))
  })

  it('is empty while the room waits for its first document', async () => {
    const core = coreOf(1)
    const room = await new LocalRooms(core, servicesOf(core)).join(new Writer(rootOf()).room)
    expect(room.messagePage()).toEqual({ messages: [], next: null })
  })
})
