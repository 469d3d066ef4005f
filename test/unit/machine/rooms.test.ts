import { describe, expect, it } from 'vitest'
import { MESSAGE_KIND } from '../../../protocols/apps/chat/constants.ts'
import { PUT_KIND } from '../../../protocols/apps/map/constants.ts'
import { MAX_ROOM_NAME_BYTES, MAX_STATE_BYTES } from '../../../protocols/room/constants.ts'
import { MAX_DOCUMENT_BYTES, MAX_PARENTS } from '../../../protocols/document/constants.ts'
import { decodeDocument, isSignatureValid, type Document } from '../../../protocols/document/document.ts'
import { blockIdOf } from '../../../protocols/wire/block-ids.ts'
import type { DocumentId } from '../../../protocols/wire/ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { builtInApps, byName } from '../../../src/apps/index.ts'
import { mapKinds } from '../../../src/apps/map/kinds.ts'
import { KithError } from '../../../src/kith.ts'
import type { Content } from '../../../src/room/content.ts'
import { Rooms } from '../../../src/machine/rooms.ts'
import { encodeRoot } from '../../../src/room/root.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { at, NOW_MS, peerA, signerOf, Writer } from '../room/history.ts'

function roomsOf(index: number, store: Store = memoryStore(), authorName = `Author ${index}`) {
  const apps = byName(builtInApps)
  const rooms = new Rooms({
    store,
    signer: signerOf(index),
    random: seededRandom(index + 1),
    apps,
    authorName: () => authorName,
  })
  const say = (room: DocumentId, text: string): Document => {
    const { intake } = rooms.require(room).write(messageOf(text), NOW_MS)
    return intake.accepted[0]!
  }
  const blocks = (room: DocumentId) => store.documents(room, { limit: 10_000 }).map(({ block }) => block)
  return { rooms, store, say, blocks }
}

