/** Reads small files that somebody named, of whatever kind and size they are. */
import { createReadStream } from 'node:fs'

/**
 * The bytes of a file, also of a pipe, which gives them in pieces; more than `maxBytes`, but not by much, if it has
 * more. Waits without blocking the process, so that Ctrl-C ends it.
 */
export async function readAtMost(path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  // `end` is the last byte.
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
