import { encode } from '@ipld/dag-cbor'
import { describe, expect, it } from 'vitest'
import { CHILD_KIND, MAX_CHILD_BODY_BYTES, MAX_CHILD_DEPTH } from '../../../protocols/room/constants.ts'
import { decodeDocument } from '../../../protocols/document/document.ts'
import type { DocumentId, RoomId } from '../../../protocols/wire/ids.ts'
import { encodeText } from '../../../src/apps/body.ts'
import type { Room } from '../../../src/kith.ts'
import { childLinkBody } from '../../../src/room/children.ts'
import { idOf } from '../../acceptance/store-rows.ts'
import { at, NOW_MS, peerA, Writer } from '../room/history.ts'
import { failure, setUp } from './test-rooms.ts'

/** A room of a node with one message. */
async function kitchenOf(index = 0) {
  const node = setUp(index)
  const kitchen = await node.rooms.create({ name: 'Kitchen' })
  const { id: message } = await kitchen.send('Is the soup ready?')
  return { ...node, kitchen, message }
}

const write = (room: Room, link: Parameters<typeof childLinkBody>[0]) => room.write(CHILD_KIND, childLinkBody(link))

describe('a thread', () => {
  it('is a room about a message, found by its path, and counts what is new in it by itself', async () => {
    const { rooms, kitchen, message } = await kitchenOf()
    const thread = await kitchen.children.startThread(message)
    expect(thread).toMatchObject({ title: 'Is the soup ready?', about: message, status: 'followed', newMessages: 0 })
    expect(thread.startedBy).toEqual({ peer: kitchen.self, name: 'Author 0' })
    for (const reference of ['Is the soup ready?', 'is the SOUP ready?', 'Is the', thread.id, thread.link, message]) {
      expect(kitchen.children.get(reference), reference).toEqual(thread)
    }
    expect(kitchen.children.get(thread.id.slice(-8))).toEqual(thread)
    expect(kitchen.children.list()).toEqual({ children: [thread], next: null })
    const room = rooms.get('Kitchen/Is the soup ready?')
    expect(room).toMatchObject({ id: thread.id, name: 'Is the soup ready?', app: 'chat' })
    expect(rooms.get('Kit/Is the')).toBe(room)
    expect(room.summary().parent).toBe(kitchen.id)
    expect(kitchen.summary()).not.toHaveProperty('parent')
  })

  it('has the title that it is given, and one that can be a name of a message that cannot', async () => {
    const { kitchen } = await kitchenOf()
    const titled = async (text: string, title?: string) => {
      const { id } = await kitchen.send(text)
      return (await kitchen.children.startThread(id, title === undefined ? {} : { title })).title
    }
    expect(await titled('one', ' Soup  of  the day ')).toBe('Soup of the day')
    expect(await titled('first line\nsecond line')).toBe('first line')
    expect(await titled('- a list')).toBe('a list')
    expect(await titled('so\u0007und')).toBe('sound')
    expect(await titled('\u200b')).toMatch(/^Thread of …\w{8}$/)
    const long = await titled('The quick brown fox jumps over the lazy dog and then runs away from it at once')
    expect(long).toBe('The quick brown fox jumps over the lazy dog and then runs…')
    const emoji = await titled('👩‍👩‍👧‍👦'.repeat(10))
    expect(Buffer.byteLength(emoji)).toBeLessThanOrEqual(64)
    expect(emoji).toBe(`${'👩‍👩‍👧‍👦'.repeat(2)}…`)
  })

  it('is refused with a bad title, about what is no message here, or about one that has a thread', async () => {
    const { kitchen, message, rooms } = await kitchenOf()
    for (const title of ['', ' ', 'x'.repeat(65), 'a\nb', 'a\u0000b', 'a\u202eb', '-x', 'bafyreiabc']) {
      expect((await failure(() => kitchen.children.startThread(message, { title }))).code, title).toBe('bad-name')
    }
    const garden = await rooms.create({ name: 'Garden' })
    const { id: elsewhere } = await garden.send('hello')
    for (const about of [idOf('nothing'), elsewhere, kitchen.id, 'xyz', '']) {
      expect((await failure(() => kitchen.children.startThread(about))).code, about).toBe('no-such-document')
    }
    expect(kitchen.children.list().children).toEqual([])
    const before = rooms.list().length
    await kitchen.children.startThread(message, { title: 'Soup' })
    const again = await failure(() => kitchen.children.startThread(message, { title: 'More soup' }))
    expect(again).toEqual({ code: 'thread-exists', message: expect.stringContaining("'Kitchen/Soup'") as string })
    expect(rooms.list()).toHaveLength(before + 1)
    const stock = await rooms.create({ name: 'Stock', app: 'map' })
    expect((await failure(() => stock.children.startThread(message))).code).toBe('wrong-app')
  })

  it('is not started about a message of an author who was dropped, and one that such an author started is not listed', async () => {
    const { core, rooms } = setUp()
    const writer = new Writer()
    const by = { author: 3, parents: [0], isFork: false, signing: 'signed' } as const
    const first = writer.write({ ...by, body: encodeText('hello') })
    const link = { child: idOf('child'), title: 'Offers', about: first.id }
    const second = writer.write({ ...by, kind: CHILD_KIND, body: childLinkBody(link) })
    const kitchen = await rooms.join(writer.room)
    for (const document of [writer.documents[0]!, first, second]) {
      core.machine.handle({ type: 'gossip', room: writer.room, document, from: peerA }, at(NOW_MS))
    }
    expect(kitchen.children.list().children).toMatchObject([{ title: 'Offers', status: 'linked', about: first.id }])
    await kitchen.dropAuthor(first.author)
    expect(kitchen.children.list().children).toEqual([])
    expect((await failure(() => kitchen.children.startThread(first.id))).code).toBe('no-such-document')
    await kitchen.restoreAuthor(first.author)
    expect(kitchen.children.list().children).toHaveLength(1)
  })

  it('started twice at the same time is there twice', async () => {
    const { kitchen, message } = await kitchenOf()
    const thread = await kitchen.children.startThread(message, { title: 'Soup' })
    await write(kitchen, { child: idOf('another'), title: 'Soup', about: message as DocumentId })
    expect(kitchen.children.list({ threads: true }).children.map(({ status }) => status)).toEqual([
      'linked',
      'followed',
    ])
    expect(kitchen.children.get('Soup'), 'the one that is here').toEqual(thread)
    await kitchen.children.unfollow(thread.id)
    expect(await failure(() => kitchen.children.get('Soup'))).toMatchObject({ code: 'ambiguous' })
  })
})

