/** States of a room on the way to the present one, so that a late document does not make a view fold all again. */
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { KEEP_STATE_EVERY, MAX_KEPT_STATES } from './constants.ts'

export interface ViewState<State> {
  /** The last document folded; undefined if none was. */
  position: Position | undefined
  state: State
  /** Documents folded since the view began. */
  folded: number
  /** Size of those of them that can make the state larger. */
  foldedBytes: number
}

/** The first is the initial or the persisted state. The further back, the fewer: late documents mostly are a little late. */
export class ViewStates<State> {
  /** Oldest first. */
  #states: ViewState<State>[] = []
  #sinceKept = 0

  get last(): ViewState<State> | undefined {
    return this.#states.at(-1)
  }

  lastBefore(position: Position): ViewState<State> | undefined {
    return this.#states.findLast((kept) => isBefore(kept, position))
  }

  beginWith(state: ViewState<State>): void {
    this.#states = [state]
    this.#sinceKept = 0
  }

  /** The state after the next document, of which some are kept. */
  next(state: ViewState<State>): void {
    if (++this.#sinceKept < KEEP_STATE_EVERY) return
    this.#sinceKept = 0
    this.#states.push(state)
    if (this.#states.length > MAX_KEPT_STATES) this.#states.splice(mostCrowded(this.#states), 1)
  }

  /** Drops the states that include documents after a position. */
  forgetFrom(position: Position): void {
    this.#states = this.#states.filter((kept) => isBefore(kept, position))
    this.#sinceKept = 0
  }

  /** Drops the states that lack documents before a position. */
  forgetBefore(position: Position): void {
    this.#states = this.#states.filter((kept) => kept.position && comparePositions(kept.position, position) >= 0)
  }
}

function isBefore(kept: ViewState<unknown>, position: Position): boolean {
  return kept.position === undefined || comparePositions(kept.position, position) < 0
}

/** Of states except the first and last: the one whose neighbours are closest for how far back it is. */
function mostCrowded(states: readonly ViewState<unknown>[]): number {
  const at = (i: number): number => states[i]?.folded ?? 0
  const newest = at(states.length - 1)
  let most = 1
  let least = Infinity
  for (let i = 1; i < states.length - 1; i++) {
    const gap = (at(i + 1) - at(i - 1)) / (newest - at(i))
    if (gap >= least) continue
    most = i
    least = gap
  }
  return most
}
