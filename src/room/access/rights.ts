/** What this node itself may do in a room with members: to write, and to accept an invite. */
import { ROLES } from '../../../protocols/access/constants.ts'
import { signerOfSeed } from '../../../protocols/wire/crypto.ts'
import type { Document } from '../../../protocols/document/document.ts'
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { PeerId, RoomId } from '../../../protocols/wire/ids.ts'
import { KithError } from '../../kith.ts'
import { shownName } from '../../names.ts'
import type { RoomRecord } from '../../store/store.ts'
import type { RosterState } from '../roster.ts'
import { waitingForHistory } from '../write-errors.ts'
import type { AccessControl } from './access-control.ts'
import { acceptance, actOf, isOfType, rankOf, type ActOf, type Saying } from './acts.ts'

const ADMIN = rankOf('admin')

export function isWriter(control: AccessControl | undefined, author: PeerId): boolean {
  return control === undefined || control.rank(author) >= rankOf('writer')
}

/** Whether an author may make a new key, after all that is here. */
export function mayRekey(control: AccessControl | undefined, author: PeerId): boolean {
  const saying = { type: 'rekey', epoch: '' as KeyId, previous: [], wrapped: [], keys: new Uint8Array(0) } as const
  return control?.maySay(author, saying) === true
}

/** Whether others are told of the checkpoints of which an author came to the same state: not once it was removed. */
export function mayVouch(control: AccessControl | undefined, author: PeerId): boolean {
  return control === undefined || control.rank(author) >= rankOf('reader')
}

/** A room as far as it says who may do what, and what people and the room are called. */
interface Governed {
  readonly record: Pick<RoomRecord, 'id' | 'name' | 'alias'>
  readonly graph: { readonly gate: { readonly control?: AccessControl | undefined } }
  readonly view: { readonly state: { readonly roster: Pick<RosterState, 'profiles'> } }
  readonly isPreview: boolean
}

/** Throws a KithError `no-right` if a document of this node would not count: what is missing, and who could give it. */
export function requireRight(room: Governed, document: Document): void {
  const { control } = room.graph.gate
  if (control === undefined) return
  const act = actOf(document)
  if (act === undefined) return requireWriter(room, document.author, false)
  if (control.isEntitled(act, document)) return
  const { type } = act.saying
  const isAdmin = control.rank(document.author) >= ADMIN
  const who = type === 'owner' ? `; that is ${ownerOf(room, control)}` : isAdmin ? '' : `; ${adminsOf(room, control)}`
  throw new KithError('no-right', `${REFUSALS[type]}${who} (kith members ROOM)`)
}

/**
 * Throws a KithError `no-right` if a document that is no act would not count, or `waiting` if nobody can tell before the
 * history is here.
 */
export function requireWriter(room: Governed, author: PeerId, isPreview = room.isPreview): void {
  const { control } = room.graph.gate
  if (control === undefined || isWriter(control, author)) return
  if (isPreview) throw waitingForHistory()
  const { record } = room
  const name = shownName(record.alias ?? record.name) || record.id
  const role = ROLES[control.rank(author)] ?? 'none'
  const what =
    role === 'none'
      ? `only members write in '${name}', and this node is not one: ask an admin for an invite`
      : `a ${role} does not write in '${name}': ask an admin for another role`
  throw new KithError('no-right', `${what}; ${adminsOf(room, control)} (kith members ROOM)`)
}

/** Of many admins, so many are named. */
const MAX_NAMED = 3

/** Those who could give a right, the owner first. */
function adminsOf(room: Governed, control: AccessControl): string {
  const admins = control.authors().filter((author) => author !== control.owner && control.rank(author) >= ADMIN)
  const names = [ownerOf(room, control), ...admins.map((author) => calledIn(room, author))]
  const more = names.length - MAX_NAMED
  const named = [...names.slice(0, MAX_NAMED), ...(more > 0 ? [`${more} more`] : [])]
  return `admins there: ${named.join(', ')}`
}

function ownerOf(room: Governed, { owner }: AccessControl): string {
  return `${calledIn(room, owner)} (the owner)`
}

function calledIn({ view }: Governed, author: PeerId): string {
  return shownName(view.state.roster.profiles.get(author)?.name ?? '') || author
}

const REFUSALS: Record<Saying['type'], string> = {
  role:
    'only admins change roles, never that of the owner, and only that of somebody who has one can be taken away; ' +
    'others remove devices of their own',
  invite: 'only admins invite',
  withdraw: 'only admins withdraw invites',
  accept: 'the invite was withdrawn, has expired, is used up, or was given before this node was removed',
  owner: 'only the owner can make somebody else the owner',
  rekey: 'only admins make a new key for the room, and members who have removed a device of theirs',
  device:
    'a device gets at most the role of who adds it; not if an admin took that from it, if it is a member in its own ' +
    'right, or if its person has had too many',
}

/** The invite with this key, if it is here and counts. */
export function inviteWith(control: AccessControl, seed: Uint8Array): ActOf<'invite'> | undefined {
  const { author: key } = signerOfSeed(seed)
  return control.acts().find((act): act is ActOf<'invite'> => isOfType(act, 'invite') && act.saying.key === key)
}

/** Whether an invite would give an author something. */
export function isWorthAccepting(control: AccessControl, { saying }: ActOf<'invite'>, author: PeerId): boolean {
  return control.rank(author) < rankOf(saying.role)
}

/** What accepts an invite. `box`: see `acceptance`. */
export function acceptanceWith(
  { seed, box }: { seed: Uint8Array; box: Uint8Array | undefined },
  room: RoomId,
  { id }: ActOf<'invite'>,
  author: PeerId,
): Saying {
  return acceptance(room, id, author, signerOfSeed(seed), box)
}
