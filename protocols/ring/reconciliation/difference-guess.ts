/** Guesses from the counts of symbols in how many items two sets differ, and so how many symbols to ask for. */
import { FIRST_SYMBOLS, HOPELESS_PER_DIFFERENCE, HOPELESS_SYMBOLS } from './constants.ts'

/** Hardly any comparison ends with fewer symbols than so many times its differences. */
const FEWEST_PER_DIFFERENCE = 1.3

/** Near the end, each answer asks for so much more of what has come: small, as half of the last answer is wasted on average. */
const STEP = 1 / 16
const MIN_STEP = 4

/**
 * The difference of two counts is a sum of +1 or -1 for each item that differs and belongs to the symbol, which it does
 * with probability p = 2 / (index + 2). So its variance is p (1 - p) times the number of items that differ.
 */
export class DifferenceGuess {
  /** How many more items the peer has, and how many both have: symbol 0 holds all. */
  #net = 0
  #most = 0
  #sum = 0

  /** Takes the counts of a symbol on both sides. */
  add(index: number, peers: number, own: number): void {
    if (index === 0) {
      this.#net = peers - own
      this.#most = peers + own
      return
    }
    const share = 2 / (index + 2)
    this.#sum += (peers - own - share * this.#net) ** 2 / (share * (1 - share))
  }

  /** How many symbols to have next after so many, all in all. */
  wantedAfter(received: number): number {
    if (received < FIRST_SYMBOLS) return FIRST_SYMBOLS
    const cautious = this.#differences(received) * (1 - Math.sqrt(2 / received))
    return Math.ceil(Math.max(cautious * FEWEST_PER_DIFFERENCE, received + Math.max(MIN_STEP, received * STEP)))
  }

  /** Whether the symbols of any set would have been enough. */
  isHopelessAfter(received: number): boolean {
    return received >= HOPELESS_SYMBOLS + HOPELESS_PER_DIFFERENCE * this.#differences(received)
  }

  /** Its standard error is a share of sqrt(2 / received), or somewhat more. */
  #differences(received: number): number {
    return Math.min(this.#most, Math.max(Math.abs(this.#net), this.#sum / (received - 1)))
  }
}
