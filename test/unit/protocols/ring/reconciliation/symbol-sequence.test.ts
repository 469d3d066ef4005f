import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MAX_SYMBOLS } from '../../../../../protocols/ring/reconciliation/constants.ts'
import { nextIndex, SymbolSequences } from '../../../../../protocols/ring/reconciliation/symbol-sequence.ts'

/** Whether `next` satisfies the inequality of the specification, in whole numbers. */
function reaches(index: number, random: number, next: number): boolean {
  const product = (value: number): bigint => (BigInt(value) + 1n) * (BigInt(value) + 2n)
  return product(next) * (BigInt(random) + 1n) >= product(index) << 32n
}

/** Whether the next symbol is the smallest that the inequality allows, or beyond all. */
function isSmallest(index: number, random: number): boolean {
  const next = nextIndex(index, random)
  if (next > MAX_SYMBOLS) return !reaches(index, random, MAX_SYMBOLS - 1)
  return next > index && reaches(index, random, next) && (next === index + 1 || !reaches(index, random, next - 1))
}

it('takes the smallest symbol that the inequality allows', () => {
  const index = fc.integer({ min: 0, max: MAX_SYMBOLS })
  fc.assert(fc.property(index, fc.integer({ min: 0, max: 2 ** 32 - 1 }), isSmallest), { numRuns: 5_000 })
})

it('does so right beside a bound between two symbols', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30_000 }), fc.integer({ min: 1, max: 19_000 }), (index, gap) => {
      const product = (value: number): bigint => (BigInt(value) + 1n) * (BigInt(value) + 2n)
      // The largest random number that does not reach `index + gap`, or the one after it.
      const bound = Number((product(index) << 32n) / product(index + gap)) - 1
      return isSmallest(index, bound) && isSmallest(index, bound + 1)
    }),
    { numRuns: 5_000 },
  )
})

// (next + 1)(next + 2)(random + 1) differs from the target by so much, and is the same number of 53 bits.
it.each([
  [30_051, 2_431_854_422, 39_937, 10],
  [30_082, 2_679_627_683, 38_085, -24],
  [30_144, 3_877_822_208, 31_724, -170],
  [30_505, 1_758_473_782, 47_675, 84],
])('after %i, %i leads to %i or beyond, exactly', (index, random, next, difference) => {
  const product = (value: number): bigint => (BigInt(value) + 1n) * (BigInt(value) + 2n)
  const [reached, target] = [product(next) * (BigInt(random) + 1n), product(index) << 32n]
  expect([reached - target, Number(reached)]).toEqual([BigInt(difference), Number(target)])
  expect(nextIndex(index, random)).toBe(difference >= 0 ? next : next + 1)
})

it.each([
  [0, 0, MAX_SYMBOLS + 1],
  [0, 2 ** 32 - 1, 1],
  [MAX_SYMBOLS - 2, 2 ** 32 - 1, MAX_SYMBOLS - 1],
  // On both sides of 2 * 3 * (random + 1) = 1 * 2 * 2^32.
  [0, Math.ceil(2 ** 32 / 3) - 1, 1],
  [0, Math.ceil(2 ** 32 / 3) - 2, 2],
])('after %i, %i leads to %i', (index, random, next) => {
  expect(nextIndex(index, random)).toBe(next)
})

it('puts an item into symbol i with probability 2 / (i + 2)', () => {
  const items = 20_000
  const hits = new Map<number, number>()
  const sequences = new SymbolSequences(1)
  for (let item = 0; item < items; item++) {
    sequences.begin(0, Math.imul(item + 1, 0x9e3779b1) >>> 0, Math.imul(item + 7, 0x85ebca6b) >>> 0)
    for (let index = 0; index < 500; index = sequences.advance(0)) hits.set(index, (hits.get(index) ?? 0) + 1)
  }
  for (const index of [0, 1, 2, 3, 10, 50, 100, 499]) {
    const share = 2 / (index + 2)
    const deviation = Math.sqrt(items * share * (1 - share))
    expect(Math.abs((hits.get(index) ?? 0) - items * share), `symbol ${index}`).toBeLessThanOrEqual(5 * deviation)
  }
})
