import { describe, expect, it } from 'vitest'
import { MAX_TEXT_BYTES } from '../../../protocols/apps/chat/constants.ts'
import { MAX_KEY_BYTES } from '../../../protocols/apps/map/constants.ts'
import type { RoomId } from '../../../protocols/wire/ids.ts'
import type { Document } from '../../../protocols/document/document.ts'
import { encodeText } from '../../../src/apps/body.ts'
import { chat } from '../../../src/apps/chat/index.ts'
import { map } from '../../../src/apps/map/index.ts'
import type { HistoryOptions, JsonValue, Room } from '../../../src/kith.ts'
import { shortNameOf } from '../../../src/node/short-name.ts'
import { DEFAULT_CARRIED_BYTES } from '../../../src/machine/constants.ts'
import { parseInvite } from '../../../src/node/invite.ts'
import { encodeRoot } from '../../../src/room/root.ts'
import { profileBody } from '../../../src/room/roster.ts'
import { seededRandom } from '../../../src/simulate/random.ts'
import { NOW_MS, rootOf, signed, signerOf, Writer } from '../room/history.ts'
import { failure, setUp } from './test-rooms.ts'

function textsOf(room: Room, options?: HistoryOptions): string[] {
  return Array.from(room.messages(options), ({ text }) => text)
}

