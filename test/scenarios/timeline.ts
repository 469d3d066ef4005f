/** Timers of a machine under test, which fire when a scenario lets time pass. */
export class Timeline<Timer> {
  nowMs = 0
  #pending: { dueMs: number; timer: Timer }[] = []

  set(timer: Timer, afterMs: number): void {
    this.#pending.push({ dueMs: this.nowMs + afterMs, timer })
  }

  /** Lets time pass; passes on each timer when it is due. */
  pass(durationMs: number, onDue: (timer: Timer) => void): void {
    const endMs = this.nowMs + durationMs
    for (;;) {
      const [next] = this.#pending.toSorted((a, b) => a.dueMs - b.dueMs)
      if (next === undefined || next.dueMs > endMs) break
      this.#pending.splice(this.#pending.indexOf(next), 1)
      this.nowMs = next.dueMs
      onDue(next.timer)
    }
    this.nowMs = endMs
  }
}
