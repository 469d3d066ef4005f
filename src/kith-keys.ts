/** The key of a node and its backups, in the library's public types; part of kith.ts. */

/** What identifies one key or two: words of the English list of BIP39, or digits. Each is enough by itself. */
export interface SafetyWords {
  words: string[]
  digits: string
}

/** Whose key, and the passphrase that opens it. */
export interface KeyOptions {
  /** The node's data folder. Default: `~/.kith/default`. */
  dataDir?: string
  /** Of the key, if it is protected by one. */
  passphrase?: string
}

/** What identifies a node, and how it is kept. Its six words, or 30 digits, are half of the safety words with everybody else. */
export interface KeyInfo extends SafetyWords {
  /** The peer id, which is the public key. */
  peer: string
  /** The file with the key. */
  path: string
  /** Whether a passphrase is needed to start the node. */
  isProtected: boolean
  /**
   * What is sealed under the key in the data folder, besides keys and names: what private rooms have, or messages and files
   * of `all` rooms. `unfinished`: some of those lie open, as sealing them was cut off.
   */
  sealed: 'private-rooms' | 'all' | 'unfinished'
}

/** What two people compare, to know that they have each other's keys. */
export interface Verification extends SafetyWords {
  peer: string
  name: string
  /** When the user of this node said that they match; null if never. */
  verifiedMs: number | null
}