describe('a room', () => {
  it('is found by id, name, or a prefix of either that is unique', async () => {
    const { rooms } = setUp()
    const kitchen = await rooms.create({ name: 'Kitchen' })
    const garden = await rooms.create({ name: 'Garden', app: 'map' })
    for (const reference of [kitchen.id, kitchen.id.slice(0, 20), 'Kitchen', 'Kit', 'K']) {
      expect(rooms.get(reference), reference).toBe(kitchen)
    }
    expect(rooms.get('G')).toBe(garden)
    expect(rooms.list()).toEqual(expect.arrayContaining([kitchen, garden]))
  })

  it('is not found by a reference that matches none or several', async () => {
    const { rooms } = setUp()
    const one = await rooms.create({ name: 'Kitchen' })
    const two = await rooms.create({ name: 'Kitchen' })
    await rooms.create({ name: 'Kit' })
    expect((await failure(() => rooms.get('Kitchen'))).message).toContain(`use the id instead, ${one.id} or ${two.id}`)
    for (const reference of ['Kitchen', 'Kitc', 'bafy', 'K']) {
      expect((await failure(() => rooms.get(reference))).code, reference).toBe('ambiguous')
    }
    for (let i = 0; i < 5; i++) await rooms.create({ name: 'Kitchen' })
    const { message } = await failure(() => rooms.get('Kitchen'))
    expect(message).toContain('could be 7 rooms')
    expect(message).toMatch(/and 2 more$/)
    expect(message.match(/bafyrei/g)).toHaveLength(5)
    expect(rooms.get('Kit').name, 'a whole name before a prefix').toBe('Kit')
    for (const reference of ['', 'Kitchens', `${one.id}a`, 'a\nb']) {
      expect((await failure(() => rooms.get(reference))).code, reference).toBe('no-such-room')
    }
  })

  it('is shown without what cannot be seen, and found by that form and by what others type for it', async () => {
    const { rooms, receive } = setUp()
    const join = async (name: string) => {
      const root = encodeRoot({ name, app: 'chat' }, signerOf(3), NOW_MS, seededRandom(name.length))
      receive((await rooms.join(root.id)).id, [root])
      return rooms.get(root.id)
    }
    const turned = await join('ab\u202ecd')
    expect(turned.name).toBe('ab⟨U+202E⟩cd')
    const composed = await rooms.create({ name: ' Zu\u0308rich\u2003' })
    expect(composed.name).toBe('Z\u00fcrich')
    const invisible = await join('\u200b')
    expect(invisible.name).toBe(invisible.id.slice(0, 16))
    for (const [reference, room] of [
      ['ab\u202ecd', turned],
      ['ab⟨U+202E⟩cd', turned],
      ['ab⟨', turned],
      ['abcd', turned],
      ['Zu\u0308rich', composed],
      ['Zu\u0308ri', composed],
      ['Z\u00fcrich\u200b ', composed],
      ['\u200b', invisible],
      [invisible.name, invisible],
    ] as const) {
      expect(rooms.get(reference), JSON.stringify(reference)).toBe(room)
    }
    const twin = await join('Zu\u0308rich')
    expect(rooms.get('Zu\u0308rich'), 'the very name before one like it').toBe(twin)
    expect((await failure(() => rooms.get('Zürich\u00ad'))).code).toBe('ambiguous')
    expect((await failure(() => rooms.create({ name: 'a\u202eb' }))).message).toContain('U+202E')
  })

  it('is found by its id as it was pasted, and by an invite', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    const { invite } = room.details()
    for (const pasted of [`<${room.id}>.`, `\u00a0${room.id}\u200b`, room.id.toUpperCase(), invite, `${invite};`]) {
      expect(rooms.get(pasted), pasted).toBe(room)
      expect(await rooms.join(pasted)).toBe(room)
    }
    expect(rooms.get(room.id.slice(0, 20).toUpperCase())).toBe(room)
  })

  it('that waits for its root has no name to be found by, and says what it waits for', async () => {
    const { core, rooms, receive } = setUp()
    const root = rootOf()
    const room = await rooms.join(root.id)
    expect(room).toMatchObject({ id: root.id, name: '', app: '', status: 'waiting' })
    expect((await failure(() => rooms.get(''))).code).toBe('no-such-room')
    expect(rooms.get(root.id.slice(0, 12))).toBe(room)
    expect(room.details()).toMatchObject({ stateHash: '', stateSizeBytes: 0, frontier: [], clock: 0, documents: 0 })
    expect(room.details().waitingFor).not.toBe('')
    core.connected = 2
    expect(room.details().waitingFor).toContain('2')
    const acts = [
      () => room.as(chat).send('a'),
      () => room.as(map).put('a', 1),
      () => room.as(map).get('a'),
      () => room.state,
      () => room.commands(),
      () => room.do('send', { text: 'a' }),
      () => room.write('message', new Uint8Array(0)),
    ]
    for (const act of acts) {
      expect((await failure(act)).code).toBe('waiting')
    }
    expect([room.stateJson(), [...room.messages()], [...room.documents()]]).toEqual([null, [], []])
    receive(root.id, [root])
    expect(room).toMatchObject({ name: 'Kitchen', app: 'chat', status: 'open' })
    expect(room.details().waitingFor).toBe('')
    const writer = new Writer(root)
    writer.say(1, 'never arrives')
    receive(root.id, [writer.say(1, 'b')])
    expect(room.details()).toMatchObject({ pending: 1 })
    expect(room.details().waitingFor).toContain('1 missing document ')
  })

  it('says which messages wait for a proof of their author', async () => {
    const { rooms, receive } = setUp()
    const writer = new Writer()
    const documents = [writer.say(1, 'unsigned', 'unsigned'), writer.say(2, 'after it')]
    const room = await rooms.join(writer.room)
    receive(writer.room, [writer.documents[0]!, ...documents])
    expect(room.pendingMessages().map(({ waitsFor }) => waitsFor)).toEqual(['proof', 'proof'])
    expect(room.details()).toMatchObject({ pending: 2, pendingUnproven: 2 })
    expect(room.details().waitingFor).toBe('proof of who wrote 2 documents')
    receive(writer.room, [writer.say(1, 'signed')])
    expect(textsOf(room)).toEqual(['unsigned', 'after it', 'signed'])
  })

  it('lets the owner, and nobody else, drop an author and take it back', async () => {
    const { rooms, receive } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    const [root] = [...room.documents()]
    const mallory = signerOf(7)
    const fields = {
      room: room.id as RoomId,
      author: mallory.author,
      seq: 0,
      previous: null,
      parents: [room.id as RoomId],
    }
    const spam = (timeMs: number) =>
      signed({ ...fields, clock: 2, timeMs, epoch: 0, kind: 'message', links: [], body: encodeText('spam') }, mallory)
    receive(room.id as RoomId, [spam(NOW_MS), spam(NOW_MS + 1)])
    await room.send('hello')
    expect(textsOf(room).toSorted()).toEqual(['hello', 'spam', 'spam'])
    expect(room.details()).toMatchObject({ owner: root!.author, dropped: [] })
    expect(room.details().forks).toMatchObject([{ peer: mallory.author, documents: 1 }])

    await room.dropAuthor(mallory.author)
    expect(textsOf(room)).toEqual(['hello'])
    expect(room.state.recent.map(({ text }) => text)).toEqual(['hello'])
    expect(room.details().dropped).toMatchObject([{ peer: mallory.author }])
    expect(room.members().find(({ peer }) => peer === mallory.author)).toMatchObject({ dropped: true, forks: 1 })
    expect([...room.documents()].filter(({ author }) => author === mallory.author)).toHaveLength(2)
    await room.restoreAuthor(mallory.author)
    expect(room.state.recent).toHaveLength(3)
    expect((await failure(() => room.dropAuthor(signerOf(8).author))).code).toBe('no-such-peer')

    const other = new Writer()
    const guest = setUp(3)
    const elsewhere = await guest.rooms.join(other.room)
    guest.receive(other.room, [...other.documents, other.say(1, 'a')])
    expect((await failure(() => elsewhere.dropAuthor(signerOf(1).author))).code).toBe('not-owner')
  })

  it('shows messages whose history has not arrived apart from the others, until it has', async () => {
    const { rooms, receive } = setUp()
    const writer = new Writer()
    const missing = writer.say(1, 'first')
    const newest = [writer.say(1, 'second'), writer.say(1, 'third')]
    const room = await rooms.join(writer.room, { newestFirst: true })
    expect(room.pendingMessages()).toEqual([])
    receive(writer.room, [writer.documents[0]!, ...newest])
    expect(room.pendingMessages().map(({ text }) => text)).toEqual(['second', 'third'])
    expect(room.pendingMessages().map(({ waitsFor }) => waitsFor)).toEqual(['ancestors', 'ancestors'])
    expect(textsOf(room)).toEqual([])
    receive(writer.room, [missing])
    expect(room.pendingMessages()).toEqual([])
    expect(textsOf(room)).toEqual(['first', 'second', 'third'])
  })

  it('whose id is that of another document has no name and no app, and says so', async () => {
    const { rooms, receive } = setUp()
    const root = encodeRoot({ name: '', app: 'chat' }, signerOf(3), NOW_MS, seededRandom(1))
    const room = await rooms.join(root.id)
    receive(root.id, [root])
    expect(room.summary()).toMatchObject({ name: '', app: '', status: 'open' })
    for (const act of [() => room.as(chat), () => room.messages(), () => room.state, () => room.commands()]) {
      expect(await failure(act)).toMatchObject({
        code: 'wrong-app',
        message: expect.stringContaining('not the id of a room'),
      })
    }
  })

  it('is joined by an id or an invite, once, and the addresses are dialled', async () => {
    const { core, rooms } = setUp()
    const { id } = rootOf()
    const room = await rooms.join(`kith:${id}?addr=/ip4/10.0.0.1/tcp/1&addr=/dns4/unreachable/tcp/1`)
    expect(await rooms.join(id, { peers: ['/ip4/10.0.0.3/tcp/1'] })).toBe(room)
    expect(core.dialled).toEqual(['/ip4/10.0.0.1/tcp/1', '/dns4/unreachable/tcp/1', '/ip4/10.0.0.3/tcp/1'])
    expect((await failure(() => rooms.join('Kitchen'))).code).toBe('bad-room-id')
    const broken = await failure(() => rooms.join(`kith:${rootOf('Other').id}?addr=/ip4/10.0.0.1/tcp/40O1`))
    expect(broken).toMatchObject({ code: 'bad-address', message: expect.stringContaining('40O1') })
    expect(rooms.list()).toHaveLength(1)
  })

  it('is joined by its own invite without a word about addresses', async () => {
    const { core, rooms } = setUp()
    const { id, invite } = (await rooms.create({ name: 'Kitchen' })).details()
    expect((await rooms.join(invite)).id).toBe(id)
    expect(core.dialled).toEqual([])
  })

  it('has an invite that leads to it', async () => {
    const { rooms } = setUp()
    const { id, invite } = (await rooms.create({ name: 'Kitchen' })).details()
    expect(parseInvite(invite)).toEqual({ room: id, addresses: ['/ip4/192.168.1.5/tcp/4001'] })
  })

  it('that was left says so, and is the same one when joined again', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    await room.send('hello')
    await room.leave()
    expect(rooms.list()).toEqual([])
    for (const act of [() => room.send('a'), () => room.name, () => room.summary(), () => room.leave()]) {
      expect((await failure(act)).code).toBe('no-such-room')
    }
    expect(await rooms.join(room.id)).toBe(room)
    expect(textsOf(room)).toEqual(['hello'])
  })
})

