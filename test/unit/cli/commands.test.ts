import { beforeEach, describe, expect, test, vi } from 'vitest'
import { MAX_INPUT_BYTES } from '../../../src/cli/standard-input.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'
import { serveFakeNode, type ServedNode } from './served-node.ts'

let node: ServedNode['node']
let run: ServedNode['run']
let dataDir: ServedNode['dataDir']
let api: ServedNode['api']

beforeEach(async () => {
  const served = await serveFakeNode()
  ;({ node, run, dataDir, api } = served)
  return served.close
})

const NOON_IN_1999_MS = new Date(1999, 0, 2, 12, 0).getTime()

describe('messages', () => {
  test('send prints nothing, and joins words', async () => {
    const room = node.add('Third floor', 'chat')
    expect(await run(['send', 'Third floor', 'the', 'kettle', 'is on'])).toEqual({ exitCode: 0, out: '', err: '' })
    expect(room.said[0]?.text).toBe('the kettle is on')
    expect(JSON.parse((await run(['send', 'Third floor', 'x', '--json'])).out)).toMatchObject({ id: 'bafydocument2' })
  })

  test('send accepts negative numbers and, after --, anything', async () => {
    const room = node.add('Kitchen', 'chat')
    await run(['send', 'Kitchen', '-5'])
    await kith(['send', '--data', dataDir, 'Kitchen', '--', '--json', '-x'])
    expect(room.said.map((message) => message.text)).toEqual(['-5', '--json -x'])
  })

  test('send - takes what comes through a pipe as one message', async () => {
    const room = node.add('Kitchen', 'chat')
    const terminal = new FakeTerminal()
    terminal.stdin.end('/quit\n\n  indented\n\t\ufffd\r\n')
    expect(await run(['send', 'Kitchen', '-'], terminal)).toEqual({ exitCode: 0, out: '', err: '' })
    expect(room.said.map(({ text }) => text)).toEqual(['/quit\n\n  indented\n\t\ufffd'])
  })

  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff]), 'not UTF-8'],
    ['nothing', Buffer.from('\n'), 'nothing to send'],
    ['more than a document takes', Buffer.alloc(MAX_INPUT_BYTES + 1, 'a'), 'more than 262,144 bytes'],
  ])('send - refuses %s', async (_what, input, message) => {
    const room = node.add('Kitchen', 'chat')
    const terminal = new FakeTerminal()
    terminal.stdin.end(input)
    expect(await run(['send', 'Kitchen', '-'], terminal)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining(message) as string,
    })
    expect(room.said).toEqual([])
  })

  test('read aligns, dates, and sanitises text by others', async () => {
    const room = node.add('Kitchen', 'chat')
    room.say('Al', 'hi', NOON_IN_1999_MS)
    room.say('Christopher', 'two\nlines', NOON_IN_1999_MS)
    room.say('Ev\u001b[2Jil\n', '\u001b]0;x\u0007ha', NOON_IN_1999_MS)
    const { out } = await run(['read', 'Kitchen'])
    expect(out).toBe(
      [
        '1999-01-02 12:00  Al        hi',
        '1999-01-02 12:00  Christopher  two',
        '                               lines',
        '1999-01-02 12:00  Ev[2Jil      ]0;xha',
        '',
      ].join('\n'),
    )
  })

  test('read tells who shared which file', async () => {
    const room = node.add('Kitchen', 'chat')
    const file = { id: 'bafkfile1', type: 'file', sizeBytes: 60 * 2 ** 20 } as const
    const { id, clock } = room.say('Bob', 'shared movie.mp4')
    Object.assign(room.said[0]!, { file: { ...file, name: 'mo\u001bvie\u202e.mp4' } })
    room.say('Anna', 'shared movie.mp4 (60 MiB)')
    room.say('Bob', 'shared photos')
    Object.assign(room.said[2]!, { file: { ...file, type: 'folder', name: 'photos' } })
    const { out } = await run(['read', 'Kitchen'])
    expect(out.replaceAll(/^\d\d:\d\d/gm, '--:--').split('\n')).toEqual([
      '--:--  Bob shared mo⟨U+001B⟩vie⟨U+202E⟩.mp4 (60.0 MiB)',
      '--:--  Anna      shared movie.mp4 (60 MiB)',
      '--:--  Bob shared photos/ (60.0 MiB)',
      '',
    ])
    expect(JSON.parse((await run(['read', 'Kitchen', '--json'])).out.split('\n')[0]!)).toMatchObject({
      ...{ id, clock, name: 'Bob', text: 'shared movie.mp4', file: { sizeBytes: 60 * 2 ** 20 } },
    })
  })

  test('read prints the newest ones, and one JSON value per line', async () => {
    const room = node.add('Kitchen', 'chat')
    for (const text of ['a', 'b', 'c']) room.say('Bob', text)
    expect((await run(['read', 'Kitchen', '--last', '1'])).out).toMatch(/^\d\d:\d\d {2}Bob {7}c\n$/)
    const lines = (await run(['read', 'Kitchen', '-n', '2', '--json'])).out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(room.said.slice(1))
  })

  test('read of a room that is still to come says what it waits for', async () => {
    const room = node.add('Kitchen', 'chat')
    node.add('Attic', 'chat')
    Object.assign(room, { status: 'waiting', waitingFor: 'a pe\u001ber' })
    const waiting = { exitCode: 0, out: '', err: 'Nothing to read yet: waiting for a peer.\n' }
    expect(await run(['read', 'Kitchen'])).toEqual(waiting)
    expect(await run(['read', 'Attic'])).toEqual({ ...waiting, err: '' })
  })

  test('read of a room that begins with a checkpoint says what is still to come', async () => {
    const room = node.add('Kitchen', 'chat')
    room.say('Bob', 'newest')
    Object.assign(room, { provisional: { author: 'Anna', documents: 150_588 }, missing: 150_589 })
    const { exitCode, out, err } = await run(['read', 'Kitchen', '--json'])
    expect({
      exitCode,
      texts: out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).text),
    }).toEqual({
      ...{ exitCode: 0, texts: ['newest'] },
    })
    expect(err).toBe('Older messages are still coming: 1 of about 150,590.\n')
    const terminal = new FakeTerminal()
    const following = run(['read', 'Kitchen', '--follow'], terminal)
    await vi.waitFor(() => expect(terminal.err).toBe(err))
    await vi.waitFor(() => expect(room.listenerCount('room')).toBe(1))
    room.provisional = null
    room.emit('room', room.summary())
    await vi.waitFor(() => expect(terminal.err).toMatch(/are here now, 1 documents in all: .*kith read Kitchen .*\n$/))
    await terminal.interrupt()
    expect(await following).toMatchObject({ exitCode: 0 })
  })

  test('read of an empty name is a usage error', async () => {
    for (const argv of [
      ['read', ''],
      ['follow', ' '],
    ])
      expect(await run(argv)).toMatchObject({
        ...{
          exitCode: 2,
          out: '',
          err: expect.stringContaining('The room must be the name or id of a room, not') as string,
        },
      })
  })

  test('read waits for a slow reader of its output, until Ctrl-C', async () => {
    const room = node.add('Kitchen', 'chat')
    for (let i = 0; i < 2000; i++) room.say('Bob', `${i} ${'x'.repeat(200)}`)
    const terminal = new FakeTerminal()
    const { stdout } = terminal
    stdout.pause()
    const reading = run(['read', 'Kitchen'], terminal)
    await vi.waitUntil(() => stdout.writableNeedDrain)
    const waiting = stdout.writableLength
    stdout.write = () => {
      throw new Error('written before the reader took what was there')
    }
    await kith(['id', '--data', dataDir])
    expect(stdout.writableLength).toBe(waiting)
    await terminal.interrupt()
    expect(await reading).toMatchObject({ exitCode: 0, err: '' })
  })

  test('read continues once its output has been read', async () => {
    const room = node.add('Kitchen', 'chat')
    for (let i = 0; i < 2000; i++) room.say('Bob', `${i} ${'x'.repeat(200)}`)
    const terminal = new FakeTerminal()
    terminal.stdout.pause()
    const reading = run(['read', 'Kitchen', '--json'], terminal)
    await vi.waitUntil(() => terminal.stdout.writableNeedDrain)
    terminal.stdout.resume()
    expect((await reading).exitCode).toBe(0)
    await vi.waitFor(() => expect(terminal.out.trim().split('\n')).toHaveLength(2000))
  })

  test('read --follow prints new messages until Ctrl-C', async () => {
    const room = node.add('Kitchen', 'chat')
    const terminal = new FakeTerminal()
    const reading = run(['read', 'Kitchen', '--follow', '--json'], terminal)
    await vi.waitFor(() => expect(room.listenerCount('message')).toBe(1))
    room.say('Bob', 'now')
    await vi.waitFor(() => expect(terminal.out).toContain('"now"'))
    await terminal.interrupt()
    expect((await reading).exitCode).toBe(0)
  })

  test('read --follow fails when the node stops', async () => {
    const room = node.add('Kitchen', 'chat')
    const reading = run(['read', 'Kitchen', '--follow'])
    await vi.waitFor(() => expect(room.listenerCount('message')).toBe(1))
    await api.close()
    expect(await reading).toMatchObject({ exitCode: 1, err: 'kith: The node has stopped.\n' })
  })

  test('colours are for terminals without NO_COLOR', async () => {
    node.add('Kitchen', 'chat').say('Bob', 'hi')
    expect((await run(['read', 'Kitchen'], new FakeTerminal({}, true))).out).toContain('\u001b[1mBob')
    expect((await run(['read', 'Kitchen'], new FakeTerminal({ NO_COLOR: '1' }, true))).out).not.toContain('\u001b')
    expect((await run(['read', 'Kitchen'])).out).not.toContain('\u001b')
  })
})
