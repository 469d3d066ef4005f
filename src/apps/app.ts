/**
 * What makes a room more than a pile of documents: a pure function that folds them, in the room's
 * order, into a state. The root document names the app.
 */
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { JsonValue } from '../kith.ts'

/** What an app sees of a document. */
export interface Update extends Position {
  author: PeerId
  timeMs: number
  kind: string
  body: Uint8Array
}

export interface App<State> {
  /**
   * True where the state does not depend on the order in which `reduce` gets the updates, so that a
   * late document needs no replay. An update of such an app makes the state larger by at most the
   * length of its document, which keeps most rooms clear of the state cap, to which order matters.
   * Property tests hold each app to its word.
   */
  readonly commutes: boolean
  initial(): State
  /** The state after an update. Never changes the state it is given; gives it back where the update means nothing. */
  reduce(state: State, update: Update): State
  /** Length of `encode(state)`, or a few bytes more, without making it. */
  sizeBytes(state: State): number
  /** Canonical: equal states give equal bytes. */
  encode(state: State): Uint8Array
  /** Reads what `encode` wrote. */
  decode(bytes: Uint8Array): State
  toJson(state: State): JsonValue
}
