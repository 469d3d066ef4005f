/** Rooms that go on in other ones, in the library's public types; part of kith.ts. */

/** That a room goes on in another one. Nothing is written here any more; reading and passing on go on. */
export interface RoomMove {
  /** Id of the other room, if this node is in it; null otherwise, as only whom its owner invites is told. */
  room: string | null
  /** The owner, who invites to the other room. */
  by: { peer: string; name: string }
}

/** How far entries are copied into a private room. */
export interface CopyProgress {
  room: string
  copied: number
  total: number
}

/** A private room that another one goes on in. */
export interface MadePrivate {
  /** Its id, for `node.rooms.get`. */
  room: string
  /** Entries of a map that were copied now. */
  copied: number
  /** Keys of those that do not fit the private room. */
  notCopied: string[]
}

/** Going on in another room, part of `Room`. */
export interface RoomMoving {
  /**
   * Creates a private room of the same name and app in which this one, which is open or which everybody reads, goes on.
   * Only the owner may. Who has this room keeps what was said here, and nobody can take that back; in the new one,
   * everybody has to be invited anew, and nothing of this one is there but the entries of a map. The two become durable
   * together; the entries follow, a few at a time. Where that was cut off, another call on either room continues.
   * Throws a KithError `not-owner`, `moved` if it was done before, `wrong-access` if the room is private,
   * `cancelled`, `bad-name`, `unknown-app`, or like `write`.
   */
  makePrivate(options?: { onProgress?: (progress: CopyProgress) => void; signal?: AbortSignal }): Promise<MadePrivate>
}
