import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Message, PageOptions } from '../../../src/kith.ts'
import { ChatWindow, MAX_HELD, MAX_LOADED } from '../../../src/web/state/chat-window.ts'
import { pagesOf } from '../api/fake-page.ts'

const PAGE = 50

function messageAt(clock: number, id = `m${String(clock).padStart(6, '0')}`): Message {
  return { id, room: 'r', author: 'a', name: 'Anna', text: `text ${id}`, timeMs: clock, clock }
}

/** A room with so many messages, at every tenth place so that others fit between them, and a window on it. */
function roomOf(count: number) {
  const said = Array.from({ length: count }, (_, i) => messageAt(i * 10))
  const pages = pagesOf(said)
  const load = vi.fn(async (options: PageOptions) => Promise.resolve(pages({ limit: PAGE, ...options })))
  return {
    ...{ said, load, window: new ChatWindow(load) },
    /** A message comes, wherever in the room, and the node has it. */
    store: (message: Message): void => {
      said.push(message)
      said.sort((a, b) => a.clock - b.clock || (a.id < b.id ? -1 : 1))
    },
  }
}

const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)

/** That what is loaded is one piece of the room without gaps. */
function expectPiece(window: ChatWindow, said: readonly Message[]): void {
  const loaded = idsOf(window.messages.value)
  const start = loaded.length === 0 ? 0 : said.findIndex(({ id }) => id === loaded[0])
  expect(loaded).toEqual(idsOf(said.slice(start, start + loaded.length)))
  expect(loaded.length).toBeLessThanOrEqual(MAX_HELD)
  expect(window.older.value !== null || start === 0).toBe(true)
  expect(window.newer.value !== null || loaded.at(-1) === said.at(-1)?.id).toBe(true)
}

describe('a window on a chat', () => {
  it('begins with the newest, and grows to the beginning', async () => {
    const { window, said } = roomOf(120)
    await window.open()
    expect(idsOf(window.messages.value)).toEqual(idsOf(said.slice(-PAGE)))
    await window.loadOlder()
    expectPiece(window, said)
    await window.loadOlder()
    expect(window.older.value).toBeNull()
    expect(idsOf(window.messages.value)).toEqual(idsOf(said))
    await window.loadOlder()
    expectPiece(window, said)
  })

  it('gives up the far end when it is long, and finds it again', async () => {
    const { window, said } = roomOf(MAX_LOADED * 2)
    await window.open()
    while (window.older.value !== null) {
      await window.loadOlder()
      expectPiece(window, said)
    }
    expect(window.newer.value).not.toBeNull()
    while (window.newer.value !== null) {
      await window.loadNewer()
      expectPiece(window, said)
    }
    expect(window.messages.value.at(-1)?.id).toBe(said.at(-1)?.id)
  })

  it('takes what comes at its end, in between, and twice', async () => {
    const { window, said, store } = roomOf(60)
    await window.open()
    for (const message of [messageAt(10_000), messageAt(305), messageAt(305)]) {
      if (!said.some(({ id }) => id === message.id)) store(message)
      window.add(message)
      expectPiece(window, said)
    }
  })

  it('stops to follow a room where very much comes, until somebody reads that', async () => {
    const { window, said, store } = roomOf(60)
    await window.open()
    for (let i = 0; i < MAX_HELD; i++) {
      store(messageAt(100_000 + i))
      window.add(messageAt(100_000 + i))
    }
    expect(window.messages.value).toHaveLength(MAX_HELD)
    expect(window.missed.value).toBe(PAGE)
    expectPiece(window, said)
    while (window.newer.value !== null) await window.loadNewer()
    expectPiece(window, said)
    expect(window.missed.value).toBe(0)
  })

  it('leaves to later what is before it, and counts what comes behind it', async () => {
    const { window, said, store } = roomOf(MAX_LOADED * 2)
    await window.open()
    const early = messageAt(5)
    store(early)
    window.add(early)
    expectPiece(window, said)
    while (window.older.value !== null) await window.loadOlder()
    expect(idsOf(window.messages.value)).toContain(early.id)
    const last = messageAt(99_999)
    store(last)
    window.add(last)
    expect(window.missed.value).toBe(1)
    expectPiece(window, said)
  })

  it('misses nothing that comes while a page is on its way', async () => {
    const { window, said, store } = roomOf(60)
    const opening = window.open()
    const late = messageAt(100_000)
    store(late)
    window.add(late)
    await opening
    expect(idsOf(window.messages.value)).toContain(late.id)
    expectPiece(window, said)
  })

  it('loads again what came anywhere while nothing was heard', async () => {
    const { window, said, store } = roomOf(60)
    await window.open()
    for (const message of [messageAt(455), messageAt(5), messageAt(100_000)]) store(message)
    await window.resume()
    expectPiece(window, said)
    expect(window.newer.value).toBeNull()
  })

  it('goes on from where it is after more came than it holds', async () => {
    const { window, said, store } = roomOf(60)
    await window.open()
    for (let i = 0; i < MAX_LOADED + 10; i++) store(messageAt(100_000 + i))
    await window.resume()
    expectPiece(window, said)
    while (window.newer.value !== null) await window.loadNewer()
    expectPiece(window, said)
  })

  it('can go back once the history has come that was missing', async () => {
    const { window, said, store } = roomOf(3)
    await window.open()
    expect(window.older.value).toBeNull()
    store(messageAt(0, 'a-first'))
    window.historyCame()
    await window.loadOlder()
    expect(idsOf(window.messages.value)).toEqual(idsOf(said))
  })

  it('finds what came before its first message while nothing was heard', async () => {
    const { window, said, store } = roomOf(1)
    await window.open()
    store(messageAt(0, 'a-first'))
    await window.resume()
    await window.loadOlder()
    expect(idsOf(window.messages.value)).toEqual(idsOf(said))
  })

  it('is always one piece of the room, whatever happens in whatever order', async () => {
    const step = fc.oneof(
      fc.constantFrom('older' as const, 'newer' as const, 'resume' as const, 'open' as const, 'trim' as const),
      fc.record({ clock: fc.integer({ min: 0, max: 12_000 }), isHeard: fc.boolean() }),
    )
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 900 }), fc.array(step, { maxLength: 40 }), async (count, steps) => {
        const { window, said, store } = roomOf(count)
        await window.open()
        let isBehind = false
        for (const each of steps) {
          if (typeof each === 'object') {
            const message = messageAt(each.clock, `n${each.clock}`)
            if (said.some(({ id }) => id === message.id)) continue
            store(message)
            if (each.isHeard && !isBehind) window.add(message)
            else isBehind = true
          } else if (each === 'trim') window.trim()
          else {
            // What was not heard is only found by asking again, which the page does before anything else.
            if (isBehind) await window.resume()
            isBehind = false
            if (each === 'older') await window.loadOlder()
            if (each === 'newer') await window.loadNewer()
            if (each === 'open') await window.open()
          }
          if (!isBehind) expectPiece(window, said)
        }
      }),
    )
  })
})
