/** The undo log of a transaction of the memory store. */
export class Journal {
  readonly #undos: (() => void)[] = []

  /** Records how to undo a change. */
  did(undo: () => void): void {
    this.#undos.push(undo)
  }

  /** Sets a key of a map. Undoing restores the value, but not the place of the key in the map's order. */
  set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    this.#recordEntry(map, key)
    map.set(key, value)
  }

  /** Deletes a key of a map. Undoing restores the value, but not the place of the key in the map's order. */
  delete<Key, Value>(map: Map<Key, Value>, key: Key): void {
    this.#recordEntry(map, key)
    map.delete(key)
  }

  /** Undoes all changes, the last one first. */
  undo(): void {
    for (const undo of this.#undos.toReversed()) undo()
  }

  #recordEntry<Key, Value>(map: Map<Key, Value>, key: Key): void {
    const before = map.get(key)
    if (before === undefined) this.did(() => map.delete(key))
    else this.did(() => map.set(key, before))
  }
}
