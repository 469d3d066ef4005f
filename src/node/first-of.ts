/** The result of the first attempt that succeeds, one after the other; throws what the last one threw. */
export async function firstOf<Item, Result>(
  items: readonly Item[],
  attempt: (item: Item) => Promise<Result>,
): Promise<Result> {
  const [first, ...others] = items
  if (first === undefined) throw new RangeError('there is nothing to attempt')
  if (others.length === 0) return attempt(first)
  return attempt(first).catch(() => firstOf(others, attempt)) // the last address tells why
}
