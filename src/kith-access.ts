/** Who may do what in a room, in the library's public types; part of kith.ts. */

import type { Verification } from './kith-keys.ts'

/**
 * Who may read and write in a room. `open`: whoever has its id. `public-read`: whoever has its id may read, and members
 * write. `private`: members.
 */
export type AccessMode = 'open' | 'public-read' | 'private'

/** What a member may do: `carrier` and `reader` nothing that others see, `writer` write, `admin` also invite and change roles. */
export type Role = 'carrier' | 'reader' | 'writer' | 'admin'

/** What somebody may do in a room with members. */
export interface Standing {
  /** `owner`: everything. `none`: removed, or never a member. */
  role: Role | 'owner' | 'none'
  /**
   * When that was set last, by the clock of whoever did, and by whom: by who made the invite, where one was accepted.
   * Undefined for the owner who created the room.
   */
  set?: { atMs: number; by: { peer: string; name: string } }
}

/** That this node was removed from a room with members. */
export interface Removal {
  by: { peer: string; name: string }
  /** By their clock. */
  atMs: number
  /** False: whether they had the right to is not known here. What `saidBy` says need not be true then. */
  isProven: boolean
  /** The neighbour that told it, where it is not in the history here; null if it is. */
  saidBy: { peer: string; name: string } | null
}

/** An offer of a role to whoever has its line. */
export interface Invite {
  id: string
  role: Role
  madeMs: number
  by: { peer: string; name: string }
  /** Accepting it later does not count, by the clock of whoever accepts; null: never ends. */
  expiresMs: number | null
  /** How many may accept it; null: any number. */
  uses: number | null
  /** Who has. */
  usedBy: { peer: string; name: string }[]
  status: 'open' | 'expired' | 'used-up' | 'withdrawn'
}

/** An invite by which this node joined or carries a room, and which it has not accepted. */
export interface HeldInvite {
  /**
   * `awaited`: it has not arrived, or this node waits until it holds what others have; `other-role`: it makes a member that
   * reads, which a carrier does not; `refused`: it was made before this node was removed. The others are those of
   * `Invite`.
   */
  status: 'awaited' | 'expired' | 'used-up' | 'withdrawn' | 'other-role' | 'refused'
  /** Null while it has not arrived. */
  invite: Invite | null
}

/**
 * What is not as it was in a room with members, for the event `access`. It tells what results of all acts of members, not
 * single acts: some of these lose their effect, or get it back, as others arrive.
 */
export type AccessChange = MemberChange | InviteChange | KeyChange

/** Somebody may do something else than before, or is a device of another person. */
export interface MemberChange {
  what: 'member'
  room: string
  peer: string
  name: string
  /** As in `Member`; a device that was removed stays one of its person. */
  person: string
  /** Whether it is this node. */
  self: boolean
  /** What it could do before. */
  before: Standing['role']
  role: Standing['role']
  /**
   * How it came to that, when, and by whom: `role`: somebody gave it, or took it away; `invite`: it accepted one, which
   * `by` made; `device`: a device added it; `owner`: the room was handed over. Null if what gave it a role counts no more.
   */
  set: { how: 'role' | 'invite' | 'device' | 'owner'; atMs: number; by: { peer: string; name: string } } | null
}

/** An invite was made, or something became of it. That it ends at its time is told by no event. */
export interface InviteChange {
  what: 'invite'
  room: string
  /** For `room.invites()`. */
  id: string
  role: Role
  /** Null if it is new. `void`: it counted no more, as whoever made it had lost the right. */
  before: 'open' | 'used-up' | 'withdrawn' | 'void' | null
  status: 'open' | 'used-up' | 'withdrawn' | 'void'
  /** Who made it, was the last to accept it, or withdrew it. Null if it is void. */
  set: { atMs: number; by: { peer: string; name: string } } | null
}

/** A private room has another key, or this node has the key that it lacked, or lacks it. */
export interface KeyChange {
  what: 'key'
  room: string
  /** Whether it is another key than before. */
  isNew: boolean
  /** When it was made, and by whom; null for the first key of the room. */
  set: { atMs: number; by: { peer: string; name: string } } | null
  /**
   * Why this node, which may read, does not have it. `missing`: a member can still send it; `lost`: this node needs another
   * invite. Null if it has it, or may not read.
   */
  lack: 'missing' | 'lost' | null
}

/** How to invite. */
export interface InviteOptions {
  /** Default: writer. */
  role?: Role
  /** From now on, at most 100 years. Default: 7 days. */
  expiresInMs?: number
  /** Default: 1. */
  uses?: number
}

/** Knowing whose key is whose, part of `Room`. Members are named as for `node.peerDetails`. */
export interface RoomVerification {
  /**
   * The words and digits that both nodes show for their two keys, for two people to compare in one place or over
   * the telephone. Takes some tenths of a second. Throws a KithError `no-such-peer` or `ambiguous`.
   */
  safetyWords(member: string): Promise<Verification>
  /**
   * Notes that a member's key is verified, if `said`, the words or the digits that the other one sees, are the same as
   * here. It holds on this node, for that key, in all rooms: who has a new key is a new author. Throws a KithError
   * `wrong-words`, or like `safetyWords`.
   */
  verify(member: string, said: string): Promise<Verification>
  /** Notes that a member's key is verified no more. Throws like `safetyWords`. */
  unverify(member: string): Promise<Verification>
}

/** Members of a room, part of `Room`. */
export interface RoomMembership {
  /**
   * Makes an invite; resolves once it is durable. Its line is a secret: whoever has it becomes a member. Throws a
   * KithError `no-right`, `bad-value`, `wrong-access` in an open room, or like `write`.
   */
  invite(options?: InviteOptions): Promise<Invite & { line: string }>
  /** All that were ever made. Throws a KithError `wrong-access`. */
  invites(): Invite[]
  /** Ends an invite, named by its id, or the beginning or end of that. Throws a KithError `no-such-invite`, or like `invite`. */
  withdrawInvite(id: string): Promise<Invite>
  /**
   * Gives a member another role, or removes it with `none`: what it writes from then on counts nowhere, also what it
   * wrote before it knew, and the open invites that it made are withdrawn. A private room gets a new key, so that it reads
   * nothing new. What was read cannot be recalled. Members are
   * named as for `node.peerDetails`; resolves with the peer id. Throws a KithError `no-such-peer`, `ambiguous`, or like
   * `invite`.
   */
  setRole(member: string, role: Role | 'none'): Promise<string>
  /**
   * Makes a new key for a private room, sealed to all who may read now: for members who have none, and after somebody
   * learnt the old one. Throws a KithError `no-right`, `wrong-access`, or like `write`.
   */
  rekey(): Promise<void>
  /** Makes a member the owner, and this node an admin. Throws a KithError `no-right`, or like `setRole`. */
  handOver(member: string): Promise<string>
}
