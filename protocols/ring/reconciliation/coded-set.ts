/** A set of ids with its coded symbols, under the key of one comparison. */
import { ID_BYTES, MAX_SYMBOLS } from './constants.ts'
import { idOfItem, textOfId } from './item-words.ts'
import { KeyedHash, type ComparisonKey, type ItemHash } from './keyed-hash.ts'
import { MappedItems } from './mapped-items.ts'
import { SymbolTable } from './symbol-table.ts'

/** Symbols are made ahead, in larger steps the more there are, so that asking for a few at a time costs no more. */
const MADE_FIRST = 64
const AHEAD = 1.5

/**
 * Ids of 32 bytes, and coded symbols of them, which are brought up to date as ids come and go. All symbols of a comparison
 * must be of one state of the set: while it is held, changes wait.
 */
export class CodedSet {
  readonly #hash: KeyedHash
  readonly #items = new MappedItems()
  readonly #slots = new Map<string, number>()
  readonly #symbols = new SymbolTable()
  #isHeld = false
  /** The ids that are to be added or removed, by their text. */
  readonly #waiting = new Map<string, { id: Uint8Array; isMember: boolean }>()

  constructor(key: ComparisonKey) {
    this.#hash = new KeyedHash(key)
    this.#symbols.extend(MADE_FIRST)
  }

  /** The number of ids, without changes that wait. */
  get size(): number {
    return this.#items.count
  }

  /** Whether an id is in the set, without changes that wait. */
  has(id: Uint8Array): boolean {
    return this.#slots.has(textOfId(id))
  }

  /** Adds an id unless it is there. Throws a RangeError if it has not ID_BYTES. */
  add(id: Uint8Array): void {
    this.#change(id, true)
  }

  /** Removes an id if it is there. Throws a RangeError if it has not ID_BYTES. */
  remove(id: Uint8Array): void {
    this.#change(id, false)
  }

  /** Makes changes wait until `release`. */
  hold(): void {
    this.#isHeld = true
  }

  /** Makes the changes that waited. */
  release(): void {
    this.#isHeld = false
    for (const { id, isMember } of this.#waiting.values()) this.#change(id, isMember)
    this.#waiting.clear()
  }

  /** The symbols of the set, at least so many; for reading only. Throws a RangeError beyond MAX_SYMBOLS. */
  symbols(length: number): SymbolTable {
    if (length > MAX_SYMBOLS) throw new RangeError(`a comparison has at most ${MAX_SYMBOLS} symbols`)
    const made = this.#symbols.length
    if (length > made) {
      this.#symbols.extend(Math.min(MAX_SYMBOLS, Math.ceil(Math.max(length, made * AHEAD))))
      this.#items.applyAll(this.#symbols, this.#symbols.length, 1)
    }
    return this.#symbols
  }

  /** The hash of an id under the key of the set. */
  hashOf(id: Uint8Array): ItemHash {
    return this.#hash.of(id)
  }

  /** The ids that have one of these checksums: nearly always one for each. */
  withChecksums(checksums: ReadonlySet<number>): Uint8Array[] {
    return this.#items.withChecksums(checksums).map(idOfItem)
  }

  #change(id: Uint8Array, isMember: boolean): void {
    if (id.length !== ID_BYTES) throw new RangeError(`an id has ${ID_BYTES} bytes, not ${id.length}`)
    const text = textOfId(id)
    if (this.#isHeld) this.#waiting.set(text, { id, isMember })
    else if (isMember) this.#add(text, id)
    else this.#remove(text, id)
  }

  #add(text: string, id: Uint8Array): void {
    if (this.#slots.has(text)) return
    const slot = this.#items.add(id, this.#hash.of(id))
    this.#slots.set(text, slot)
    this.#items.apply(slot, this.#symbols, this.#symbols.length, 1)
  }

  #remove(text: string, id: Uint8Array): void {
    const slot = this.#slots.get(text)
    if (slot === undefined) return
    this.#slots.delete(text)
    this.#items.remove(slot, this.#hash.of(id), this.#symbols, this.#symbols.length)
    if (slot < this.size) this.#slots.set(textOfId(idOfItem(this.#items.item(slot))), slot)
  }
}
