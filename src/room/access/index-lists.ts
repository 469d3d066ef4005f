/** Indexes of acts by something that they have in common. */

export class IndexLists {
  readonly #lists = new Map<string, number[]>()
  readonly #compare: (a: number, b: number) => number

  /** `compare`: puts the indexes of a list in order. */
  constructor(compare: (a: number, b: number) => number) {
    this.#compare = compare
  }

  add(key: string, index: number): void {
    const list = this.#lists.get(key)
    if (list === undefined) this.#lists.set(key, [index])
    else list.splice(1 + list.findLastIndex((other) => this.#compare(other, index) < 0), 0, index)
  }

  remove(key: string, index: number): void {
    const left = this.of(key).filter((other) => other !== index)
    if (left.length > 0) this.#lists.set(key, left)
    else this.#lists.delete(key)
  }

  /** In order. */
  of(key: string): readonly number[] {
    return this.#lists.get(key) ?? []
  }

  keys(): string[] {
    return [...this.#lists.keys()]
  }
}
