import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { serveApi } from '../../../../src/api/server.ts'
import type { ApiServer } from '../../../../src/api/server.ts'
import { KithError } from '../../../../src/kith.ts'
import { FakeNode } from '../../api/fake-node.ts'
import { type FakeRoom } from '../../api/fake-room.ts'
import { FakeTerminal, kith } from '../fake-terminal.ts'

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

function chat(terminal: FakeTerminal, ...argv: string[]) {
  return kith(['chat', 'Kitchen', '--data', dataDir, ...argv], terminal)
}

describe('in a pipe', () => {
  test('sends each line, prints the conversation, and ends with its input', async () => {
    room.say('Bob', 'before')
    const terminal = new FakeTerminal()
    terminal.stdin.end('one\n\n/two\nthree')
    const { exitCode, out, err } = await chat(terminal)
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' })
    expect(room.said.map((message) => message.text)).toEqual(['before', 'one', '/two', 'three'])
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.replace(/^\S+ +\S+ +/, '')),
    ).toEqual(['before', 'one', '/two', 'three'])
  })

  test('with --json prints messages as JSON', async () => {
    const terminal = new FakeTerminal()
    terminal.stdin.end('one\n')
    const { out } = await chat(terminal, '--json')
    expect(JSON.parse(out)).toEqual(room.said[0])
  })

  test('says which line is refused, sends the others, and fails', async () => {
    vi.spyOn(room, 'send').mockRejectedValueOnce(new KithError('too-large', 'the text is too long'))
    const terminal = new FakeTerminal()
    const bytes = [
      Buffer.from('long\nnext\n'),
      Buffer.from('caf\u00e9 \ufffd\u2028!\n'),
      Buffer.from([0x61, 0xff, 0x0a]),
    ]
    terminal.stdin.end(Buffer.concat([...bytes, Buffer.from('last')]))
    expect(await chat(terminal)).toMatchObject({
      exitCode: 1,
      err: [
        'kith: line 1 was not sent: the text is too long\n',
        'kith: line 4 was not sent: it has bytes that are not UTF-8\n',
        'kith: 2 lines of 5 could not be sent.\n',
      ].join(''),
    })
    expect(room.said.map(({ text }) => text)).toEqual(['next', 'caf\u00e9 \ufffd\u2028!', 'last'])
  })

  test('ends at an error that is not about a line', async () => {
    vi.spyOn(room, 'send').mockRejectedValueOnce(new Error('The node is broken.'))
    const terminal = new FakeTerminal()
    terminal.stdin.end('one\nnext\n')
    expect(await chat(terminal)).toMatchObject({ exitCode: 1, err: 'kith: The node is broken.\n' })
    expect(room.said).toEqual([])
  })

  test('obeys the commands of a person whose output goes through a pipe', async () => {
    const terminal = new FakeTerminal()
    terminal.stdin.isTTY = true
    const ended = chat(terminal)
    terminal.stdin.write('one\n//two\n/members\n/quit\n')
    expect(await ended).toMatchObject({ exitCode: 0, err: '' })
    expect(room.said.map(({ text }) => text)).toEqual(['one', '/two'])
    expect(terminal.out).toContain('Alice (you)')
  })

  describe('whose reader is in the same terminal', () => {
    let terminal: FakeTerminal
    let ended: ReturnType<typeof chat>

    beforeEach(async () => {
      terminal = new FakeTerminal({}, true)
      terminal.stdout.isTTY = false
      ended = chat(terminal)
      await vi.waitUntil(() => terminal.err.includes('\u001b[?2004h'))
    })

    test('pastes are marked as elsewhere, and the output has nothing of that', async () => {
      terminal.stdin.write('\u001b[200~one\r/quit\u001b[201~')
      terminal.stdin.write('\r')
      await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('one\n/quit'))
      terminal.stdin.write('/members\r')
      await vi.waitFor(() => expect(terminal.out).toContain('Alice (you)'))
      terminal.stdin.write('/quit\r')
      expect((await ended).exitCode).toBe(0)
      expect(terminal.out).not.toContain('\u001b')
      expect(terminal.err).toContain('one↵/quit')
      expect(terminal.err.endsWith('\u001b[?2004l')).toBe(true)
    })

    test('lines that arrive together are text, and wait for Enter', async () => {
      terminal.stdin.write('/quit\r/members\r')
      await vi.waitFor(() => expect(terminal.err).toContain('/quit↵/members'))
      expect(room.said).toEqual([])
      terminal.stdin.write('\r')
      await vi.waitFor(() => expect(room.said.at(-1)?.text).toBe('/quit\n/members'))
      terminal.stdin.write('\u0004')
      expect((await ended).exitCode).toBe(0)
    })
  })
})
