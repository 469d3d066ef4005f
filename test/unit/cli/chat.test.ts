import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveApi } from '../../../src/api/server.ts'
import type { ApiServer } from '../../../src/api/server.ts'
import { FakeNode } from '../api/fake-node.ts'
import { FAKE_PEER, type FakeRoom } from '../api/fake-room.ts'
import { FakeTerminal, kith } from './fake-terminal.ts'

let node: FakeNode
let room: FakeRoom
let dataDir: string
let api: ApiServer

beforeEach(async () => {
  node = new FakeNode()
  room = node.add('Kitchen', 'chat')
  dataDir = mkdtempSync(join(tmpdir(), 'kith-chat-'))
  api = await serveApi(node, { dataDir, onStop: vi.fn(), onInternalError: vi.fn() })
})

afterEach(async () => {
  await api.close()
  rmSync(dataDir, { recursive: true })
})

/** Stands for the start of a control sequence; no test types it. */
const CONTROL = '\uE000'
const CONTROL_OR_CHARACTER = new RegExp(`${CONTROL}(\\d*)([A-Za-z])|([\\s\\S])`, 'g')
/** The width of the fake terminal. */
const COLUMNS = 80

function chat(terminal: FakeTerminal, ...argv: string[]) {
  return kith(['chat', 'Kitchen', '--data', dataDir, ...argv], terminal)
}

