/** Errors that the library throws for its users; part of kith.ts. */

/**
 * Codes of errors caused by the caller or the environment, not by a bug. Methods document their own.
 * In addition, any use of a stopped node throws `stopped`, and any write may throw `disk-full`,
 * `disk-error` or `corrupt`.
 */
export type KithErrorCode =
  /** This node is not in such a room. */
  | 'no-such-room'
  /** The room is one below another, and only the link to it is here. */
  | 'not-followed'
  /** The room is linked to from another one, and says itself that it is not below that. */
  | 'not-below'
  /** There is a thread about the message. */
  | 'thread-exists'
  /** The room has no such document, or not yet. */
  | 'no-such-document'
  /** The room has no such lock. */
  | 'no-such-lock'
  /** The room has a lock with that name. */
  | 'lock-exists'
  /** Too few electors of a lock can decide now; the message says which are missing. */
  | 'no-majority'
  /** A lock is not held any more. */
  | 'lock-lost'
  /** The room has no such file. */
  | 'no-such-file'
  /** The directory has no such entry. */
  | 'no-such-entry'
  /** There is no such request. */
  | 'no-such-want'
  /** The room's app offers no such command. */
  | 'no-such-command'
  /** No known peer matches, or it is this node itself. */
  | 'no-such-peer'
  /** The reference matches several things; the message lists them. */
  | 'ambiguous'
  /** Neither a room id nor an invite. */
  | 'bad-room-id'
  /** Not a CID that this version can fetch. */
  | 'bad-id'
  /** Not the key of an item of the ring. */
  | 'bad-key'
  /** No node that should keep the item has it. */
  | 'no-such-item'
  /** This node takes no part in the ring. */
  | 'no-ring'
  /** Too few nodes of the ring answered, or none that should have a part of a directory. */
  | 'no-answer'
  /** The nodes that should keep the item have no space for it. */
  | 'ring-full'
  /** A newer version of the item is in the ring. */
  | 'newer-item'
  /** A path that cannot be read or written. */
  | 'bad-path'
  /** A file that is not what its author stated. */
  | 'bad-file'
  /** A file already exists at that path. */
  | 'file-exists'
  /** The room's limit for files would be exceeded, or that for what guests of this node have in a table. */
  | 'quota'
  /** A block, or one it depends on, is too large or invalid. */
  | 'cannot-have'
  /** The request was cancelled. */
  | 'cancelled'
  /** Not a multiaddr, or not one to listen on or dial. */
  | 'bad-address'
  /** A name that is too long, has nothing visible, or contains forbidden characters; the message names the character. */
  | 'bad-name'
  /** Not all of the file is here. */
  | 'not-here'
  /** An invalid value; the message says what is expected. */
  | 'bad-value'
  /** An invalid configuration file, app or service. */
  | 'bad-config'
  /** This node has no such app. */
  | 'unknown-app'
  /** The room belongs to another app, or to one that this node lacks. */
  | 'wrong-app'
  /** The room's root document has not arrived. */
  | 'waiting'
  /** Documents that this node once wrote in the room are missing here: it writes none until they are back. */
  | 'held-back'
  /** Exceeds the size limit of a document or a request. */
  | 'too-large'
  /** This node only carries the room. */
  | 'carried'
  /** This node has joined the room and keeps all of it anyway. */
  | 'is-member'
  /** This node may not do that in the room; the message says who may. */
  | 'no-right'
  /** This node lacks the key that is written with in a private room; the message says from whom it will come. */
  | 'no-key'
  /** An invite line that was mistyped or cut off, or an invite that holds no more. */
  | 'bad-invite'
  /** The room has no such invite. */
  | 'no-such-invite'
  /** The key of the node is protected by a passphrase, and none was given. */
  | 'no-passphrase'
  /** Not the passphrase of the key, or the key has none. */
  | 'wrong-passphrase'
  /** An encrypted key that was mistyped, damaged, or made by a newer version. */
  | 'bad-backup'
  /** The data folder has a key already. */
  | 'key-exists'
  /** This node is a device of somebody already. */
  | 'is-device'
  /** This node is no device of anybody, or not yet. */
  | 'not-ready'
  /** The safety words are not the same: the keys are not those of these two people, or a word was misheard. */
  | 'wrong-words'
  /** The room is open, and so has no members. */
  | 'wrong-access'
  /** The room goes on in another one, so nothing is written here any more; the message says which, or whom to ask for an invite. */
  | 'moved'
  /** Only who created the room can do that. */
  | 'not-owner'
  /** A limit on the number of such things is reached. */
  | 'too-many'
  /** The room's state has reached its limit. */
  | 'state-full'
  /** Nobody answers at the address; the message says what was tried. */
  | 'unreachable'
  /** The reader took items too slowly and was cut off. */
  | 'too-slow'
  /** Another program uses the port. */
  | 'port-in-use'
  /** Another process uses the data folder. */
  | 'folder-in-use'
  | 'disk-full'
  /** Too many files are open, in this process or on this machine; it may succeed later. */
  | 'too-many-files'
  /** The data folder is damaged, or has lost its key or documents. */
  | 'corrupt'
  /** The data folder was written by a newer version. */
  | 'newer-data'
  /** The disk cannot be read or written. */
  | 'disk-error'
  /** The node has stopped. */
  | 'stopped'
  /** An error of an app's command, with the app's own code. */
  | AppErrorCode

/** An app's own error code, prefixed with its name, such as `todo/no-such-item`. */
export type AppErrorCode = `${string}/${string}`

export interface KithErrorOptions extends ErrorOptions {
  /** If several things are wrong, each in a line of its own. They are added to the message. */
  reasons?: readonly string[]
}

/** An error with a one-line message that tells users what to do, and a code for programs. */
export class KithError extends Error {
  override readonly name = 'KithError'
  readonly code: KithErrorCode
  /** If several things are wrong, each in a line of its own. The message ends with all of them. */
  readonly reasons?: readonly string[]

  /** Also true for errors of another copy of this library, such as the one that an app's file imports. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'KithError' && 'code' in value
  }

  constructor(code: KithErrorCode, message: string, options: KithErrorOptions = {}) {
    const { reasons } = options
    super(reasons === undefined ? message : `${message}: ${reasons.join('; ')}`, options)
    this.code = code
    if (reasons !== undefined) this.reasons = reasons
  }
}