describe('threads about some messages', () => {
  it('are given with how many messages they have, those that are followed first, few of each message', async () => {
    const { kitchen, message } = await kitchenOf()
    const other = (await kitchen.send('And the bread?')).id
    for (let i = 0; i < 120; i++) {
      await write(kitchen, { child: idOf(`child ${i}`), title: `Thread ${i}`, about: message as DocumentId })
    }
    const soup = await kitchen.children.startThread(message, { title: 'Soup' })
    const bread = await kitchen.children.startThread(other, { title: 'Bread' })
    for (let i = 0; i < 150; i++) {
      await write(kitchen, { child: idOf(`other ${i}`), title: `Other ${i}`, about: message as DocumentId })
    }
    const found = kitchen.children.about([message, other, idOf('nothing')])
    expect(found.map(({ about }) => about)).toEqual([...Array<string>(5).fill(message), other])
    expect([found[0], found.at(-1)]).toMatchObject([{ id: soup.id, messages: 0 }, { id: bread.id }])
    expect(found[1]).toMatchObject({ status: 'linked', messages: null })
    expect((await failure(() => kitchen.children.about(Array(101).fill(message)))).code).toBe('bad-value')
  })

  it('are told as they start', async () => {
    const { core, rooms, kitchen, message } = await kitchenOf()
    const { children } = rooms.byId(kitchen.id as RoomId)
    const linkedBy = (id: string) => children.linkedBy(decodeDocument(core.store.document(id as DocumentId)!.block))
    const soup = await kitchen.children.startThread(message, { title: 'Soup' })
    expect(linkedBy(soup.link)).toEqual({ ...soup, room: kitchen.id })
    expect(linkedBy(message)).toBeUndefined()
  })
})

