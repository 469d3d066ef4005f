/**
 * Puts what is whole in a damaged log into a copy of its database. SQLite reads a log only up to its first damaged
 * frame. Each frame has the checksum of all before it, so a frame after the damage can still be told to be whole: by
 * the checksum in the one before it.
 *
 * Format: https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
import { closeSync, copyFileSync, existsSync, fstatSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { withFileErrors } from '../file-errors.ts'

const LOG_HEADER_BYTES = 32
const LOG_SALTS_AT = 16
/** Where the checksum of the log's header is. */
const LOG_SUM_AT = 24
const FRAME_HEADER_BYTES = 24
/** The part of a frame's header that its checksum covers. */
const SUMMED_HEADER_BYTES = 8
const CHECKSUM_AT = 16
const SALTS_AT = 8
const SALTS_BYTES = 8
const PAGE_BYTES_AT = 16
const LOG_PAGE_BYTES_AT = 8
const DEFAULT_PAGE_BYTES = 4_096
/** What SQLite allows. */
const MIN_PAGE_BYTES = 512
const MAX_PAGE_BYTES = 65_536
/** The first word of a log whose checksums are made of big-endian words. */
const BIG_ENDIAN_MAGIC = 0x377f0683

export interface LogReport {
  /** Copies of pages. */
  frames: number
  /** Those that are not whole; one more if the log's own header is not. */
  damaged: number
}

interface Frame {
  offset: number
  page: number
}

/** Where a damaged log is kept: SQLite empties the log itself when the database is closed, whether damaged or not. */
export function keptLogPath(path: string): string {
  return `${path}-damaged-log`
}

/** Keeps a copy of the log of a database that is about to be opened, if SQLite will not read all of it. */
export function keepDamagedLog(path: string): void {
  const log = `${path}-wal`
  if (!existsSync(path) || !existsSync(log)) return
  withFileErrors(path, () => {
    // Opening the database itself would end the locks that a node in this process has on it.
    const { damaged } = logReport(log)
    if (damaged > 0) copyFileSync(log, keptLogPath(path))
  })
}

/** Nothing was lost by the damage: those frames were of a commit that a crash cut off. */
export function forgetDamagedLog(path: string): void {
  withFileErrors(path, () => rmSync(keptLogPath(path), { force: true }))
}

/** The size of a database's pages, as its header says. */
export function pageBytesOf(path: string): number {
  const file = openSync(path, 'r')
  try {
    return soundPageBytes(read(file, PAGE_BYTES_AT, 2).readUInt16BE(0))
  } finally {
    closeSync(file)
  }
}

/** That of Kith's own databases if it makes no sense. */
function soundPageBytes(stated: number): number {
  const isSound = stated >= MIN_PAGE_BYTES && stated <= MAX_PAGE_BYTES && Number.isInteger(Math.log2(stated))
  return isSound ? stated : DEFAULT_PAGE_BYTES
}

function logReport(logPath: string): LogReport {
  const log = openSync(logPath, 'r')
  try {
    return wholeFrames(log, soundPageBytes(read(log, LOG_PAGE_BYTES_AT, 4).readUInt32BE(0)))
  } finally {
    closeSync(log)
  }
}

/** Both files are those of a copy. */
export function applyLog(databasePath: string, logPath: string, pageBytes: number): LogReport {
  if (!existsSync(logPath)) return { frames: 0, damaged: 0 }
  const log = openSync(logPath, 'r')
  const database = openSync(databasePath, 'r+')
  try {
    const { committed, ...report } = wholeFrames(log, pageBytes)
    for (const { offset, page } of committed) {
      writeSync(database, read(log, offset + FRAME_HEADER_BYTES, pageBytes), 0, pageBytes, (page - 1) * pageBytes)
    }
    return report
  } finally {
    closeSync(log)
    closeSync(database)
  }
}

/** The whole frames up to the last one that ends a transaction. */
function wholeFrames(log: number, pageBytes: number): LogReport & { committed: Frame[] } {
  const { size } = fstatSync(log)
  const header = read(log, 0, Math.min(size, LOG_HEADER_BYTES))
  const frameBytes = FRAME_HEADER_BYTES + pageBytes
  const frames = Math.max(0, Math.floor((size - LOG_HEADER_BYTES) / frameBytes))
  if (frames === 0) return { frames: 0, damaged: 0, committed: [] }
  const isBigEndian = header.readUInt32BE(0) === BIG_ENDIAN_MAGIC
  const salts = saltsOf(log, header, frameBytes, frames)
  const whole: Frame[] = []
  let committed = 0
  let inUse = 0
  let before: [number, number] = [header.readUInt32BE(LOG_SUM_AT), header.readUInt32BE(LOG_SUM_AT + 4)]
  const summedHeader = sum(header.subarray(0, LOG_SUM_AT), [0, 0], isBigEndian)
  const isHeaderWhole = summedHeader[0] === before[0] && summedHeader[1] === before[1]
  for (let i = 0; i < frames; i++) {
    const offset = LOG_HEADER_BYTES + i * frameBytes
    const frame = read(log, offset, frameBytes)
    const stated: [number, number] = [frame.readUInt32BE(CHECKSUM_AT), frame.readUInt32BE(CHECKSUM_AT + 4)]
    const summed = checksum(frame, before, isBigEndian)
    before = stated
    // What an earlier use of the log left behind has other salts.
    if (!frame.subarray(SALTS_AT, SALTS_AT + SALTS_BYTES).equals(salts)) continue
    inUse++
    const page = frame.readUInt32BE(0)
    if (page === 0 || summed[0] !== stated[0] || summed[1] !== stated[1]) continue
    whole.push({ offset, page })
    if (frame.readUInt32BE(4) !== 0) committed = whole.length
  }
  const damaged = inUse - whole.length + (isHeaderWhole ? 0 : 1)
  return { frames: inUse, damaged, committed: whole.slice(0, committed) }
}

/** The salts in the header; if that is damaged, those of the first frames that agree. */
function saltsOf(log: number, header: Buffer, frameBytes: number, frames: number): Buffer {
  const stated = header.subarray(LOG_SALTS_AT, LOG_SALTS_AT + SALTS_BYTES)
  const saltsAt = (i: number): Buffer => read(log, LOG_HEADER_BYTES + i * frameBytes + SALTS_AT, SALTS_BYTES)
  if (frames < 2 || saltsAt(0).equals(stated) || saltsAt(1).equals(stated)) return stated
  return saltsAt(1)
}

/** The checksum of a frame that follows one with the checksum `before`. */
function checksum(frame: Buffer, before: readonly [number, number], isBigEndian: boolean): [number, number] {
  const header = sum(frame.subarray(0, SUMMED_HEADER_BYTES), before, isBigEndian)
  return sum(frame.subarray(FRAME_HEADER_BYTES), header, isBigEndian)
}

function sum(bytes: Buffer, before: readonly [number, number], isBigEndian: boolean): [number, number] {
  let [a, b] = before
  for (let i = 0; i < bytes.length; i += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i)) + b) >>> 0
    b = (b + (isBigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4)) + a) >>> 0
  }
  return [a, b]
}

function read(file: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes)
  readSync(file, buffer, 0, bytes, offset)
  return buffer
}
