/**
 * The state of a room whose history is not here yet: that of a checkpoint, and what was written after it as far as it is
 * here. It may lack documents that were written at the time of the checkpoint. Or that of the newest documents alone.
 */
import type { Document } from '../../protocols/document/document.ts'
import { sha256Hex } from '../../protocols/wire/crypto.ts'
import type { DocumentId } from '../../protocols/wire/ids.ts'
import type { Fold, JsonValue } from '../kith.ts'
import { isRefused, type View } from './view.ts'

export interface PreviewInit<State> {
  fold: Fold<State>
  /** That of the checkpoint. */
  state: State
  /** The documents after it that are here, in order. */
  documentsAfter: () => readonly Document[]
  /** The state as far as the history is here. */
  replayed: View<State>
}

export class PreviewView<State> implements View<State> {
  readonly #init: PreviewInit<State>
  #state: State | undefined

  constructor(init: PreviewInit<State>) {
    this.#init = init
  }

  get state(): State {
    this.#state ??= this.#fold()
    return this.#state
  }

  /** Documents have come, or have taken their place in the history. */
  changed(): void {
    this.#state = undefined
  }

  hash(): string {
    return sha256Hex(this.encode())
  }

  encode(): Uint8Array {
    return this.#init.fold.encode(this.state)
  }

  sizeBytes(): number {
    return this.#init.fold.sizeBytes(this.state)
  }

  toJson(): JsonValue {
    return this.#init.fold.toJson(this.state)
  }

  wouldRefuse(update: Document): boolean {
    return isRefused(this.#init.fold, this.state, this.#init.fold.reduce(this.state, update))
  }

  fold(documents: readonly Document[]): DocumentId[] {
    return this.#init.replayed.fold(documents)
  }

  persist(): void {
    this.#init.replayed.persist()
  }

  #fold(): State {
    const { fold, state, documentsAfter } = this.#init
    return documentsAfter().reduce((folded, document) => {
      const next = fold.reduce(folded, document)
      return isRefused(fold, folded, next) ? folded : next
    }, state)
  }
}
