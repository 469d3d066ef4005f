/**
 * A descriptor that is kept open, to be given up where a process has no other: connections must not keep a node from
 * reading and writing its own files.
 */
import { closeSync, openSync } from 'node:fs'
import { isOutOfDescriptors } from './file-errors.ts'

export class SpareDescriptor {
  readonly #path: string
  #spare: number | undefined

  /** `path`: a file or folder that is there. */
  constructor(path: string) {
    this.#path = path
    this.#keep()
  }

  /** Runs `work`, which opens at most one file and closes it; once more with the spare descriptor if there was none. */
  use<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      if (this.#spare === undefined || !isOutOfDescriptors(error)) throw error
      this.close()
      try {
        return work()
      } finally {
        this.#keep()
      }
    }
  }

  close(): void {
    if (this.#spare !== undefined) closeSync(this.#spare)
    this.#spare = undefined
  }

  /** Where there is none now, the next use tries again without. */
  #keep(): void {
    try {
      this.#spare = openSync(this.#path, 'r')
    } catch {
      this.#spare = undefined // a system may not open folders, or there are none left
    }
  }
}
