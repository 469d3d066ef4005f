/** The coded symbols of a part of the ring, which may change. */
import { CodedSet, comparisonKey } from '../reconciliation/index.ts'
import { MAX_SLICE_IDS, STEPS } from './constants.ts'
import { contains, without, type Part } from './parts.ts'
import type { PlacedItem, SlicesPorts } from './ports.ts'

/** What is to be done about a piece of the ring. */
interface Piece extends Part {
  isIn: boolean
}

/** A set that follows what a node holds in a part of the ring, read step by step. */
export class CodedPart {
  readonly set: CodedSet
  readonly nonces: readonly [opener: Uint8Array, answerer: Uint8Array]
  #part: Part
  #pieces: Piece[]

  constructor(part: Part, openerNonce: Uint8Array, answererNonce: Uint8Array) {
    this.nonces = [openerNonce, answererNonce]
    this.set = new CodedSet(comparisonKey(openerNonce, answererNonce))
    this.#part = part
    this.#pieces = [{ ...part, isIn: true }]
  }

  /** Whether all of the part has been read. */
  get isRead(): boolean {
    return this.#pieces.length === 0
  }

  /** More than can be compared. */
  get isTooLong(): boolean {
    return this.set.size > MAX_SLICE_IDS
  }

  /** Moves to another part, once the one before is read: only what is in one of both is read then. */
  move(part: Part): void {
    const left = without(this.#part, part).map((piece) => ({ ...piece, isIn: false }))
    const joined = without(part, this.#part).map((piece) => ({ ...piece, isIn: true }))
    this.#pieces = [...left, ...joined]
    this.#part = part
  }

  /** Reads some more, and returns how many ids these were. */
  step(ports: SlicesPorts): number {
    const piece = this.#pieces.at(-1)
    if (piece === undefined) return 0
    const items = ports.itemsIn(piece, STEPS)
    for (const { id } of items) {
      if (piece.isIn) this.set.add(id)
      else this.set.remove(id)
    }
    const last = items.at(-1)
    const next = last === undefined ? piece.to : BigInt.asUintN(256, last.place + 1n)
    if (items.length < STEPS || next === piece.to || this.isTooLong) this.#pieces.pop()
    else piece.from = next
    return items.length
  }

  /** Takes over a change of what is held. */
  change({ place, id }: PlacedItem, isHeld: boolean): void {
    if (!isHeld) this.set.remove(id)
    else if (contains(this.#part, place)) this.set.add(id)
  }
}
