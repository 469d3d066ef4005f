/** `kith chat` as a person sees it, in a real terminal: tmux keeps its screen and what has scrolled away. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { BIN, joinRoom, POLL, useKith, type NodeProcess } from './kith-process.ts'

const kith = useKith()

/** A server of its own. */
const SOCKET = `kith-test-${process.pid}`
const ROWS = 24
const HISTORY = 60

function tmux(...args: string[]): string {
  return execFileSync('tmux', ['-L', SOCKET, '-f', '/dev/null', ...args], { encoding: 'utf8', stdio: 'pipe' })
}

function hasTmux(): boolean {
  try {
    return tmux('-V') !== ''
  } catch {
    return false
  }
}

class ChatWindow {
  readonly #name: string

  constructor(node: NodeProcess, room: string, columns: number) {
    this.#name = `w${columns}`
    const command = [process.execPath, BIN, 'chat', room, '--data', node.dataDir]
    const size = ['-x', String(columns), '-y', String(ROWS)]
    tmux('new-session', '-d', '-s', this.#name, ...size, 'env', 'NO_COLOR=1', 'LC_ALL=C.UTF-8', ...command)
  }

  /** What is on the screen, or also above it. */
  rows(above = 0): string[] {
    const all = tmux('capture-pane', '-p', '-t', this.#name, '-S', String(-above)).split('\n')
    return all.slice(0, all.findLastIndex((row) => row !== '') + 1).map((row) => row.trimEnd())
  }

  press(...keys: string[]): void {
    tmux('send-keys', '-t', this.#name, ...keys)
  }

  resize(columns: number): void {
    tmux('resize-window', '-t', this.#name, '-x', String(columns), '-y', String(ROWS))
  }

  shows(expected: RegExp): Promise<void> {
    return this.#until(() => expected.test(this.rows().join('\n')), String(expected))
  }

  /** Waits for another page of the history. */
  turns(before: readonly string[]): Promise<void> {
    const isTurned = (): boolean => this.rows().join('\n') !== before.join('\n')
    return this.#until(() => isTurned() && /q: back/.test(this.rows().at(-1) ?? ''), 'another page')
  }

  close(): Promise<void> {
    this.press('C-c')
    return this.#until(() => !tmux('list-sessions', '-F', '#S').split('\n').includes(this.#name), 'the end')
  }

  #until(isSo: () => boolean, what: string): Promise<void> {
    return vi.waitFor(() => {
      if (!isSo()) throw new Error(`${what} is not shown:\n${this.rows().join('\n')}`)
    }, POLL)
  }
}

describe.skipIf(!hasTmux())('in tmux (skipped where it is not installed)', () => {
  let anna: NodeProcess
  let bob: NodeProcess
  let room: string

  beforeAll(async () => {
    tmux('new-session', '-d', '-s', 'idle', 'cat')
    anna = await kith.start({ name: 'Anna' })
    room = (await anna.api.call('rooms.create', { name: 'Kitchen', app: 'chat' })).id
    for (let i = 1; i <= HISTORY; i++) await anna.send(room, `old ${i}.`)
    bob = await kith.start({ name: 'Bob', peers: [anna.address] })
    await joinRoom(bob, room)
    await vi.waitUntil(async () => (await bob.read(room)).length === HISTORY, POLL)
    await anna.api.call('rooms.markRead', { room })
  })

  afterAll(() => void tmux('kill-server'))

  test('what is typed becomes a message, what others say is wrapped, and what is new is marked', async () => {
    await bob.send(room, 'the first of two that are new', `${'word '.repeat(20)}end`)
    await vi.waitFor(async () => expect(await anna.read(room)).toHaveLength(HISTORY + 2), POLL)
    const chat = new ChatWindow(anna, room, 60)
    await chat.shows(/end\n>$/)
    const rows = chat.rows(HISTORY)
    expect(rows.join('\n')).toMatch(/^Kitchen at \d\d:\d\d: Bob is here\./m)
    const at = rows.findIndex((row) => row.startsWith('── new messages ─'))
    expect(rows[at - 1]).toMatch(/^\d\d:\d\d ›Anna {6}old 60\.$/)
    expect(rows[at + 1]).toMatch(/^\d\d:\d\d {2}Bob {7}the first of two that are new$/)
    expect(rows.slice(at + 3, -1)).toEqual([
      `${' '.repeat(17)}${'word '.repeat(8).trim()}`,
      `${' '.repeat(17)}word word word word end`,
    ])
    chat.press('-l', `${'typed '.repeat(12)}!`)
    await chat.shows(/> typed/)
    chat.press('Enter')
    await chat.shows(/ ›Anna {6}typed typed typed typed typed typed typed\n {17}typed typed typed typed typed !\n>$/)
    await chat.close()
  })

  test('Page Up reads back to the beginning, and q leaves the screen as it was', async () => {
    const chat = new ChatWindow(anna, room, 80)
    await chat.shows(/!\n>$/)
    chat.press('-l', 'half')
    await chat.shows(/\n> half$/)
    const before = chat.rows()
    for (let shown = before; !shown.at(-1)!.includes('the beginning'); shown = chat.rows()) {
      chat.press('PPage')
      await chat.turns(shown)
    }
    expect(chat.rows()[1]).toMatch(/ ›Anna {6}old 1\.$/)
    await bob.send(room, 'said meanwhile')
    chat.resize(50)
    await vi.waitFor(() => expect(Math.max(...chat.rows().map((row) => row.length))).toBeLessThanOrEqual(50), POLL)
    chat.resize(80)
    await vi.waitFor(async () => expect((await anna.read(room)).at(-1)?.text).toBe('said meanwhile'), POLL)
    chat.press('q')
    await chat.shows(/Bob {7}said meanwhile\n> half$/)
    expect(chat.rows(1).join('\n')).toContain(before.slice(1, -1).join('\n'))
    await chat.close()
  })
})
