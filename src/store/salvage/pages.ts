/**
 * Finds documents and small blocks in the pages of a database, whatever of its trees is damaged: each row that is whole on
 * its page, with the pages it continues on, is read for itself.
 *
 * Format: https://sqlite.org/fileformat2.html#b_tree_pages
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { MAX_DOCUMENT_BYTES } from '../../../protocols/document/constants.ts'
import { blockIdOf, blockIdOfBytes, codecOf } from '../../../protocols/wire/block-ids.ts'
import { sha256 } from '../../../protocols/wire/crypto.ts'
import type { AtRestCipher } from '../at-rest.ts'
import type { StoredBlock } from '../blocks.ts'
import { readVarint, valuesOf, type Value } from './record.ts'

const TABLE_LEAF = 0x0d
const INDEX_LEAF = 0x0a
const INDEX_INTERIOR = 0x02
/** The first page begins with the header of the file. */
const FILE_HEADER_BYTES = 100
const LEAF_HEADER_BYTES = 8
const INTERIOR_HEADER_BYTES = 12
/** The number of the page to the left of a row. */
const CHILD_BYTES = 4
const DIGEST_BYTES = 32
/** A row with a document has some ten bytes for each of its few columns besides the block; a small block is no larger. */
const MAX_ROW_BYTES = MAX_DOCUMENT_BYTES + 1_024
/** Pages read at a time: a step of a few milliseconds, after which others get their turn. */
const PAGES_AT_ONCE = 256

/** A row of the table of documents. */
export interface FoundRow {
  key: number
  /** The digest of the document's id. */
  id: Uint8Array
  /** Keys. */
  room: number
  author: number
  seq: number
  /** The block, whole or in its short form. */
  block: Uint8Array
}

/** Which document a row is about, or was. */
export type FoundId = Pick<FoundRow, 'key' | 'id' | 'room'>

export interface FoundBlocks {
  /** The blocks of documents that are whole. */
  documents: Uint8Array[]
  /** Those of the table of documents, whatever they say. */
  rows: FoundRow[]
  /** Of rows that may be lost: there is an index of all, and some were dropped. */
  ids: FoundId[]
  /** Those of files, and of what else is put by its id. */
  blocks: StoredBlock[]
  /** How much of the file was read. */
  doneBytes: number
  totalBytes: number
}

/** Yields everything that is found, some of it several times, and some that had been deleted. */
export function* findBlocks(path: string, pageBytes: number, atRest: AtRestCipher): Generator<FoundBlocks> {
  const file = openSync(path, 'r')
  try {
    const { size: totalBytes } = fstatSync(file)
    const pages = new Pages(file, pageBytes, Math.ceil(totalBytes / pageBytes))
    let rows: Row[] = []
    for (let number = 1; number <= pages.count; number++) {
      rows.push(...pages.rowsOf(number))
      if (number % PAGES_AT_ONCE !== 0 && number < pages.count) continue
      yield {
        documents: rows.flatMap((row) => documentIn(row, atRest)),
        rows: rows.flatMap((row) => rowIn(row, atRest)),
        ids: rows.flatMap(idIn),
        blocks: rows.flatMap((row) => blockIn(row, atRest)),
        ...{ doneBytes: Math.min(totalBytes, number * pageBytes), totalBytes },
      }
      rows = []
    }
  } finally {
    closeSync(file)
  }
}

/** Of a table, or of an index, where a row has no key of its own. */
interface Row {
  key: number | undefined
  values: readonly Value[]
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

