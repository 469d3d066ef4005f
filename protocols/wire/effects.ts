/** Collects the effects of one input from all parts of a machine, so that they need not pass lists around. */
import type { PeerId } from './ids.ts'
import type { Effect } from './machine.ts'

const NOTHING: readonly never[] = []

/** The effects of one machine since they were last taken, in order. */
export class Effects<Write, Record, Event, Timer> {
  #effects: Effect<Write, Record, Event, Timer>[] = []
  /** Of this input. */
  readonly #faults = new Set<string>()

  persist(write: Write): void {
    this.#effects.push({ type: 'persist', write })
  }

  send(to: PeerId, record: Record): void {
    this.#effects.push({ type: 'send', to, record })
  }

  emit(event: Event): void {
    this.#effects.push({ type: 'emit', event })
  }

  setTimer(timer: Timer, afterMs: number): void {
    this.#effects.push({ type: 'timer', timer, afterMs })
  }

  /**
   * A peer broke a rule of the protocol; its stream stays open. `code` is for counting: once for each input, however
   * many of its records do so.
   */
  misbehaviour(peer: PeerId, code: string): void {
    const fault = `${peer} ${code}`
    if (this.#faults.has(fault)) return
    this.#faults.add(fault)
    this.#effects.push({ type: 'misbehaviour', peer, reason: { code, fatal: false } })
  }

  /** Returns the effects and starts a new list. */
  take(): readonly Effect<Write, Record, Event, Timer>[] {
    if (this.#effects.length === 0) return NOTHING
    const effects = this.#effects
    this.#effects = []
    this.#faults.clear()
    return effects
  }
}
