/** Members of a room: invites, roles, and who has which. */
import { ROLES } from '../../protocols/access/constants.ts'
import { boxKeyOf, inviteBoxSecret } from '../../protocols/sealing/index.ts'
import { SEED_BYTES, signerOfSeed } from '../../protocols/wire/crypto.ts'
import type { DocumentId, PeerId } from '../../protocols/wire/ids.ts'
import { grouped } from '../grouped.ts'
import { likeliestFirst } from '../host/address-worth.ts'
import {
  KithError,
  type HeldInvite,
  type Invite,
  type InviteOptions,
  type Role,
  type RoomMembership,
  type Standing,
} from '../kith.ts'
import { requireStay } from '../machine/moves.ts'
import type { AccessControl } from '../room/access/access-control.ts'
import type { ActOf, Saying } from '../room/access/acts.ts'
import { inviteStates, type InviteState } from '../room/access/invite-states.ts'
import { inviteWith } from '../room/access/rights.ts'
import { settingOf } from '../room/access/settings.ts'
import { ownRemoval } from '../room/removal.ts'
import { hasBox } from '../room/sealing/recipients.ts'
import { roleOf } from './access-changes.ts'
import { dialableElsewhere } from './dialable.ts'
import { formatInvite } from './invite.ts'
import { isSameName } from '../names.ts'
import { quoted } from './quoted.ts'
import type { NodeRoom } from './node-room.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Long enough to be read and answered, short enough that a forgotten line is worth nothing. */
const EXPIRES_IN_MS = 7 * DAY_MS

/** Longer than any room, and a time that calendars can show. */
const MAX_EXPIRES_IN_MS = 100 * 366 * DAY_MS

export class RoomMembers implements RoomMembership {
  readonly #room: NodeRoom

  constructor(room: NodeRoom) {
    this.#room = room
  }

