/** The state of a room that this node only carries: empty, because its documents are not read. */
import { unknownFold, wholeFold, type WholeState } from './whole-state.ts'
import type { View } from './view.ts'
import { sha256Hex } from '../../protocols/wire/crypto.ts'

const nothing = wholeFold(unknownFold)
const state = nothing.initial()

export const carriedView: View<WholeState<null>> = {
  state,
  hash: () => sha256Hex(nothing.encode(state)),
  encode: () => nothing.encode(state),
  sizeBytes: () => nothing.sizeBytes(state),
  toJson: () => null,
  wouldRefuse: () => false,
  fold: () => [],
  persist: () => undefined,
}
