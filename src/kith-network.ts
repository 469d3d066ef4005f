/** The network of a room, in the library's public types; part of kith.ts. */

/**
 * What a node wants of a room: `all` at once, or only a `copy`, which is brought up to date every half minute, and at once
 * where nobody else follows the room. A `relay` wants a copy, and gets everything at once all the same, as others get it
 * through this node.
 */
export type RoomKeeping = 'all' | 'copy' | 'relay'

/** A connected node that has the room. */
export interface RoomNeighbour {
  peer: string
  name: string
  /** What it says; null if it says nothing, like nodes of earlier versions. */
  claim: {
    keeps: RoomKeeping
    /** Which root it names, and how far away that is from it. */
    root: { peer: string; name: string }
    distance: number
  } | null
  /** Its place in the tree, seen from this node. */
  place: 'parent' | 'child' | 'other'
  /** Whether it and this node send each other everything at once: 8 do, and more only where some have no other way. */
  isLinked: boolean
}

/** The network of the nodes that have a room, as this node knows it. */
export interface RoomNetwork {
  /** What this node wants. */
  keeps: RoomKeeping
  /** The node that the network elected: of those that want everything the one with the lowest id. */
  root: { peer: string; name: string }
  /** How many links it is to the root. */
  distance: number
  /** About how many nodes follow the room, and how many keep only a copy: what each says of itself, added up. */
  subscribers: number
  copies: number
  /** Whether a connected node names another root: the network is in parts, and grows together now. */
  isSplit: boolean
  /** The parent first, then children, then other links. */
  neighbours: RoomNeighbour[]
}

/** The network of a room, part of `Room`. */
export interface RoomNetworking {
  network(): RoomNetwork
  /**
   * From now on, this node wants only a copy of the room, and is sent what is new every half minute, and at once where nobody
   * else follows it; or `false`: it follows the room again, and gets what it lacks at once. Nothing is lost either way.
   * Throws a KithError `carried` for a room that this node only carries, which is a copy anyway.
   */
  keepCopyOnly(isCopy?: boolean): Promise<void>
}
