/** The display names of authors: part of every room's state, whatever its app. */
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
import { looksOf } from './looks.ts'
import { isName } from './name.ts'

interface Profile {
  name: string
  /** What the name looks like. */
  looks: readonly string[]
  writtenAt: Position
  sizeBytes: number
}

export interface RosterState {
  profiles: ImmutableMap<PeerId, Profile>
  /** How many authors have a name with this look. Computed from the profiles, and not part of the encoded state. */
  looks: ImmutableMap<string, number>
  sizeBytes: number
}

export const roster: Fold<RosterState> = {
  commutes: true,

  initial: () => ({ profiles: ImmutableMap(), looks: ImmutableMap(), sizeBytes: ARRAY_HEADER_BYTES }),

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

/** Whether the name of an author looks like that of another one. */
export function looksLikeAnother({ profiles, looks }: RosterState, author: PeerId): boolean {
  return profiles.get(author)?.looks.some((look) => (looks.get(look) ?? 0) > 1) === true
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
  const old = state.profiles.get(author)
  const looks = old?.name === name ? old.looks : looksOf(name)
  return {
    profiles: state.profiles.set(author, { name, looks, writtenAt, sizeBytes }),
    looks: recounted(state.looks, old?.looks ?? [], looks),
    sizeBytes: state.sizeBytes - (old?.sizeBytes ?? 0) + sizeBytes,
  }
}

function recounted(
  counts: RosterState['looks'],
  gone: readonly string[],
  come: readonly string[],
): RosterState['looks'] {
  return counts.withMutations((changed) => {
    for (const look of come) changed.update(look, 0, (count) => count + 1)
    for (const look of gone) {
      const left = (changed.get(look) ?? 0) - 1
      if (left > 0) changed.set(look, left)
      else changed.delete(look)
    }
  })
}
