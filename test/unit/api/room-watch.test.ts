import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WatchRecord } from '../../../src/api/page-calls.ts'
import { currentRooms, MAX_MESSAGES_AT_ONCE, watchRooms } from '../../../src/api/room-watch.ts'
import { FakeNode } from './fake-node.ts'

let node: FakeNode
let told: WatchRecord[]
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  node = new FakeNode()
  told = []
  stop = watchRooms(node, (record) => told.push(record))
})

afterEach(() => {
  stop()
  vi.useRealTimers()
})

/** What was told since this was asked last, by event. */
function news(): string[] {
  return told.splice(0).map(({ event }) => event)
}

/** Lets all that was told lately be told again. */
function pass(): void {
  vi.advanceTimersByTime(250)
}

it('begins with how everything is', () => {
  const kitchen = node.add('Kitchen', 'chat')
  kitchen.newMessages = 2
  kitchen.say('Bob', 'the soup is ready')
  node.add('Stock', 'map')
  expect([...currentRooms(node)]).toEqual([
    { event: 'node', node: expect.objectContaining({ name: 'Alice' }) as unknown },
    {
      event: 'room',
      room: { ...kitchen.summary(), last: expect.objectContaining({ text: 'the soup is ready' }) as unknown },
    },
    { event: 'room', room: expect.objectContaining({ name: 'Stock', last: null }) as unknown },
    { event: 'listed' },
  ])
})

it('shows the beginning of a long text', () => {
  const room = node.add('Kitchen', 'chat')
  room.newMessages = 0
  room.say('Bob', '😀'.repeat(5_000))
  const [, record] = [...currentRooms(node)]
  const text = record?.event === 'room' ? record.room.last!.text : ''
  expect(text.length).toBe(200)
  expect(text.isWellFormed()).toBe(true)
})

describe('a room that changes', () => {
  it('is told at once, then at most four times a second, and in the end as it is', () => {
    const room = node.add('Kitchen', 'chat')
    for (let i = 0; i < 10; i++) {
      room.newMessages = i
      node.emit('room', room.summary())
    }
    expect(told).toMatchObject([{ event: 'room', room: { newMessages: 0 } }])
    told = []
    pass()
    expect(told).toMatchObject([{ event: 'room', room: { newMessages: 9 } }])
    told = []
    pass()
    pass()
    expect(told).toEqual([])
  })

  it('that was left is told, and not told of again', () => {
    const room = node.add('Kitchen', 'chat')
    node.emit('room', room.summary())
    node.emit('room', room.summary())
    news()
    node.remove(room)
    node.emit('left', { id: room.id })
    pass()
    expect(told).toEqual([{ event: 'left', left: { id: room.id } }])
  })
})

describe('messages', () => {
  it('are told one by one', () => {
    const room = node.add('Kitchen', 'chat')
    for (const text of ['a', 'b']) room.say('Bob', text)
    expect(news().filter((event) => event === 'message')).toHaveLength(2)
  })

  it('that are many at once are told as many', () => {
    const room = node.add('Kitchen', 'chat')
    for (let i = 0; i <= MAX_MESSAGES_AT_ONCE; i++) room.say('Bob', `text ${i}`)
    expect(news().filter((event) => event === 'message')).toHaveLength(MAX_MESSAGES_AT_ONCE)
    pass()
    expect(told.filter(({ event }) => event === 'many')).toEqual([{ event: 'many', many: { room: room.id } }])
    news()
    pass()
    room.say('Bob', 'one more')
    expect(news()).toContain('message')
  })
})

it('the node is told when something of it changes', () => {
  node.emit('peer', { peer: 'p', connected: true })
  node.emit('peer', { peer: 'p', connected: false })
  expect(news()).toEqual(['node'])
  pass()
  expect(news()).toEqual(['node'])
})

it('leaves no listener and no timer behind', () => {
  const room = node.add('Kitchen', 'chat')
  room.say('Bob', 'hello')
  stop()
  expect(vi.getTimerCount()).toBe(0)
  expect(node.eventNames()).toEqual([])
})