function messageOf(text: string): Content {
  return { kind: MESSAGE_KIND, body: encodeText(text) }
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KithError && !error.message.includes('\n')) return error.code
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('rooms', () => {
  it('are created with a root document by which others can open them', () => {
    const a = roomsOf(0)
    const b = roomsOf(1)
    const { room, hasOpened } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    expect(hasOpened).toBe(true)
    expect(a.rooms.get(room)?.record).toEqual({
      ...{ id: room, status: 'open', name: 'Kitchen', app: 'chat', joinedAtMs: NOW_MS },
    })
    expect(b.rooms.join(room, NOW_MS)).toBe(true)
    expect(b.rooms.join(room, NOW_MS), 'a second time').toBe(false)
    expect(b.rooms.get(room)?.record).toMatchObject({ status: 'waiting', name: '', app: '' })
    expect(b.rooms.receive(room, a.blocks(room), peerA, at(NOW_MS))?.hasOpened).toBe(true)
    expect(b.rooms.get(room)?.record).toMatchObject({ status: 'open', name: 'Kitchen', app: 'chat' })
  })

  it('with one name and author are different', () => {
    const { rooms } = roomsOf(0)
    expect(rooms.create('Kitchen', 'chat', NOW_MS).room).not.toBe(rooms.create('Kitchen', 'chat', NOW_MS).room)
    expect(rooms.list()).toHaveLength(2)
  })

  it('have a name of a sensible length and an existing app', () => {
    const { rooms, store } = roomsOf(0)
    const create = (name: string, app = 'chat') => codeOf(() => rooms.create(name, app, NOW_MS))
    expect(create('')).toBe('bad-name')
    expect(create('  ')).toBe('bad-name')
    expect(create('a\nb\u001b[31m')).toBe('bad-name')
    expect(create('é'.repeat(MAX_ROOM_NAME_BYTES / 2 + 1))).toBe('bad-name')
    expect(create('Kitchen', 'chess')).toBe('unknown-app')
    expect(create('Kitchen', '__proto__')).toBe('unknown-app')
    expect(store.rooms()).toEqual([])
    expect(rooms.create('é'.repeat(MAX_ROOM_NAME_BYTES / 2), 'map', NOW_MS).hasOpened).toBe(true)
  })

  it('are there again after a restart, with pending documents and names', () => {
    const a = roomsOf(0)
    const { room } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    a.rooms.get(room)?.introduce(NOW_MS)
    a.say(room, 'one')
    const b = roomsOf(1)
    b.rooms.join(room, NOW_MS)
    const [root, ...rest] = a.blocks(room)
    b.rooms.receive(room, rest, peerA, at(NOW_MS))
    b.store.commit()
    const restarted = roomsOf(1, b.store)
    expect(restarted.rooms.get(room)?.graph.pendingCount).toBe(2)
    restarted.rooms.receive(room, [root!], peerA, at(NOW_MS))
    restarted.store.commit()
    const view = roomsOf(1, b.store).rooms.get(room)!.view
    expect(view.hash()).toBe(a.rooms.get(room)!.view.hash())
    expect(view.state.roster.profiles.get(signerOf(0).author)?.name).toBe('Author 0')
  })

  it('take nothing before their root is here, nor if this node is not in them', () => {
    const { rooms } = roomsOf(0)
    const { room } = roomsOf(1).rooms.create('Kitchen', 'chat', NOW_MS)
    rooms.join(room, NOW_MS)
    expect(codeOf(() => rooms.require(room).write(messageOf('a'), NOW_MS))).toBe('waiting')
    expect(rooms.get(room)?.introduce(NOW_MS)).toBeUndefined()
    rooms.leave(room)
    expect(codeOf(() => rooms.require(room).write(messageOf('a'), NOW_MS))).toBe('no-such-room')
    expect(codeOf(() => rooms.leave(room))).toBe('no-such-room')
    expect(rooms.receive(room, [], peerA, at(NOW_MS))).toBeUndefined()
    expect(rooms.get(room)?.introduce(NOW_MS)).toBeUndefined()
  })

  it('keep what was said when they are left, even over a restart, until they are joined again', () => {
    const a = roomsOf(0)
    const { room } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    const said = a.say(room, 'one')
    a.rooms.leave(room)
    const restarted = roomsOf(0, a.store)
    expect(restarted.rooms.list()).toEqual([])
    expect(restarted.rooms.join(room, NOW_MS + 5)).toBe(true)
    expect(restarted.rooms.get(room)?.record).toMatchObject({ status: 'open', name: 'Kitchen', joinedAtMs: NOW_MS })
    expect(restarted.say(room, 'two')).toMatchObject({ seq: 2, previous: said.id })
    expect(restarted.rooms.list()).toHaveLength(1)
  })

  it('that were deleted are empty, and are written in again once what this node wrote is back', () => {
    const [a, b] = [roomsOf(0), roomsOf(1)]
    const { room } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    a.say(room, 'one')
    b.rooms.join(room, NOW_MS)
    b.rooms.receive(room, a.blocks(room), peerA, at(NOW_MS))
    const kept = b.blocks(room)
    a.rooms.leave(room)
    a.rooms.delete(room)
    expect(a.blocks(room)).toEqual([])
    expect(JSON.stringify(a.store.rooms())).not.toContain('Kitchen')

    const restarted = roomsOf(0, a.store)
    expect(restarted.rooms.list()).toEqual([])
    restarted.rooms.join(room, NOW_MS + 5)
    expect(restarted.rooms.get(room)?.record.status).toBe('waiting')
    restarted.rooms.receive(room, kept.slice(0, 1), peerA, at(NOW_MS))
    expect(codeOf(() => restarted.say(room, 'in its place'))).toBe('held-back')
    restarted.rooms.receive(room, kept.slice(1), peerA, at(NOW_MS))
    expect(restarted.say(room, 'two')).toMatchObject({ seq: 2 })
  })

  it('that were left while waiting wait again', () => {
    const { rooms } = roomsOf(0)
    const { room } = roomsOf(1).rooms.create('Kitchen', 'chat', NOW_MS)
    rooms.join(room, NOW_MS)
    rooms.leave(room)
    rooms.join(room, NOW_MS)
    expect(rooms.get(room)?.record.status).toBe('waiting')
  })

  it('whose root is meaningless are stored and relayed, and have no name', () => {
    const { rooms } = roomsOf(0)
    const writer = new Writer(encodeRoot({ name: '', app: 'chat' }, signerOf(3), NOW_MS, seededRandom(1)))
    rooms.join(writer.room, NOW_MS)
    const blocks = [writer.say(3, 'a'), writer.documents[0]!].map(({ block }) => block)
    expect(rooms.receive(writer.room, blocks, peerA, at(NOW_MS))?.intake.accepted).toHaveLength(2)
    expect(rooms.get(writer.room)?.record).toMatchObject({ status: 'open', name: '', app: '' })
    expect(rooms.get(writer.room)?.view.toJson()).toBeNull()
    rooms.leave(writer.room)
    rooms.join(writer.room, NOW_MS)
    expect(rooms.get(writer.room)?.record).toMatchObject({ status: 'open', name: '', app: '' })
  })
})

