/** An open room that goes on in a private one, as programs see it. */
import { describe, expect, it } from 'vitest'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { MOVED_KIND } from '../../../protocols/room/constants.ts'
import { digestOfDocumentId, type RoomId } from '../../../protocols/wire/ids.ts'
import { map } from '../../../src/apps/map/index.ts'
import { KithError, type CopyProgress, type MadePrivate, type Room } from '../../../src/kith.ts'
import { LocalRooms } from '../../../src/node/local-rooms.ts'
import { markOf } from '../../../src/room/moves.ts'
import type { RoomRecord } from '../../../src/store/store.ts'
import { at, NOW_MS, peerA } from '../room/history.ts'
import { coreOf, interceptCommands, servicesOf, type TestCore } from './core.ts'
import { failure, setUp } from './test-rooms.ts'

/** Gives one node what another has of a room. */
function deliver(from: TestCore, to: TestCore, room: string): void {
  const blocks = from.store.documents(room as RoomId, { limit: 1_000 }).map(({ block }) => block)
  to.machine.rooms.receive(room as RoomId, blocks, peerA, at(NOW_MS))
}

const recordOf = ({ store }: TestCore, room: string): RoomRecord => store.rooms().find(({ id }) => id === room)!

/** A table with so many keys, and a node that makes it private. */
async function tableOf(count: number) {
  const { core, rooms } = setUp()
  const stock = await rooms.create({ name: 'Stock', app: map })
  for (let i = 0; i < count; i++) await stock.put(`key ${i}`, i)
  return { core, rooms, stock }
}

/** Makes a room private on a node that ends after so many copies; returns the node as it is after its next start. */
async function cutOff(core: TestCore, room: Room, copies: number) {
  let left = copies
  const spy = interceptCommands(core, (command, run) => {
    const isCopy = command.type === 'write' && command.kind === 'put'
    return isCopy && left-- <= 0 ? Promise.reject(new KithError('stopped', 'the node has stopped')) : run()
  })
  expect(await failure(() => room.makePrivate())).toMatchObject({ code: 'stopped' })
  spy.mockRestore()
  core.store.commit()
  const again = coreOf(0, core.store)
  return { core: again, rooms: new LocalRooms(again, servicesOf(again)) }
}

