import { beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeTerminal, kith } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']
let dataDir: string

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run, dataDir } = served)
  return served.close
})

describe('maps', () => {
  test.each([
    ['3', 3, '3\n'],
    ['-3.5', -3.5, '-3.5\n'],
    ['true', true, 'true\n'],
    ['null', null, 'null\n'],
    ['{"a":[1]}', { a: [1] }, '{"a":[1]}\n'],
    ['Alice and Bob', 'Alice and Bob', 'Alice and Bob\n'],
    ['"007"', '007', '007\n'],
    ['{broken', '{broken', '{broken\n'],
  ])('put %s stores a value that get returns', async (given, value, printed) => {
    const room = node.add('Stock', 'map')
    expect(await run(['put', 'Stock', 'key', given])).toEqual({ exitCode: 0, out: '', err: '' })
    expect(room.values.get('key')).toEqual(value)
    expect((await run(['get', 'Stock', 'key'])).out).toBe(printed)
    expect(JSON.parse((await run(['get', 'Stock', 'key', '--json'])).out)).toEqual(value)
  })

  test.each([
    ['9007199254740993', /number 9007199254740993 cannot be kept exactly.*quotes/],
    ['[1e999]', /number 1e999 at \[0\]/],
    ['{"a":1,"a":2}', /key at a is given twice/],
    [String.raw`"\ud800"`, /half a surrogate pair/],
  ])('put %s is refused, because another value would be stored', async (given, message) => {
    const room = node.add('Stock', 'map')
    const { exitCode, err } = await run(['put', 'Stock', 'key', given])
    expect([exitCode, err]).toEqual([2, expect.stringMatching(message)])
    expect(room.values.size).toBe(0)
  })

  test.each([
    ['{"a":[1]}\n', { a: [1] }],
    ['two\nlines\n', 'two\nlines'],
    ['"-"', '-'],
  ])('put - stores what comes from standard input: %j', async (given, value) => {
    const room = node.add('Stock', 'map')
    const terminal = new FakeTerminal()
    terminal.stdin.end(given)
    expect(await run(['put', 'Stock', 'key', '-'], terminal)).toEqual({ exitCode: 0, out: '', err: '' })
    expect(room.values.get('key')).toEqual(value)
  })

  test('changes prints times as other commands do, and as they are in JSON', async () => {
    const room = node.add('Stock', 'map')
    const changes = [
      { timeMs: new Date(1999, 0, 2, 12, 5).getTime(), value: 3, name: 'Bob', author: 'x' },
      { timeMs: Date.now(), name: 'Bob', author: 'x' },
    ]
    vi.spyOn(room, 'do').mockResolvedValue(changes)
    const { out } = await run(['changes', 'Stock', 'apples'])
    expect(out.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(/^TIME +VALUE +NAME +AUTHOR$/),
      expect.stringMatching(/^1999-01-02 12:05 +3 +Bob +x$/),
    ])
    expect(out.split('\n')[2]).toMatch(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d +- +Bob +x$/)
    expect(JSON.parse((await run(['changes', 'Stock', 'apples', '--json'])).out)).toEqual(changes)
  })

  test('keys prints each so that it can be typed again', async () => {
    const room = node.add('Stock', 'map')
    for (const key of ['apples', 'a\nb', ' c\u200b', 'd\u00a0e']) room.values.set(key, 1)
    expect((await run(['keys', 'Stock'])).out).toBe('⟨U+0020⟩c⟨U+200B⟩\na⟨U+000A⟩b\napples\nd⟨U+00A0⟩e\n')
    expect(JSON.parse((await run(['keys', 'Stock', '--json'])).out)).toEqual([...room.values.keys()].sort())
  })

  test('a key, a value and a room that look like an option are given behind --', async () => {
    const room = node.add('--help', 'map')
    const behind = (command: string, ...words: string[]) => kith([command, '--data', dataDir, '--', ...words])
    expect(await behind('put', '--help', '--version', '--json')).toEqual({ exitCode: 0, out: '', err: '' })
    expect(room.values).toEqual(new Map([['--version', '--json']]))
    expect((await behind('get', '--help', '--version')).out).toBe('--json\n')
    expect(await behind('get', '--help', '--json')).toMatchObject({
      exitCode: 1,
      err: 'kith: --help has no key "--json".\n',
    })
    expect((await behind('room', 'show', '--help')).out).toContain('--help')
    expect((await run(['keys', '--help'])).out).toContain('Usage: kith keys')
  })

  test('put - refuses what cannot be kept', async () => {
    const room = node.add('Stock', 'map')
    for (const given of [Buffer.of(0x22, 0xff, 0x22), '{"a":9007199254740993}']) {
      const terminal = new FakeTerminal()
      terminal.stdin.end(given)
      expect(await run(['put', 'Stock', 'key', '-'], terminal)).toMatchObject({ exitCode: 2 })
    }
    expect(room.values.size).toBe(0)
  })

  test('put takes keys of any name', async () => {
    const room = node.add('Stock', 'map')
    expect((await run(['put', 'Stock', 'key', '{"__proto__":{"constructor":1}}'])).exitCode).toBe(0)
    expect(JSON.stringify(room.values.get('key'))).toBe('{"__proto__":{"constructor":1}}')
    expect((await run(['get', 'Stock', 'key'])).out).toBe('{"__proto__":{"constructor":1}}\n')
  })

  test('get of a missing key fails', async () => {
    node.add('Stock', 'map')
    expect(await run(['get', 'Stock', 'pears'])).toEqual({
      exitCode: 1,
      out: '',
      err: 'kith: Stock has no key "pears".\n',
    })
  })

  test('get prints every byte for a program, and no control characters on a terminal', async () => {
    node.add('Stock', 'map').values.set('k', 'a\u001b[2J\nb')
    expect((await run(['get', 'Stock', 'k'])).out).toBe('a\u001b[2J\nb\n')
    expect((await run(['get', 'Stock', 'k'], new FakeTerminal({}, true))).out).toBe('a[2J\nb\n')
  })

  test('keys and delete', async () => {
    const room = node.add('Stock', 'map')
    for (const key of ['pears', 'apples']) await room.put(key, 1)
    expect((await run(['keys', 'Stock'])).out).toBe('apples\npears\n')
    await run(['delete', 'Stock', 'pears'])
    expect(JSON.parse((await run(['keys', 'Stock', '--json'])).out)).toEqual(['apples'])
  })
})
