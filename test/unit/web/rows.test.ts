import { describe, expect, it } from 'vitest'
import type { Message } from '../../../src/kith.ts'
import { firstNewOf, notShownYet, rowsOf } from '../../../src/web/screens/chat/rows.ts'
import type { Outgoing } from '../../../src/web/state/outbox.ts'

const MINUTE_MS = 60_000
const NOON_MS = new Date(2026, 5, 15, 12).getTime()

function message(id: string, { author = 'anna', minutes = 0, text = id } = {}): Message {
  return { id, room: 'r', author, name: author, text, timeMs: NOON_MS + minutes * MINUTE_MS, clock: 1 }
}

/** Rows in short: `day`, `new`, or the id of a message, with a star where it has a head. */
function shortly(...[messages, firstNew]: Parameters<typeof rowsOf>): string[] {
  return rowsOf(messages, firstNew).map((row) =>
    row.type === 'message' ? `${row.message.id}${row.isFirst ? '*' : ''}` : row.type,
  )
}

describe('rows', () => {
  it('name the author once for what is said at a time', () => {
    const messages = [
      ...[message('a'), message('b', { minutes: 1 }), message('c', { author: 'bob', minutes: 2 })],
      ...[message('d', { author: 'bob', minutes: 30 })],
    ]
    expect(shortly(messages, undefined)).toEqual(['day', 'a*', 'b', 'c*', 'd*'])
  })

  it('have a line for each day, also if clocks go back', () => {
    const days = [message('a'), message('b', { minutes: 24 * 60 }), message('c', { minutes: 0 })]
    expect(shortly(days, undefined)).toEqual(['day', 'a*', 'day', 'b*', 'day', 'c*'])
    const unknown = { ...message('x'), timeMs: 1e300 }
    expect(shortly([unknown], undefined)).toEqual(['day', 'x*'])
  })

  it('have a mark before what is new', () => {
    expect(shortly([message('a'), message('b')], 'b')).toEqual(['day', 'a*', 'new', 'b*'])
  })

  it('have keys of their own', () => {
    const keys = rowsOf([message('a'), message('b', { minutes: 24 * 60 })], 'b').map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })
})

it('what is new begins with the first of so many messages of others', () => {
  const messages = [message('a', { author: 'bob' }), message('b'), message('c', { author: 'bob' }), message('d')]
  expect(firstNewOf(messages, 'anna', 0)).toBeUndefined()
  expect(firstNewOf(messages, 'anna', 1)).toBe('c')
  expect(firstNewOf(messages, 'anna', 2)).toBe('a')
  expect(firstNewOf(messages, 'anna', 3)).toBeUndefined()
})

describe('what is on its way', () => {
  const sent = (key: string, text: string, state: Outgoing['state'] = 'sending'): Outgoing => ({
    ...{ key, text, state, room: 'r', sentMs: NOON_MS },
  })

  it('is not shown beside itself, however often the same was said', () => {
    const outgoing = [sent('1', 'ok'), sent('2', 'ok'), sent('3', 'ok')]
    const shown = (...messages: Message[]) => notShownYet(outgoing, messages, 'anna').map(({ key }) => key)
    expect(shown()).toEqual(['1', '2', '3'])
    expect(shown(message('a', { text: 'ok' }))).toEqual(['2', '3'])
    expect(shown(message('a', { text: 'ok' }), message('b', { text: 'ok' }))).toEqual(['3'])
    expect(shown(message('a', { text: 'ok', author: 'bob' }))).toHaveLength(3)
    expect(shown(message('a', { text: 'ok', minutes: -1 }))).toHaveLength(3)
  })

  it('is shown when it failed, or nobody knows what became of it', () => {
    const outgoing = [sent('1', 'ok', 'failed'), sent('2', 'ok', 'unsure')]
    expect(notShownYet(outgoing, [message('a', { text: 'ok' })], 'anna')).toEqual(outgoing)
  })
})
