/** Coded symbols: of the items that belong to each, the XOR of their ids and checksums, and their number. */
import { ITEM_WORDS } from './item-words.ts'

/** The XOR of items, and a count. */
const SYMBOL_WORDS = ITEM_WORDS + 1

/** Symbols from 0 to `length`, in one array. */
export class SymbolTable {
  #words = new Uint32Array()

  get length(): number {
    return this.#words.length / SYMBOL_WORDS
  }

  /** Appends empty symbols up to a length. */
  extend(length: number): void {
    const words = new Uint32Array(length * SYMBOL_WORDS)
    words.set(this.#words)
    this.#words = words
  }

  /** Adds `items`, from the word `at` on one item or the XOR of several, to a symbol; `count` says how many, or is negative. */
  add(index: number, items: Uint32Array, at: number, count: number): void {
    const words = this.#words
    const start = index * SYMBOL_WORDS
    for (let word = 0; word < ITEM_WORDS; word++) {
      words[start + word] = (words[start + word] ?? 0) ^ (items[at + word] ?? 0)
    }
    words[start + ITEM_WORDS] = (words[start + ITEM_WORDS] ?? 0) + count
  }

  /** The XOR of the items of a symbol: a view until the next `extend`. */
  sum(index: number): Uint32Array {
    return this.#words.subarray(index * SYMBOL_WORDS, index * SYMBOL_WORDS + ITEM_WORDS)
  }

  /** The number of items in a symbol; in a difference of two sets it may be negative. */
  count(index: number): number {
    return (this.#words[index * SYMBOL_WORDS + ITEM_WORDS] ?? 0) | 0
  }

  isEmpty(index: number): boolean {
    const start = index * SYMBOL_WORDS
    for (let word = 0; word < SYMBOL_WORDS; word++) if (this.#words[start + word] !== 0) return false
    return true
  }
}
