/**
 * How many documents a store has, in a file of its own. SQLite takes a damaged or shortened log up to its last whole
 * commit without a word, and everything in the database then agrees: only something outside of it tells that documents
 * are missing.
 */
import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { withFileErrors } from './file-errors.ts'
import { StoreError } from './store.ts'

/** Always as many digits, enough for every safe integer, so that one small write replaces the old number. */
const DIGITS = 16
const CONTENT = new RegExp(String.raw`^\d{${DIGITS}}\n$`)
const OWNER_ONLY_FILE = 0o600

/** Forgets the count of a store whose database was moved away: another one begins. */
export function forgetCountWithoutStore(path: string): void {
  if (!existsSync(path)) withFileErrors(path, () => rmSync(countPath(path), { force: true }))
}

/**
 * Written after each commit, and not flushed: after a power cut it may be too low, but it is never too high. If it
 * cannot be written, it stays too low.
 */
export class DocumentCount {
  readonly #file: number
  #documents: number

  /** Of the store at `path`, which has so many documents now. Throws a StoreError `corrupt` if there were more. */
  constructor(path: string, documents: number) {
    this.#documents = documents
    this.#file = withFileErrors(countPath(path), () => {
      requireAtLeast(readCount(path), documents, path)
      // Not emptied: a kill must not leave it without a number.
      return openSync(countPath(path), existsSync(countPath(path)) ? 'r+' : 'wx+', OWNER_ONLY_FILE)
    })
    this.#write()
    // What was there may have been anything.
    withFileErrors(countPath(path), () => ftruncateSync(this.#file, DIGITS + 1))
  }

  /** Counts documents that were committed. */
  add(documents: number): void {
    if (documents === 0) return
    this.#documents += documents
    this.#write()
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(): void {
    try {
      writeSync(this.#file, `${String(this.#documents).padStart(DIGITS, '0')}\n`, 0)
    } catch {
      // The commit has succeeded.
    }
  }
}

function countPath(path: string): string {
  return `${path}-documents`
}

/** Zero if there is no count, or none that is whole. */
function readCount(path: string): number {
  if (!existsSync(countPath(path))) return 0
  const content = readFileSync(countPath(path), 'utf8')
  return CONTENT.test(content) ? Number(content) : 0
}

function requireAtLeast(expected: number, documents: number, path: string): void {
  if (documents >= expected) return
  throw new StoreError(
    'corrupt',
    `${path} has lost documents: it had ${expected}, and ${documents} are left. Restore a backup of its whole folder, or delete ${countPath(path)} to go on with what is left; what this node writes then may contradict what others have of it`,
  )
}
