import { expect, test } from 'vitest'
import { HistoryWindow, MAX_LOADED } from '../../../../src/cli/chat/history-window.ts'
import type { Message, PageOptions } from '../../../../src/kith.ts'
import { pagesOf } from '../../api/fake-page.ts'

const SAID: Message[] = Array.from({ length: 1_000 }, (_, i) => ({
  ...{ id: `m${i}`, room: 'room', author: 'bob', name: 'Bob', text: '', timeMs: 0, clock: i },
}))

function windowOf(said: Message[]) {
  const asked: PageOptions[] = []
  const pages = pagesOf(said)
  const window = new HistoryWindow((options) => (asked.push(options), Promise.resolve(pages(options))))
  return { window, asked }
}

/** The numbers of the first and the last message, of which none in between is missing. */
function span({ messages }: HistoryWindow): [number, number] {
  const [first = -1, last = -1] = [messages[0]?.clock, messages.at(-1)?.clock]
  expect(messages).toEqual(SAID.slice(first, last + 1))
  return [first, last]
}

test('begins with the newest, goes to the first, and back', async () => {
  const { window } = windowOf(SAID)
  await window.open()
  expect(span(window)).toEqual([950, 999])
  expect([window.hasOlder, window.hasNewer]).toEqual([true, false])
  while (window.hasOlder) {
    await window.loadOlder()
    expect(window.messages.length).toBeLessThanOrEqual(MAX_LOADED)
    span(window)
  }
  expect(span(window)).toEqual([0, MAX_LOADED - 1])
  while (window.hasNewer) {
    await window.loadNewer()
    expect(window.messages.length).toBeLessThanOrEqual(MAX_LOADED)
    span(window)
  }
  expect(span(window)).toEqual([1_000 - MAX_LOADED, 999])
  expect(window.hasOlder).toBe(true)
})

test('a short history is loaded at once', async () => {
  const { window, asked } = windowOf(SAID.slice(0, 3))
  await window.open()
  await window.loadOlder()
  await window.loadNewer()
  expect(span(window)).toEqual([0, 2])
  expect([window.hasOlder, window.hasNewer, asked.length]).toEqual([false, false, 1])
})

test('passes over pages without messages', async () => {
  let pages = 0
  const window = new HistoryWindow(() => {
    pages++
    const isEmpty = pages % 3 !== 0
    return Promise.resolve({ messages: isEmpty ? [] : SAID.slice(0, 1), next: pages === 6 ? null : `m${pages}` })
  })
  await window.open()
  expect([window.messages.length, pages]).toEqual([1, 3])
  await window.loadOlder()
  expect([window.messages.length, pages, window.hasOlder]).toEqual([2, 6, false])
})
