/** Items that pass the first of several filters that any item passes. Later filters do not run, as they may be slow. */
export function firstMatching<Item>(
  items: readonly Item[],
  ...filters: readonly ((item: Item) => boolean)[]
): readonly Item[] {
  for (const fits of filters) {
    const found = items.filter(fits)
    if (found.length > 0) return found
  }
  return []
}
