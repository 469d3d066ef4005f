/** A room's whole state: its members' names, and the state that its app computes. */
import { decode, encode } from '@ipld/dag-cbor'
import { ARRAY_HEADER_BYTES } from '../../protocols/apps/constants.ts'
import type { Fold, Update } from '../kith.ts'
import { roster, type RosterState } from './roster.ts'

export interface WholeState<AppState> {
  roster: RosterState
  app: AppState
}

/** Encoded for an unknown app. */
const NOTHING = encode(null)

/**
 * Folds a room's documents into both. An update at which the app throws leaves its state unchanged, on
 * every node alike, and is reported to `onFault`.
 */
export function wholeFold<AppState>(
  app: Fold<AppState>,
  onFault: (update: Update, error: Error) => void = () => undefined,
): Fold<WholeState<AppState>> {
  /** A document may be tried before it is folded; its error is reported only once. */
  const told = new WeakSet<Update>()
  const reduceApp = (state: AppState, update: Update): AppState => {
    try {
      return app.reduce(state, update)
    } catch (error) {
      if (!told.has(update)) onFault(update, error instanceof Error ? error : new Error(String(error)))
      told.add(update)
      return state
    }
  }
  return {
    commutes: app.commutes,
    initial: () => ({ roster: roster.initial(), app: app.initial() }),
    reduce(state, update) {
      const next = { roster: roster.reduce(state.roster, update), app: reduceApp(state.app, update) }
      return next.roster === state.roster && next.app === state.app ? state : next
    },
    sizeBytes: (state) => 3 * ARRAY_HEADER_BYTES + roster.sizeBytes(state.roster) + app.sizeBytes(state.app),
    encode: (state) => encode([roster.encode(state.roster), app.encode(state.app)]),
    decode(bytes) {
      const [rosterBytes, appBytes] = decode<[Uint8Array, Uint8Array]>(bytes)
      const isOfUnknown = Buffer.compare(appBytes, NOTHING) === 0
      if (isOfUnknown && app !== (unknownFold as Fold<unknown>))
        throw new Error('a state from before the app was known')
      return { roster: roster.decode(rosterBytes), app: app.decode(appBytes) }
    },
    toJson: (state) => app.toJson(state.app),
  }
}

/** Replaces the fold of an app that this node lacks: documents are stored and relayed, but have no meaning. */
export const unknownFold: Fold<null> = {
  commutes: true,
  initial: () => null,
  reduce: (state) => state,
  sizeBytes: () => 1,
  encode: () => NOTHING,
  decode: () => null,
  toJson: () => null,
}
