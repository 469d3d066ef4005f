/**
 * Flushes the log of a database once for all who wait, off the event loop if that takes long. What SQLite has committed
 * is in the log or, after a checkpoint, in the database: SQLite flushes the log before it copies from it, and the
 * database before it begins the log anew. So a flush of the log makes every commit before it durable.
 *
 * Source: https://sqlite.org/pragma.html#pragma_synchronous (NORMAL), https://sqlite.org/wal.html
 */
import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { fileError, withFileErrors } from './file-errors.ts'
import type { Flushed } from './store.ts'

/**
 * A disk whose last flush took no longer is flushed on the event loop: to pass a flush to another thread, and to hear of
 * its end, costs up to a quarter of a millisecond, which whoever awaits one write after the other pays with each. What
 * the loop does meanwhile counts too, so that a busy loop flushes beside it.
 */
const MAX_ON_LOOP_MS = 2

interface Waiting {
  /** The commits that must be on the disk. */
  commits: number
  flushed: Flushed
}

export class LogFlush {
  readonly #path: string
  readonly #log: number
  readonly #begin: () => () => void
  readonly #nowMs: () => number
  /** How long the last flush took until the event loop heard of its end. */
  #lastMs = Infinity
  #commits = 0
  #flushedCommits = 0
  #waiting: Waiting[] = []
  #isRunning = false
  #isClosed = false

  /**
   * `path`: that of an open database in WAL mode. Closing its log ends no locks: those are on the database's file.
   * `begin` is called when a flush begins, and what it returns when that has succeeded, before anybody else hears of it.
   */
  constructor(path: string, begin: () => () => void, nowMs = () => performance.now()) {
    this.#path = path
    this.#begin = begin
    this.#nowMs = nowMs
    this.#log = withFileErrors(path, () => openSync(`${path}-wal`, 'r+'))
  }

  /** The database has committed. */
  committed(): void {
    this.#commits++
  }

  /** Calls back, in order, once all that is committed by now is on the disk; at once if it is. */
  flush(flushed: Flushed): void {
    if (this.#flushedCommits === this.#commits) {
      flushed()
      return
    }
    this.#waiting.push({ commits: this.#commits, flushed })
    this.#start()
  }

  /** Flushes on the event loop, and calls back whoever waits. */
  flushNow(): void {
    const startedMs = this.#nowMs()
    const succeeded = this.#begin()
    let failure: Error | undefined
    try {
      fdatasyncSync(this.#log)
      succeeded()
    } catch (error) {
      failure = fileError(this.#path, error)
    }
    this.#lastMs = this.#nowMs() - startedMs
    this.#done(this.#commits, failure)
  }

  close(): void {
    this.#isClosed = true
    this.flushNow()
    if (!this.#isRunning) closeSync(this.#log)
  }

  #start(): void {
    if (this.#isRunning || this.#waiting.length === 0) return
    if (this.#lastMs <= MAX_ON_LOOP_MS) return this.flushNow()
    this.#isRunning = true
    const startedMs = this.#nowMs()
    const commits = this.#commits
    const succeeded = this.#begin()
    fdatasync(this.#log, (cause) => {
      this.#isRunning = false
      this.#lastMs = this.#nowMs() - startedMs
      if (this.#isClosed) {
        closeSync(this.#log)
        return
      }
      if (cause === null) succeeded()
      // The system may have dropped what it could not write, so that a second flush would prove nothing.
      this.#done(commits, cause === null ? undefined : fileError(this.#path, cause))
      this.#start()
    })
  }

  #done(commits: number, error: Error | undefined): void {
    if (error === undefined) this.#flushedCommits = Math.max(this.#flushedCommits, commits)
    const isDone = (each: Waiting): boolean => each.commits <= commits
    const done = this.#waiting.filter(isDone)
    this.#waiting = this.#waiting.filter((each) => !isDone(each))
    for (const { flushed } of done) flushed(error)
  }
}
