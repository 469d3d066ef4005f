/** A set that forgets its oldest members beyond a size. */
export class RecentSet<T> {
  readonly #members = new Set<T>()
  readonly #maxSize: number

  constructor(maxSize: number) {
    this.#maxSize = maxSize
  }

  has(member: T): boolean {
    return this.#members.has(member)
  }

  delete(member: T): void {
    this.#members.delete(member)
  }

  add(member: T): void {
    this.#members.delete(member)
    this.#members.add(member)
    if (this.#members.size <= this.#maxSize) return
    for (const oldest of this.#members) {
      this.#members.delete(oldest)
      return
    }
  }
}
