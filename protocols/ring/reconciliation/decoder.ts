/** Finds in which ids two sets differ, from coded symbols of one and the other set itself. */
import type { CodedSet } from './coded-set.ts'
import { MAX_DIFFERENCES, MAX_SYMBOLS } from './constants.ts'
import { DifferenceGuess } from './difference-guess.ts'
import { CHECKSUM_WORD, idOfItem, ITEM_WORDS, textOfId } from './item-words.ts'
import { MappedItems } from './mapped-items.ts'
import type { ReceivedSymbols } from './symbol-codec.ts'
import { SymbolSequences } from './symbol-sequence.ts'
import { SymbolTable } from './symbol-table.ts'

/** Room is made ahead for symbols, as in a CodedSet. */
const FIRST_CAPACITY = 64
const GROWTH = 1.5

/**
 * - `more`: the peer's next symbols are needed.
 * - `unfinished`: `work` has to go on first.
 * - `complete`: the difference is known.
 * - `contradiction`: no set has such symbols.
 * - `too-different`: MAX_SYMBOLS or MAX_DIFFERENCES are not enough.
 *
 * The last two may also be chance, if two items are alike under this key; a comparison with another key shows it.
 */
export type DecoderState = 'more' | 'unfinished' | 'complete' | 'contradiction' | 'too-different'

/** The ids that only one side has. */
export interface Difference {
  /** Only the own set: each was found in it. */
  here: readonly Uint8Array[]
  /** Only the peer's, by its symbols. Whether the peer has them shows when it is asked for them. */
  there: readonly Uint8Array[]
}

/** One comparison of the own set, which must be held until it ends, with that of a peer. */
export class Decoder {
  readonly #own: CodedSet
  /** The peer's symbols minus the own ones and what was found. What has not come of the peer's counts as empty. */
  readonly #symbols = new SymbolTable()
  #received = 0
  #peerSize = 0
  readonly #guess = new DifferenceGuess()
  /** What was found, to be taken out of symbols that are still to come. */
  readonly #itemsHere = new MappedItems()
  readonly #itemsThere = new MappedItems()
  readonly #found = new Set<string>()
  readonly #here: Uint8Array[] = []
  readonly #there: Uint8Array[] = []
  /** Symbols that may hold a single item. */
  readonly #candidates: number[] = []
  /** For one walk through a sequence at a time. */
  readonly #walk = new SymbolSequences(1)
  #state: DecoderState = 'more'

  constructor(own: CodedSet) {
    this.#own = own
  }

  get state(): DecoderState {
    return this.#state
  }

  /** How many symbols have come: those from 0 on. */
  get received(): number {
    return this.#received
  }

  /** How many ids the peer has, as its symbol 0 says; 0 before that. */
  get peerSize(): number {
    return this.#peerSize
  }

  /** How many symbols to ask for, those that have come included: fewer are hardly enough. */
  get wanted(): number {
    return Math.min(MAX_SYMBOLS, this.#guess.wantedAfter(this.#received))
  }

  /** What has been found so far, which is all of it once `complete`. */
  get difference(): Difference {
    return { here: this.#here, there: this.#there }
  }

  /** Takes the peer's next symbols, for `work` to look at. Throws a RangeError if others, or none, are expected. */
  take({ first, sums, counts }: ReceivedSymbols): void {
    if (this.#state !== 'more') throw new RangeError('no symbols are expected')
    if (first !== this.#received) throw new RangeError(`symbol ${this.#received} is expected, not ${first}`)
    if (counts.length === 0) return
    const end = first + counts.length
    const own = this.#own.symbols(end)
    this.#extend(end)
    for (const [offset, count] of counts.entries()) {
      const index = first + offset
      if (index === 0) this.#peerSize = count
      this.#guess.add(index, count, own.count(index))
      this.#symbols.add(index, sums, offset * ITEM_WORDS, count)
      this.#candidates.push(index)
    }
    this.#received = end
    this.#state = 'unfinished'
  }

  /** Looks at up to so many symbols, each of which costs a hash at most and some forty additions. */
  work(steps: number): DecoderState {
    for (let left = steps; left > 0 && this.#state === 'unfinished'; left--) {
      const index = this.#candidates.pop()
      if (index === undefined) this.#state = this.#stateAtRest()
      else this.#look(index)
    }
    return this.#state
  }

  /** Symbol 0 holds whatever has not been found. */
  #stateAtRest(): DecoderState {
    if (this.#symbols.isEmpty(0)) {
      for (let index = 1; index < this.#received; index++) if (!this.#symbols.isEmpty(index)) return 'contradiction'
      return 'complete'
    }
    if (this.#guess.isHopelessAfter(this.#received)) return 'contradiction'
    return this.#received < MAX_SYMBOLS ? 'more' : 'too-different'
  }

  /** Makes room for the peer's symbols up to an index, with all that is to be taken out of them. */
  #extend(end: number): void {
    const before = this.#symbols.length
    if (end <= before) return
    const length = Math.min(MAX_SYMBOLS, Math.ceil(Math.max(end, FIRST_CAPACITY, before * GROWTH)))
    const own = this.#own.symbols(length)
    this.#symbols.extend(length)
    for (let index = before; index < length; index++) this.#symbols.add(index, own.sum(index), 0, -own.count(index))
    this.#itemsHere.applyAll(this.#symbols, length, 1)
    this.#itemsThere.applyAll(this.#symbols, length, -1)
  }

  /** Takes the item of a symbol out of all, if it holds a single one. */
  #look(index: number): void {
    const count = this.#symbols.count(index)
    if (count !== 1 && count !== -1) return
    const item = this.#symbols.sum(index)
    const id = idOfItem(item)
    const hash = this.#own.hashOf(id)
    if (item[CHECKSUM_WORD] !== hash.checksum) return
    const text = textOfId(id)
    const isHere = count === -1
    // None of these fails unless the checksum is right by chance, or the peer made it so.
    if (this.#found.has(text) || this.#own.has(id) !== isHere) return
    const belongsTo = this.#symbolsOf(hash.seed0, hash.seed1)
    if (!belongsTo.includes(index)) return
    if (this.#found.size === MAX_DIFFERENCES) {
      this.#state = 'too-different'
      return
    }
    this.#found.add(text)
    if (isHere) this.#here.push(id)
    else this.#there.push(id)
    const items = isHere ? this.#itemsHere : this.#itemsThere
    items.apply(items.add(id, hash), this.#symbols, this.#symbols.length, isHere ? 1 : -1)
    this.#candidates.push(...belongsTo)
  }

  /** The received symbols that the item with a seed belongs to. */
  #symbolsOf(seed0: number, seed1: number): number[] {
    this.#walk.begin(0, seed0, seed1)
    const indexes: number[] = []
    for (let index = 0; index < this.#received; index = this.#walk.advance(0)) indexes.push(index)
    return indexes
  }
}
