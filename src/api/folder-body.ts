/** A folder in the body of a request: a list of what is in it, and then the bytes of its files, one after the other. */
import { grouped } from '../grouped.ts'
import type { FolderEntry } from '../kith.ts'
import { ApiError } from './errors.ts'
import { LIST_LENGTH_BYTES } from './paths.ts'

/** Of the list, in bytes: that of the largest folder with names of 60 bytes. */
const MAX_LIST_BYTES = 8 * 1024 * 1024
/** As many as a folder may have. */
export const MAX_LISTED_ENTRIES = 100_000
/** What is there for the list before any of it has come. */
const FIRST_PIECE_BYTES = 64 * 1024
const NEWLINE = 0x0a

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** An entry of the list: the path, and the size of a file or null for a folder. */
export type ListedEntry = [path: string[], sizeBytes: number | null]

interface Folder {
  entries: FolderEntry[]
  content: AsyncIterable<Uint8Array>
}

/** Reads the list. Throws an ApiError `bad-request`, also for more entries than a folder may have. */
export async function readFolder(body: AsyncIterable<Uint8Array>): Promise<Folder> {
  const source = body[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array(0)
  /** The next bytes, in one piece: of many small ones that are kept, each would cost more than it has. */
  const take = async (length: number): Promise<Buffer> => {
    let taken = Buffer.alloc(Math.min(length, FIRST_PIECE_BYTES))
    let size = 0
    while (size < length) {
      if (rest.length === 0) {
        const { done, value } = await source.next()
        if (done === true) throw badList()
        rest = value
        continue
      }
      const some = rest.subarray(0, length - size)
      if (size + some.length > taken.length) {
        taken = Buffer.concat([taken], Math.min(length, 2 * (size + some.length)))
      }
      taken.set(some, size)
      size += some.length
      rest = rest.subarray(some.length)
    }
    return taken
  }
  const length = (await take(LIST_LENGTH_BYTES)).readUInt32BE()
  if (length > MAX_LIST_BYTES) throw badList()
  const entries = entriesIn(await take(length))
  const content = async function* (): AsyncGenerator<Uint8Array> {
    if (rest.length > 0) yield rest
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
  }
  return { entries, content: content() }
}

/** The entries, each on a line of its own, so that they are counted before they are in memory. */
function entriesIn(list: Buffer): FolderEntry[] {
  const entries: FolderEntry[] = []
  for (let start = 0; start < list.length;) {
    const newline = list.indexOf(NEWLINE, start)
    if (newline === -1) throw badList()
    if (entries.length === MAX_LISTED_ENTRIES) throw tooMany()
    entries.push(entryOf(list.subarray(start, newline)))
    start = newline + 1
  }
  return entries
}

function entryOf(line: Uint8Array): FolderEntry {
  let entry: unknown
  try {
    entry = JSON.parse(utf8.decode(line))
  } catch {
    throw badList()
  }
  if (!Array.isArray(entry) || entry.length !== 2) throw badList()
  const [path, sizeBytes] = entry as unknown[]
  const isPath = Array.isArray(path) && path.every((name) => typeof name === 'string')
  if (!isPath || !(sizeBytes === null || Number.isSafeInteger(sizeBytes))) throw badList()
  return { path: path as string[], ...(sizeBytes !== null && { sizeBytes: sizeBytes as number }) }
}

function tooMany(): ApiError {
  return new ApiError('bad-request', `A folder has at most ${grouped(MAX_LISTED_ENTRIES)} files and folders in it.`)
}

function badList(): ApiError {
  return new ApiError(
    'bad-request',
    'A folder begins with the length of a list and the list of what is in it, each in JSON on a line.',
  )
}
