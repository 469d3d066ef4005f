/**
 * How far each room has got, in a file of its own beside the database. SQLite takes a damaged or shortened log up to
 * its last whole commit without a word, and everything in the database then agrees: only something outside of it tells
 * that rooms or documents are missing, and up to where this node has written.
 *
 * Each room has a line of a fixed length, which one small write replaces once the commit is on the disk. The line itself
 * is not flushed: after a kill or a power cut it may say too little, but it never says too much. A store without rooms
 * says so: an empty file, as none, is one that was lost.
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { parseDocumentId, type RoomId } from '../../protocols/wire/ids.ts'
import { isMissing, withFileErrors } from './file-errors.ts'
import type { OwnMark } from './store.ts'

/** Enough for every safe integer. */
const DIGITS = 16
const UNKNOWN = '?'.repeat(DIGITS)
const LINE = new RegExp(String.raw`^([a-z2-7]+) (\d{${DIGITS}}) (\d{${DIGITS}}|\?{${DIGITS}}) (\d{${DIGITS}})$`)
/** What the first room's line, which is longer, replaces. */
const NO_ROOMS = 'no rooms\n'
const OWNER_ONLY_FILE = 0o600

export interface RoomMark {
  /** How many documents were committed. */
  documents: number
  own: OwnMark
}

export function marksPath(path: string): string {
  return `${path}-rooms`
}

/** The marks of the store at `path`: none if there is no file. A line that is not whole says nothing. */
export function readMarks(path: string): Map<RoomId, RoomMark> {
  return new Map(linesOf(path).flatMap((line) => markOf(line) ?? []))
}

/** Whether the file is there and each of its lines can be read. Otherwise there may have been other rooms. */
export function areMarksWhole(path: string): boolean {
  const lines = linesOf(path)
  if (lines.pop() !== '' || lines.length === 0) return false
  return `${lines.join('\n')}\n` === NO_ROOMS || lines.every((line) => markOf(line) !== undefined)
}

/** Says that there are no rooms, before there is a database: one without marks has always lost them. */
export function beginMarks(path: string): void {
  withFileErrors(path, () => {
    try {
      writeFileSync(marksPath(path), NO_ROOMS, { mode: OWNER_ONLY_FILE, flag: 'wx', flush: true })
    } catch (error) {
      if (!existsSync(marksPath(path))) throw error
    }
  })
}

/** Replaces the marks of the store at `path`, which no node may have open. */
function writeMarks(path: string, marks: ReadonlyMap<RoomId, RoomMark>): void {
  const temporary = `${marksPath(path)}.tmp`
  withFileErrors(path, () => {
    // A kill must not leave the file without what it said.
    writeFileSync(temporary, textWith(marks), { mode: OWNER_ONLY_FILE, flush: true })
    renameSync(temporary, marksPath(path))
  })
}

/** What an open transaction changes. */
interface Change {
  added: number
  own?: OwnMark
}

const NO_MARK: RoomMark = { documents: 0, own: { documents: 0, givenUp: 0 } }

/** The marks of an open store. */
export class RoomMarks {
  readonly #file: number
  readonly #path: string
  readonly #marks = new Map<RoomId, RoomMark>()
  /** Where the line of each room is. */
  readonly #places = new Map<RoomId, number>()
  readonly #changes = new Map<RoomId, Change>()
  /** What was committed since a flush last began. */
  readonly #unflushed = new Map<RoomId, RoomMark>()
  /** What the file says. */
  readonly #written = new Map<RoomId, RoomMark>()
  /** What is being flushed. */
  readonly #flushing = new Map<RoomId, RoomMark>()
  #end = 0

  constructor(path: string, marks: ReadonlyMap<RoomId, RoomMark>) {
    this.#path = path
    if (textWith(marks) !== textOf(path)) writeMarks(path, marks)
    this.#file = withFileErrors(path, () => openSync(marksPath(path), 'r+'))
    for (const [room, mark] of marks) {
      this.#place(room, mark)
      this.#written.set(room, mark)
    }
  }

  own(room: RoomId): OwnMark {
    return this.#changes.get(room)?.own ?? (this.#marks.get(room) ?? NO_MARK).own
  }

  /** Counts documents of the open transaction; a room without any has a mark too. */
  add(room: RoomId, documents: number): void {
    const change = this.#changes.get(room) ?? { added: 0 }
    this.#changes.set(room, { ...change, added: change.added + documents })
  }

