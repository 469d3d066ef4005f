/** Virtual time: tasks in the order in which they are due; tasks due at the same time keep their order. */
import TinyQueue from 'tinyqueue'

interface Task {
  dueMs: number
  order: number
  run: () => void
}

export class Scheduler {
  readonly #tasks = new TinyQueue<Task>([], (a, b) => a.dueMs - b.dueMs || a.order - b.order)
  #orders = 0
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Delays are rounded up to whole milliseconds, the resolution of the clocks. */
  after(delayMs: number, run: () => void): void {
    this.#tasks.push({ dueMs: this.#nowMs + Math.ceil(delayMs), order: this.#orders++, run })
  }

  /**
   * Runs due tasks until nothing is left, `untilMs` is reached, or `maxTasks` are done, and says which
   * of these ended it.
   */
  run(untilMs: number, maxTasks = Infinity): 'empty' | 'due' | 'more' {
    for (let done = 0; done < maxTasks; done++) {
      const next = this.#tasks.peek()
      if (next === undefined) return 'empty'
      if (next.dueMs > untilMs) {
        this.#nowMs = untilMs
        return 'due'
      }
      this.#tasks.pop()
      this.#nowMs = next.dueMs
      next.run()
    }
    return 'more'
  }
}
