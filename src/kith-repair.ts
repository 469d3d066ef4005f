/** What `repair()` of a stopped node's data folder takes and reports; part of kith.ts. */

export interface RepairOptions {
  /** The node's data folder. Default: `~/.kith/default`. */
  dataDir?: string
  /** Of the key, where that has one: it also opens what is sealed in the store. */
  passphrase?: string
  /**
   * Lets the node write where documents of its own are missing. If another node still has them, its chain forks: both
   * ends are kept, and everybody is told that it has two histories.
   */
  writeAnyway?: boolean
  /** Called with what is being done and its share from 0 to 1, or undefined if unknown. */
  onProgress?: (doing: string, share: number | undefined) => void
}

export interface RepairReport {
  /** What was wrong with the database; null if it was sound. */
  damage: string | null
  /** The copy of the damaged database; null if it was sound or is gone. */
  copy: string | null
  /** The rooms, if the database was rebuilt. */
  rooms: RepairedRoom[]
  /** Tables of settings of which some could not be read. */
  damagedTables: string[]
  /** Blocks of files that were verified, and how many are missing or were damaged: they will be fetched again. */
  blocks: { checked: number; lost: number }
  /**
   * Whether `kith.db-rooms`, which lists the rooms and how far this node wrote in each, was lost. It is made anew from the
   * database; rooms that are missing there too have to be joined again.
   */
  isRoomListLost: boolean
  /** Rooms where the node writes nothing until others have brought what it once wrote there. */
  heldBack: { id: string; name: string }[]
  /** Rooms where the node writes again although documents of its own are missing. */
  givenUp: { id: string; name: string }[]
}

export interface RepairedRoom {
  id: string
  /** Empty until its root document has come back. */
  name: string
  /** How many documents there were; null if nothing tells. */
  had: number | null
  saved: number
  /** Saved documents that wait for lost ones. */
  waiting: number
  /** Documents that this node wrote are missing, or may be: it writes nothing until a member brings them. */
  isHeldBack: boolean
}