describe('in a terminal', () => {
  let terminal: FakeTerminal
  let ended: ReturnType<typeof chat>

  beforeEach(async () => {
    for (let i = 1; i <= 25; i++) room.say('Bob', `old-${i}.`)
    terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    ended = chat(terminal)
    await vi.waitUntil(() => terminal.out.includes('old-25.'))
  })

  afterEach(async () => {
    await api.close()
    await ended
  })

  /** What the screen shows after all output so far. */
  function screen(): string[] {
    const rows = ['']
    let [row, column] = [0, 0]
    const written = terminal.out.replaceAll('\u001b[', CONTROL)
    for (const [, count = '', action = '', character = ''] of written.matchAll(CONTROL_OR_CHARACTER)) {
      const steps = Number(count || '1')
      const text = rows[row] ?? ''
      if (action === 'A') row -= steps
      else if (action === 'D') column -= steps
      else if (action === 'C') column += steps
      else if (action === 'G') column = steps - 1
      else if (action === 'J') rows.splice(row, rows.length, text.slice(0, column))
      else if (character === '\r') column = 0
      else if (character === '\n') [row, column] = [row + 1, 0]
      else {
        if (column === COLUMNS) [row, column] = [row + 1, 0]
        rows[row] = (rows[row] ?? '').slice(0, column).padEnd(column) + character + (rows[row] ?? '').slice(column + 1)
        column++
      }
    }
    return rows
  }

  test('shows the newest 20 first', () => {
    expect(terminal.out).not.toContain('old-5.')
    expect(terminal.out).toContain('old-6.')
    expect(screen().at(-1)).toBe('> ')
  })

  test('a new message does not disturb the line being typed', async () => {
    terminal.stdin.write('half a sent')
    await vi.waitFor(() => expect(screen().at(-1)).toBe('> half a sent'))
    room.say('Bob', 'interrupting')
    await vi.waitFor(() => expect(screen().at(-2)).toMatch(/^\d\d:\d\d {2}Bob {7}interrupting$/))
    expect(screen().at(-1)).toBe('> half a sent')
    terminal.stdin.write('ence\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('half a sentence'))
  })

  test('a line tells that a thread starts, and how to follow it', async () => {
    await vi.waitFor(() => expect(room.listenerCount('child')).toBe(1))
    room.emit('child', {
      ...{ room: room.id, id: 'bafychild', link: 'bafylink', title: 'Soup', about: 'bafymessage', status: 'linked' },
      ...{ startedBy: { peer: 'peer', name: 'Bob' }, startedAtMs: 0, newMessages: null, newMentions: null },
      messages: null,
    })
    await vi.waitFor(() => expect(screen().join(' ')).toMatch(/Bob started a thread, Soup: +kith follow \S+\/Soup/))
  })

  test('nor a pasted line of several rows', async () => {
    const long = 'a word '.repeat(30)
    terminal.stdin.write(long)
    await vi.waitFor(() => expect(screen().slice(-3).join('')).toBe(`> ${long}`))
    room.say('Bob', 'interrupting')
    await vi.waitFor(() => expect(screen().at(-4)).toMatch(/interrupting$/))
    expect(screen().slice(-3).join('')).toBe(`> ${long}`)
    expect(screen().filter((row) => row.startsWith('>'))).toHaveLength(1)
    expect(screen().at(-5)).toMatch(/old-25\.$/)
  })

  test('the cursor keeps its place', async () => {
    terminal.stdin.write('helo\u001b[D')
    await vi.waitFor(() => expect(screen().at(-1)).toBe('> helo'))
    room.say('Bob', 'interrupting')
    await vi.waitFor(() => expect(screen().at(-2)).toContain('interrupting'))
    terminal.stdin.write('l\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('hello'))
  })

  test("the user's own line becomes a message like others", async () => {
    terminal.stdin.write('mine\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('mine'))
    room.say('Bob', 'after')
    await vi.waitFor(() => expect(screen().at(-2)).toContain('after'))
    expect(screen().filter((row) => row.includes('mine'))).toEqual([
      expect.stringMatching(/^\d\d:\d\d ›Alice {5}mine$/) as string,
    ])
  })

  test('what is older than a checkpoint is said to come, and to be here', async () => {
    terminal.stdin.write('/quit\r')
    await ended
    room.provisional = { of: 'checkpoint', author: 'Bob', documents: 5_000 }
    room.missing = 4_975
    terminal = new FakeTerminal({ NO_COLOR: '1' }, true)
    ended = chat(terminal)
    await vi.waitFor(() => expect(terminal.out).toContain('Older messages are still coming: 25 of about 5,000.'))
    terminal.stdin.write('half')
    await vi.waitFor(() => expect(room.listenerCount('room')).toBe(1))
    room.provisional = null
    room.emit('room', room.summary())
    await vi.waitFor(() => expect(screen().join('\n')).toMatch(/^The older messages are here now, 25 documents/m))
    expect(screen().at(-1)).toBe('> half')
    expect(terminal.out.match(/old-25\./g)).toHaveLength(1)
  })

  test('that the room has moved is said as soon as it does, and where to', async () => {
    terminal.stdin.write('half')
    await vi.waitFor(() => expect(room.listenerCount('moved')).toBe(1))
    room.moved = { room: null, by: { peer: FAKE_PEER, name: 'Anna' } }
    room.emit('moved', room.summary())
    await vi.waitFor(() => expect(screen().join(' ')).toMatch(/Kitchen has moved to another room; ask Anna/))
    expect(screen().at(-1)).toBe('> half')
  })

  test('commands help, list members, and quit', async () => {
    terminal.stdin.write('/help\r')
    await vi.waitFor(() => expect(terminal.out).toContain('/quit     leave the chat'))
    terminal.stdin.write('/members\r')
    await vi.waitFor(() => expect(terminal.out).toContain('Alice (you), 25 documents'))
    terminal.stdin.write('/nope\r')
    await vi.waitFor(() => expect(terminal.out).toContain('There is no command /nope.'))
    terminal.stdin.write('//etc is a folder\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('/etc is a folder'))
    terminal.stdin.write('/quit\r')
    expect((await ended).exitCode).toBe(0)
    expect(room.said).toHaveLength(26)
  })

  /** What a terminal sends for a paste. */
  const paste = (text: string): string => `\u001b[200~${text.replaceAll('\n', '\r')}\u001b[201~`
  const CODE = 'function f () {\n  // add one\n// margin\n/* block\n\tcomment */\n/usr/bin/env node\n\n}'

  test('pasted lines are one message, as they are, once Enter is pressed', async () => {
    expect(terminal.out).toContain('\u001b[?2004h')
    terminal.stdin.write(paste(`${CODE}\n`))
    await vi.waitFor(() => expect(screen().join('')).toContain('/usr/bin/env node↵↵}'))
    expect(room.said).toHaveLength(25)
    terminal.stdin.write('\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(CODE))
    expect(room.said).toHaveLength(26)
  })

  test('a paste is part of the line that is typed', async () => {
    terminal.stdin.write(`see ${paste('a ↵\nb')} and ${paste('c\nd')}!\r`)
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('see a ↵\nb and c\nd!'))
  })

  test('the sign for a line break in a paste is a character like others', async () => {
    for (const text of ['a\nb', 'press ↵', 'x ↵ y\nz ↶']) {
      terminal.stdin.write(`${paste(text)}\r`)
      await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(text))
    }
  })

  test.each(['/quit', '/usr/bin/env', '//x', '/help'])('a pasted %s is a text', async (text) => {
    terminal.stdin.write(`${paste(text)}\r`)
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(text))
    terminal.stdin.write('/help\r')
    await vi.waitFor(() => expect(terminal.out).toContain('/quit     leave the chat'))
  })

  test.each([
    ['lines', Array.from({ length: 21 }, (_, i) => `line ${i}`).join('\n'), '21 lines'],
    ['characters', 'x'.repeat(2001), '1 line, 2.0 KiB'],
  ])('a paste of many %s is sent after a question only', async (_what, long, size) => {
    terminal.stdin.write(`${paste(long)}\r`)
    await vi.waitFor(() => expect(terminal.out).toContain(`This is one message of ${size}`))
    terminal.stdin.write('no\r')
    await vi.waitFor(() => expect(terminal.out).toContain('Not sent.'))
    expect(room.said).toHaveLength(25)
    terminal.stdin.write('\u001b[A\r')
    await vi.waitFor(() => expect(terminal.out.match(/Send it\? \[y\/N\] /g)?.length).toBeGreaterThan(1))
    terminal.stdin.write('y\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(long))
    terminal.stdin.write('short\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('short'))
    expect(screen().at(-1)).toBe('> ')
  })

  test('a paste may come in pieces, and what it has of colours and control characters is left out, which is told', async () => {
    const link = '\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007'
    for (const [given, text] of [
      ['one\u001b[31m two\u0007\nthree', 'one two\nthree'],
      ['\u001b[1;32mgreen\u001b[0m\u001b[K', 'green'],
      [`a ${link} b\u001b[2J`, 'a link b'],
      ['bell\u0007, up\u001b[A', 'bell, up'],
    ] as const) {
      const told = terminal.out.split('are left out of what you pasted').length
      for (const piece of paste(given).match(/.{1,3}/gsu) ?? []) terminal.stdin.write(piece)
      terminal.stdin.write('\r')
      await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(text))
      expect(terminal.out.split('are left out of what you pasted')).toHaveLength(told + 1)
    }
    terminal.stdin.write(`${paste('nothing to leave out\n\t→ é')}\r`)
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('nothing to leave out\n\t→ é'))
    expect(terminal.out.split('are left out of what you pasted')).toHaveLength(5)
  })

  test('lines that arrive together are one paste where the terminal marks none, and no commands', async () => {
    for (const text of [CODE, '/quit\n/members', 'one\n\n  two']) {
      // Some terminals send line breaks as the Enter key, and some as they are; the last one is the end of what was copied.
      for (const sent of [text.replaceAll('\n', '\r'), text, `${text.replaceAll('\n', '\r\n')}\r\n`]) {
        const before = room.said.length
        terminal.stdin.write(sent)
        await vi.waitFor(() => expect(screen().at(-1)).toContain(text.split('\n').at(-1)))
        expect(room.said).toHaveLength(before)
        terminal.stdin.write('\r')
        await vi.waitFor(() => expect(room.said).toHaveLength(before + 1))
        expect(room.said.at(-1)?.text).toBe(text)
      }
    }
  })

  test('a long paste that nothing marks arrives in pieces, wherever they end', async () => {
    const text = `${'x'.repeat(50)}\ny\nz\n/quit\n${'w'.repeat(50)}`
    for (const piece of [text.slice(0, 53), text.slice(53, 55), text.slice(55, 60), text.slice(60)]) {
      terminal.stdin.write(piece.replaceAll('\n', '\r'))
    }
    await vi.waitFor(() => expect(screen().join('')).toContain('w'.repeat(50)))
    terminal.stdin.write('\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe(text))
  })

  test('what is typed fast, and keys behind Enter, are no paste', async () => {
    terminal.stdin.write('one\r')
    terminal.stdin.write('two\r\u001b[A')
    await vi.waitFor(() => expect(screen().at(-1)).toBe('> two'))
    terminal.stdin.write('!\r\r')
    await vi.waitFor(() => expect(room.said.slice(-3).map(({ text }) => text)).toEqual(['one', 'two', 'two!']))
  })

  test('a marked paste within lines that arrive together is part of them', async () => {
    terminal.stdin.write(`one\r${paste('a\nb')}\rtwo`)
    await vi.waitFor(() => expect(screen().at(-1)).toContain('two'))
    terminal.stdin.write('\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('one\na\nb\ntwo'))
  })

  test('Ctrl-C within a paste is none', async () => {
    terminal.stdin.write(`${paste('a \u0003 b\nc')}\r`)
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('a  b\nc'))
  })

  test('Ctrl-C leaves in a paste whose end is lost', async () => {
    terminal.stdin.write('\u001b[200~half a paste\u0003')
    expect(await ended).toMatchObject({ exitCode: 0, err: '' })
  })

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s leaves', async (_name, key) => {
    terminal.stdin.write(key)
    expect(await ended).toMatchObject({ exitCode: 0, err: '' })
    await vi.waitFor(() => expect(room.listenerCount('message')).toBe(0))
  })

  test('a refused message is reported, and the chat continues', async () => {
    vi.spyOn(room, 'send').mockRejectedValueOnce(new Error('The text is too long.'))
    terminal.stdin.write('long\r')
    await vi.waitFor(() => expect(screen().slice(-3)).toEqual(['> long', 'Not sent: The text is too long.', '> ']))
    terminal.stdin.write('short\r')
    await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('short'))
  })

  test('ends with the node', async () => {
    await api.close()
    expect(await ended).toMatchObject({ exitCode: 1, err: 'kith: The node has stopped.\n' })
  })
})

test('a room that is not open yet cannot be talked in', async () => {
  Object.assign(room, { status: 'waiting', waitingFor: 'a peer' })
  expect(await chat(new FakeTerminal())).toMatchObject({
    exitCode: 1,
    err: 'kith: The room is not open yet: waiting for a peer.\n',
  })
})
