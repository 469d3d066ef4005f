/**
 * Splits items into runs, in order, each within a size and a count. An item that is too large by itself is
 * a run of its own.
 */
export function packRuns<Item>(
  items: readonly Item[],
  sizeOf: (item: Item) => number,
  { maxSize, maxItems = Infinity }: { maxSize: number; maxItems?: number },
): Item[][] {
  const runs: Item[][] = []
  let run: Item[] = []
  let size = 0
  for (const item of items) {
    const itemSize = sizeOf(item)
    if (run.length > 0 && (size + itemSize > maxSize || run.length >= maxItems)) {
      runs.push(run)
      run = []
      size = 0
    }
    run.push(item)
    size += itemSize
  }
  if (run.length > 0) runs.push(run)
  return runs
}

/** Splits items into runs of one length, the last of which may be shorter. */
export function* chunksOf<Item>(items: readonly Item[], length: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += length) yield items.slice(start, start + length)
}
