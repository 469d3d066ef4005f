/** A room's whole state: who is who, and what its app makes of the documents. */
import { decode, encode } from '@ipld/dag-cbor'
import { ARRAY_HEADER_BYTES } from '../../protocols/apps/constants.ts'
import type { App } from '../apps/app.ts'
import { roster, type RosterState } from './roster.ts'

export interface WholeState<AppState> {
  roster: RosterState
  app: AppState
}

/** The app that folds a room's documents for both. */
export function wholeApp<AppState>(app: App<AppState>): App<WholeState<AppState>> {
  return {
    commutes: app.commutes,
    initial: () => ({ roster: roster.initial(), app: app.initial() }),
    reduce(state, update) {
      const next = { roster: roster.reduce(state.roster, update), app: app.reduce(state.app, update) }
      return next.roster === state.roster && next.app === state.app ? state : next
    },
    sizeBytes: (state) => 3 * ARRAY_HEADER_BYTES + roster.sizeBytes(state.roster) + app.sizeBytes(state.app),
    encode: (state) => encode([roster.encode(state.roster), app.encode(state.app)]),
    decode(bytes) {
      const [rosterBytes, appBytes] = decode<[Uint8Array, Uint8Array]>(bytes)
      return { roster: roster.decode(rosterBytes), app: app.decode(appBytes) }
    },
    toJson: (state) => app.toJson(state.app),
  }
}

/** Stands for an app that this version does not know: documents are kept and passed on, and mean nothing. */
export const unknownApp: App<null> = {
  commutes: true,
  initial: () => null,
  reduce: (state) => state,
  sizeBytes: () => 1,
  encode: (state) => encode(state),
  decode: () => null,
  toJson: () => null,
}
