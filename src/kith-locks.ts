/** Locks of rooms in the library's public types; part of kith.ts. */

/** A node whose word counts about a lock. */
export interface LockElector {
  /** Its peer id. */
  peer: string
  /** As shown. */
  name: string
  /** Whether it is in the room and connected now, or this node itself. */
  isConnected: boolean
}

/** A lock of a room. */
export interface LockInfo {
  name: string
  /** Id of the document that describes it. */
  id: string
  electors: LockElector[]
  /** So many of them have to agree. */
  majority: number
  createdBy: { peer: string; name: string }
  /** Ids of later documents with the same name, which do not count. */
  others: string[]
}

/** What an elector says about a lock. */
export interface LockVote {
  /** The highest fence that it has granted. */
  fence: number
  /** It has lost its memory, and does not vote before the longest lease has passed and others have told theirs. */
  hasForgotten: boolean
  /** How many nodes wait for its grant. */
  waiting: number
  /** To whom it has granted the lock; null if to nobody. */
  holder: LockHolder | null
}

/** Who has a lock, or an elector's grant of it. */
export interface LockHolder {
  peer: string
  name: string
  fence: number
  /** Since when, without a break. */
  forMs: number
  /** Of the lease; it may be renewed before. */
  leftMs: number
}

/** How a lock is, as the electors say that are connected. */
export interface LockStatus extends LockInfo {
  /** By electors, in their order; null for those that have not answered. */
  votes: (LockVote | null)[]
  /** To whom a majority has granted it; null if to nobody, or if that is not known. */
  holder: LockHolder | null
  /** Whether as many electors as make a majority vote now. */
  canBeTaken: boolean
}

export interface AcquireOptions {
  /** Gives up waiting. */
  signal?: AbortSignal
  /** 1,000 to 300,000. If the node vanishes, the lock is free again after so long. Default: 15,000. */
  leaseMs?: number
  /** False: the caller renews. Default: it is renewed until it is released. */
  isRenewed?: boolean
  /** Called while another node has the lock. */
  onWaiting?: (holder: LockHolder) => void
}

/** A lock that this node holds. */
export interface HeldLock {
  /** Higher than that of all holders before. What the lock protects must refuse a lower one than it has seen. */
  readonly fence: number
  /** Aborts once the lock is lost, and shortly before anybody else can have it. Not if it was released. */
  readonly lost: AbortSignal
  /** Whether everything is here that holders before wrote in the room, as far as they said so. */
  readonly isCaughtUp: boolean
  /** For how long it is held at least, if it is not renewed; 0 if it is not held any more. */
  leftMs(): number
  /** Asks for the whole lease again; resolves with `leftMs`. Throws a KithError `no-majority` or `lock-lost`. */
  renew(): Promise<number>
  /**
   * Resolves once a majority of the electors knows, and with that what this node wrote. Throws a KithError `lock-lost` if it was
   * lost before, or `no-majority` if that many have not heard of it before the end of the lease.
   */
  release(): Promise<void>
}

/** One lock of a room: `room.lock(name)`. */
export interface RoomLock {
  readonly name: string
  /**
   * Waits until this node holds the lock. Throws a KithError `no-majority` at once if too few electors are connected or vote,
   * with who is missing; `no-right` if this node may not write in the room, `bad-value`, or the reason of the signal.
   */
  acquire(options?: AcquireOptions): Promise<HeldLock>
  /** What this node holds with a fence. Throws a KithError `lock-lost` if it does not, or not any more. */
  held(fence: number): HeldLock
  /** Asks the electors; waits for the answers a moment. */
  status(): Promise<LockStatus>
}

/** The locks of a room: `room.locks`. */
export interface Locks {
  list(): LockInfo[]
  /** By its name or id. Throws a KithError `no-such-lock`. */
  get(reference: string): RoomLock
  /**
   * Describes a lock, for good. `electors`: the nodes that decide, by id or name, or how many of those that are connected.
   * Default: this one and up to four that are connected, an odd number. Throws a KithError `lock-exists`, `bad-name`,
   * `bad-value`, `no-such-peer` for a node that never was in the room, or like `room.write`.
   */
  create(name: string, options?: { electors?: readonly string[] | number }): Promise<LockInfo>
}
