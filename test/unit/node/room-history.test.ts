import { describe, expect, it, vi } from 'vitest'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import type { Room } from '../../../src/kith.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { HISTORY_PAGE } from '../../../src/node/room-history.ts'
import { at, NOW_MS, peerA, rootOf, Writer } from '../room/history.ts'
import { coreOf, damageDocuments, servicesOf } from './core.ts'

const MESSAGES = 5 * HISTORY_PAGE

/** A room with many messages, and a count of the documents that were read from its store. */
async function longRoom() {
  const core = coreOf(1)
  const rooms = new LocalRooms(core, servicesOf(core))
  const writer = new Writer(rootOf())
  const room: Room = await rooms.join(writer.room)
  for (let i = 0; i < MESSAGES; i++) writer.say(0, `text ${i}`, i === MESSAGES - 1 ? 'signed' : 'unsigned')
  core.machine.rooms.receive(
    writer.room,
    writer.documents.map(({ block }) => block),
    peerA,
    at(NOW_MS),
  )
  expect(room.stateJson()).not.toBeNull() // folded, so that all further reading is that of the history
  const read = vi.spyOn(core.store, 'documents')
  const rowsRead = () => read.mock.results.reduce((sum, { value }) => sum + (value as unknown[]).length, 0)
  return { core, room, writer, rowsRead }
}

describe('the history of a room', () => {
  it('has everything, in order, or the newest few', async () => {
    const { room, writer } = await longRoom()
    const texts = Array.from(room.messages(), ({ text }) => text)
    expect(texts).toEqual(Array.from({ length: MESSAGES }, (_, i) => `text ${i}`))
    expect(Array.from(room.documents(), ({ id }) => id)).toEqual(writer.documents.map(({ id }) => id))
    for (const last of [0, 1, HISTORY_PAGE - 1, HISTORY_PAGE, HISTORY_PAGE + 1, MESSAGES, MESSAGES + 1]) {
      const newest = Array.from(room.messages({ last }), ({ text }) => text)
      expect(newest, `last ${last}`).toEqual(last === 0 ? [] : texts.slice(-last))
    }
  })

  it.each(['messages', 'documents'] as const)(
    'of %s is read as it is taken, never more than a page ahead',
    async (what) => {
      const { room, rowsRead } = await longRoom()
      const items = room[what]()
      expect(rowsRead()).toBe(0)
      let taken = 0
      for (const _ of items) {
        taken++
        // The root document is no message.
        expect(rowsRead() - taken).toBeLessThanOrEqual(HISTORY_PAGE)
      }
      expect(taken).toBeGreaterThanOrEqual(MESSAGES)
    },
  )

  it('costs little if little is requested', async () => {
    const { room, rowsRead } = await longRoom()
    expect([...room.messages({ last: 20 })]).toHaveLength(20)
    expect(rowsRead()).toBeLessThanOrEqual(2 * HISTORY_PAGE)
  })

  it('continues with what has been written meanwhile, but not beyond the requested number', async () => {
    const { core, room, writer } = await longRoom()
    const say = (text: string) =>
      core.machine.rooms.receive(writer.room, [writer.say(0, text).block], peerA, at(NOW_MS))
    const all = room.messages()[Symbol.iterator]()
    const newest = room.messages({ last: MESSAGES })[Symbol.iterator]()
    const texts = [all, newest].map((messages) => [messages.next().value?.text])
    say('meanwhile')
    texts.forEach((list, i) => list.push(...Array.from({ [Symbol.iterator]: () => [all, newest][i]! }, (m) => m.text)))
    expect(texts[0]!.slice(-2)).toEqual([`text ${MESSAGES - 1}`, 'meanwhile'])
    expect(texts[1]).toEqual(Array.from({ length: MESSAGES }, (_, i) => `text ${i}`))
  })

  it.each([
    ['another text', 'text 12', 'text 99'],
    ['other texts on whole pages', 'text', 'next'],
    ['no documents any more', '\u008d', '\u008e'],
  ])('ends, and shows nothing that the disk has turned into %s, and tells it', async (_, from, to) => {
    const { core, room } = await longRoom()
    const all = Array.from(room.messages(), ({ text }) => text)
    const whole = all.filter((text) => from !== '\u008d' && !text.includes(from))
    expect(core.isDamaged).toBe(false)
    damageDocuments(core, from, to)
    const messages = room.messages()[Symbol.iterator]()
    const texts: string[] = []
    for (let next = messages.next(); next.done !== true && texts.length <= MESSAGES; next = messages.next()) {
      texts.push(next.value.text)
    }
    expect(texts).toEqual(whole)
    expect(core.isDamaged).toBe(true)
    expect(Array.from(room.messages({ last: 3 }), ({ text }) => text)).toEqual(whole.slice(-3))
    const page = room.messagePage({ limit: 5 })
    expect(page.messages.map(({ text }) => text)).toEqual(whole.slice(-5))
  })

  it('is folded without what the disk has damaged', async () => {
    const { core, writer } = await longRoom()
    const restarted = coreOf(1, core.store)
    core.store.apply({ type: 'delete-state', room: writer.room })
    damageDocuments(restarted, 'text', 'next')
    const state = new LocalRooms(restarted, servicesOf(restarted)).byId(writer.room).stateJson()
    expect(JSON.stringify(state)).not.toContain('next')
  })

  it('is not to be read once the node has stopped', async () => {
    const { core, room } = await longRoom()
    const documents = room.documents()[Symbol.iterator]()
    expect(documents.next().value?.id).toBe(room.id as DocumentId)
    core.stop.abort()
    const readOn = () => {
      while (documents.next().done !== true);
    }
    expect(readOn).toThrow(expect.objectContaining({ code: 'stopped' }))
  })
})
