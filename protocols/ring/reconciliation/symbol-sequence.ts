/** The sequence of symbols that an item belongs to: random, but the same for everybody who has its seed. */
import { MAX_SYMBOLS } from './constants.ts'

/**
 * The symbol after `index` for a random number of 32 bits: the smallest `next` above it with
 * (next + 1)(next + 2)(random + 1) >= (index + 1)(index + 2) 2^32. So an item belongs to symbol i with probability
 * 2 / (i + 2). Beyond MAX_SYMBOLS, some number above it.
 */
export function nextIndex(index: number, random: number): number {
  const target = (index + 1) * (index + 2) * 2 ** 32
  const root = Math.sqrt(target / (random + 1) + 0.25) - 1.5
  if (root > MAX_SYMBOLS) return MAX_SYMBOLS + 1
  // Rounding errors of the root are far below 1.
  let next = Math.max(index + 1, Math.ceil(root) - 1)
  while (!reaches(next, random, target)) next++
  return next
}

/**
 * Whether (next + 1)(next + 2)(random + 1) >= target, exactly. The product may have more than the 53 bits of a number. If it
 * rounds to the target, which is a multiple of 2^32 and exact, its lowest 32 bits tell on which side of it the product is.
 */
function reaches(next: number, random: number, target: number): boolean {
  const factor = (next + 1) * (next + 2)
  const product = factor * (random + 1)
  return product > target || (product === target && Math.imul(factor, random + 1) >= 0)
}

/** State of the generator, and the index reached. */
const STATE_WORDS = 3
const INDEX = 2

/** Sequences in slots, each of which begins with symbol 0. Its numbers are those of xoroshiro64**. */
export class SymbolSequences {
  #states: Uint32Array

  constructor(slots: number) {
    this.#states = new Uint32Array(slots * STATE_WORDS)
  }

  get slots(): number {
    return this.#states.length / STATE_WORDS
  }

  /** Makes room for more. */
  extend(slots: number): void {
    const states = new Uint32Array(slots * STATE_WORDS)
    states.set(this.#states)
    this.#states = states
  }

  /** Begins a sequence in a slot. */
  begin(slot: number, seed0: number, seed1: number): void {
    this.#states[slot * STATE_WORDS] = seed0
    this.#states[slot * STATE_WORDS + 1] = seed1
    this.#states[slot * STATE_WORDS + INDEX] = 0
  }

  /** Copies a sequence, with what it has reached, to another slot. */
  move(from: number, to: number): void {
    this.#states.copyWithin(to * STATE_WORDS, from * STATE_WORDS, (from + 1) * STATE_WORDS)
  }

  /** The symbol that the sequence of a slot has reached. */
  index(slot: number): number {
    return this.#states[slot * STATE_WORDS + INDEX] ?? 0
  }

  /** Goes on to the next symbol of a slot's sequence, and returns it. */
  advance(slot: number): number {
    const states = this.#states
    const at = slot * STATE_WORDS
    const s0 = states[at] ?? 0
    const s1 = (states[at + 1] ?? 0) ^ s0
    states[at] = rotated(s0, 26) ^ s1 ^ (s1 << 9)
    states[at + 1] = rotated(s1, 13)
    const random = Math.imul(rotated(Math.imul(s0, 0x9e3779bb), 5), 5) >>> 0
    const next = nextIndex(states[at + INDEX] ?? 0, random)
    states[at + INDEX] = next
    return next
  }
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}