describe('writing', () => {
  it('makes a signed chain whose clock follows everything that is here', () => {
    const a = roomsOf(0)
    const { room } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    const one = a.say(room, 'one')
    const two = a.say(room, 'two')
    expect(one).toMatchObject({ seq: 1, previous: room, parents: [], clock: 2 })
    expect(two).toMatchObject({ seq: 2, previous: one.id, parents: [], clock: 3 })
    const b = roomsOf(1)
    b.rooms.join(room, NOW_MS)
    b.rooms.receive(room, a.blocks(room), peerA, at(NOW_MS))
    const answer = b.say(room, 'three')
    expect(answer).toMatchObject({ seq: 0, previous: null, parents: [two.id], clock: 4 })
    expect([one, two, answer].every(({ block }) => isSignatureValid(decodeDocument(block)))).toBe(true)
  })

  it(`joins more heads than ${MAX_PARENTS} by one document after another, newest first`, () => {
    const { rooms, store, say, blocks } = roomsOf(0)
    const { room } = rooms.create('Kitchen', 'chat', NOW_MS)
    const branches = Array.from({ length: 3 * MAX_PARENTS }, (_, i) =>
      new Writer(decodeDocument(blocks(room)[0]!)).say(10 + i, `text ${i}`),
    )
    rooms.receive(
      room,
      branches.map(({ block }) => block),
      peerA,
      at(NOW_MS),
    )
    expect(store.newestHeads(room, Infinity)).toHaveLength(3 * MAX_PARENTS)
    const writer = new Writer(decodeDocument(blocks(room)[0]!))
    const [before, newest] = [writer.say(900, 'before'), writer.say(900, 'newest')]
    rooms.receive(room, [before.block, newest.block], peerA, at(NOW_MS))
    const counts = Array.from({ length: 4 }, (_, i) => {
      const { parents, clock } = say(room, `join ${i}`)
      expect(parents.includes(newest.id)).toBe(i === 0)
      expect(parents.length).toBeLessThanOrEqual(MAX_PARENTS)
      expect(store.newestHeads(room, Infinity).at(-1)?.clock).toBe(clock)
      return store.newestHeads(room, Infinity).length
    })
    expect(counts).toEqual([2 * MAX_PARENTS + 2, MAX_PARENTS + 2, 2, 1])
  })

  it('names fewer heads if its content would not fit beside them', () => {
    const { rooms, store } = roomsOf(0)
    const { room } = rooms.create('Kitchen', 'chat', NOW_MS)
    const root = decodeDocument(store.documents(room, { limit: 1 })[0]!.block)
    const branches = Array.from({ length: MAX_PARENTS }, (_, i) => new Writer(root).say(10 + i, `text ${i}`).block)
    rooms.receive(room, branches, peerA, at(NOW_MS))
    const body = new Uint8Array(MAX_DOCUMENT_BYTES - 2_000)
    const [document] = rooms.require(room).write({ kind: 'blob', body }, NOW_MS).intake.accepted
    expect(document!.block.length).toBeGreaterThan(MAX_DOCUMENT_BYTES - 600)
    expect(document!.parents.length).toBeGreaterThan(20)
    expect(document!.clock).toBe(3)
  })

  it('names the blocks that it needs', () => {
    const { rooms, store } = roomsOf(0)
    const { room } = rooms.create('Kitchen', 'chat', NOW_MS)
    const links = ['a', 'b'].map((text) => blockIdOf('raw', encodeText(text)))
    const { intake } = rooms.require(room).write({ kind: 'file', body: encodeText('soup'), links }, NOW_MS)
    const { id } = intake.accepted[0]!
    expect(decodeDocument(store.document(id)!.block)).toMatchObject({ kind: 'file', links })
  })

  it('refuses what is too large or of an invalid kind, and then writes nothing', () => {
    const { rooms, store } = roomsOf(0)
    const { room } = rooms.create('Kitchen', 'chat', NOW_MS)
    expect(codeOf(() => rooms.require(room).write({ kind: MESSAGE_KIND, body: new Uint8Array(65_536) }, NOW_MS))).toBe(
      'too-large',
    )
    for (const kind of ['', 'Message', 'a b', 'a'.repeat(65), '\n']) {
      expect(
        codeOf(() => rooms.require(room).write({ kind, body: new Uint8Array(0) }, NOW_MS)),
        kind,
      ).toBe('bad-name')
    }
    expect(store.totals(room).documents).toBe(1)
  })

  it('refuses what would exceed the limit of the state, and accepts what reduces it', () => {
    const { rooms, store } = roomsOf(0)
    const { room } = rooms.create('Stock', 'map', NOW_MS)
    const put = (i: number, value: string) =>
      rooms.require(room).write({ kind: PUT_KIND, body: mapKinds.put.encode({ key: `key ${i}`, value }) }, NOW_MS)
    const large = 'v'.repeat(60_000)
    let count = 0
    const fill = () => {
      for (;;) put(count++, large)
    }
    expect(codeOf(fill)).toBe('state-full')
    const { view } = rooms.get(room)!
    expect(view.sizeBytes()).toBeLessThanOrEqual(MAX_STATE_BYTES)
    expect(view.sizeBytes()).toBeGreaterThan(MAX_STATE_BYTES - 61_000)
    expect(store.totals(room).documents).toBe(count)
    expect(put(0, 'small').refused).toEqual([])
    expect(put(count, large).refused).toEqual([])
  })

  it('continues after its own chain was copied and forked', () => {
    const { rooms, say } = roomsOf(0)
    const { room, intake } = rooms.create('Kitchen', 'chat', NOW_MS)
    const root = intake.accepted[0]!
    const mine = say(room, 'mine')
    const copied = new Writer(root).say(0, 'by a copy of the key')
    expect(rooms.receive(room, [copied.block], peerA, at(NOW_MS))?.intake.forks).toEqual([
      { author: root.author, seq: 1 },
    ])
    const next = say(room, 'next')
    expect(new Set([...next.parents, next.previous])).toEqual(new Set([mine.id, copied.id]))
    expect(next.seq).toBe(2)
  })
})

