/**
 * Space that is kept for the moment when the disk is full: what frees space has to be noted too. It is given up then,
 * and kept again once there is enough.
 */
import { randomFillSync } from 'node:crypto'
import { closeSync, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** For the logs of some thousand small transactions; they are reused once they are 4 MiB. */
export const BALLAST_BYTES = 8 * 1024 * 1024

/** Written at a time. */
const CHUNK_BYTES = 1024 * 1024

const OWNER_ONLY_FILE = 0o600

export class Ballast {
  readonly #path: string

  /** Of the store at `path`, in a file next to it. */
  constructor(path: string) {
    this.#path = `${path}-ballast`
  }

  /** Gives the space up if less than half of it is free elsewhere; keeps it if at least three times as much is. */
  adjust(freeBytes: number): void {
    if (freeBytes < BALLAST_BYTES / 2) this.release()
    else if (freeBytes >= 3 * BALLAST_BYTES) this.#keep()
  }

  /** Gives the space up; returns false if there is none. */
  release(): boolean {
    if (!existsSync(this.#path)) return false
    rmSync(this.#path, { force: true })
    return true
  }

  #keep(): void {
    if (existsSync(this.#path)) return
    try {
      const file = openSync(this.#path, 'wx', OWNER_ONLY_FILE)
      try {
        // Random, as some disks store zeros in no space at all.
        const chunk = randomFillSync(Buffer.alloc(CHUNK_BYTES))
        for (let written = 0; written < BALLAST_BYTES; written += writeSync(file, chunk));
      } finally {
        closeSync(file)
      }
    } catch {
      // There is less space than it seemed, or no descriptor.
      this.release()
    }
  }
}

/** Before a store is opened: even a start writes a little. */
export function giveUpBallastOnFullDisk(path: string): void {
  try {
    const { bavail, bsize } = statfsSync(dirname(path))
    if (bavail * bsize < BALLAST_BYTES / 2) new Ballast(path).release()
  } catch {
    // Opening the store says what is wrong with its folder.
  }
}