describe('a room below another one', () => {
  it('is found by what this node calls it', async () => {
    const { rooms, kitchen } = await kitchenOf()
    const recipes = await rooms.create({ name: 'Recipes', in: 'Kitchen' })
    await recipes.setAlias('Our book')
    await kitchen.setAlias('Below stairs')
    for (const path of ['Below stairs/Our book', 'Kitchen/our book', 'Below stairs/Recipes'])
      expect(rooms.get(path).id, path).toBe(recipes.id)
  })

  it('is told from a thread, and listed a page at a time, the newest first', async () => {
    const { rooms, kitchen, message } = await kitchenOf()
    const recipes = await rooms.create({ name: 'Recipes', app: 'map', in: 'Kitchen' })
    const thread = await kitchen.children.startThread(message, { title: 'Soup' })
    const titles = (options: Parameters<typeof kitchen.children.list>[0]) =>
      kitchen.children.list(options).children.map(({ title }) => title)
    expect(titles({})).toEqual(['Soup', 'Recipes'])
    expect(titles({ threads: true })).toEqual(['Soup'])
    expect(titles({ threads: false })).toEqual(['Recipes'])
    const { next } = kitchen.children.list({ limit: 1 })
    expect(next).toBe(thread.link)
    expect(kitchen.children.list({ limit: 1, before: next! })).toMatchObject({
      children: [{ id: recipes.id, about: null }],
    })
    for (const limit of [0, 101, 1.5]) expect((await failure(() => titles({ limit }))).code).toBe('bad-value')
    expect((await failure(() => titles({ before: idOf('nothing') }))).code).toBe('no-such-document')
    expect(rooms.get('Kitchen/Recipes').app).toBe('map')
    expect(rooms.get('Recipes'), 'its own name does, too').toBe(rooms.get(recipes.id))
    const other = await rooms.create({ name: 'Recipes' })
    expect(rooms.get('Recipes'), 'of several, the one below none').toBe(rooms.get(other.id))
  })

  it('nothing of it is here before it is followed, nor after it is left with what it had; the link stays', async () => {
    const { core, rooms, kitchen } = await kitchenOf()
    const id = idOf('a room of others')
    await write(kitchen, { child: id, title: 'Theirs' })
    expect(kitchen.children.get('Theirs')).toMatchObject({ id, status: 'linked', newMessages: null })
    expect(core.machine.rooms.get(id)).toBeUndefined()
    expect(core.store.rooms().map((room) => room.id)).toEqual([kitchen.id])
    for (const [act, said] of [
      [() => rooms.get('Kitchen/Theirs'), "is not here, only the link to it: kith follow 'Kitchen/Theirs' joins it"],
      // Nobody knows here what is below it.
      [() => rooms.child('Kitchen/Theirs/Soup'), "kith follow 'Kitchen/Theirs' joins it"],
      [() => kitchen.children.unfollow('Theirs'), 'is not followed here: there is nothing to leave'],
    ] as const) {
      const message = expect.stringMatching(new RegExp(`^'Kitchen/Theirs' .*${said}$`)) as string
      expect(await failure(act)).toEqual({ code: 'not-followed', message })
    }
    expect(await kitchen.children.follow('Theirs')).toMatchObject({ id, status: 'waiting' })
    const link = { room: kitchen.id, title: 'Theirs', about: null }
    expect(rooms.get(id).summary(), 'called as in the link').toMatchObject({ name: '', status: 'waiting', link })
    expect(rooms.get(id).summary()).not.toHaveProperty('parent')
    expect(rooms.get('Kitchen/Theirs')).toBe(rooms.get(id))
    expect(await kitchen.children.unfollow('Theirs', { delete: true })).toMatchObject({ status: 'linked' })
    expect(core.machine.rooms.get(id)).toBeUndefined()
  })

  it('that says it is below another room, or below none, is told from a true one, and not walked into', async () => {
    const { rooms, kitchen } = await kitchenOf()
    const garden = await rooms.create({ name: 'Garden' })
    const beds = await rooms.create({ name: 'Beds', in: 'Garden' })
    await write(kitchen, { child: garden.id as RoomId, title: 'Garden' })
    await write(kitchen, { child: beds.id as RoomId, title: 'Beds' })
    const { rooms: tree } = kitchen.children.tree()
    expect(tree.map(({ title, status, depth }) => [title, status, depth])).toEqual([
      ['Beds', 'foreign', 1],
      ['Garden', 'foreign', 1],
    ])
    expect(beds.summary().parent).toBe(garden.id)
    expect(garden.summary()).not.toHaveProperty('parent')
  })

  it('links in circles end a walk', async () => {
    const { rooms, kitchen } = await kitchenOf()
    const recipes = await rooms.create({ name: 'Recipes', in: 'Kitchen' })
    const soups = await rooms.create({ name: 'Soups', in: 'Kitchen/Recipes' })
    await write(soups, { child: kitchen.id as RoomId, title: 'Kitchen' })
    await write(soups, { child: recipes.id as RoomId, title: 'Recipes' })
    await write(recipes, { child: recipes.id as RoomId, title: 'Itself' })
    await write(kitchen, { child: recipes.id as RoomId, title: 'Recipes again' })
    expect(kitchen.children.tree()).toMatchObject({
      isCut: false,
      rooms: [
        { title: 'Recipes again', depth: 1, status: 'followed' },
        { title: 'Itself', depth: 2, status: 'foreign' },
        { title: 'Soups', depth: 2, status: 'followed' },
        { title: 'Recipes', depth: 3, status: 'foreign' },
        { title: 'Kitchen', depth: 3, status: 'foreign' },
      ],
    })
    expect(rooms.get('Kitchen/Recipes/Soups')).toBe(rooms.get(soups.id))
    const half = await rooms.create({ name: '1/2 l of soup', in: 'Kitchen/Recipes' })
    for (const path of ['Kitchen/Recipes/1/2 l of soup', 'Kitchen/Recipes/1/2 L OF SOUP'])
      expect(rooms.get(path)).toBe(rooms.get(half.id))
    expect(rooms.child('Kitchen/Recipes/Soups')).toMatchObject({ parent: { id: recipes.id }, child: { id: soups.id } })
    expect((await failure(() => rooms.get('Kitchen/Recipes/Soups/Kitchen/Recipes/Salt'))).code).toBe('not-below')
  })

  it('a walk ends at a depth, and says that it does', async () => {
    const { rooms, kitchen } = await kitchenOf()
    let above = kitchen.id
    for (let depth = 1; depth <= MAX_CHILD_DEPTH; depth++) {
      above = (await rooms.create({ name: `Level ${depth}`, in: above })).id
    }
    expect(kitchen.children.tree()).toMatchObject({ isCut: false, rooms: { length: MAX_CHILD_DEPTH } })
    await rooms.create({ name: 'Too deep', in: above })
    expect(kitchen.children.tree()).toMatchObject({ isCut: true, rooms: { length: MAX_CHILD_DEPTH } })
  })

  it('what links to one in another form, or is too long, links to none', async () => {
    const { kitchen } = await kitchenOf()
    const body = childLinkBody({ child: idOf('child'), title: 'Soup' })
    const long = encode({ child: new Uint8Array(32), title: 'Soup', x: 'x'.repeat(MAX_CHILD_BODY_BYTES) })
    for (const bad of [body.subarray(1), Buffer.concat([body, body]), long, encode(null)])
      await kitchen.write(CHILD_KIND, bad)
    expect(kitchen.children.list().children).toEqual([])
    await kitchen.write(CHILD_KIND, body)
    expect(kitchen.children.list().children).toHaveLength(1)
  })

  it('has the rights of a room with members, or its own if they are said', async () => {
    const { core, rooms } = setUp()
    const family = await rooms.create({ name: 'Family', access: 'private' })
    const { id: message } = await family.send('hello')
    const thread = await family.children.startThread(message)
    const notices = await rooms.create({ name: 'Notices', access: 'public-read' })
    for (const [access, above] of [
      ['private', family],
      ['public-read', notices],
    ] as const) {
      for (const said of [undefined, 'open', 'private'] as const) {
        const name = `${access} ${said}`
        const room = await rooms.create({ name, in: above.id, ...(said && { access: said }) })
        expect(room.details(), name).toMatchObject({ access: said ?? access, parent: above.id })
        expect(above.children.get(name)).toMatchObject({ id: room.id, status: 'followed' })
        const parent = core.machine.rooms.inheritance.parentOf(room.id as RoomId)?.record.id
        expect(parent, name).toBe(said === undefined ? above.id : undefined)
      }
    }
    expect(rooms.get(thread.id).details()).toMatchObject({ access: 'private', role: 'owner', parent: family.id })
  })
})

