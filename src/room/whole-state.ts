/** A room's whole state: its members' names, the owner's rulings and moves, and the state that its app computes. */
import { decode, encode } from '@ipld/dag-cbor'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId } from '../../protocols/wire/ids.ts'
import type { Fold, Update } from '../kith.ts'
import { decodeMoves, encodeMoves, noMoves, withMove, type Moves } from './moves.ts'
import { rosterOf, type RosterState } from './roster.ts'
import { decodeRulings, encodeRulings, isDropped, noRulings, withRuling, type Rulings } from './rulings.ts'

export interface WholeState<AppState> {
  roster: RosterState
  rulings: Rulings
  moves: Moves
  app: AppState
}

/**
 * A fold with rulings, which count for a whole history: also for the documents before the one that makes them. So a
 * change of the rulings makes a view begin again.
 */
export interface RuledFold<State> extends Fold<State> {
  rulingsOf(state: State): unknown
  /** A state under the rulings of another one. */
  under(state: State, ruled: State): State
}

export interface WholeFoldInit {
  /** The author of the root; undefined as long as that is not known. */
  owner?: PeerId | undefined
  /** Whether a document's author owned the room, by what the document knows. Default: it is the author of the root. */
  isByOwner?: (document: Document) => boolean
  /** Whether a document has an effect: its author may write. Default: all have. */
  counts?: (document: Document) => boolean
  /** An update at which the app throws leaves its state unchanged, on every node alike. */
  onFault?: (update: Update, error: Error) => void
}

/** Encoded for an unknown app. */
const NOTHING = encode(null)

/** Folds a room's documents into all parts of its state. */
export function wholeFold<AppState>(
  app: Fold<AppState>,
  { owner, isByOwner = isByRootAuthor(owner), counts = () => true, onFault = () => undefined }: WholeFoldInit = {},
): RuledFold<WholeState<AppState>> {
  const roster = rosterOf(owner)
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
    initial: () => ({ roster: roster.initial(), rulings: noRulings, moves: noMoves, app: app.initial() }),
    under: (state, { rulings }) => ({ ...state, rulings }),
    rulingsOf: ({ rulings }) => rulings,
    reduce(state, update) {
      const document = update as Document
      if (!counts(document)) return state
      const rulings = withRuling(state.rulings, document, owner)
      if (isDropped(state.rulings, document.author)) return state
      const moves = withMove(state.moves, document, isByOwner)
      const names = roster.reduce(state.roster, update)
      const appState = reduceApp(state.app, update)
      const isSame = names === state.roster && rulings === state.rulings && moves === state.moves
      return isSame && appState === state.app ? state : { roster: names, rulings, moves, app: appState }
    },
    sizeBytes: (state) => app.sizeBytes(state.app),
    ...(app.maxSizeBytes !== undefined && { maxSizeBytes: app.maxSizeBytes }),
    canGrow: (update) => app.canGrow?.(update) ?? true,
    encode({ roster: names, rulings, moves, app: appState }) {
      const parts = [roster.encode(names), app.encode(appState)]
      if (!rulings.isEmpty() || !moves.isEmpty()) parts.push(encodeRulings(rulings))
      if (!moves.isEmpty()) parts.push(encodeMoves(moves))
      return encode(parts)
    },
    decode(bytes) {
      const [rosterBytes, appBytes, rulingsBytes, movesBytes] =
        decode<[Uint8Array, Uint8Array, Uint8Array?, Uint8Array?]>(bytes)
      const isOfUnknown = Buffer.compare(appBytes, NOTHING) === 0
      if (isOfUnknown && app !== (unknownFold as Fold<unknown>))
        throw new Error('a state from before the app was known')
      return {
        roster: roster.decode(rosterBytes),
        rulings: rulingsBytes === undefined ? noRulings : decodeRulings(rulingsBytes),
        moves: movesBytes === undefined ? noMoves : decodeMoves(movesBytes),
        app: app.decode(appBytes),
      }
    },
    toJson: (state) => app.toJson(state.app),
  }
}

function isByRootAuthor(owner: PeerId | undefined): (document: Document) => boolean {
  return ({ author }) => author === owner
}

/** Replaces the fold of an app that this node lacks: documents are stored and relayed, but have no meaning. */
export const unknownFold: Fold<null> = {
  commutes: true,
  initial: () => null,
  reduce: (state) => state,
  sizeBytes: () => 1,
  maxSizeBytes: 1,
  encode: () => NOTHING,
  decode: () => null,
  toJson: () => null,
}
