/** Drops what rooms need not keep, in the background and in small steps. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import { reportFailure } from '../host/failures.ts'
import type { NodeCore } from './core.ts'

/** New documents and the passing of time bring something to drop: neither is urgent. */
const TRIM_EVERY_MS = 60_000

export class Trimming {
  readonly #core: NodeCore
  /** Rooms that are to be trimmed, one after the other. */
  readonly #due = new Set<RoomId>()
  /** Settles once all of them are. */
  #trimming: Promise<void> = Promise.resolve()

  constructor(core: NodeCore) {
    this.#core = core
    const timer = setInterval(() => this.#trimAll(), TRIM_EVERY_MS).unref()
    core.stopped.addEventListener('abort', () => clearInterval(timer))
  }

  /** Drops what a room need not keep, as soon as others are done. */
  trim(room: RoomId): void {
    if (this.#due.has(room)) return
    this.#due.add(room)
    this.#trimming = this.#trimming.then(() => this.#trim(room))
  }

  #trimAll(): void {
    for (const { record } of this.#core.machine.rooms.list()) {
      if (record.retention !== undefined) this.trim(record.id)
    }
  }

  async #trim(room: RoomId): Promise<void> {
    this.#due.delete(room)
    try {
      for (let isDone = false; !isDone && !this.#core.stopped.aborted;) {
        const { trimmed } = await this.#core.command({ type: 'trim', room })
        isDone = trimmed?.isDone !== false
      }
    } catch (error) {
      if (!this.#core.stopped.aborted) reportFailure(this.#core.log, 'old documents could not be dropped', error)
    }
  }
}
