/**
 * What differs in a room with members from what was told before: of its members, its invites and its key. It compares what
 * results of all acts, not single ones, some of which lose their effect or get it back as others arrive.
 */
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import type { KeyLack } from '../sealing/key-lack.ts'
import type { AccessControl } from './access-control.ts'
import type { Act, ActOf, Rank } from './acts.ts'
import { inviteStates, type InviteState } from './invite-states.ts'
import { personOf } from './persons.ts'
import { settingOf, type Setting } from './settings.ts'

/** What becomes of an invite; `void`: who made it had no right to. */
export type InviteStatus = InviteState['status'] | 'void'

/** Why a member who may read does not have the key. */
export type ReadersLack = Exclude<KeyLack, 'stale' | 'behind' | 'carrier' | 'outsider'>

export interface MemberChange {
  type: 'member'
  peer: PeerId
  person: PeerId
  before: Rank
  rank: Rank
  /** What set the rank; undefined if nothing that counts does. */
  setting: Setting | undefined
}

export interface InviteChange {
  type: 'invite'
  invite: ActOf<'invite'>
  before: InviteStatus | undefined
  status: InviteStatus
  /** The act by which it is that; undefined if it is void. */
  last: Act | undefined
}

export interface KeyChange {
  type: 'key'
  isNew: boolean
  /** What made the key; undefined for that of the root. */
  made: Act | undefined
  /** Why this node does not have it, though it may. */
  lack: ReadersLack | undefined
}

export type AccessChange = MemberChange | InviteChange | KeyChange

/** The room as far as it is needed. */
export interface WatchedRoom {
  /** Undefined in an open room. */
  readonly control: AccessControl | undefined
  readonly self: PeerId
  /** Its history is still to come. */
  readonly isJoining: boolean
  /** Why this node does not have the key of a private room. */
  readonly lack: KeyLack | undefined
  /** What removed this node, if that is in no document here: neighbours say it, of somebody who may. */
  readonly removal: Setting | undefined
}

/** What results of all acts. */
interface Access {
  /** Those with a rank. */
  members: ReadonlyMap<PeerId, { rank: Rank; person: PeerId }>
  invites: ReadonlyMap<DocumentId, InviteState>
  epoch: KeyId | undefined
}

const NOBODY: Access = { members: new Map(), invites: new Map(), epoch: undefined }

export class AccessNews {
  readonly #room: WatchedRoom
  /** As it was when something was last told, and of which acts that resulted. */
  #told: Access | undefined
  #acts: readonly Act[] | undefined
  #lack: ReadersLack | undefined
  #removal: Setting | undefined
  /** Who joins is told how the room is then; only what this node was given is news. */
  #isOwnOnly = false

  constructor(room: WatchedRoom) {
    this.#room = room
    this.changes()
  }

  /** What differs from the last time. Costs next to nothing if no act came or left. */
  changes(): AccessChange[] {
    const { control, isJoining, self, removal } = this.#room
    if (control === undefined) return []
    if (isJoining) {
      this.#isOwnOnly = true
      return []
    }
    const lack = lackOfReader(this.#room.lack)
    const acts = control.allActs()
    const isSame = acts === this.#acts && lack === this.#lack
    if (isSame && (removal === undefined) === (this.#removal === undefined)) return []
    const before = this.#told
    const [lackBefore, isOwnOnly] = [this.#lack, this.#isOwnOnly]
    const now = accessOf(control, removal === undefined ? undefined : self)
    this.#told = now
    this.#acts = acts
    this.#lack = lack
    this.#removal = removal
    this.#isOwnOnly = false
    if (before === undefined && !isOwnOnly) return []
    const members = memberChanges(before ?? NOBODY, now, (peer, rank) =>
      peer === self && removal !== undefined ? removal : settingOf(control, peer, rank),
    )
    if (isOwnOnly) return members.filter(({ peer }) => peer === self)
    const isNew = before !== undefined && before.epoch !== now.epoch
    const key: KeyChange = { type: 'key', isNew, made: control.epochs?.current.acts[0], lack }
    return [...members, ...inviteChanges(before ?? NOBODY, now), ...(isNew || lack !== lackBefore ? [key] : [])]
  }
}

/** `removed`: somebody who is no member any more, though nothing here says so. */
function accessOf(control: AccessControl, removed: PeerId | undefined): Access {
  const members = control.authors().flatMap((peer): [PeerId, { rank: Rank; person: PeerId }][] => {
    const rank = peer === removed ? 0 : control.rank(peer)
    return rank === 0 ? [] : [[peer, { rank, person: personOf(control, peer) }]]
  })
  return { members: new Map(members), invites: inviteStates(control), epoch: control.epochs?.current.key }
}

/** In the order of what set them. */
function memberChanges(
  before: Access,
  now: Access,
  settingIn: (peer: PeerId, rank: Rank) => Setting | undefined,
): MemberChange[] {
  const changes: MemberChange[] = []
  for (const peer of new Set([...before.members.keys(), ...now.members.keys()])) {
    const [was, is] = [before.members.get(peer), now.members.get(peer)]
    if (was?.rank === is?.rank && was?.person === is?.person) continue
    const { rank = 0, person = was?.person ?? peer } = is ?? {}
    changes.push({
      type: 'member',
      peer,
      person,
      before: was?.rank ?? 0,
      rank,
      setting: settingIn(peer, rank),
    })
  }
  return changes.sort((a, b) => (a.setting?.atMs ?? 0) - (b.setting?.atMs ?? 0))
}

function inviteChanges(before: Access, now: Access): InviteChange[] {
  const changes: InviteChange[] = []
  for (const [id, { invite, status, last }] of now.invites) {
    const was = before.invites.get(id)?.status
    if (was !== status) changes.push({ type: 'invite', invite, before: was, status, last })
  }
  for (const [id, { invite, status }] of before.invites) {
    if (!now.invites.has(id)) changes.push({ type: 'invite', invite, before: status, status: 'void', last: undefined })
  }
  return changes
}

/** Whoever may not read waits for no key. A new one mostly comes right behind the removal that makes the old one stale. */
function lackOfReader(lack: KeyLack | undefined): ReadersLack | undefined {
  return lack === 'missing' || lack === 'lost' ? lack : undefined
}
