/** Items together with the sequence of symbols that each belongs to. */
import { CHECKSUM_WORD, ITEM_WORDS, writeItem } from './item-words.ts'
import type { ItemHash } from './keyed-hash.ts'
import { SymbolSequences } from './symbol-sequence.ts'
import type { SymbolTable } from './symbol-table.ts'

const MIN_CAPACITY = 16

/** Items in slots from 0 on. */
export class MappedItems {
  #items = new Uint32Array(MIN_CAPACITY * ITEM_WORDS)
  readonly #sequences = new SymbolSequences(MIN_CAPACITY)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** Adds an item and returns its slot. */
  add(id: Uint8Array, { seed0, seed1, checksum }: ItemHash): number {
    const slot = this.#count
    if (slot === this.#sequences.slots) this.#extend(slot * 2)
    this.#count++
    writeItem(this.item(slot), id, checksum)
    this.#sequences.begin(slot, seed0, seed1)
    return slot
  }

  /** Takes an item out of the symbols before a length, and removes it; that of the last slot takes its place. */
  remove(slot: number, { seed0, seed1 }: ItemHash, symbols: SymbolTable, length: number): void {
    this.#sequences.begin(slot, seed0, seed1)
    this.apply(slot, symbols, length, -1)
    const last = --this.#count
    this.#items.copyWithin(slot * ITEM_WORDS, last * ITEM_WORDS, (last + 1) * ITEM_WORDS)
    this.#sequences.move(last, slot)
  }

  /** The item of a slot: a view until the next change. */
  item(slot: number): Uint32Array {
    return this.#items.subarray(slot * ITEM_WORDS, (slot + 1) * ITEM_WORDS)
  }

  /** The items that have one of these checksums: views as above. */
  withChecksums(checksums: ReadonlySet<number>): Uint32Array[] {
    const found: Uint32Array[] = []
    for (let slot = 0; slot < this.#count; slot++) {
      if (checksums.has(this.#items[slot * ITEM_WORDS + CHECKSUM_WORD] ?? 0)) found.push(this.item(slot))
    }
    return found
  }

  /** Adds an item, `times` it, to the symbols it belongs to before a length, and has not been added to. */
  apply(slot: number, symbols: SymbolTable, length: number, times: 1 | -1): void {
    for (let index = this.#sequences.index(slot); index < length; index = this.#sequences.advance(slot)) {
      symbols.add(index, this.#items, slot * ITEM_WORDS, times)
    }
  }

  /** The same for all items. */
  applyAll(symbols: SymbolTable, length: number, times: 1 | -1): void {
    for (let slot = 0; slot < this.#count; slot++) this.apply(slot, symbols, length, times)
  }

  #extend(capacity: number): void {
    const items = new Uint32Array(capacity * ITEM_WORDS)
    items.set(this.#items)
    this.#items = items
    this.#sequences.extend(capacity)
  }
}