describe('an open room', () => {
  it('goes on in a private one of its name, and nobody writes in it any more', async () => {
    const { core, rooms } = setUp()
    const old = await rooms.create({ name: 'Kitchen' })
    await old.send('hello')
    const { room: id, ...made } = await old.makePrivate()
    expect(made).toEqual({ copied: 0, notCopied: [] })
    const created = rooms.get(id)
    expect(created.details()).toMatchObject({ name: 'Kitchen', app: 'chat', access: 'private', role: 'owner' })
    expect([...created.messages()]).toEqual([])
    expect(old.summary().moved).toEqual({ room: id, by: { peer: core.self, name: 'Author 0' } })
    expect(Array.from(old.messages(), ({ text }) => text)).toEqual(['hello'])
    const { documents } = old.details()
    const message = `'Kitchen' (${old.id}) has moved to the private room 'Kitchen' (${id}): write there`
    for (const write of [
      () => old.send('again'),
      () => old.dropAuthor(core.self),
      () => old.files.add('missing.txt'),
      () => old.makePrivate(),
      () => old.invite(),
    ]) {
      expect(await failure(write)).toEqual({ code: 'moved', message })
    }
    expect(old.details().documents).toBe(documents)
    expect(await failure(() => created.makePrivate())).toMatchObject({ code: 'wrong-access' })
  })

  it('gives the one in which it goes on what this node calls it', async () => {
    const { rooms } = setUp()
    const old = await rooms.create({ name: 'Kitchen' })
    await old.setAlias('At home')
    const { room: id } = await old.makePrivate()
    expect(rooms.get(id)).toMatchObject({ name: 'At home', id })
    expect(['At home', 'Kitchen'].map((reference) => rooms.get(reference).id)).toEqual([id, id])
  })

  it('no longer takes its name from the one in which it goes on, but from no other', async () => {
    const { rooms } = setUp()
    const old = await rooms.create({ name: 'Kitchen' })
    const { room: id } = await old.makePrivate()
    for (const reference of ['Kitchen', 'kitchen', 'Kit']) expect(rooms.get(reference).id, reference).toBe(id)
    expect(rooms.get(old.id)).toBe(old)
    expect(rooms.get(id).details().namesakes).toEqual([])
    expect(old.details().namesakes).toEqual([])
    await old.setAlias('Old kitchen')
    expect(rooms.get('Old kitchen')).toBe(old)
    await old.setAlias(undefined)
    const third = await rooms.create({ name: 'Kitchen' })
    const { code, message } = await failure(() => rooms.get('Kitchen'))
    expect(code).toBe('ambiguous')
    expect(message).toContain('could be 2 rooms')
    expect(rooms.get(id).details().namesakes).toEqual([third.id])
  })

  it('tells those who are not invited whom to ask, and those who are where it goes on', async () => {
    const { core, rooms } = setUp()
    const other = setUp(1)
    const old = await rooms.create({ name: 'Kitchen' })
    await old.send('hello')
    const theirs = await other.rooms.join(old.id)
    deliver(core, other.core, old.id)
    const events: string[] = []
    other.core.onEvent = ({ type }) => void events.push(type)
    const { room: id } = await old.makePrivate()
    deliver(core, other.core, old.id)
    expect(theirs.summary().moved).toEqual({ room: null, by: { peer: core.self, name: 'Author 0' } })
    const { code, message } = await failure(() => theirs.write('message', Buffer.from('hello')))
    expect(code).toBe('moved')
    expect(message).toContain(`invited anew: ask its owner, Author 0 (${core.self}), for an invite`)
    // What the old room says does not tell which room that is.
    const said = core.store.documents(old.id as RoomId, { limit: 100 }).map(({ block }) => Buffer.from(block))
    expect(said.every((block) => !block.includes(Buffer.from(digestOfDocumentId(id as RoomId))))).toBe(true)
    expect(said.some((block) => block.includes(Buffer.from(markOf(old.id as RoomId, id as RoomId))))).toBe(true)

    const { line } = await rooms.get(id).invite()
    await other.rooms.join(line)
    deliver(core, other.core, id)
    expect(theirs.summary().moved?.room).toBe(id)
    expect((await failure(() => theirs.write('message', Buffer.from('hello')))).message).toContain(`(${id})`)
  })

  it('is moved by its owner only, and not where it is only carried, is not here, or is private', async () => {
    const { core, rooms } = setUp()
    const other = setUp(1)
    const old = await rooms.create({ name: 'Kitchen' })
    const theirs = await other.rooms.join(old.id)
    expect(await failure(() => theirs.makePrivate())).toMatchObject({ code: 'waiting' })
    deliver(core, other.core, old.id)
    expect(await failure(() => theirs.makePrivate())).toEqual({
      code: 'not-owner',
      message: `only the owner of 'Kitchen', ${core.self}, can make it private`,
    })
    const carrier = setUp(2)
    const carried = await carrier.rooms.carry(old.id)
    deliver(core, carrier.core, old.id)
    expect(await failure(() => carried.makePrivate())).toMatchObject({ code: 'carried' })
    expect(other.rooms.list()).toHaveLength(1)
    const family = await rooms.create({ name: 'Family', access: 'private' })
    expect(await failure(() => family.makePrivate())).toMatchObject({ code: 'wrong-access' })
    expect(rooms.list()).toHaveLength(2)
  })

  it('does not care where somebody else says that it goes on', async () => {
    const { core, rooms } = setUp()
    const other = setUp(1)
    const old = await rooms.create({ name: 'Kitchen' })
    const theirs = await other.rooms.join(old.id)
    deliver(core, other.core, old.id)
    await theirs.write(MOVED_KIND, markOf(old.id as RoomId, other.core.store.rooms()[0]!.id))
    deliver(other.core, core, old.id)
    expect(old.summary().moved).toBeUndefined()
    await old.send('all is well')
  })

  it('that was moved by another program to a room that nobody knows says so, also to its owner', async () => {
    const { core, rooms } = setUp()
    const old = await rooms.create({ name: 'Kitchen' })
    await old.write(MOVED_KIND, new Uint8Array(32).fill(9))
    expect(old.summary().moved).toEqual({ room: null, by: { peer: core.self, name: 'Author 0' } })
    const { code, message } = await failure(() => old.makePrivate())
    expect(code).toBe('moved')
    expect(message).toContain('has moved to another room, which this node has left')
    expect(rooms.get('Kitchen')).toBe(old)
  })
})

