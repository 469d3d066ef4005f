/** Computed values by key. Emptied when it is full, because frequently used values soon return. */
export class BoundedCache<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  /** The value of a key, computed if it is not cached; undefined is not cached. */
  getOrRead<Read extends Value | undefined>(key: Key, read: () => Read): Value | Read {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = read()
    if (value !== undefined) this.set(key, value)
    return value
  }

  set(key: Key, value: Value): void {
    if (this.#values.size >= this.#maxSize && !this.#values.has(key)) this.#values.clear()
    this.#values.set(key, value)
  }

  clear(): void {
    this.#values.clear()
  }
}
