import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../protocols/document/document.ts'
import type { DocumentInfo, FollowOptions } from '../../../src/kith.ts'
import { Announcer } from '../../../src/node/announcer.ts'
import { follow, MAX_LATE_DOCUMENTS } from '../../../src/node/follow.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { HISTORY_PAGE, RoomHistory } from '../../../src/node/room-history.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { at, deliveryOf, NOW_MS, peerA, rootOf, stepsArbitrary, Writer, writeHistory } from '../room/history.ts'
import { coreOf, servicesOf } from './core.ts'

/** A node in one room, which stores what it is given and then tells of it, all in one go, as a runner does. */
async function setUp(room = rootOf().id) {
  const core = coreOf(1)
  const rooms = new LocalRooms(core, servicesOf(core))
  const announcer = new Announcer(core.machine, rooms, () => undefined)
  await rooms.join(room)
  const local = rooms.byId(room)
  const receive = (blocks: readonly Uint8Array[]): void => {
    const change = core.machine.rooms.receive(room, blocks, peerA, at(NOW_MS))
    for (const document of change?.intake.accepted ?? [])
      announcer.document({ type: 'document', room, document, wasShown: false })
  }
  const store = (documents: readonly Document[]): void => receive(documents.map(({ block }) => block))
  const followed = (options?: FollowOptions) => local.followDocuments(options)[Symbol.asyncIterator]()
  /** Counts the rows that are read from now on, by followers alone: the state is folded before. */
  const countRows = () => {
    local.stateJson()
    const read = vi.spyOn(core.store, 'documents')
    return () => read.mock.results.reduce((sum, { value }) => sum + (value as unknown[]).length, 0)
  }
  return { core, room: local, receive, store, followed, countRows }
}

/** A room whose authors write one after the other, and a document that belongs right after its root. */
function longHistory(length: number) {
  const writer = new Writer()
  for (let i = 1; i < length; i++) writer.say(0, `text ${i}`)
  const late = writer.write({ author: 1, parents: [Infinity], isFork: false, signing: 'signed' })
  return { documents: writer.documents.slice(0, -1), late, writer }
}

async function take(items: AsyncIterator<DocumentInfo>, count: number): Promise<string[]> {
  const ids: string[] = []
  while (ids.length < count) ids.push((await items.next()).value.id)
  return ids
}

function idsOf(documents: readonly Document[]): string[] {
  return documents.map(({ id }) => id)
}

/** What has to happen has happened after this. */
function turns(count: number): Promise<void> {
  return count === 0 ? Promise.resolve() : new Promise(setImmediate).then(() => turns(count - 1))
}

