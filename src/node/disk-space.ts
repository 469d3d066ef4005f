/** Keeps files and documents from filling the disk: a node cannot go on without space to note what it does. */
import { stat, statfs } from 'node:fs/promises'
import { reportFailure } from '../host/failures.ts'
import { grouped } from '../grouped.ts'
import { KithError, type DiskStatus } from '../kith.ts'
import { monotonicMs } from '../runtime/clock.ts'
import type { NodeCore } from './core.ts'
import { MEMORY_FOLDER } from './data-folder.ts'

/** Bytes to leave free: enough for blocks that several peers are sending, and for documents for a while. */
export const RESERVE_BYTES = 128 * 1024 * 1024

/** Documents of others pause below this: it is left for the user's own, for a while. */
export const DOCUMENT_RESERVE_BYTES = 32 * 1024 * 1024

/** Below this, the user's own documents are refused too: what is left is for the log of what frees space. */
export const READ_ONLY_BYTES = 16 * 1024 * 1024

/**
 * Interval of checks. They go on while nothing is being fetched: a fetch may begin at any time, and
 * on a disk that is nearly full the first blocks would not leave time for a check.
 */
export const CHECK_EVERY_MS = 2_000

/**
 * For so long after a write found no space, none is assumed: a quota may be full while the system counts free space, and
 * each write that fails makes the node start anew.
 */
export const FULL_MS = 10_000

/** What the system knows about disks. */
export interface Disks {
  /** Bytes free on the disk of a folder. */
  freeBytes(folder: string): Promise<number>
  /** Whether two folders are on the same disk. */
  areOne(folder: string, other: string): Promise<boolean>
}

const DISKS: Disks = {
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  },
  async areOne(folder, other) {
    const [{ dev }, { dev: otherDev }] = await Promise.all([stat(folder), stat(other)])
    return dev === otherDev
  },
}

/** Checks free space: on request, and regularly, as fetching must pause without it. */
export class DiskSpace {
  readonly #core: NodeCore
  readonly #onSpace: (space: DiskStatus) => void
  readonly #disks: Disks
  readonly #timer: NodeJS.Timeout | undefined
  #space: DiskStatus | undefined
  #fullUntilMs = -Infinity

  /** `onSpace` is called after each check, as documents may use what was free then. */
  constructor(core: NodeCore, onSpace: (space: DiskStatus) => void, disks = DISKS) {
    this.#core = core
    this.#onSpace = onSpace
    this.#disks = disks
    if (core.dataDir === MEMORY_FOLDER) return
    this.#timer = setInterval(() => void this.check(), CHECK_EVERY_MS).unref()
    core.stopped.addEventListener('abort', () => clearInterval(this.#timer))
  }

  /** As it was at the last check; undefined where nothing is on a disk. */
  get space(): DiskStatus | undefined {
    return this.#space
  }

  /** Pauses what there is no space for, or resumes it. Called by the node before it fetches anything, and by the timer. */
  async check(): Promise<void> {
    const { dataDir, stopped, log } = this.#core
    if (dataDir === MEMORY_FOLDER) return
    let freeBytes: number
    try {
      freeBytes = await this.#disks.freeBytes(dataDir)
    } catch (error) {
      reportFailure(log, 'free space could not be checked', error)
      return
    }
    if (!stopped.aborted) this.#set(freeBytes)
  }

  /** A write found no space. */
  filled(): void {
    this.#fullUntilMs = monotonicMs() + FULL_MS
    this.#set(this.#space?.freeBytes ?? 0)
    void this.check()
  }

  #set(freeBytes: number): void {
    const paused = pausedAt(freeBytes)
    const overcounted = monotonicMs() < this.#fullUntilMs && paused !== 'all'
    this.#space = { freeBytes, paused: overcounted ? 'all' : paused, overcounted }
    this.#onSpace(this.#space)
  }

  /** Throws a KithError `disk-full` if the disk of the data folder has no space for that many bytes. */
  async require(sizeBytes: number): Promise<void> {
    if (this.#core.dataDir !== MEMORY_FOLDER) await this.#require(sizeBytes, this.#core.dataDir, RESERVE_BYTES)
  }

  /**
   * Throws a KithError `disk-full` if the disk of a folder has no space for that many bytes, or if using it
   * would leave the node too little.
   */
  async requireIn(folder: string, sizeBytes: number): Promise<void> {
    const { dataDir } = this.#core
    const isOwn = dataDir !== MEMORY_FOLDER && (await this.#disks.areOne(folder, dataDir))
    await this.#require(sizeBytes, folder, isOwn ? RESERVE_BYTES : 0)
  }

  async #require(sizeBytes: number, folder: string, reserveBytes: number): Promise<void> {
    const freeBytes = await this.#disks.freeBytes(folder)
    if (freeBytes >= sizeBytes + reserveBytes) return
    const spare = reserveBytes === 0 ? '' : ` and ${grouped(reserveBytes)} to spare`
    throw new KithError(
      'disk-full',
      `the disk of ${folder} has ${grouped(freeBytes)} bytes free, but this needs ${grouped(sizeBytes)}${spare}`,
    )
  }
}

function pausedAt(freeBytes: number): DiskStatus['paused'] {
  if (freeBytes < READ_ONLY_BYTES) return 'all'
  if (freeBytes < DOCUMENT_RESERVE_BYTES) return 'documents'
  return freeBytes < RESERVE_BYTES ? 'files' : 'nothing'
}
