import { once } from 'node:events'
import { getDefaultHighWaterMark } from 'node:stream'
import { expect, test } from 'vitest'
import { ndjson } from '../../../src/api/ndjson.ts'

const LINE_BYTES = 1024
const LINES = 10_000

/** Lines of the same length, and a count of those taken. */
function counted() {
  const source = {
    taken: 0,
    *[Symbol.iterator]() {
      while (source.taken < LINES) {
        source.taken++
        yield 'x'.repeat(LINE_BYTES - '""\n'.length)
      }
    },
  }
  return source
}

test('items are taken only as fast as the reader reads lines', async () => {
  const source = counted()
  const stream = ndjson(source, (text) => text)
  const ahead = getDefaultHighWaterMark(false) / LINE_BYTES + 1
  let read = 0
  for await (const chunk of stream) {
    read += (chunk as Buffer).length / LINE_BYTES
    expect(source.taken - read).toBeLessThanOrEqual(ahead)
  }
  expect(read).toBe(LINES)
})

test('a reader that stops taking lines pauses it, and one that disconnects ends it', async () => {
  const source = counted()
  const stream = ndjson(source, (text) => text)
  await once(stream, 'readable')
  const full = getDefaultHighWaterMark(false) / LINE_BYTES
  while (source.taken < full) await new Promise(setImmediate)
  for (let i = 0; i < 10; i++) await new Promise(setImmediate)
  expect(source.taken).toBeLessThanOrEqual(full + 1)
  stream.destroy()
  await once(stream, 'close')
  expect(source.taken).toBeLessThanOrEqual(full + 1)
})
