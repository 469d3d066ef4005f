/** Chooses some items at random. */
import type { Random } from '../wire/machine.ts'

/** Up to `count` of some items, from a random one on. */
export function someOf<Item>(items: readonly Item[], count: number, random: Random): readonly Item[] {
  if (items.length <= count) return items
  const first = Math.floor(random() * items.length)
  return [...items.slice(first), ...items.slice(0, first)].slice(0, count)
}
