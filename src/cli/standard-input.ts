/** Reads standard input exactly: Node by itself silently replaces bytes that are not UTF-8. */
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { grouped } from '../grouped.ts'
import { UsageError } from './exit.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** More than any document takes; a larger input is a mistake, such as a disk image. */
export const MAX_INPUT_BYTES = 256 * 1024

/** All of it, without a line break at its end. Throws a UsageError for bytes that are not UTF-8, or too many. */
export async function readAll(stdin: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MAX_INPUT_BYTES)
      throw new UsageError(`Standard input has more than ${grouped(MAX_INPUT_BYTES)} bytes.`)
    chunks.push(chunk)
  }
  const text = decode(Buffer.concat(chunks))
  if (text === undefined) throw new UsageError('Standard input has bytes that are not UTF-8.')
  return text.replace(/\r?\n$/, '')
}

/** Its lines; undefined for one with bytes that are not UTF-8. */
export async function* utf8Lines(stdin: Readable, signal: AbortSignal): AsyncGenerator<string | undefined> {
  // One character for each byte, so that lines can be told apart before they are decoded.
  const input = createInterface({ input: stdin.setEncoding('latin1'), signal })
  for await (const line of input) yield decode(Buffer.from(line, 'latin1'))
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}