  putOwn(room: RoomId, own: OwnMark): void {
    this.#changes.set(room, { ...(this.#changes.get(room) ?? { added: 0 }), own })
  }

  /**
   * The documents of a room are being deleted in the open transaction. Its mark says so at once and durably: it must
   * never say more than the database has. How far this node had written stays, as other nodes have that. A rollback
   * leaves a mark that says too little.
   */
  empty(room: RoomId): void {
    this.#changes.set(room, { ...this.#changes.get(room), added: 0 })
    const before = this.#marks.get(room)
    if (before === undefined) return
    const mark = { ...before, documents: 0 }
    this.#place(room, mark)
    this.#unflushed.delete(room)
    this.#flushing.delete(room)
    this.#writeDurably(room, mark)
  }

  /**
   * Documents of a room leave it in the open transaction, which may have added them. What is on the disk, or will be
   * before this transaction is, says so at once: as in `empty`.
   */
  remove(room: RoomId, documents: number): void {
    if (documents === 0) return
    this.add(room, -documents)
    const committed = this.#marks.get(room)
    if (committed === undefined) return // there is no line that could say too much
    const left = Math.max(0, committed.documents + (this.#changes.get(room)?.added ?? 0))
    for (const marks of [this.#unflushed, this.#flushing]) {
      const mark = marks.get(room)
      if (mark !== undefined && mark.documents > left) marks.set(room, { ...mark, documents: left })
    }
    const written = this.#written.get(room)
    if (written !== undefined && written.documents > left) this.#writeDurably(room, { ...written, documents: left })
  }

  rollback(): void {
    this.#changes.clear()
  }

  commit(): void {
    for (const [room, { added, own }] of this.#changes) {
      const before = this.#marks.get(room) ?? NO_MARK
      const mark: RoomMark = { documents: before.documents + added, own: own ?? before.own }
      this.#place(room, mark)
      this.#unflushed.set(room, mark)
    }
    this.#changes.clear()
  }

  /** A flush begins: returns what writes the marks of all that is committed by now, to be called once it has ended. */
  beginFlush(): () => void {
    for (const [room, mark] of this.#unflushed) this.#flushing.set(room, mark)
    this.#unflushed.clear()
    return () => {
      for (const [room, mark] of this.#flushing) this.#write(room, mark)
      this.#flushing.clear()
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  #writeDurably(room: RoomId, mark: RoomMark): void {
    this.#written.set(room, mark)
    withFileErrors(this.#path, () => {
      writeSync(this.#file, lineOf(room, mark), this.#places.get(room))
      fdatasyncSync(this.#file)
    })
  }

  /** If that fails, the file says too little: the commit has succeeded. */
  #write(room: RoomId, mark: RoomMark): void {
    this.#written.set(room, mark)
    try {
      writeSync(this.#file, lineOf(room, mark), this.#places.get(room))
    } catch {
      // As above.
    }
  }

  #place(room: RoomId, mark: RoomMark): void {
    const place = this.#places.get(room) ?? this.#end
    this.#places.set(room, place)
    this.#end = Math.max(this.#end, place + lineOf(room, mark).length)
    this.#marks.set(room, mark)
  }
}

/** What the file has, or nothing if there is none. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(marksPath(path), 'latin1')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function linesOf(path: string): string[] {
  return withFileErrors(path, () => textOf(path) ?? '').split('\n')
}

function textWith(marks: ReadonlyMap<RoomId, RoomMark>): string {
  return [...marks].map(([room, mark]) => lineOf(room, mark)).join('') || NO_ROOMS
}

function lineOf(room: RoomId, { documents, own }: RoomMark): string {
  const known = own.documents === 'unknown' ? UNKNOWN : padded(own.documents)
  return `${room} ${padded(documents)} ${known} ${padded(own.givenUp)}\n`
}

function padded(count: number): string {
  return String(count).padStart(DIGITS, '0')
}

function markOf(line: string): [RoomId, RoomMark][] | undefined {
  const [, id = '', documents, known, givenUp] = LINE.exec(line) ?? []
  const room = parseDocumentId(id)
  if (room === undefined) return undefined
  const own: OwnMark = { documents: known === UNKNOWN ? 'unknown' : Number(known), givenUp: Number(givenUp) }
  return [[room, { documents: Number(documents), own }]]
}
