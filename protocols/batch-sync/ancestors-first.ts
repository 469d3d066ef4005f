/** What has to be sent before a document: its ancestors that wait, and theirs. */
import type { DocumentId } from '../wire/ids.ts'
import type { Position } from '../wire/order.ts'
import { MAX_ANCESTORS_IN_TURN } from './constants.ts'

/** A document that is to be sent, and those of its ancestors that may wait. */
interface Wanted {
  document: Position
  ancestors: Position[]
}

/** The way from one document to the ancestor that is sent next. Each is looked up once, however often this is asked. */
export class AncestorsFirst {
  /** Each is an ancestor of the one before. */
  #way: Wanted[] = []

  /** What is to be sent next for a document: it, or an ancestor; or an ancestor that is too far from it. */
  nextOf(
    document: Position,
    ancestorsOf: (id: DocumentId) => Position[],
    isWaiting: (ancestor: Position) => boolean,
  ): Position | { tooDeep: Position } {
    if (this.#way[0]?.document.id !== document.id) this.#way = [{ document, ancestors: ancestorsOf(document.id) }]
    for (let last = this.#way.at(-1); last !== undefined; last = this.#way.at(-1)) {
      const ancestor = last.ancestors.at(-1)
      if (this.#way.length > 1 && !isWaiting(last.document)) this.#way.pop()
      else if (ancestor === undefined) return last.document
      else if (!isWaiting(ancestor)) last.ancestors.pop()
      else if (this.#way.length > MAX_ANCESTORS_IN_TURN) {
        this.#way = []
        return { tooDeep: ancestor }
      } else this.#way.push({ document: ancestor, ancestors: ancestorsOf(ancestor.id) })
    }
    return document
  }
}