describe('an introduction', () => {
  it('is written once, and again if the name changed', () => {
    const a = roomsOf(0)
    const { room } = a.rooms.create('Kitchen', 'chat', NOW_MS)
    expect(a.rooms.get(room)?.introduce(NOW_MS)?.intake.accepted).toHaveLength(1)
    expect(a.rooms.get(room)?.introduce(NOW_MS)).toBeUndefined()
    a.store.commit()
    expect(roomsOf(0, a.store).rooms.get(room)?.introduce(NOW_MS)).toBeUndefined()
    const renamed = roomsOf(0, a.store, 'Anna')
    expect(renamed.rooms.get(room)?.introduce(NOW_MS)?.intake.accepted).toHaveLength(1)
    expect(renamed.rooms.get(room)?.view.state.roster.profiles.get(signerOf(0).author)?.name).toBe('Anna')
  })

  it.each([0, 3_600_000, -3_600_000])(
    'comes to rest if two devices have one key and two names, their clocks %i ms apart',
    (apartMs) => {
      const home = roomsOf(0, memoryStore(), 'At home')
      const { room } = home.rooms.create('Kitchen', 'chat', NOW_MS)
      const away = roomsOf(0, memoryStore(), 'Away')
      away.rooms.join(room, NOW_MS)
      const devices = [
        { ...home, clockMs: NOW_MS },
        { ...away, clockMs: NOW_MS + apartMs },
      ]
      const introductions = []
      for (let turn = 0; turn < 20; turn++) {
        const [device, other] = turn % 2 === 0 ? devices : devices.toReversed()
        device!.rooms.receive(room, other!.blocks(room), peerA, at(NOW_MS))
        device!.clockMs += 1_000
        introductions.push(device!.rooms.get(room)?.introduce(device!.clockMs))
      }
      expect(introductions.filter((change) => change !== undefined).length).toBeLessThanOrEqual(4)
      expect(introductions.slice(-10)).toEqual(Array.from({ length: 10 }))
    },
  )
})
