/** JSON values, one per line, as a stream of bytes. */
import { getDefaultHighWaterMark, Readable } from 'node:stream'

/** A stream of lines, each the JSON of an `Item`; the type is for the compiler alone. */
export type Lines<Item> = Readable & { readonly line?: Item }

/** The values of some items, which are taken only as fast as the reader of the stream takes lines. */
export function ndjson<Item, Value>(
  items: Iterable<Item> | AsyncIterable<Item>,
  valueOf: (item: Item) => Value,
): Lines<Value> {
  async function* lines(): AsyncGenerator<Buffer, void, undefined> {
    for await (const item of items) yield encodeLine(valueOf(item))
  }
  // Without it every line would wait for the one before to be read.
  return Readable.from(lines(), { objectMode: false, highWaterMark: getDefaultHighWaterMark(false) })
}

/** A JSON value and the end of its line. */
export function encodeLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