it('a room that is carried again keeps its quota, unless another one is given', async () => {
  const { rooms } = setUp()
  const { id } = rootOf()
  const quota = async (options = {}): Promise<unknown> => (await rooms.carry(id, options)).summary().carried?.maxBytes
  expect(await quota()).toBe(DEFAULT_CARRIED_BYTES)
  expect([await quota({ maxBytes: 1_000_000 }), await quota()]).toEqual([1_000_000, 1_000_000])
  await rooms.get(id).leave()
  expect(await quota()).toBe(1_000_000)
})

describe('what a room says', () => {
  it('is its messages in order, with who said them, the newest so many', async () => {
    const { core, rooms, receive } = setUp()
    const room = await rooms.create({ name: 'Kitchen' })
    await room.send('one')
    const root = core.store.document(room.id as Document['id'])!
    const writer = new Writer({ ...rootOf(), ...root, room: null })
    receive(room.id, [writer.say(5, 'from another')])
    await room.send('two')
    const messages = [...room.messages()]
    expect(messages.map(({ text }) => text).sort()).toEqual(['from another', 'one', 'two'])
    expect(messages.at(-1)).toMatchObject({ text: 'two', room: room.id, author: core.self, name: 'Author 0' })
    const stranger = signerOf(5).author
    expect(messages.find(({ author }) => author === stranger)?.name).toBe(shortNameOf(stranger))
    expect(textsOf(room, { last: 1 })).toEqual(['two'])
    expect(textsOf(room, { last: 0 })).toEqual([])
    expect([...room.messages({ last: 99 })]).toEqual(messages)
    expect([...room.documents({ last: 2 })].at(-1)).toMatchObject({ kind: 'message', author: core.self })
    const documents = [...room.documents()]
    expect(documents).toHaveLength(room.summary().documents)
    expect(documents[0]).toMatchObject({ id: room.id, room: room.id, kind: 'room', previous: null })
    expect(room.members().map(({ peer, documents: count, self, online }) => ({ peer, count, self, online }))).toEqual(
      [
        { peer: core.self, count: documents.length - 1, self: true, online: true },
        { peer: stranger, count: 1, self: false, online: false },
      ].sort((a, b) => (a.peer < b.peer ? -1 : 1)),
    )
  })
})

