/** Tells how far rooms have got, now and then while something comes. */
import type { RoomId } from '../../protocols/wire/ids.ts'
import type { RoomProgress } from '../kith.ts'

/** Often enough to look live, and few beside the documents themselves. */
const TELL_EVERY_MS = 250

export interface ProgressReportsInit {
  /** Undefined if the node has left the room. */
  progressOf(room: RoomId): RoomProgress | undefined
  tell(room: RoomId, progress: RoomProgress): void
  setTimer(run: () => void, afterMs: number): void
}

export class ProgressReports {
  readonly #init: ProgressReportsInit
  /** What was told last of rooms of which more is expected. */
  readonly #told = new Map<RoomId, RoomProgress | undefined>()
  #isTimerSet = false

  constructor(init: ProgressReportsInit) {
    this.#init = init
  }

  /** Something of a room's history came. */
  changed(room: RoomId): void {
    if (!this.#told.has(room)) this.#told.set(room, undefined)
    this.#setTimer()
  }

  #setTimer(): void {
    if (this.#isTimerSet) return
    this.#isTimerSet = true
    this.#init.setTimer(() => {
      this.#isTimerSet = false
      for (const room of this.#told.keys()) this.#tell(room)
      if (this.#told.size > 0) this.#setTimer()
    }, TELL_EVERY_MS)
  }

  #tell(room: RoomId): void {
    const last = this.#told.get(room)
    const progress = this.#init.progressOf(room) ?? (last && stopped(last))
    const isLast = progress === undefined || progress.missing === 0 || progress.perSecond === 0
    if (isLast) this.#told.delete(room)
    else this.#told.set(room, progress)
    if (progress !== undefined) this.#init.tell(room, progress)
  }
}

/** Nothing more comes. */
function stopped(progress: RoomProgress): RoomProgress {
  return { ...progress, perSecond: 0, remainingMs: null }
}
