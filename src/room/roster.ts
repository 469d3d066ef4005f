/** How authors want to be called: part of every room's state, whatever its app. */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import { ARRAY_HEADER_BYTES } from '../../protocols/apps/constants.ts'
import { MAX_AUTHOR_NAME_BYTES, PROFILE_KIND } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId, DocumentId } from '../../protocols/wire/ids.ts'
import { comparePositions, type Position } from '../../protocols/wire/order.ts'
import { decodeText, encodeText } from '../apps/body.ts'
import { decodeExact } from '../apps/cbor.ts'
import type { Fold } from '../kith.ts'
import { isName } from './name.ts'

interface Profile {
  name: string
  writtenAt: Position
  sizeBytes: number
}

export interface RosterState {
  profiles: ImmutableMap<PeerId, Profile>
  sizeBytes: number
}

export const roster: Fold<RosterState> = {
  commutes: true,

  initial: () => ({ profiles: ImmutableMap(), sizeBytes: ARRAY_HEADER_BYTES }),

  reduce(state, { kind, body, author, clock, id }: Document) {
    if (kind !== PROFILE_KIND) return state
    const name = decodeText(body)
    if (!isAuthorName(name)) return state
    const old = state.profiles.get(author)
    const writtenAt = { clock, id }
    if (old !== undefined && comparePositions(old.writtenAt, writtenAt) > 0) return state
    return withProfile(state, author, name, writtenAt)
  },

  sizeBytes: ({ sizeBytes }) => sizeBytes,

  encode({ profiles }) {
    const tuples = [...profiles].map(([author, { name, writtenAt }]) => toTuple(author, name, writtenAt))
    return encode(tuples.sort(([a], [b]) => (a < b ? -1 : 1)))
  },

  decode(bytes) {
    return decodeExact<ProfileTuple[]>(bytes).reduce<RosterState>(
      (state, [author, name, clock, id]) => withProfile(state, author, name, { clock, id }),
      roster.initial(),
    )
  },

  toJson: ({ profiles }) => Object.fromEntries([...profiles].map(([author, { name }]) => [author, name])),
}

export function profileBody(name: string): Uint8Array {
  return encodeText(name)
}

function isAuthorName(name: unknown): name is string {
  return isName(name, MAX_AUTHOR_NAME_BYTES)
}

type ProfileTuple = [author: PeerId, name: string, clock: number, id: DocumentId]

function toTuple(author: PeerId, name: string, { clock, id }: Position): ProfileTuple {
  return [author, name, clock, id]
}

function withProfile(state: RosterState, author: PeerId, name: string, writtenAt: Position): RosterState {
  const sizeBytes = encode(toTuple(author, name, writtenAt)).length
  const oldBytes = state.profiles.get(author)?.sizeBytes ?? 0
  return {
    profiles: state.profiles.set(author, { name, writtenAt, sizeBytes }),
    sizeBytes: state.sizeBytes - oldBytes + sizeBytes,
  }
}
