/** Rooms that are announced to newcomers on the same network, in the library's public types; part of kith.ts. */

import type { AccessMode } from './kith-access.ts'

/** A room that connected nodes on this network announce. All that is said of it here, they say. */
export interface NearbyRoom {
  id: string
  /** As shown; empty if nothing in it can be seen. */
  name: string
  app: string
  access: AccessMode
  /** The line with which it is joined. In a private room it is a secret, as it makes whoever has it a member. */
  invite: string
  /** This node is in the room, or carries it. */
  isHere: boolean
  /** Who announces it, with the names that they say they have. */
  offeredBy: { peer: string; name: string }[]
}

/** Announcing a room, part of `Room`. */
export interface RoomAnnouncing {
  /**
   * Tells every peer on this network that asks the name of the room and how to join it, until `endAnnouncing`. In a
   * private room only with `anyone`, as it makes an invite for up to 100 people and 30 days that each of them gets. Peers
   * elsewhere are told nothing. Throws a KithError `bad-value`, `too-many`, `waiting`, `carried`, or like `invite`.
   */
  announce(options?: { anyone?: boolean }): Promise<void>
  /** Tells nobody any more. The invite that was told is withdrawn. Throws like `withdrawInvite`. */
  endAnnouncing(): Promise<void>
}