  /** The rows that begin on a page of a table or an index. */
  rowsOf(number: number): Row[] {
    const page = this.#read(number)
    const start = number === 1 ? FILE_HEADER_BYTES : 0
    const type = page[start]
    if (type === TABLE_LEAF) {
      return offsetsIn(page, start, LEAF_HEADER_BYTES).flatMap((offset) => this.#rowAt(page, offset) ?? [])
    }
    if (type === INDEX_LEAF) {
      return offsetsIn(page, start, LEAF_HEADER_BYTES).flatMap((offset) => indexRowAt(page, offset) ?? [])
    }
    if (type !== INDEX_INTERIOR) return []
    const offsets = offsetsIn(page, start, INTERIOR_HEADER_BYTES)
    return offsets.flatMap((offset) => indexRowAt(page, offset + CHILD_BYTES) ?? [])
  }

  #rowAt(page: Buffer, offset: number): Row | undefined {
    const size = readVarint(page, offset)
    const key = size && readVarint(page, size.end)
    if (key === undefined || size === undefined || size.value > MAX_ROW_BYTES) return undefined
    const onPage = bytesOnPage(size.value, this.#pageBytes)
    const end = key.end + onPage
    if (end > page.length) return undefined
    const row = (bytes: Buffer): Row => ({ key: key.value, values: valuesOf(bytes) })
    if (onPage === size.value) return row(page.subarray(key.end, end))
    if (end + 4 > page.length) return undefined
    const whole = this.#continued(page.subarray(key.end, end), page.readUInt32BE(end), size.value)
    return whole && row(whole)
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

function offsetsIn(page: Buffer, start: number, headerBytes: number): number[] {
  const cells = Math.min(page.readUInt16BE(start + 3), Math.floor((page.length - start - headerBytes) / 2))
  return Array.from({ length: cells }, (_, i) => page.readUInt16BE(start + headerBytes + 2 * i))
}

/** A short row of an index; those that go on elsewhere have no id. */
function indexRowAt(page: Buffer, offset: number): Row | undefined {
  const size = offset < page.length ? readVarint(page, offset) : undefined
  if (size === undefined || size.end + size.value > page.length) return undefined
  return { key: undefined, values: valuesOf(page.subarray(size.end, size.end + size.value)) }
}

/** The last bytes of a row, if others are their digest: tables of documents, accepted or waiting, are like that. */
function documentIn({ key, values }: Row, atRest: AtRestCipher): Uint8Array[] {
  const blobs = blobsIn(values)
  const last = blobs.at(-1)
  if (key === undefined || last === undefined || blobs.length < 2) return []
  return asItWas(last, atRest, (block) => {
    const digest = sha256(block)
    return blobs.some((blob) => blob.equals(digest))
  })
}

/** What is stored, or what was sealed in it. */
function asItWas(stored: Buffer, atRest: AtRestCipher, isRight: (block: Uint8Array) => boolean): Uint8Array[] {
  const block = isRight(stored) ? stored : atRest.open(stored)
  return block !== undefined && isRight(block) ? [Uint8Array.from(block)] : []
}

/** A row like those of the table of documents: the key takes no place among the values. */
function rowIn({ key, values }: Row, atRest: AtRestCipher): FoundRow[] {
  // Rows of before say nothing of a seal.
  const [none, id, room, clock, author, seq, stored, sealed = 0, ...others] = values
  if (key === undefined || none !== null || others.length > 0 || !isDigest(id) || !(stored instanceof Buffer)) return []
  if (!isNumber(room) || !isNumber(clock) || !isNumber(author) || !isNumber(seq) || !isNumber(sealed)) return []
  const block = Uint8Array.from(atRest.opened(stored, sealed))
  return [{ key, id: Uint8Array.from(id), room, author, seq, block }]
}

/** The index of documents in order ends with the key of the row; the table of those that were dropped has no blocks. */
function idIn({ key: own, values }: Row): FoundId[] {
  const [none, id, room, ...others] = values
  if (own !== undefined) {
    const isLikeDropped = none === null && others.length === 3 && others.every(isNumber)
    return isLikeDropped && isDigest(id) && isNumber(room) ? [{ key: own, id: Uint8Array.from(id), room }] : []
  }
  const [indexRoom, clock, indexId, key, ...more] = values
  if (more.length > 0 || !isDigest(indexId) || !isNumber(indexRoom) || !isNumber(clock) || !isNumber(key)) return []
  return [{ key, id: Uint8Array.from(indexId), room: indexRoom }]
}

function blobsIn(values: readonly Value[]): Buffer[] {
  return values.flatMap((value) => (value instanceof Buffer ? [value] : []))
}

function isDigest(value: Value | undefined): value is Buffer {
  return value instanceof Buffer && value.length === DIGEST_BYTES
}

function isNumber(value: Value | undefined): value is number {
  return typeof value === 'number'
}

/** The second of two blobs, if the first is its id: the table of small blocks is like that. */
function blockIn({ key, values }: Row, atRest: AtRestCipher): StoredBlock[] {
  const [idBytes, last, ...others] = blobsIn(values)
  if (key === undefined || idBytes === undefined || last === undefined || others.length > 0) return []
  const id = blockIdOfBytes(idBytes)
  if (id === undefined) return []
  return asItWas(last, atRest, (block) => blockIdOf(codecOf(id), block) === id).map((block) => ({ id, block }))
}
