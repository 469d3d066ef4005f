/** The display names of authors: part of every room's state, whatever its app. */
import { encode } from '@ipld/dag-cbor'
import { Map as ImmutableMap } from 'immutable'
import { ARRAY_HEADER_BYTES } from '../../protocols/apps/constants.ts'
import { MAX_AUTHOR_NAME_BYTES, MAX_PROFILES, PROFILE_KIND } from '../../protocols/room/constants.ts'
import type { Document } from '../../protocols/document/document.ts'
import type { PeerId, DocumentId } from '../../protocols/wire/ids.ts'
import type { Position } from '../../protocols/wire/order.ts'
import { decodeText, encodeText } from '../apps/body.ts'
import { decodeExact } from '../apps/cbor.ts'
import type { Fold } from '../kith.ts'
import { looksOf } from './looks.ts'
import { isName } from '../name-form.ts'
import { withNewest } from './newest.ts'

interface Profile {
  name: string
  writtenAt: Position
}

export interface RosterState {
  profiles: ImmutableMap<PeerId, Profile>
}

/** The names in a room: the newest ones, and always that of `owner`, who wrote its root. */
export function rosterOf(owner?: PeerId): Fold<RosterState> {
  const withProfile = (state: RosterState, author: PeerId, profile: Profile): RosterState => {
    const profiles = withNewest(state.profiles, author, profile, MAX_PROFILES, owner)
    return profiles === state.profiles ? state : { profiles }
  }
  return {
    commutes: true,

    initial: () => ({ profiles: ImmutableMap() }),

    reduce(state, { kind, body, author, clock, id }: Document) {
      if (kind !== PROFILE_KIND) return state
      const name = decodeText(body)
      return isAuthorName(name) ? withProfile(state, author, { name, writtenAt: { clock, id } }) : state
    },

    sizeBytes: ({ profiles }) =>
      [...profiles].reduce((sum, entry) => sum + encode(toTuple(entry)).length, ARRAY_HEADER_BYTES),

    encode: ({ profiles }) => encode([...profiles].map(toTuple).sort(([a], [b]) => (a < b ? -1 : 1))),

    decode(bytes) {
      return decodeExact<ProfileTuple[]>(bytes).reduce<RosterState>(
        (state, [author, name, clock, id]) => withProfile(state, author, { name, writtenAt: { clock, id } }),
        { profiles: ImmutableMap() },
      )
    },

    toJson: ({ profiles }) => Object.fromEntries([...profiles].map(([author, { name }]) => [author, name])),
  }
}

export function profileBody(name: string): Uint8Array {
  return encodeText(name)
}

/** Tells the person to whom an author belongs, as the first key of that. */
export type PersonOf = (author: PeerId) => PeerId

/** Where everybody has one device. */
export const ITSELF: PersonOf = (author) => author

/** What names look like, each computed when somebody first asks. */
const looksOfProfiles = new WeakMap<Profile, readonly string[]>()

/** Whose names have each look: a person, or several. */
type Looks = ReadonlyMap<string, PeerId | 'several'>

/** Those of a roster, by what tells who is one person. */
const looksOfRosters = new WeakMap<RosterState['profiles'], { personOf: PersonOf; looks: Looks }>()

/** Whether a name of an author, such as one that it had before, looks like the name of another person. */
export function looksLikeAnother({ profiles }: RosterState, author: PeerId, name: string, personOf = ITSELF): boolean {
  const profile = profiles.get(author)
  const given = profile?.name === name ? looksOfProfile(profile) : looksOf(name)
  const known = looksOfRosters.get(profiles)
  const looks = known?.personOf === personOf ? known.looks : personsByLook(profiles, personOf)
  const person = personOf(author)
  return given.some((look) => (looks.get(look) ?? person) !== person)
}

function personsByLook(profiles: RosterState['profiles'], personOf: PersonOf): Looks {
  const looks = new Map<string, PeerId | 'several'>()
  for (const [author, profile] of profiles) {
    const person = personOf(author)
    for (const look of looksOfProfile(profile)) {
      looks.set(look, (looks.get(look) ?? person) === person ? person : 'several')
    }
  }
  looksOfRosters.set(profiles, { personOf, looks })
  return looks
}

function looksOfProfile(profile: Profile): readonly string[] {
  const known = looksOfProfiles.get(profile) ?? looksOf(profile.name)
  looksOfProfiles.set(profile, known)
  return known
}

function isAuthorName(name: unknown): name is string {
  return isName(name, MAX_AUTHOR_NAME_BYTES)
}

type ProfileTuple = [author: PeerId, name: string, clock: number, id: DocumentId]

function toTuple([author, { name, writtenAt }]: [PeerId, Profile]): ProfileTuple {
  return [author, name, writtenAt.clock, writtenAt.id]
}
