/** Rooms in the ring, in the library's public types; part of kith.ts. */

/** A file of a room that is here, and what of it is in the ring. */
export interface RoomRingFile {
  /** CID of its root. */
  id: string
  name: string
  sizeBytes: number
  /** Whether members of the room find in the ring that this node has it. */
  isAnnounced: boolean
  /**
   * Why not all of its blocks are in the ring; null if they are. `waiting`: they will be, or the ring has no space now.
   * `too-large`: it has more than 16 MiB, or than 1,024 blocks. `too-many`: newer files have all the space that a node may
   * take. `not-sealed`: the room is private, and who shared the file did not seal it, as some other program may do.
   */
  left: 'waiting' | 'too-large' | 'too-many' | 'not-sealed' | null
}

/** What of a room is in the ring. */
export interface RoomRing {
  isOn: boolean
  /** Files that are here, those of before first; empty if it is off. */
  files: RoomRingFile[]
}

/** Sharing a room in the ring, part of `Room`. */
export interface RoomInRing {
  /**
   * Puts what this node has of the room's files into the ring, until `endSharingInRing`: that it has them, which only those
   * find who know the room, and the blocks of files of up to 16 MiB, which nodes of strangers keep for two weeks, and
   * longer as long as a node of the room puts them again. What no connected member has is asked for there. In a private
   * room all blocks are sealed; in another one whoever keeps them can read them, so that `anyone` is needed. Throws a
   * KithError `bad-value`, `no-ring`, `waiting` or `carried`.
   */
  shareInRing(options?: { anyone?: boolean }): Promise<void>
  /** Puts nothing more and asks for nothing more. What is there expires. */
  endSharingInRing(): Promise<void>
  inRing(): RoomRing
}
