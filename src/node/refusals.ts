/** How often something was refused since the start, by the code of the reason: only reasons that happened. */
export class Refusals {
  readonly #counts = new Map<string, number>()

  count(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1)
  }

  toJson(): Record<string, number> {
    return Object.fromEntries(this.#counts)
  }
}