describe('following a room', () => {
  it('yields every document once, whatever arrives when, and however fast it is read', async () => {
    const histories = stepsArbitrary(3 * HISTORY_PAGE)
    await fc.assert(
      fc.asyncProperty(histories, fc.nat(), async (steps, seed) => {
        const documents = writeHistory(steps)
        const { room, receive } = await setUp()
        const random = seededRandom(seed)
        const stop = new AbortController()
        const given: string[] = []
        const reading = (async () => {
          for await (const { id } of room.followDocuments({ signal: stop.signal })) {
            given.push(id)
            if (random() < 0.2) await turns(1)
          }
        })()
        for (const group of deliveryOf(documents, seed)) {
          receive(group)
          if (random() < 0.3) await turns(1 + Math.floor(random() * 5))
        }
        await vi.waitFor(() => expect(given.length).toBeGreaterThanOrEqual(documents.length))
        await turns(2)
        stop.abort()
        await reading
        expect(given.toSorted()).toEqual(idsOf(documents).toSorted())
      }),
      { numRuns: 40 },
    )
  })

  it('yields new documents to a reader that is up to date without reading them again', async () => {
    const { store, followed, countRows } = await setUp()
    const { documents } = longHistory(10)
    store(documents.slice(0, 5))
    const readers = [followed(), followed()]
    for (const items of readers) await take(items, 5)
    const waiting = readers.map((items) => take(items, 5))
    await turns(1)
    const rowsRead = countRows()
    // The news of one go are given in order, whatever theirs.
    store(documents.slice(5).toReversed())
    for (const ids of waiting) expect(await ids).toEqual(idsOf(documents.slice(5)))
    expect(rowsRead()).toBe(0)
  })

  it('holds at most a page of new documents, and yields them in order', async () => {
    const { store, followed, countRows } = await setUp()
    const { documents } = longHistory(10 * HISTORY_PAGE)
    const items = followed()
    store(documents.slice(0, 10))
    const rowsRead = countRows()
    expect(await take(items, 1)).toEqual([documents[0]!.id])
    for (let i = 10; i < documents.length; i++) store([documents[i]!])
    for (let taken = 1; taken < documents.length; taken++) {
      expect(await take(items, 1)).toEqual([documents[taken]!.id])
      expect(rowsRead()).toBeLessThanOrEqual(taken + HISTORY_PAGE)
    }
  })

  it('yields late documents when they arrive', async () => {
    const { store, followed } = await setUp()
    const { documents, late } = longHistory(2 * HISTORY_PAGE)
    const items = followed()
    store(documents)
    const before = await take(items, 10)
    store([late])
    const after = await take(items, documents.length - 9)
    expect([...before, ...after].toSorted()).toEqual(idsOf([...documents, late]).toSorted())
    expect([...before, ...after].filter((id) => id !== late.id)).toEqual(idsOf(documents))
    // With the page that it was too late for, and not after all there is.
    expect(after.indexOf(late.id)).toBeLessThan(HISTORY_PAGE)
  })

  it('starts with the newest few, or with new ones only', async () => {
    const { store, followed } = await setUp()
    const { documents, writer, late } = longHistory(HISTORY_PAGE)
    store(documents)
    const [some, none, all] = [followed({ last: 3 }), followed({ last: 0 }), followed({ last: 1000 })]
    expect(await take(some, 3)).toEqual(idsOf(documents.slice(-3)))
    expect(await take(all, documents.length)).toEqual(idsOf(documents))
    const waiting = [some, none, all].map((items) => take(items, 2))
    await turns(1)
    const next = writer.say(1, 'next')
    store([late])
    store([next])
    for (const ids of waiting) expect(await ids).toEqual([late.id, next.id])
  })

  it('may be started and read while the node announces what it has just stored', async () => {
    const { room, store } = await setUp()
    const { documents } = longHistory(5)
    const begun: AsyncIterator<DocumentInfo>[] = []
    const first: Promise<IteratorResult<DocumentInfo>>[] = []
    room.on('document', () => {
      const items = room.followDocuments()[Symbol.asyncIterator]()
      begun.push(items)
      first.push(items.next())
    })
    store(documents)
    await turns(1)
    const next = new Writer(documents[0]!)
    store([next.say(2, 'next')])
    for (const [index, items] of begun.slice(0, documents.length).entries()) {
      const ids: string[] = [(await first[index]!).value.id, ...(await take(items, documents.length))]
      expect(ids.toSorted()).toEqual(idsOf([...documents, next.documents[1]!]).toSorted())
    }
  })

  it('may continue from a full page while the node announces what it has just stored', async () => {
    const { room, store, followed } = await setUp()
    const writer = new Writer()
    for (let i = 1; i < HISTORY_PAGE; i++) writer.say(0, `text ${i}`)
    store(writer.documents)
    const items = followed()
    await take(items, HISTORY_PAGE)
    let next: Promise<string[]> | undefined
    room.on('document', () => void (next ??= take(items, 2)))
    const news = [writer.say(2, 'one'), writer.say(2, 'two'), writer.say(2, 'three')]
    store(news)
    expect([...(await next!), ...(await take(items, 1))]).toEqual(idsOf(news))
    const last = writer.say(2, 'four')
    store([last])
    expect(await take(items, 1)).toEqual([last.id])
  })

  it('loses nothing by a listener who fails', async () => {
    const { room, store, followed } = await setUp()
    const { documents, late } = longHistory(3)
    store(documents)
    room.on('document', () => {
      throw new Error('of the listener')
    })
    const items = followed()
    await take(items, 3)
    expect(() => store([late])).toThrow('of the listener')
    expect(await take(items, 1)).toEqual([late.id])
  })

  it('of messages leaves out the other documents', async () => {
    const { room, store } = await setUp()
    const writer = new Writer()
    const write = (kind: string) => writer.write({ author: 0, parents: [0], isFork: false, signing: 'signed', kind })
    const messages = room.followMessages({ last: 1 })[Symbol.asyncIterator]()
    store([writer.documents[0]!, write('message'), write('profile'), write('message'), write('profile')])
    expect((await messages.next()).value).toMatchObject({ id: writer.documents[3]!.id })
    store([write('profile'), write('message')])
    expect((await messages.next()).value).toMatchObject({ id: writer.documents[6]!.id, text: 'text 6' })
  })

  it('ends by the signal, with the node, or when the reader has enough', async () => {
    const { core, room, store } = await setUp()
    store(longHistory(3).documents)
    const stop = new AbortController()
    const read = async (options: FollowOptions, enough = Infinity): Promise<number> => {
      let given = 0
      for await (const _ of room.followDocuments(options)) if (++given >= enough) break
      return given
    }
    expect(await read({ signal: AbortSignal.abort() })).toBe(0)
    expect(await read({}, 2)).toBe(2)
    const aborted = read({ signal: stop.signal })
    const stopped = read({})
    await turns(1)
    stop.abort()
    expect(await aborted).toBe(3)
    core.stop.abort()
    expect(await stopped).toBe(3)
  })

  it('goes on behind what the disk has damaged, which is never shown', async () => {
    const { core, store, followed } = await setUp()
    const { documents } = longHistory(3 * HISTORY_PAGE)
    store(documents)
    const damaged = documents.slice(HISTORY_PAGE - 3, 2 * HISTORY_PAGE + 5)
    const ids = new Set(idsOf(damaged))
    const read = core.store.documents.bind(core.store)
    vi.spyOn(core.store, 'documents').mockImplementation((room, range) =>
      read(room, range).map((row) => (ids.has(row.id) ? { ...row, block: documents[1]!.block } : row)),
    )
    const whole = idsOf(documents).filter((id) => !ids.has(id as Document['id']))
    expect(await take(followed(), whole.length)).toEqual(whole)
    expect(core.isDamaged).toBe(true)
  })

  it('leaves no listener behind', async () => {
    const { core, room, store } = await setUp()
    store(longHistory(3).documents)
    const stop = new AbortController()
    let listeners = 0
    const items = (): AsyncGenerator<string> =>
      follow({
        history: new RoomHistory(room.id, core),
        read: ({ id }) => id,
        last: undefined,
        older: true,
        signal: stop.signal,
        preview: () => undefined,
        find: () => undefined,
        subscribe: () => {
          listeners++
          return () => void listeners--
        },
      })
    const [left, idle, failing] = [items(), items(), items()]
    for (const each of [left, idle]) for (let i = 0; i < 3; i++) await each.next()
    const waiting = idle.next()
    await left.return(undefined)
    expect(listeners).toBe(1)
    vi.spyOn(core.store, 'documents').mockImplementation(() => {
      throw new Error('a bad disk')
    })
    await expect(failing.next()).rejects.toThrow('a bad disk')
    stop.abort()
    expect(await waiting).toEqual({ done: true, value: undefined })
    expect(listeners).toBe(0)
  })

  it(`cuts off a reader whom more than ${MAX_LATE_DOCUMENTS} documents overtake`, async () => {
    const { room, store, followed } = await setUp()
    const { documents, late } = longHistory(3)
    store(documents)
    const items = followed()
    await take(items, 1)
    for (let i = 0; i < MAX_LATE_DOCUMENTS; i++) for (const follower of room.news.followers) follower.stored(late)
    expect(await take(items, 2)).toEqual(idsOf(documents.slice(1)))
    const other = followed()
    await take(other, 1)
    for (let i = 0; i <= MAX_LATE_DOCUMENTS; i++) for (const follower of room.news.followers) follower.stored(late)
    await expect(take(other, 3)).rejects.toMatchObject({ code: 'too-slow' })
  })
})
