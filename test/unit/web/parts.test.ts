/** Small things that the page shows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../../src/kith.ts'
import { piecesOf } from '../../../src/web/parts/links.ts'
import { hueOf } from '../../../src/key-hash.ts'
import { patternOf } from '../../../src/web/parts/look.ts'
import { clockTime, dayName, isSameDay } from '../../../src/web/parts/time.ts'
import { jsonOf, shownValue } from '../../../src/web/screens/map/values.ts'
import { networkWords } from '../../../src/web/screens/rooms/network-words.ts'
import { heldIn, heldWords } from '../../../src/web/state/held-words.ts'
import { FakeNode } from '../api/fake-node.ts'

describe('links', () => {
  const hrefs = (text: string) => piecesOf(text).flatMap(({ href }) => href ?? [])

  it.each([
    ['see https://example.org/a.', ['https://example.org/a']],
    ['(https://example.org/a_(b))', ['https://example.org/a_(b)']],
    ['<http://localhost:3000/>', ['http://localhost:3000/']],
    ['HTTPS://EXAMPLE.ORG', ['https://example.org/']],
    ['javascript:alert(1) data:text/html,x ftp://x file:///etc', []],
    ['https:// http://', []],
    ['xhttps://example.org', []],
  ])('in %j', (text, expected) => {
    expect(hrefs(text)).toEqual(expected)
  })

  it('lead to web pages, and lose nothing of the text', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.constantFrom(' ', '(', ')', '.', 'https://'))
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('')
        const pieces = piecesOf(text)
        expect(pieces.map((piece) => piece.text).join('')).toBe(text)
        for (const href of hrefs(text)) expect(new URL(href).protocol).toMatch(/^https?:$/)
      }),
    )
  })
})

describe('a person', () => {
  const keys = Array.from({ length: 200 }, (_, i) => `12D3KooW${String(i).padStart(44, 'x')}`)

  it('looks the same each time, and unlike most others', () => {
    const look = (key: string) => `${hueOf(key)} ${JSON.stringify(patternOf(key))}`
    expect(keys.map(look)).toEqual(keys.map(look))
    expect(new Set(keys.map(look)).size).toBe(keys.length)
    expect(new Set(keys.map(hueOf)).size).toBeGreaterThan(100)
  })

  it('has a symmetric pattern in its frame', () => {
    for (const pattern of keys.map(patternOf)) {
      const squares = new Set(pattern.map(([column, row]) => `${column} ${row}`))
      expect(squares.size).toBe(pattern.length)
      for (const [column, row] of pattern) expect(squares.has(`${4 - column} ${row}`)).toBe(true)
    }
  })
})

describe('times', () => {
  const now = new Date(2026, 5, 15, 12).getTime()

  it('have days in words', () => {
    expect(dayName(now, now)).toMatch(/today/i)
    expect(dayName(new Date(2026, 5, 14, 23, 59).getTime(), now)).toMatch(/yesterday/i)
    expect(dayName(new Date(2026, 5, 10).getTime(), now)).toMatch(/^\w+$/)
    expect(dayName(new Date(2025, 0, 1).getTime(), now)).toContain('2025')
    expect(dayName(new Date(2026, 5, 16).getTime(), now)).toContain('16')
    expect(isSameDay(now, new Date(2026, 5, 15).getTime())).toBe(true)
  })

  it('may be such as no calendar has', () => {
    expect(clockTime(1e300)).toBe('–')
    expect(dayName(-1e300, now)).toBe('At an unknown time')
  })
})

describe('values of a table', () => {
  it.each([
    ['a text', 'a text'],
    ['7', '"7"'],
    ['007', '007'],
    [7, '7'],
    [null, 'null'],
    ['null', '"null"'],
    [{ a: [1] }, '{"a":[1]}'],
    ['', ''],
  ])('%j is shown as %s', (value, shown) => {
    expect(shownValue(value)).toBe(shown)
  })

  it('are the same when they are typed as they are shown', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as never
        expect(JSON.parse(jsonOf(shownValue(plain)))).toEqual(plain)
      }),
    )
  })

  it('reach the node as they were typed, so that it can refuse what it would round', () => {
    expect(jsonOf(' 9007199254740993 ')).toBe('9007199254740993')
  })
})

describe('who holds a message', () => {
  const peer = (name: string, online: boolean) => ({ peer: name, online }) as never
  const sync = (heldBy: string[]) => ({
    newest: [{ id: 'd', clock: 1, heldBy, ofPeers: 3 }],
    peers: [peer('a', true), peer('b', true), peer('c', false)],
  })

  it.each([
    [[], 'here', 'None of the 3 others'],
    [['a'], 'some', 'Held by 1 of 3 others.'],
    [['a', 'b'], 'all', 'Held by 2 of 3 others.'],
    [['c'], 'some', 'Held by 1 of 3 others.'],
  ])('%j', (heldBy, state, words) => {
    const found = heldIn(sync(heldBy))
    expect(found.state).toBe(state)
    expect(heldWords(found)).toContain(words)
  })

  it('is nobody in an empty room', () => {
    expect(heldWords(heldIn({ newest: [], peers: [] }))).toContain('Nobody else has been in this room')
  })
})

describe('the network in words', () => {
  const words = (changed: Partial<NodeStatus>) => networkWords({ ...new FakeNode().status(), ...changed }, 'open')

  it('says how many are there, or the worst', () => {
    expect(words({ connectedPeers: 0 }).words).toBe('Nobody else is connected')
    expect(words({ connectedPeers: 1 }).words).toBe('Connected to 1 other')
    expect(words({ connectedPeers: 2 })).toEqual({ words: 'Connected to 2 others', isWarning: false })
    const full = { freeBytes: 0, paused: 'all', overcounted: false } as const
    expect(words({ disk: full, findings: ['x'] }).words).toContain('disk is full')
    expect(words({ findings: ['x'] }).isWarning).toBe(true)
    expect(networkWords(undefined, 'lost').isWarning).toBe(true)
  })
})
