/**
 * The values of a row as SQLite writes it.
 *
 * Format: https://sqlite.org/fileformat2.html#record_format
 */

/** Texts and floats stand for nothing that is looked for. */
export type Value = number | Buffer | null

/** Bytes of the integers that a serial type below 12 stands for. */
const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0] as const
const FLOAT = 7
/** The integers that take no bytes. */
const ZERO = 8
const ONE = 9
/** From here on, even types are bytes, and odd ones texts. */
const MIN_BYTES_TYPE = 12

/** The values in order; none if the header makes no sense. */
export function valuesOf(row: Buffer): Value[] {
  const header = readVarint(row, 0)
  if (header === undefined || header.value > row.length) return []
  const values: Value[] = []
  let offset = header.value
  for (let at = header.end; at < header.value;) {
    const type = readVarint(row, at)
    if (type === undefined) return []
    at = type.end
    const bytes =
      type.value < MIN_BYTES_TYPE ? (INTEGER_BYTES[type.value] ?? 0) : Math.floor((type.value - MIN_BYTES_TYPE) / 2)
    if (offset + bytes > row.length) return []
    values.push(valueOf(type.value, row.subarray(offset, offset + bytes)))
    offset += bytes
  }
  return values
}

function valueOf(type: number, bytes: Buffer): Value {
  if (type >= MIN_BYTES_TYPE) return type % 2 === 0 ? bytes : null
  if (type === ZERO || type === ONE) return type - ZERO
  if (type === FLOAT || bytes.length === 0) return null
  return bytes.length === 8 ? Number(bytes.readBigInt64BE()) : bytes.readIntBE(0, bytes.length)
}

/** Numbers of up to nine bytes; those beyond the safe integers come from damage. */
export function readVarint(bytes: Buffer, offset: number): { value: number; end: number } | undefined {
  let value = 0
  for (let i = 0; i < 9; i++) {
    const byte = bytes[offset + i]
    if (byte === undefined) return undefined
    value = i === 8 ? value * 256 + byte : value * 128 + (byte & 0x7f)
    if (i === 8 || byte < 0x80) return Number.isSafeInteger(value) ? { value, end: offset + i + 1 } : undefined
  }
  return undefined
}
