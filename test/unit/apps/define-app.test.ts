import { describe, expect, expectTypeOf, it } from 'vitest'
import { defineApp } from '../../../src/apps/define-app.ts'
import { json, text } from '../../../src/apps/kinds.ts'
import type { App, CommandsOf, RoomOf, SentDocument, StateOf } from '../../../src/kith.ts'
import { folded, updateOf } from './updates.ts'

interface Counts {
  total: number
  words: readonly string[]
}

const counter = defineApp({
  name: 'counter',
  initial: (): Counts => ({ total: 0, words: [] }),
  kinds: {
    add: json((value) => (typeof value === 'number' ? value : undefined), { maxBytes: 9 }),
    word: text({ maxBytes: 5 }),
  },
  reduce(state, update) {
    if (update.kind === 'add') return { ...state, total: state.total + update.value }
    return { ...state, words: [...state.words, update.value.toUpperCase()] }
  },
  commands: {
    add: (room, count: number) => room.update('add', count),
    total: (room) => room.state.total,
  },
  offers: { total: { summary: 'the total' } },
  message: ({ kind, value }) => (kind === 'word' ? value : undefined),
  sample: ({ count }) => ({ kind: 'add', value: count }),
})

const { fold } = counter
const add = (count: number) => updateOf('add', counter.body('add', count))

describe('an app', () => {
  it('has types that follow from its parts', () => {
    type Room = RoomOf<typeof counter>
    expectTypeOf<StateOf<typeof counter>>().toEqualTypeOf<Counts>()
    expectTypeOf<CommandsOf<typeof counter>['total']>().toEqualTypeOf<() => number>()
    expectTypeOf<Room['add']>().toEqualTypeOf<(count: number) => Promise<SentDocument>>()
    expectTypeOf<Room['state']>().toEqualTypeOf<Counts>()
    expectTypeOf<Room['update']>().toBeCallableWith('word', 'text')
    const misuses = [
      // @ts-expect-error a word is no number
      (room: Room) => room.update('word', 1),
      // @ts-expect-error there is no such kind
      (room: Room) => room.update('other', 'text'),
      // @ts-expect-error a count is a number
      (room: Room) => room.add('one'),
    ]
    expectTypeOf(misuses).toBeArray()
    expectTypeOf(counter).toExtend<App>()
  })

  it('folds the values of its documents', () => {
    expect(folded(fold, [add(2), updateOf('word', 'two'), add(3)])).toEqual({ total: 5, words: ['TWO'] })
  })

  it('ignores unknown kinds and bodies that are too long or invalid, and returns the same state', () => {
    const state = folded(fold, [add(1)])
    const foreign = [
      updateOf('profile', 'Anna'),
      updateOf('toString', ''),
      updateOf('word', 'longer'),
      updateOf('word', Uint8Array.of(0xff)),
      updateOf('add', 'no CBOR'),
      updateOf('add', Uint8Array.of(0x61, 0x61)),
    ]
    for (const update of foreign) expect(fold.reduce(state, update)).toBe(state)
  })

  it('reads each document once, however many ask for it', () => {
    let reads = 0
    const app = defineApp({
      name: 'reads',
      initial: () => '',
      kinds: {
        say: text((said: string) => {
          reads++
          return said
        }),
      },
      reduce: (state, { value }) => state + value,
      message: ({ value }) => value,
    })
    const update = updateOf('say', 'hello')
    const said = [app.fold.reduce('', update), app.fold.reduce('', update), app.messageOf(update)]
    expect(said).toEqual(['hello', 'hello', 'hello'])
    expect(reads).toBe(1)
  })

  it('writes only what it can read', () => {
    expect(Buffer.from(counter.body('word', 'five!')).toString()).toBe('five!')
    for (const [kind, value, code] of [
      ['word', 'longer', 'too-large'],
      ['add', 'x', 'bad-value'],
      ['add', undefined, 'bad-value'],
      ['other', 1, 'bad-value'],
      ['constructor', 1, 'bad-value'],
    ]) {
      expect(() => counter.body(String(kind), value), String(value)).toThrow(expect.objectContaining({ code }))
    }
    expect(() => counter.body('word', 'longer')).toThrow('a word has at most 5 bytes, this one has 6')
  })

  it('converts its updates to messages, if it has any', () => {
    expect(counter.messageOf(updateOf('word', 'hello'))).toBe('hello')
    expect([counter.messageOf(add(1)), counter.messageOf(updateOf('profile', 'Anna'))]).toEqual([undefined, undefined])
    const silent = defineApp({ name: 'silent', initial: () => 0, kinds: {}, reduce: (state) => state })
    expect([counter.hasMessages, silent.hasMessages]).toEqual([true, false])
  })

  it('with a state that is not JSON fails at the update that caused it', () => {
    const broken = defineApp({
      name: 'broken',
      initial: () => ({ seen: 0 as unknown }),
      kinds: { see: text() },
      reduce: (_state, { value }) => ({ seen: value === 'map' ? new Map() : value === 'nan' ? NaN : value }),
    })
    expect(folded(broken.fold, [updateOf('see', 'fine')])).toEqual({ seen: 'fine' })
    expect(() => folded(broken.fold, [updateOf('see', 'map')])).toThrow(
      "'broken' holds something that is not JSON: Map",
    )
    expect(() => folded(broken.fold, [updateOf('see', 'nan')])).toThrow('not JSON: number')
  })

  it('has no state that is null, which stands for an app that is not known', () => {
    const define = () => defineApp({ name: 'empty', initial: () => null, kinds: {}, reduce: (state) => state })
    expect(define).toThrow(expect.objectContaining({ code: 'bad-value', message: expect.stringContaining('null') }))
    const ending = defineApp({
      name: 'ending',
      initial: (): { seen: string } | null => ({ seen: '' }),
      kinds: { see: text() },
      reduce: (_state, { value }) => (value === 'the end' ? null : { seen: value }),
    })
    expect(() => folded(ending.fold, [updateOf('see', 'the end')])).toThrow('must not be null')
  })

  it.each(['', 'Todo', 'to do', '1st', 'a'.repeat(65), 'то-до'])('is not called %j', (name) => {
    const define = () => defineApp({ name, initial: () => 0, kinds: {}, reduce: (state) => state })
    expect(define).toThrow(expect.objectContaining({ code: 'bad-name' }))
  })

  it.each(['', 'Add', 'a b', 'a'.repeat(65), 'room', 'profile', 'file'])('has no kind %j', (kind) => {
    const define = () =>
      defineApp({ name: 'app', initial: () => 0, kinds: { [kind]: text() }, reduce: (state) => state })
    expect(define).toThrow(expect.objectContaining({ code: 'bad-name' }))
  })
})
