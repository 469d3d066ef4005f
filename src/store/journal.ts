/** How to take back what a transaction did in memory: the undo log of the memory store. */
export class Journal {
  readonly #undos: (() => void)[] = []

  /** Notes a change that `undo` takes back. */
  did(undo: () => void): void {
    this.#undos.push(undo)
  }

  /** Sets a key of a map. Undoing gives back the value, not the key's place in the map's order. */
  set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    this.#noteEntry(map, key)
    map.set(key, value)
  }

  /** Deletes a key of a map; the same holds for its place. */
  delete<Key, Value>(map: Map<Key, Value>, key: Key): void {
    this.#noteEntry(map, key)
    map.delete(key)
  }

  /** Takes everything back, the last change first. */
  undo(): void {
    for (const undo of this.#undos.toReversed()) undo()
  }

  #noteEntry<Key, Value>(map: Map<Key, Value>, key: Key): void {
    const before = map.get(key)
    if (before === undefined) this.did(() => map.delete(key))
    else this.did(() => map.set(key, before))
  }
}
