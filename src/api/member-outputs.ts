/** The answers to the calls about members and authors of a room. */
import type { Invite, Member, NearbyRoom, RoomDetails, RoomNetwork, RoomRing, Verification } from '../kith.ts'

export interface MemberOutputs {
  /** Drops an author: nothing that it wrote counts in the room's state. Only the owner of the room can do that. */
  'rooms.drop': { author: string; name: string }
  /** Takes a dropped author back. */
  'rooms.restore': { author: string; name: string }
  /** Who has written in a room, and who is online. */
  'rooms.members': Member[]
  /** Makes an invite to a room with members. Its line is a secret. */
  'rooms.invite': Invite & { line: string }
  /** All invites that were ever made. */
  'rooms.invites': Invite[]
  /** Ends an invite. */
  'rooms.withdrawInvite': Invite
  /** Gives a member another role, or removes it. */
  'rooms.setRole': { member: string; name: string }
  /** The words that both nodes show for the keys of a member and of this node. */
  'rooms.safetyWords': Verification
  /** Notes that a member's key is verified, if the other person sees the same words or digits. */
  'rooms.verify': Verification
  /** Notes that a member's key is verified no more. */
  'rooms.unverify': Verification
  /** Tells peers on this network that ask the name of a room and how to join it, or no longer. */
  'rooms.announce': RoomDetails
  /** Which files of a room are in the ring; keeps those there that this node has, or no longer. */
  'rooms.ring': RoomRing
  /** The network of the nodes that have a room; this node keeps only a copy, or follows the room again. */
  'rooms.network': RoomNetwork
  /** Rooms that connected nodes on this network announce. */
  'rooms.nearby': NearbyRoom[]
  /** Makes a new key for a private room. */
  'rooms.rekey': { id: string; name: string }
  /** Makes a member the owner of a room. */
  'rooms.handOver': { member: string; name: string }
}
