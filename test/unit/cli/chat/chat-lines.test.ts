import { describe, expect, test } from 'vitest'
import { ChatLines, MAX_ROWS } from '../../../../src/cli/chat/chat-lines.ts'
import { Output } from '../../../../src/cli/terminal.ts'
import { width } from '../../../../src/cli/text.ts'
import type { Message } from '../../../../src/kith.ts'
import { FakeTerminal } from '../fake-terminal.ts'

const NOON = new Date(2026, 10, 29, 12, 0).getTime()
const DAY_MS = 86_400_000
const RULE = '── Sunday, 29 November 2026 ────────────────────────────────'

interface Look {
  columns?: number
  env?: Record<string, string>
  depth?: number
  isPaged?: boolean
}

function linesOf({ columns = 80, env = { NO_COLOR: '1' }, depth = 1, isPaged = false }: Look = {}) {
  const terminal = new FakeTerminal(env, true)
  Object.assign(terminal.stdout, { getColorDepth: () => depth })
  return new ChatLines(new Output(terminal, false), { own: new Set(['me']), columns: () => columns, isPaged })
}

function said(text: string, more: Partial<Message> = {}): Message {
  return { id: 'id', room: 'room', author: 'bob', name: 'Bob', text, timeMs: NOON, clock: 1, ...more }
}

describe('a message', () => {
  test('that answers another one begins with that, and shows the user’s name in bold', () => {
    const self = { peer: 'me', name: 'Anna', self: true }
    const quoted = { author: 'me', name: 'Anna', text: `the ${'long '.repeat(30)}question` }
    const answer = said('yes @Anna', { replyTo: { id: 'q', message: quoted }, mentions: [self] })
    expect(linesOf({ columns: 60 }).message(answer, NOON).slice(1)).toEqual([
      '12:00  Bob       ↪ Anna: the long long long long long long …',
      '                 yes @Anna',
    ])
    const coloured = linesOf({ env: {}, depth: 8 }).message(answer, NOON)
    expect(coloured.at(-1)).toContain('\u001b[1m@Anna')
  })

  test('has a time, a mark if it is one’s own, a name, and text that hangs', () => {
    const lines = linesOf({ columns: 50 })
    expect(lines.message(said('one two three four five six seven eight'), NOON).slice(1)).toEqual([
      '12:00  Bob       one two three four five six seven',
      '                 eight',
    ])
    expect(lines.message(said('a\n\n  b', { author: 'me', name: 'Anna' }), NOON)).toEqual([
      '12:00 ›Anna      a',
      '',
      '                   b',
    ])
  })

  test('on a narrow terminal the text is below the name', () => {
    expect(linesOf({ columns: 20 }).message(said('one two three four five'), NOON).slice(1)).toEqual([
      '12:00  Bob',
      '  one two three four',
      '  five',
    ])
  })

  test('a link that fits nowhere begins at the edge', () => {
    const link = `https://example.org/${'x'.repeat(40)}`
    expect(
      linesOf({ columns: 50 })
        .message(said(`see ${link} now`), NOON)
        .slice(1),
    ).toEqual(['12:00  Bob       see', link, '                 now'])
    expect(linesOf({ columns: 50 }).message(said(link), NOON).slice(1)).toEqual(['12:00  Bob       ', link])
  })

  test.each([10, 20, 40, 80, 200])('fits %i columns, whatever it is', (columns) => {
    const lines = linesOf({ columns, isPaged: true })
    const texts = [
      'x'.repeat(16_384),
      '猫'.repeat(500),
      'a b '.repeat(500),
      `https://${'x'.repeat(900)}`,
      '👨‍👩‍👧‍👦'.repeat(90),
    ]
    const name = '猫'.repeat(60)
    const shared = said('', { file: { id: 'cid', name: 'f'.repeat(200), type: 'file', sizeBytes: 1 } })
    const all = [...texts.map((text) => said(text, { name })), shared].flatMap((each) => lines.message(each, NOON))
    for (const row of all) expect(width(row)).toBeLessThanOrEqual(columns)
  })

  test('of very many rows is shortened, but not where one turns pages', () => {
    const long = said('x\n'.repeat(16_000))
    const rows = linesOf().message(long, NOON).slice(1)
    expect(rows).toHaveLength(MAX_ROWS + 1)
    expect(rows.at(-1)).toMatch(/… and 15,921 rows more: Page Up shows them$/)
    expect(linesOf({ isPaged: true }).message(long, NOON)).toHaveLength(16_002)
  })

  test('a shared file is told of in other columns than what is said', () => {
    const file = { id: 'cid', name: 'soup.pdf', type: 'file', sizeBytes: 2048 } as const
    expect(linesOf().message(said('', { file }), NOON)[1]).toBe('12:00  Bob shared soup.pdf (2.0 KiB)')
  })

  test('what a terminal obeys is not in it', () => {
    const rows = linesOf().message(said('\u001b[2Ja\u0007', { name: '\u001b]0;x\u0007Eve' }), NOON)
    expect(rows.join('')).not.toMatch(/\p{Cc}/u)
  })
})

describe('days', () => {
  test('a line stands before the first message of each', () => {
    const lines = linesOf()
    expect(lines.message(said('a'), NOON)).toEqual([RULE, '12:00  Bob       a'])
    expect(lines.message(said('b'), NOON)).toEqual(['12:00  Bob       b'])
    const [rule, row] = lines.message(said('c', { timeMs: NOON + DAY_MS }), NOON + DAY_MS)
    expect(rule).toMatch(/Monday, 30 November 2026/)
    expect(row).toBe('12:00  Bob       c')
  })

  test('what comes late, or from a clock that is wrong, has its date beside it', () => {
    const lines = linesOf()
    lines.message(said('a'), NOON)
    expect(lines.message(said('late', { timeMs: NOON - DAY_MS }), NOON)).toEqual(['2026-11-28 12:00  Bob       late'])
    expect(lines.message(said('early', { timeMs: NOON + DAY_MS }), NOON)).toEqual(['2026-11-30 12:00  Bob       early'])
    expect(lines.message(said('never', { timeMs: Number.NaN }), NOON)).toEqual(['--:--  Bob       never'])
    expect(lines.message(said('b'), NOON)).toEqual(['12:00  Bob       b'])
  })
})

describe('colours', () => {
  const coloured = (author: string, env: Record<string, string>, depth: number): string =>
    linesOf({ env, depth }).message(said('a', { author }), NOON)[1]!

  test('are those of the key', () => {
    expect(coloured('bob', {}, 8)).toContain('\u001b[1;38;5;')
    expect(coloured('bob', {}, 24)).toBe(coloured('bob', {}, 8))
    expect(coloured('carla', {}, 8)).not.toBe(coloured('bob', {}, 8))
  })

  test('are none with NO_COLOR, and bold where there are few', () => {
    expect(coloured('bob', { NO_COLOR: '1' }, 24)).not.toContain('\u001b')
    expect(coloured('bob', {}, 4)).toContain('\u001b[1mBob')
  })
})

test('a notice is wrapped, and hangs under its words', () => {
  expect(linesOf({ columns: 32 }).notice('Anna, Bob and Carla are here', NOON, NOON)).toEqual([
    '12:00  Anna, Bob and Carla are',
    '       here',
  ])
})