describe('a room that everybody reads', () => {
  it('is made private by who was handed it', async () => {
    const { core, rooms } = setUp()
    const other = setUp(1)
    const old = await rooms.create({ name: 'Notices', access: 'public-read' })
    const { line } = await old.invite()
    const theirs = await other.rooms.join(line)
    deliver(core, other.core, old.id)
    other.core.machine.rooms.require(old.id as RoomId).acts.accept(NOW_MS)
    deliver(other.core, core, old.id)
    await old.handOver(other.core.self)
    deliver(core, other.core, old.id)
    expect((await failure(() => old.makePrivate())).code).toBe('not-owner')
    const { room: id } = await theirs.makePrivate()
    expect(other.rooms.get(id).details()).toMatchObject({ name: 'Notices', access: 'private', role: 'owner' })
    deliver(other.core, core, old.id)
    expect(old.summary().moved).toMatchObject({ room: null, by: { peer: other.core.self } })
    for (const write of [() => old.invite(), () => old.setRole(other.core.self, 'reader')]) {
      expect((await failure(write)).code).toMatch(/^(moved|no-right)$/)
    }
    expect((await failure(() => theirs.invite())).code).toBe('moved')
  })
})

describe('a table', () => {
  it('goes on with the entries that it has', async () => {
    const { core, rooms, stock } = await tableOf(150)
    await stock.delete('key 7')
    await stock.put('pears', { green: [1, 2.5, null], red: 'é' })
    const told: CopyProgress[] = []
    const made = await stock.makePrivate({ onProgress: (progress) => void told.push(progress) })
    const { room } = made
    expect(made).toEqual({ room, copied: 150, notCopied: [] } satisfies MadePrivate)
    expect(told.map(({ copied, total }) => [copied, total])).toEqual([
      ...[0, 64, 128, 150].map((copied) => [copied, 150]),
    ])
    expect(rooms.get(room).stateJson()).toEqual(stock.stateJson())
    expect(recordOf(core, room).copiedFrom).toBeUndefined()
    expect((await failure(() => stock.makePrivate())).code).toBe('moved')
  })

  it.each(['the old one', 'the new one', 'the name'] as const)(
    'is copied to the end by %s after the node ended meanwhile, and keeps what was written since',
    async (which) => {
      const { core, stock } = await tableOf(100)
      const { core: again, rooms } = await cutOff(core, stock, 80)
      const old = rooms.get(stock.id, map)
      const room = old.summary().moved!.room!
      const created = rooms.get(room, map)
      expect(recordOf(again, room).copiedFrom).toBe(old.id)
      const had = created.keys()
      expect(had.length).toBeGreaterThan(0)
      expect(had.length).toBeLessThan(100)
      const left = old.keys().find((key) => !had.includes(key))!
      await created.put(left, 'newer')
      await created.delete(had[0]!)
      const reference = { 'the old one': stock.id, 'the new one': room, 'the name': 'Stock' }[which]
      const made = await rooms.get(reference).makePrivate()
      expect(made).toMatchObject({ room, copied: 99 - had.length, notCopied: [] })
      expect(created.stateJson()).toEqual({
        ...Object.fromEntries(Object.entries(old.stateJson() as object).filter(([key]) => key !== had[0])),
        [left]: 'newer',
      })
      expect((await failure(() => rooms.get(room).makePrivate())).code).toBe('wrong-access')
      expect((await failure(() => rooms.get(stock.id).makePrivate())).code).toBe('moved')
    },
  )

  it('is copied to the end after somebody ended that, too', async () => {
    const { stock } = await tableOf(100)
    const stop = new AbortController()
    const options = { signal: stop.signal, onProgress: () => stop.abort() }
    expect((await failure(() => stock.makePrivate(options))).code).toBe('cancelled')
    expect(await stock.makePrivate()).toMatchObject({ copied: 100 })
  })

  it('tells of an entry that is too large for a private room', async () => {
    const { rooms, stock } = await tableOf(1)
    // An open room has space for a few bytes more.
    let length = MAX_DOCUMENT_BYTES - 500
    for (let step = 256; step >= 1; step /= 2) {
      const put = stock.put('large', 'x'.repeat(length + step))
      await put.then(() => (length += step)).catch(() => undefined)
    }
    const made = await stock.makePrivate()
    expect(made).toMatchObject({ copied: 1, notCopied: ['large'] })
    expect(rooms.get(made.room).stateJson()).toEqual({ 'key 0': 0 })
  })
})