  async invite(options: InviteOptions = {}): Promise<Invite & { line: string }> {
    const { role = 'writer', expiresInMs = EXPIRES_IN_MS, uses = 1 } = options
    requireStay(this.#room.core.machine.rooms, this.#room.id)
    const control = this.#requireControl()
    requireRole(role)
    if (![uses, expiresInMs].every((amount) => Number.isSafeInteger(amount) && amount > 0)) {
      throw new KithError('bad-value', 'an invite is for 1 use or more, and ends in the future')
    }
    if (expiresInMs > MAX_EXPIRES_IN_MS) throw new KithError('bad-value', 'an invite ends within 100 years')
    const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES))
    const expiresMs = Date.now() + expiresInMs
    const { founding } = control
    const box = founding && boxKeyOf(inviteBoxSecret(seed)).publicKey
    const key = signerOfSeed(seed).author
    const id = await this.#act({ type: 'invite', key, role, expiresMs, uses, ...(box && { box }) })
    const addresses = likeliestFirst(dialableElsewhere(this.#room.core.addresses()))
    return { ...this.#find(id), line: formatInvite(this.#room.id, addresses, { seed, act: id }) }
  }

  invites(): Invite[] {
    return [...inviteStates(this.#requireControl()).values()].map((state) => this.#inviteOf(state))
  }

  async withdrawInvite(id: string): Promise<Invite> {
    const invite = this.#find(id.trim())
    if (invite.status === 'withdrawn') return invite
    await this.#act({ type: 'withdraw', invite: invite.id as ActOf<'invite'>['id'] })
    return this.#find(invite.id)
  }

  async setRole(member: string, role: Role | 'none'): Promise<string> {
    const control = this.#requireControl()
    if (role !== 'none') requireRole(role)
    // A person's name means all its devices that have a role, and an id the one.
    const [first, ...others] = this.#resolve(member)
    const peers = [first, ...others.filter((peer) => control.rank(peer) > 0)]
    for (const peer of peers) this.#requireChangeable(control, peer, role)
    const roles = peers.map((peer): Saying => ({ type: 'role', member: peer, role }))
    const withdrawals = role === 'none' ? peers.flatMap((peer) => this.#withdrawalsOf(peer)) : []
    await this.#act(...roles, ...withdrawals)
    return first
  }

  #requireChangeable(control: AccessControl, peer: PeerId, role: Role | 'none'): void {
    const { core, name } = this.#room
    if (peer === control.owner) {
      throw new KithError('no-right', `${this.#room.nameOf(peer)} owns '${name}': only handing it over changes that`)
    }
    if (peer === core.self && role === 'none') {
      throw new KithError('no-right', 'nobody removes itself: leave the room, or ask another admin')
    }
    if (role === 'none' && control.rank(peer) === 0) {
      throw new KithError('no-such-peer', `${this.#room.nameOf(peer)} is no member of '${name}' (kith members ROOM)`)
    }
    if (role !== 'none' && role !== 'carrier') this.#requireBox(control, peer)
  }

  async handOver(member: string): Promise<string> {
    const control = this.#requireControl()
    const [peer] = this.#resolve(member)
    if (control.rank(peer) === 0 || peer === control.owner) {
      throw new KithError('no-such-peer', `only another member can become the owner (kith members ROOM)`)
    }
    this.#requireBox(control, peer)
    await this.#act({ type: 'owner', member: peer })
    return peer
  }

  async rekey(): Promise<void> {
    const { name, core, id: room } = this.#room
    if (this.#requireControl().founding === undefined) {
      throw new KithError('wrong-access', `everybody with the id of '${name}' reads it, so it has no key`)
    }
    await core.command({ type: 'rekey', room })
  }

  /** The invite with which this node came and which it has not accepted, also of a carried room. */
  held(): HeldInvite | undefined {
    const { inviteSeed } = this.#room.open.record
    const { control } = this.#room.open.graph.gate
    if (inviteSeed === undefined) return undefined
    const act = control && inviteWith(control, Buffer.from(inviteSeed, 'hex'))
    const state = act && inviteStates(control).get(act.id)
    if (state === undefined) return { status: 'awaited', invite: null }
    const invite = this.#inviteOf(state)
    return { status: this.#statusOfHeld(invite), invite }
  }

  #statusOfHeld({ status, role }: Invite): HeldInvite['status'] {
    if (status !== 'open') return status
    if (this.#room.isCarried && role !== 'carrier') return 'other-role'
    return this.#room.open.isHeldBack ? 'awaited' : 'refused'
  }

  /** Undefined in an open room. */
  standingOf(peer: PeerId): Standing | undefined {
    const { control } = this.#room.open.graph.gate
    if (control === undefined) return undefined
    const { core, open } = this.#room
    const removal = peer === core.self ? ownRemoval(open, core) : undefined
    if (removal?.isProven === true) return { role: 'none', set: { atMs: removal.atMs, by: this.#person(removal.by) } }
    const set = settingOf(control, peer)
    return {
      role: roleOf(control.rank(peer)),
      ...(set && { set: { atMs: set.atMs, by: this.#person(set.by) } }),
    }
  }

  /** Everybody who has or had a role. */
  known(): PeerId[] {
    return this.#room.open.graph.gate.control?.authors() ?? []
  }

  /** The key of a private room is sealed to what a member told when it came; a carrier tells nothing. */
  #requireBox(control: AccessControl, peer: PeerId): void {
    if (control.founding === undefined || hasBox(control, peer)) return
    const { name } = this.#room
    throw new KithError(
      'no-such-peer',
      `${this.#room.nameOf(peer)} has never been given a key of '${name}': invite it instead (kith invite ROOM)`,
    )
  }

  /** What somebody offered who is no member any more would let it in again, under another key. */
  #withdrawalsOf(peer: PeerId): Saying[] {
    const open = this.invites().filter(({ by, status }) => by.peer === peer && status === 'open')
    return open.map(({ id }) => ({ type: 'withdraw', invite: id as ActOf<'invite'>['id'] }))
  }

  /** Members by their names first, this node too: all devices of one person, the first one first. */
  #resolve(reference: string): [PeerId, ...PeerId[]] {
    const { core, personOf } = this.#room
    const exact = this.known().find((peer) => peer === reference)
    if (exact !== undefined) return [exact]
    const named = this.known().filter((peer) => isSameName(this.#room.nameOf(peer), reference))
    const persons = new Set(named.map(personOf))
    const [peer, ...others] = named.sort((a, b) => Number(persons.has(b)) - Number(persons.has(a)))
    return persons.size === 1 && peer !== undefined ? [peer, ...others] : [core.resolvePeer(reference)]
  }

  #find(reference: string): Invite {
    const found = this.invites().filter(
      ({ id }) => id.startsWith(reference) || id.endsWith(reference.replace(/^…/, '')),
    )
    const [invite] = found
    if (invite === undefined || reference === '') {
      throw new KithError('no-such-invite', `there is no invite ${quoted(reference)} (kith invites ROOM)`)
    }
    if (found.length > 1) {
      throw new KithError(
        'ambiguous',
        `${quoted(reference)} could be ${grouped(found.length)} invites (kith invites ROOM)`,
      )
    }
    return invite
  }

  #inviteOf({ invite, users, status: byActs }: InviteState): Invite {
    const { id, author, timeMs, saying } = invite
    const { role, expiresMs = null, uses = null } = saying
    const usedBy = [...users].map((peer) => this.#person(peer))
    const status = byActs === 'open' && expiresMs !== null && expiresMs < Date.now() ? 'expired' : byActs
    return { id, role, madeMs: timeMs, by: this.#person(author), expiresMs, uses, usedBy, status }
  }

  #person(peer: PeerId): { peer: string; name: string } {
    return { peer, name: this.#room.nameOf(peer) }
  }

  /** Returns the id of the first. */
  async #act(...sayings: Saying[]): Promise<DocumentId> {
    const { core, id: room } = this.#room
    const { document } = await core.command({ type: 'act', room, sayings })
    if (document === undefined) throw new Error('a written document has an id')
    return document.id
  }

  #requireControl(): AccessControl {
    this.#room.requireOpen()
    const { control } = this.#room.open.graph.gate
    if (control === undefined) {
      throw new KithError(
        'wrong-access',
        `'${this.#room.name}' is open: whoever has its id reads and writes, so it has no members`,
      )
    }
    return control
  }
}

/** Programs without types pass anything. */
function requireRole(role: Role): void {
  const known = ROLES.filter((each) => each !== 'none')
  if (known.includes(role)) return
  throw new KithError('bad-value', `a member's role is ${known.join(', ')}, not ${quoted(String(role))}`)
}
