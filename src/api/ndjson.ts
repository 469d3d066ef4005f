/** A stream of bytes with one JSON value per line. */
import { getDefaultHighWaterMark, Readable } from 'node:stream'

/** A stream of lines, each the JSON of an `Item`; `line` exists for the compiler only. */
export type Lines<Item> = Readable & { readonly line?: Item }

/** Streams the value of each item. Items are taken only as fast as the reader takes lines. */
export function ndjson<Item, Value>(
  items: Iterable<Item> | AsyncIterable<Item>,
  valueOf: (item: Item) => Value,
): Lines<Value> {
  async function* lines(): AsyncGenerator<Buffer, void, undefined> {
    for await (const item of items) yield encodeLine(valueOf(item))
  }
  // Without the high-water mark, every line would wait until the previous one is read.
  return Readable.from(lines(), { objectMode: false, highWaterMark: getDefaultHighWaterMark(false) })
}

/** A JSON value followed by a newline. */
export function encodeLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
