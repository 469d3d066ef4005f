import { beforeEach, describe, expect, test } from 'vitest'
import type { ChildRoom } from '../../../src/kith.ts'
import type { FakeRoom } from '../api/fake-room.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']
let dataDir: ServedNode['dataDir']
let kitchen: FakeRoom

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run, dataDir } = served)
  kitchen = node.add('Kitchen', 'chat')
  return served.close
})

const childOf = (title: string, fields: Partial<ChildRoom> = {}): ChildRoom => ({
  ...{ id: `bafychild${title}`, link: `bafylink${title}`, title, about: 'bafymessage1234567', status: 'linked' },
  ...{ startedBy: { peer: 'peer', name: 'Bob' }, startedAtMs: 1_700_000_000_000, newMessages: null, newMentions: null },
  messages: null,
  ...fields,
})

describe('threads', () => {
  test('start says what it is called, and how to talk in it', async () => {
    const { exitCode, out } = await run(['thread', 'start', 'Kitchen', 'x7k2m9', 'Which', 'soup?'])
    expect(exitCode).toBe(0)
    expect(out).toBe(`Started the thread Which soup?.  Talk:  kith chat 'Kitchen/Which soup?' --data ${dataDir}\n`)
    expect(kitchen.children.all).toMatchObject([{ title: 'Which soup?', about: 'x7k2m9' }])
    expect((await run(['thread', 'start', 'Kitchen'])).exitCode).toBe(2)
  })

  test('list has a line for each, and says of which nothing is here', async () => {
    expect((await run(['thread', 'list', 'Kitchen'])).out).toContain('kith thread start Kitchen MESSAGE-ID')
    kitchen.children.all = [
      childOf('Salt'),
      childOf('Soup', {
        status: 'followed',
        newMessages: 3,
        newMentions: 1,
        startedBy: { peer: 'p', name: 'An\u001bna' },
      }),
      childOf('Odd', { status: 'foreign' }),
      childOf('Recipes', { about: null }),
    ]
    const { out } = await run(['thread', 'list', 'Kitchen'])
    const [heading, ...lines] = out.trimEnd().split('\n')
    expect(heading).toMatch(/^TITLE +STATUS +NEW +STARTED BY +WHEN +ID +ABOUT$/)
    expect(lines).toEqual([
      expect.stringMatching(/^Salt +not followed +- +Bob .*bafychildSalt +…message1234567|bafychildSalt/),
      expect.stringMatching(/^Soup +followed +3 @1 +Anna /),
      expect.stringMatching(/^Odd +belongs elsewhere +- +Bob /),
    ])
    expect(JSON.parse((await run(['thread', 'list', 'Kitchen', '--json'])).out)).toHaveLength(3)
  })

  test('list goes through pages up to as many as are asked for, and says if there are more', async () => {
    kitchen.children.all = Array.from({ length: 230 }, (_, i) => childOf(`Thread ${i}`))
    const linesOf = async (...options: string[]) =>
      (await run(['thread', 'list', 'Kitchen', ...options])).out.trimEnd().split('\n')
    expect(await linesOf('--last', '230')).toHaveLength(231)
    const some = await linesOf('--last', '210')
    expect(some).toHaveLength(212)
    expect(some.at(-1)).toBe('There may be more: kith thread list Kitchen --last 420')
    expect(await linesOf()).toHaveLength(52)
    for (const last of ['0', '-1', 'x'])
      expect((await run(['thread', 'list', 'Kitchen', '--last', last])).exitCode).toBe(2)
  })
})

describe('reading', () => {
  test('says below a message which threads it has, how much is said there and how much of it is new', async () => {
    const { id: about } = kitchen.say('Bob', 'Is the soup ready?')
    kitchen.say('Bob', 'And the bread?')
    const here = { status: 'followed', newMessages: 3, newMentions: 1, messages: 12 } as const
    kitchen.children.all = [
      childOf('Salt', { about }),
      childOf('Soup', { about, ...here }),
      childOf('Odd', { about, status: 'foreign' }),
      childOf('Leeks', { about, status: 'waiting' }),
      childOf('Long', { about, ...here, messages: 100, newMessages: 0 }),
      childOf('Elsewhere'),
    ]
    const { out } = await run(['read', 'Kitchen'])
    expect(out.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/Bob +Is the soup ready\?$/),
      `       ↳ Salt, not followed  kith follow Kitchen/Salt --data ${dataDir}`,
      `       ↳ Soup: 12 messages, 3 @1 new  kith read Kitchen/Soup --data ${dataDir}`,
      '       ↳ Leeks, on its way',
      `       ↳ Long: 99+ messages  kith read Kitchen/Long --data ${dataDir}`,
      expect.stringMatching(/Bob +And the bread\?$/),
    ])
    const json = await run(['read', 'Kitchen', '--json'])
    expect(json.out.trimEnd().split('\n')).toHaveLength(2)
  })
})

describe('following', () => {
  test('follow joins, unfollow leaves, and both say how to go on', async () => {
    kitchen.children.all = [childOf('Soup')]
    const followed = await run(['follow', 'Kitchen/Soup', '--no-wait'])
    expect(followed.out).toBe(`Follows Soup, 0 documents.  Read:  kith read Kitchen/Soup --data ${dataDir}\n`)
    expect(node.rooms.list().map(({ id }) => id)).toContain('bafychildSoup')
    const left = await run(['unfollow', 'Kitchen/Soup', '--delete'])
    expect(left.out).toBe(
      `Follows Soup no more, and deleted what was here of it. To come back:  kith follow Kitchen/Soup --data ${dataDir}\n`,
    )
    expect((await run(['follow', 'Kitchen/Salt'])).err).toContain("no room 'Salt'")
  })

  test('the tree is indented, and says where it is cut', async () => {
    expect((await run(['room', 'tree', 'Kitchen'])).out).toContain('kith room create NAME --in Kitchen')
    kitchen.children.tree = () => ({
      rooms: [
        { ...childOf('Recipes', { about: null, status: 'followed', newMessages: 0, newMentions: 0 }), depth: 1 },
        { ...childOf('Salt'), depth: 2 },
        { ...childOf('Odd', { status: 'foreign' }), depth: 1 },
      ],
      isCut: true,
    })
    const lines = (await run(['room', 'tree', 'Kitchen'])).out.trimEnd().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^Kitchen +KIND +STATUS +NEW +STARTED BY +WHEN +ID$/),
      expect.stringMatching(/^ {2}Recipes +room +followed +0 +Bob /),
      expect.stringMatching(/^ {4}Salt +thread +not followed +- +Bob /),
      expect.stringMatching(/^ {2}Odd +thread +belongs elsewhere +- +Bob /),
      expect.stringContaining('There are more: kith thread list Kitchen --last 1000'),
    ])
  })

  test('rooms below others are listed by their paths, also where they lead in circles', async () => {
    const soup = node.add('Soup', 'chat')
    const salt = node.add('Salt', 'chat')
    soup.parent = kitchen.id
    salt.parent = soup.id
    expect((await run(['room', 'list'])).out).toMatch(/^Kitchen\/Soup\/Salt +chat/m)
    kitchen.parent = salt.id
    expect((await run(['room', 'list'])).out).toMatch(/^Soup\/Salt\/Kitchen +chat/m)
  })
})
