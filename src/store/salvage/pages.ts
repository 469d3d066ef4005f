/**
 * Finds documents and small blocks in the pages of a database, whatever of its trees is damaged: each row that is whole on its page,
 * with the pages it continues on, is read for itself.
 *
 * Format: https://sqlite.org/fileformat2.html#b_tree_pages
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { blockIdOf, blockIdOfBytes, codecOf } from '../../../protocols/wire/block-ids.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { AtRestCipher } from '../at-rest.ts'
import type { StoredBlock } from '../blocks.ts'

const TABLE_LEAF = 0x0d
/** The first page begins with the header of the file. */
const FILE_HEADER_BYTES = 100
const LEAF_HEADER_BYTES = 8
const DIGEST_BYTES = 32
/** A row with a document has some ten bytes for each of its few columns besides the block; a small block is no larger. */
const MAX_ROW_BYTES = MAX_DOCUMENT_BYTES + 1_024
/** Pages read at a time: a step of a few milliseconds, after which others get their turn. */
const PAGES_AT_ONCE = 256

/** Bytes of the integers that a serial type below 12 stands for. */
const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const

export interface FoundBlocks {
  /** The blocks of documents. */
  documents: Uint8Array[]
  /** Those of files, and of what else is put by its id. */
  blocks: StoredBlock[]
  /** How much of the file was read. */
  doneBytes: number
  totalBytes: number
}

/** Yields all blocks whose row has their digest or id, some of them several times, and some that had been deleted. */
export function* findBlocks(path: string, pageBytes: number, atRest: AtRestCipher): Generator<FoundBlocks> {
  const file = openSync(path, 'r')
  try {
    const { size: totalBytes } = fstatSync(file)
    const pages = new Pages(file, pageBytes, Math.ceil(totalBytes / pageBytes))
    let rows: Buffer[][] = []
    for (let number = 1; number <= pages.count; number++) {
      rows.push(...pages.rowsOf(number).map(blobsOf))
      if (number % PAGES_AT_ONCE !== 0 && number < pages.count) continue
      const documents = rows.flatMap((columns) => documentIn(columns, atRest))
      const blocks = rows.flatMap((columns) => blockIn(columns, atRest))
      yield { documents, blocks, doneBytes: Math.min(totalBytes, number * pageBytes), totalBytes }
      rows = []
    }
  } finally {
    closeSync(file)
  }
}

class Pages {
  readonly count: number
  readonly #file: number
  readonly #pageBytes: number

  constructor(file: number, pageBytes: number, count: number) {
    this.#file = file
    this.#pageBytes = pageBytes
    this.count = count
  }

  /** The rows that begin on a page, if it is a leaf of a table. */
  rowsOf(number: number): Buffer[] {
    const page = this.#read(number)
    const start = number === 1 ? FILE_HEADER_BYTES : 0
    if (page[start] !== TABLE_LEAF) return []
    const cells = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - start - LEAF_HEADER_BYTES) / 2))
    return Array.from({ length: cells }, (_, i) => page.readUInt16BE(start + LEAF_HEADER_BYTES + 2 * i)).flatMap(
      (offset) => this.#rowAt(page, offset) ?? [],
    )
  }

  #rowAt(page: Buffer, offset: number): Buffer | undefined {
    const size = readVarint(page, offset)
    const key = size && readVarint(page, size.end)
    if (key === undefined || size === undefined || size.value > MAX_ROW_BYTES) return undefined
    const onPage = bytesOnPage(size.value, this.#pageBytes)
    const end = key.end + onPage
    if (end > page.length) return undefined
    if (onPage === size.value) return page.subarray(key.end, end)
    if (end + 4 > page.length) return undefined
    return this.#continued(page.subarray(key.end, end), page.readUInt32BE(end), size.value)
  }

  /** The rest is in a chain of pages, each of which begins with the number of the next one. */
  #continued(start: Buffer, first: number, sizeBytes: number): Buffer | undefined {
    const parts = [start]
    let left = sizeBytes - start.length
    for (let number = first; left > 0;) {
      if (number < 1 || number > this.count) return undefined
      const page = this.#read(number)
      const part = page.subarray(4, 4 + Math.min(left, page.length - 4))
      parts.push(part)
      left -= part.length
      number = page.readUInt32BE(0)
    }
    return Buffer.concat(parts)
  }

  #read(number: number): Buffer {
    const page = Buffer.alloc(this.#pageBytes)
    readSync(this.#file, page, 0, page.length, (number - 1) * this.#pageBytes)
    return page
  }
}

/** How much of a row is on its own page. */
function bytesOnPage(sizeBytes: number, pageBytes: number): number {
  const most = pageBytes - 35
  if (sizeBytes <= most) return sizeBytes
  const least = Math.floor(((pageBytes - 12) * 32) / 255) - 23
  const wanted = least + ((sizeBytes - least) % (pageBytes - 4))
  return wanted <= most ? wanted : least
}

/** The last column of a row, if another column is its digest: tables of documents, accepted or waiting, are like that. */
function documentIn(columns: readonly Buffer[], atRest: AtRestCipher): Uint8Array[] {
  const last = columns.at(-1)
  if (last === undefined || columns.length < 2) return []
  const isNamed = (block: Uint8Array): boolean => {
    const digest = sha256(block)
    return columns.some((column) => column.length === DIGEST_BYTES && column.equals(digest))
  }
  return asItWas(last, atRest, isNamed)
}

/** What is stored, or what was sealed in it. */
function asItWas(stored: Buffer, atRest: AtRestCipher, isRight: (block: Uint8Array) => boolean): Uint8Array[] {
  const block = isRight(stored) ? stored : atRest.open(stored)
  return block !== undefined && isRight(block) ? [Uint8Array.from(block)] : []
}

/** The second of two blobs, if the first is its id: the table of small blocks is like that. */
function blockIn([idBytes, last, ...others]: readonly Buffer[], atRest: AtRestCipher): StoredBlock[] {
  const id = idBytes === undefined || others.length > 0 ? undefined : blockIdOfBytes(idBytes)
  if (id === undefined || last === undefined) return []
  return asItWas(last, atRest, (block) => blockIdOf(codecOf(id), block) === id).map((block) => ({ id, block }))
}

/** The blobs of a row in order; none if its header makes no sense. */
function blobsOf(row: Buffer): Buffer[] {
  const header = readVarint(row, 0)
  if (header === undefined || header.value > row.length) return []
  const blobs: Buffer[] = []
  let offset = header.value
  for (let at = header.end; at < header.value;) {
    const type = readVarint(row, at)
    if (type === undefined) return []
    at = type.end
    const bytes =
      type.value < INTEGER_BYTES.length ? (INTEGER_BYTES[type.value] ?? 0) : Math.floor((type.value - 12) / 2)
    if (offset + bytes > row.length) return []
    if (type.value >= 12 && type.value % 2 === 0) blobs.push(row.subarray(offset, offset + bytes))
    offset += bytes
  }
  return blobs
}

/** Numbers of up to nine bytes; those beyond the safe integers come from damage. */
function readVarint(bytes: Buffer, offset: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = bytes[offset + i]
    if (byte === undefined) return undefined
    value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)
    if (i === 8 || byte < 0x80) return Number.isSafeInteger(value) ? { value, end: offset + i + 1 } : undefined
  }
  return undefined
}
