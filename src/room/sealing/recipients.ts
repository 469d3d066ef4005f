/** To whom the key of a private room is sealed: members who may read, and invites that somebody may still accept. */
import type { KeyId } from '../../../protocols/sealing/index.ts'
import type { DocumentId, PeerId } from '../../../protocols/wire/ids.ts'
import type { AccessControl } from '../access/access-control.ts'
import { isOfType, rankOf, type ActOf } from '../access/acts.ts'
import { recipientIdOf, type RecipientId } from './sealed-keys.ts'

const READER = rankOf('reader')

export interface MemberBox {
  author: PeerId
  /** A public key of X25519. */
  box: Uint8Array
  /** The invite with which the member came, or what made it a device. */
  by: ActOf<'invite'> | ActOf<'device'> | undefined
}

/** Whether an author may read. */
export function isReader(control: AccessControl, author: PeerId): boolean {
  return control.rank(author) >= READER
}

/** Those of all members who may read and have told theirs. */
export function memberBoxes(control: AccessControl): MemberBox[] {
  return boxesOf(control).filter(({ author }) => isReader(control, author))
}

/** That of what made it a device, if it still is one, or else of its last acceptance, or of what once made it one or gave it a role. */
function boxesOf(control: AccessControl): MemberBox[] {
  const boxes = new Map<PeerId, MemberBox>()
  const { founder, founding } = control
  for (const by of control.acts()) {
    if (isOfType(by, 'device')) boxes.set(by.saying.member, { author: by.saying.member, box: by.saying.box, by })
    const { saying } = by
    if (saying.type !== 'role' || saying.box === undefined) continue
    boxes.set(saying.member, { author: saying.member, box: saying.box, by: undefined })
  }
  if (founding !== undefined) boxes.set(founder, { author: founder, box: founding.box, by: undefined })
  const invites = new Map<DocumentId, ActOf<'invite'>>()
  // The last one is that of one that has lost its first. Its author says so, whether the invite holds or not.
  for (const act of control.allActs()) {
    if (isOfType(act, 'invite')) invites.set(act.id, act)
    if (!isOfType(act, 'accept') || act.saying.box === undefined) continue
    boxes.set(act.author, { author: act.author, box: act.saying.box, by: invites.get(act.saying.invite) })
  }
  for (const [author, by] of control.deviceActs) boxes.set(author, { author, box: by.saying.box, by })
  return [...boxes.values()]
}

/** Those of everybody, and of every invite, whatever became of them. */
export function allBoxes(control: AccessControl): Uint8Array[] {
  const { founding } = control
  const told = control
    .allActs()
    .flatMap(({ saying }) => ('box' in saying && saying.box !== undefined ? [saying.box] : []))
  return founding === undefined ? told : [founding.box, ...told]
}

/** Whether an author has told one, whatever it may do now. */
export function hasBox(control: AccessControl, author: PeerId): boolean {
  return boxesOf(control).some((told) => told.author === author)
}

/** Those of invites that are open at a time. `without`: only of those that bring another key than this. */
export function inviteBoxes(control: AccessControl, nowMs: number, without?: KeyId): Uint8Array[] {
  const acts = control.acts()
  const closed = new Set(acts.flatMap(({ saying }) => (saying.type === 'withdraw' ? [saying.invite] : [])))
  const users = new Map<DocumentId, Set<PeerId>>()
  for (const { author, saying } of acts) {
    if (saying.type === 'accept') users.set(saying.invite, (users.get(saying.invite) ?? new Set()).add(author))
  }
  return acts.flatMap((act) => {
    if (!isOfType(act, 'invite') || closed.has(act.id)) return []
    const { box, role, expiresMs = Infinity, uses = Infinity, sealed } = act.saying
    if (without !== undefined && sealed?.epoch === without) return []
    const isOpen = expiresMs >= nowMs && (users.get(act.id)?.size ?? 0) < uses && rankOf(role) >= READER
    return isOpen && box !== undefined ? [box] : []
  })
}

/** Of members, those who have not been given a key. `given`: to whom it is sealed. */
export function withoutKey(
  boxes: readonly MemberBox[],
  control: AccessControl,
  key: KeyId,
  given: ReadonlySet<RecipientId>,
): MemberBox[] {
  const isGiven = (box: Uint8Array | undefined): boolean => box !== undefined && given.has(recipientIdOf(box))
  return boxes.filter(({ author, box, by }) => {
    // The first key was made by the founder.
    if (author === control.founder && key === control.founding?.epoch) return false
    return !isGiven(box) && !isGiven(by?.saying.box) && by?.saying.sealed?.epoch !== key
  })
}
