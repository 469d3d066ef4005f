/** Timers that can all be cleared at once, and do not keep a process alive. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>()

  set(run: () => void, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer)
      run()
    }, afterMs)
    timer.unref()
    this.#pending.add(timer)
  }

  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer)
    this.#pending.clear()
  }
}
