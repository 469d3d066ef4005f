/** A folder in the body of a request: what is in it, and then the bytes of its files, one after the other. */
import type { FolderEntry } from '../kith.ts'
import { ApiError } from './errors.ts'
import { LIST_LENGTH_BYTES } from './paths.ts'

/** Of the list, in bytes: that of the largest folder with names of 60 bytes. */
const MAX_LIST_BYTES = 8 * 1024 * 1024
/** An entry of the list: the path, and the size of a file or null for a folder. */
export type ListedEntry = [path: string[], sizeBytes: number | null]

interface Folder {
  entries: FolderEntry[]
  content: AsyncIterable<Uint8Array>
}

/** Reads the list. Throws an ApiError `bad-request`. */
export async function readFolder(body: AsyncIterable<Uint8Array>): Promise<Folder> {
  const source = body[Symbol.asyncIterator]()
  let read: Uint8Array = new Uint8Array(0)
  const atLeast = async (length: number): Promise<void> => {
    const chunks = [read]
    let bytes = read.length
    while (bytes < length) {
      const { done, value } = await source.next()
      if (done === true) throw badList()
      chunks.push(value)
      bytes += value.length
    }
    read = Buffer.concat(chunks)
  }
  await atLeast(LIST_LENGTH_BYTES)
  const length = Buffer.from(read).readUInt32BE()
  if (length > MAX_LIST_BYTES) throw badList()
  await atLeast(LIST_LENGTH_BYTES + length)
  const entries = entriesIn(read.subarray(LIST_LENGTH_BYTES, LIST_LENGTH_BYTES + length))
  const rest = read.subarray(LIST_LENGTH_BYTES + length)
  const content = async function* (): AsyncGenerator<Uint8Array> {
    if (rest.length > 0) yield rest
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value
  }
  return { entries, content: content() }
}

function entriesIn(list: Uint8Array): FolderEntry[] {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(list))
  } catch {
    throw badList()
  }
  if (!Array.isArray(value)) throw badList()
  return value.map((entry: unknown) => {
    if (!Array.isArray(entry) || entry.length !== 2) throw badList()
    const [path, sizeBytes] = entry as unknown[]
    const isPath = Array.isArray(path) && path.every((name) => typeof name === 'string')
    if (!isPath || !(sizeBytes === null || Number.isSafeInteger(sizeBytes))) throw badList()
    return { path: path as string[], ...(sizeBytes !== null && { sizeBytes: sizeBytes as number }) }
  })
}

function badList(): ApiError {
  return new ApiError('bad-request', 'A folder begins with the length of a list in JSON and the list of what is in it.')
}
