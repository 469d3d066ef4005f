/** The answerer's side: symbols and items of what this node holds, for one slice of a peer; and what that peer gives to it. */
import type { PeerId } from '../../wire/ids.ts'
import { encodeSymbols, MAX_SYMBOLS } from '../reconciliation/index.ts'
import { CodedPart } from './coded-part.ts'
import { ANSWER_MS, MAX_SYMBOLS_SENT } from './constants.ts'
import { areEqual, newNonce, packedItems, type SlicesCore } from './core.ts'
import { contains, type Part } from './parts.ts'
import type { PlacedItem } from './ports.ts'
import type { OpenRecord } from './records.ts'

/** The answerer of comparisons of one slice of one peer. */
export class Giving {
  readonly #core: SlicesCore
  readonly #slice: number
  readonly #opener: PeerId
  #part: Part
  #coded: CodedPart
  /** Symbols sent, and those asked for. */
  #sent = 0
  #end = 0
  #isOpen = false
  /** Something came that the opener may lack, and that it has been told so since the last comparison began. */
  #hasNews = false
  #isTold = false
  /** Of the opener's last record. */
  #heardMs = 0

  constructor(core: SlicesCore, { slice, part, nonce }: OpenRecord, opener: PeerId) {
    this.#core = core
    this.#slice = slice
    this.#opener = opener
    this.#part = part
    this.#coded = new CodedPart(part, nonce, newNonce(core.random))
  }

  /** Whether a comparison is going on. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  get heardMs(): number {
    return this.#heardMs
  }

  open({ part, nonce, answererNonce, end }: OpenRecord, nowMs: number): void {
    const [openers, answerers] = this.#coded.nonces
    this.#coded.set.release()
    if (this.#coded.isRead && areEqual(openers, nonce) && areEqual(answerers, answererNonce)) this.#coded.move(part)
    else this.#coded = new CodedPart(part, nonce, newNonce(this.#core.random))
    this.#part = part
    this.#sent = 0
    this.#end = Math.max(1, Math.min(end, MAX_SYMBOLS_SENT))
    this.#isOpen = true
    this.#hasNews = false
    this.#isTold = false
    this.#heardMs = nowMs
    this.work()
  }

  /** Takes over a change of what is held. It is news to an opener that is not informed otherwise, unless it is in the symbols to come. */
  change(item: PlacedItem, isHeld: boolean, isInformed: boolean): void {
    this.#coded.change(item, isHeld)
    const isIncluded = this.#isOpen && this.#sent === 0
    if (!isHeld || isInformed || isIncluded || !contains(this.#part, item.place)) return
    this.#hasNews = true
    this.#tell()
  }

  /** Reads the part on, and sends what is asked for once it is read. */
  work(): void {
    if (!this.#isOpen || this.#sent > 0) return
    this.#core.spend(this.#opener, this.#coded.step(this.#core.ports))
    if (this.#coded.isTooLong) this.#refuse()
    else if (this.#coded.isRead) {
      this.#coded.set.hold()
      this.#sendSymbols()
    } else this.#core.workLater(this.#opener)
  }

  more(end: number, nowMs: number): void {
    this.#heardMs = nowMs
    const isInOrder = this.#sent > 0 && end > this.#sent && end <= Math.min(MAX_SYMBOLS, this.#sent + MAX_SYMBOLS_SENT)
    if (!this.#isOpen || !isInOrder) return this.#core.effects.misbehaviour(this.#opener, 'bad-more')
    this.#end = end
    this.#sendSymbols()
  }

  want(checksums: readonly number[], nowMs: number): void {
    this.#heardMs = nowMs
    if (!this.#isOpen || this.#sent === 0) return this.#core.effects.misbehaviour(this.#opener, 'bad-want')
    const { items } = packedItems(this.#core.ports, this.#coded.set.withChecksums(new Set(checksums)))
    this.#core.effects.send(this.#opener, { type: 'items', slice: this.#slice, isOpener: false, items })
  }

  /** Takes over what the opener has and this node lacks. */
  items(packed: readonly Uint8Array[], nowMs: number): void {
    this.#heardMs = nowMs
    if (!this.#isOpen || this.#sent === 0) return this.#core.effects.misbehaviour(this.#opener, 'unasked-item')
    let kept = 0
    for (const bytes of packed) {
      const item = this.#core.ports.read(bytes)
      if (item === undefined) this.#core.effects.misbehaviour(this.#opener, 'bad-item')
      else if (!contains(this.#part, item.place)) this.#core.effects.misbehaviour(this.#opener, 'unasked-item')
      else if (this.#core.accept(item, bytes, this.#opener)) kept++
    }
    this.#core.effects.send(this.#opener, { type: 'taken', slice: this.#slice, kept })
  }

  /** The comparison is over; the symbols are kept for the next one. */
  end(): void {
    this.#isOpen = false
    this.#coded.set.release()
    this.#tell()
  }

  /** Ends a comparison of which nothing was heard for long. */
  tick(nowMs: number): void {
    if (this.#isOpen && nowMs - this.#heardMs >= 2 * ANSWER_MS) this.end()
  }

  /** Tells once of all that came, and not during a comparison: the opener opens the next one then. */
  #tell(): void {
    if (this.#isOpen || this.#isTold || !this.#hasNews) return
    this.#isTold = true
    this.#core.effects.send(this.#opener, { type: 'changed', slice: this.#slice })
  }

  #sendSymbols(): void {
    const { set, nonces } = this.#coded
    const symbols = encodeSymbols(set, this.#sent, this.#end)
    this.#core.effects.send(this.#opener, {
      ...{ type: 'symbols', slice: this.#slice, nonce: nonces[1], first: this.#sent, symbols },
    })
    this.#sent = this.#end
  }

  #refuse(): void {
    this.end()
    this.#core.effects.send(this.#opener, { type: 'end', slice: this.#slice, isOpener: false, isRefused: true })
  }
}