describe('members whose names look alike', () => {
  it('have their short ids behind them, wherever the room names them', async () => {
    const { core, rooms, receive } = setUp()
    const writer = new Writer()
    const room = (await rooms.join(writer.room)).as(chat)
    const say = (author: number, kind: string, body: Uint8Array) =>
      writer.write({ author, parents: [0], isFork: false, signing: 'signed', kind, body })
    say(1, 'profile', profileBody('Anna'))
    say(1, 'message', encodeText('I am Anna'))
    receive(writer.room, writer.documents)
    await room.send('hello')
    const [anna, other, poser] = [signerOf(1).author, signerOf(2).author, signerOf(3).author]
    expect([...room.messages()].map(({ name }) => name)).toEqual(['Anna', 'Author 0'])
    const late = [
      say(2, 'profile', profileBody('\u0410nna')),
      say(2, 'message', encodeText('I am not')),
      say(3, 'profile', profileBody(`Anna ${shortNameOf(anna)}`)),
      say(3, 'message', encodeText('nor am I')),
    ]
    receive(writer.room, late)
    const called = new Map<string, string>([
      [anna, `Anna ${shortNameOf(anna)}`],
      [other, `\u0410nna ${shortNameOf(other)}`],
      [poser, `Anna ${shortNameOf(anna)} ${shortNameOf(poser)}`],
      [core.self, 'Author 0'],
    ])
    for (const { author, name } of room.messages()) expect(name).toBe(called.get(author))
    const members = room.members().filter(({ peer }) => called.has(peer))
    expect(members).toHaveLength(4)
    for (const { peer, name } of members) expect(name).toBe(called.get(peer))
    for (const { peer, name } of room.sync().peers) expect(name).toBe(called.get(peer))
    receive(writer.room, [say(2, 'profile', profileBody('Berta'))])
    expect([...room.messages()][0]).toMatchObject({ text: 'I am Anna', name: 'Anna' })
  })
})

