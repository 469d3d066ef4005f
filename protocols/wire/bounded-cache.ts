/** Values read before, by key; emptied when it would hold too many, as what is asked for often is soon back. */
export class BoundedCache<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  get(key: Key): Value | undefined {
    return this.#values.get(key)
  }

  /** The value of a key, read where it is not known; what reads as undefined is not kept. */
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