it('10,000 threads are listed a page at a time, and one of them is found', async () => {
  const { core, kitchen } = await kitchenOf()
  const author = core.self
  for (let i = 0; i < 10_000; i++) {
    const [child, id, about] = [idOf(`child ${i}`), idOf(`link ${i}`), idOf(`message ${i}`)]
    const title = `Thread ${i}`
    core.store.apply({
      ...{ type: 'put-child-link', keys: { child, title: title.toLowerCase(), about } },
      row: {
        ...{ room: kitchen.id as RoomId, id, clock: 10 + i, author, timeMs: i },
        body: childLinkBody({ child, title, about }),
      },
    })
    const block = new Uint8Array(1)
    const document = { id, room: kitchen.id as RoomId, clock: 10 + i, author, seq: 10 + i, block }
    core.store.apply({ type: 'put-document', document, removedHeads: [] })
  }
  core.store.commit()
  const { children, next } = kitchen.children.list()
  expect(children.map(({ title }) => title)).toEqual(Array.from({ length: 50 }, (_, i) => `Thread ${9_999 - i}`))
  expect(kitchen.children.list({ before: next!, limit: 1 }).children[0]!.title).toBe('Thread 9949')
  expect(kitchen.children.get('thread 7').id).toBe(idOf('child 7'))
  expect(kitchen.children.tree()).toMatchObject({ isCut: true, rooms: { length: 100 } })
})