describe('writing into a room', () => {
  const values: [unknown, string][] = [
    [NaN, 'bad-value'],
    [Infinity, 'bad-value'],
    [undefined, 'bad-value'],
    [() => 1, 'bad-value'],
    [new Date(0), 'bad-value'],
    [new Uint8Array(1), 'bad-value'],
    [JSON.parse('['.repeat(32) + ']'.repeat(32)), 'bad-value'],
    ['v'.repeat(65_536), 'too-large'],
  ]

  it.each(values)('refuses %o as the value of a key, and writes nothing', async (value, code) => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    const { documents } = room.summary()
    expect((await failure(() => room.put('a', value as JsonValue))).code).toBe(code)
    expect(room.summary().documents).toBe(documents)
  })

  it('keeps what was put, until it is deleted', async () => {
    const { rooms } = setUp()
    const room = await rooms.create({ name: 'Stock', app: map })
    await room.put('apples', { count: 3 })
    await room.put('__proto__', JSON.parse('{"__proto__": 1}') as JsonValue)
    expect(room.keys()).toEqual(['__proto__', 'apples'])
    expect(room.get('apples')).toEqual({ count: 3 })
    expect(JSON.stringify(room.stateJson())).toBe('{"__proto__":{"__proto__":1},"apples":{"count":3}}')
    await room.delete('apples')
    expect([room.get('apples'), room.get('pears'), room.keys()]).toEqual([undefined, undefined, ['__proto__']])
  })

  it('refuses keys and texts that are too long, and what is for another app', async () => {
    const { rooms } = setUp()
    const stock = await rooms.create({ name: 'Stock', app: map })
    const kitchen = await rooms.create({ name: 'Kitchen' })
    const codes = async <SomeRoom>(room: SomeRoom, ...acts: ((room: SomeRoom) => unknown)[]) =>
      Promise.all(acts.map(async (act) => (await failure(() => act(room))).code))
    const long = 'k'.repeat(MAX_KEY_BYTES + 1)
    expect(
      await codes(
        stock,
        (r) => r.put('', 1),
        (r) => r.put(long, 1),
        (r) => r.delete(long),
      ),
    ).toEqual([...['bad-name', 'bad-name', 'bad-name']])
    const misuses = await codes(
      stock,
      (r) => r.as(chat),
      (r) => r.do('put', { key: 'a', value: 1 }, { app: 'chat' }),
      (r) => r.messages(),
      () => rooms.get('Kitchen', map),
      () => rooms.join(kitchen.id, { app: map }),
    )
    expect(new Set(misuses)).toEqual(new Set(['wrong-app']))
    const text = 'é'.repeat(MAX_TEXT_BYTES / 2)
    expect(await codes(kitchen, (r) => r.send(`${text}a`))).toEqual(['too-large'])
    await kitchen.send(text)
    expect(textsOf(kitchen, { last: 1 })).toEqual([text])
    expect((await failure(() => rooms.create({ name: 'x', app: 'chess' }))).code).toBe('unknown-app')
  })
})
