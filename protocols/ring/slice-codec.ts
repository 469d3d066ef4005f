/** Records of slices as messages and back. */
import { wireBytes } from '../wire/id-codec.ts'
import { bytesOfPlace, PLACE_BYTES, placeOfBytes, type Place } from './circle.ts'
import type { Slice, SliceItems, SliceOpen, SliceWant } from './messages.ts'
import { MAX_SYMBOLS, NONCE_BYTES } from './reconciliation/index.ts'
import { ITEMS_BYTES, MAX_SYMBOLS_SENT, MAX_WANTED } from './slices/constants.ts'
import type { SlicesRecord } from './slices/index.ts'

const CHECKSUM_BYTES = 4

/** The message of a record. */
export function encodeSlice(record: SlicesRecord): Slice {
  const { slice } = record
  switch (record.type) {
    case 'open': {
      const { part, nonce, answererNonce, end } = record
      const places = { from: bytesOfPlace(part.from), to: bytesOfPlace(part.to) }
      return { slice, open: { ...places, nonce: wireBytes(nonce), answererNonce: wireBytes(answererNonce), end } }
    }
    case 'symbols': {
      const { nonce, first, symbols } = record
      return { slice, symbols: { nonce: wireBytes(nonce), first, symbols: wireBytes(symbols) } }
    }
    case 'more':
      return { slice, more: { end: record.end } }
    case 'want':
      return { slice, want: { checksums: encodeChecksums(record.checksums) } }
    case 'items':
      return { slice, items: { opener: record.isOpener, items: record.items.map(wireBytes) } }
    case 'taken':
      return { slice, taken: { kept: record.kept } }
    case 'end':
      return { slice, end: { opener: record.isOpener, refused: record.isRefused } }
    case 'changed':
      return { slice, changed: {} }
  }
}

/** None if it is one of a later version. Throws a RangeError on two records, wrong lengths and limits passed. */
export function decodeSlice({ slice, open, symbols, more, want, items, taken, end, changed }: Slice): SlicesRecord[] {
  const records: SlicesRecord[] = [
    ...(open ? [{ type: 'open' as const, slice, ...decodeOpen(open) }] : []),
    ...(symbols ? [{ type: 'symbols' as const, slice, ...symbols, nonce: checkNonce(symbols.nonce) }] : []),
    ...(more ? [{ type: 'more' as const, slice, end: checkEnd(more.end, MAX_SYMBOLS) }] : []),
    ...(want ? [{ type: 'want' as const, slice, checksums: decodeChecksums(want) }] : []),
    ...(items ? [{ type: 'items' as const, slice, isOpener: items.opener, items: checkItems(items) }] : []),
    ...(taken ? [{ type: 'taken' as const, slice, kept: checkKept(taken.kept) }] : []),
    ...(end ? [{ type: 'end' as const, slice, isOpener: end.opener, isRefused: end.refused }] : []),
    ...(changed ? [{ type: 'changed' as const, slice }] : []),
  ]
  if (records.length > 1) throw new RangeError('one record of a slice says two things')
  return records
}

function decodeOpen({ from, to, nonce, answererNonce, end }: SliceOpen) {
  return {
    ...{ part: { from: decodePlace(from), to: decodePlace(to) }, nonce: checkNonce(nonce) },
    answererNonce: answererNonce.length === 0 ? answererNonce : checkNonce(answererNonce),
    end: checkEnd(end, MAX_SYMBOLS_SENT),
  }
}

function decodePlace(bytes: Uint8Array): Place {
  if (bytes.length !== PLACE_BYTES) throw new RangeError(`a place has ${PLACE_BYTES} bytes, not ${bytes.length}`)
  return placeOfBytes(bytes)
}

function checkNonce(nonce: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE_BYTES) throw new RangeError(`a nonce has ${NONCE_BYTES} bytes, not ${nonce.length}`)
  return nonce
}

function checkEnd(end: number, most: number): number {
  if (end < 1 || end > most) throw new RangeError(`from 1 to ${most} symbols are asked for, not ${end}`)
  return end
}

function checkKept(kept: number): number {
  if (kept > MAX_WANTED) throw new RangeError(`at most ${MAX_WANTED} items are kept at a time, not ${kept}`)
  return kept
}

function encodeChecksums(checksums: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(CHECKSUM_BYTES * checksums.length)
  for (const [index, checksum] of checksums.entries()) bytes.writeUInt32BE(checksum, CHECKSUM_BYTES * index)
  return bytes
}

function decodeChecksums({ checksums }: SliceWant): number[] {
  const count = checksums.length / CHECKSUM_BYTES
  if (!Number.isInteger(count) || count < 1 || count > MAX_WANTED)
    throw new RangeError(`from 1 to ${MAX_WANTED} checksums are wanted, of ${CHECKSUM_BYTES} bytes each`)
  const bytes = Buffer.from(checksums)
  return Array.from({ length: count }, (_, index) => bytes.readUInt32BE(CHECKSUM_BYTES * index))
}

function checkItems({ items }: SliceItems): readonly Uint8Array[] {
  const sizeBytes = items.reduce((sum, { length }) => sum + length, 0)
  if (items.length > 1 && sizeBytes > ITEMS_BYTES)
    throw new RangeError(`several items have at most ${ITEMS_BYTES} bytes`)
  return items
}
