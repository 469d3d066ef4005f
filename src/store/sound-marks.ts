/** The checks of each start: what the database has must agree with itself and with the marks kept outside of it. */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import type { RoomId } from '../../protocols/wire/ids.ts'
import { areMarksWhole, beginMarks, readMarks, type RoomMark } from './room-marks.ts'
import { damaged, lostDocuments } from './store-errors.ts'
import type { OwnMark, StoreReads } from './store.ts'

/** Of a database of SQLite, with where in it the size of a page is, and how many there are. */
const HEADER_BYTES = 100
const PAGE_SIZE_AT = 16
const PAGES_AT = 28

/** How the files were before they were opened. */
export interface FoundDatabase {
  /** Whoever had it last did not close it: its log was still there. */
  wasCutOff: boolean
  /** The marks were gone, or one of them damaged. */
  hadNoMarks: boolean
}

/**
 * To be called before a database is opened or made. Throws a StoreError `corrupt` if it is gone and its marks are not, or
 * if it is shorter than it was.
 */
export function findDatabase(path: string): FoundDatabase {
  if (existsSync(path)) {
    const wasCutOff = existsSync(`${path}-wal`)
    if (!wasCutOff && isShortened(path)) throw damaged(path)
    return { wasCutOff, hadNoMarks: !areMarksWhole(path) }
  }
  const had = sum([...readMarks(path).values()].map(({ documents }) => documents))
  if (had > 0) throw lostDocuments(path, had, 0)
  beginMarks(path)
  return { wasCutOff: false, hadNoMarks: false }
}

/** Whether a database without a log ends before the last page that its header counts: SQLite takes what is missing for zeros. */
function isShortened(path: string): boolean {
  const header = Buffer.alloc(HEADER_BYTES)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    if (readSync(file, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return false
    return fstatSync(file).size < header.readUInt16BE(PAGE_SIZE_AT) * header.readUInt32BE(PAGES_AT)
  } catch {
    return false // who opens the database says why it cannot be read
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/**
 * The marks of a store that has just been opened, at least as high as what it has. Throws a StoreError `corrupt` if it
 * had more once. A few reads for each room: the rest is checked in the background.
 */
export function soundMarks(
  path: string,
  store: Pick<StoreReads, 'rooms' | 'totals' | 'documents'>,
): Map<RoomId, RoomMark> {
  const marks = readMarks(path)
  const rooms = new Set(store.rooms().map(({ id }) => id))
  const inStore = (room: RoomId): number => store.totals(room).documents
  const isLost = ([room, { documents }]: [RoomId, RoomMark]): boolean =>
    inStore(room) < documents || (inStore(room) === 0 && documents === 0 && !rooms.has(room))
  if ([...marks].some(isLost)) {
    const left = sum([...marks.keys()].map(inStore))
    throw lostDocuments(path, sum([...marks.values()].map(({ documents }) => documents)), left)
  }
  for (const room of rooms) requireNewest(path, room, store)
  // A kill may have left one room without its line. If a line is lost, nothing tells how far this node had written.
  const own: OwnMark = { documents: areMarksWhole(path) ? 0 : 'unknown', givenUp: 0 }
  for (const room of [...marks.keys(), ...rooms]) {
    marks.set(room, { documents: inStore(room), own: marks.get(room)?.own ?? own })
  }
  return marks
}

/** A room whose totals say that documents are here must have a newest one. Of those that were dropped, nothing is here. */
function requireNewest(path: string, room: RoomId, store: Pick<StoreReads, 'totals' | 'documents'>): void {
  const hasAny = store.documents(room, { descending: true, limit: 1 }).length > 0
  const { documents, sizeBytes } = store.totals(room)
  if (hasAny ? documents === 0 : sizeBytes > 0) throw damaged(path)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
