/** How many symbols to ask for, by the counts of those that have come. */
import { expect, it } from 'vitest'
import { FIRST_SYMBOLS } from '../../../../../protocols/ring/reconciliation/constants.ts'
import { DifferenceGuess } from '../../../../../protocols/ring/reconciliation/difference-guess.ts'

/** A peer with `net` more items than the `own` 1,000, whose symbols after symbol 0 have so many more. */
function guessOf(own: number, net: number, more: readonly number[]): DifferenceGuess {
  const guess = new DifferenceGuess()
  guess.add(0, own + net, own)
  for (const [index, each] of more.entries()) guess.add(index + 1, 500 + each, 500)
  return guess
}

const SCATTERED = [80, 60, -16, 50, -9, 36, -13, 45]

it('asks for FIRST_SYMBOLS first', () => {
  expect(new DifferenceGuess().wantedAfter(0)).toBe(FIRST_SYMBOLS)
  expect(guessOf(1_000, 40, SCATTERED).wantedAfter(FIRST_SYMBOLS - 1)).toBe(FIRST_SYMBOLS)
})

it('asks for what is still likely to be needed', () => {
  // 320.9 by the variance of counts, of which a cautious guess takes the standard error off.
  expect(guessOf(1_000, 40, [39, 30, 6, 22, 9, 16, 3, 15]).wantedAfter(9)).toBe(221)
  // No more than both have.
  expect(guessOf(1_000, 40, SCATTERED).wantedAfter(9)).toBe(1_402)
})

it('asks for a sixteenth more near the end, and for four at least', () => {
  const equal = guessOf(1_000, 0, [])
  expect([8, 64, 100].map((received) => equal.wantedAfter(received))).toEqual([12, 68, 107])
})

it('gives up after 256 symbols, and four more for each item that differs at least', () => {
  const guess = guessOf(1_000, 40, [39, 30, 6, 22, 9, 16, 3, 15])
  expect([415, 416].map((received) => guess.isHopelessAfter(received))).toEqual([false, true])
  const equal = guessOf(1_000, 0, [])
  expect([255, 256].map((received) => equal.isHopelessAfter(received))).toEqual([false, true])
  expect(guessOf(0, 3, SCATTERED).isHopelessAfter(268)).toBe(true)
})
