/** Seeded randomness: the same seed gives the same numbers. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { Random } from '../../protocols/wire/machine.ts'

const RANGE = 2 ** 32

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(mixed(seed))
  return () => (generator.next() >>> 0) / RANGE
}

/** Seeds near each other become far apart: those of the generator begin with numbers that are nearly the same. */
function mixed(seed: number): number {
  const first = Math.imul(seed ^ (seed >>> 16), 0x21_f0_aa_ad)
  const second = Math.imul(first ^ (first >>> 15), 0x73_5a_2d_97)
  return second ^ (second >>> 15)
}

/** A whole number from `min` to `max`, inclusive. */
export function randomInteger(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1))
}

/** A random item. Throws if there are none. */
export function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}
