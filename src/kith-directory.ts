/** Directories in the library's public types; part of kith.ts. */

/** What somebody put into a directory. */
export interface DirectoryEntry {
  /** As its author spells it, as shown. */
  text: string
  /** CID of what it is about; null if the author named nothing. */
  link: string | null
  author: { peer: string; name: string }
  /** When, by the author's clock. */
  atMs: number
}

/** Some of the entries whose keys begin with a text. */
export interface DirectoryPage {
  /** In the order of their keys, which are the same however somebody spells them. */
  entries: DirectoryEntry[]
  /** For `after`, to find the next ones; null if there are no more. */
  next: string | null
  /** Whether nodes that have a part of it did not answer. */
  isIncomplete: boolean
  /** What it took: how often other nodes were asked one after another, how many, and how many bytes went to and fro. */
  cost: { rounds: number; peers: number; bytes: number }
}

/** What to put into a directory. */
export interface NewDirectoryEntry {
  text: string
  /** CID of what it is about. */
  link?: string
}

/**
 * A large collection of entries, found by how they begin: `room.directory`, in rooms of the app `directory`. The nodes that
 * are in the room have a part of it each. Nothing lists all of it.
 *
 * Every method throws a KithError `wrong-app`, `waiting` or `carried` like `Room.state`, `bad-value` for a text with which
 * nothing can be found, and `no-answer` if the nodes that should have it are silent.
 */
export interface Directory {
  /**
   * Adds an entry, in place of this node's own with the same key. Returns how many nodes have it, this one included. Throws a
   * KithError `no-right`, or `quota` if the author has too many like it, or the nodes that should have it are full.
   */
  add(text: string, options?: { link?: string }): Promise<{ copies: number }>
  /** Adds many at once, faster. Returns how many nodes have the one that fewest have. Throws like `add`. */
  addAll(entries: readonly NewDirectoryEntry[]): Promise<{ copies: number }>
  /** `limit`: 1 to 60, by default 20. `after`: the `next` of the page before. */
  find(prefix: string, options?: { limit?: number; after?: string }): Promise<DirectoryPage>
  /**
   * Removes this node's own entry; that of an `author` is removed by admins. Throws a KithError `no-such-entry`, `no-right`,
   * `no-such-peer` or `ambiguous`.
   */
  remove(text: string, options?: { author?: string }): Promise<{ copies: number }>
}
