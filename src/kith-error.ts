/** The errors that the library throws for its users; a part of kith.ts. */

/**
 * Codes of errors that are the caller's or the surroundings' and not a bug. Methods name those that
 * are their own; besides, everything that reads or writes a stopped node throws `stopped`, and
 * everything that writes may throw `disk-full`, `disk-error` or `corrupt`.
 */
export type KithErrorCode =
  /** This node is in no such room. */
  | 'no-such-room'
  /** The room has no such document, or not yet. */
  | 'no-such-document'
  /** The room has no such file. */
  | 'no-such-file'
  /** This was not asked for. */
  | 'no-such-want'
  /** The app of the room offers no such command. */
  | 'no-such-command'
  /** No peer that is known here is meant by that, or it is this node itself. */
  | 'no-such-peer'
  /** The reference fits several things; the message lists them. */
  | 'ambiguous'
  /** Neither the id of a room nor an invite. */
  | 'bad-room-id'
  /** Not a CID that this version can fetch. */
  | 'bad-id'
  /** A path that cannot be read, or where nothing can be written. */
  | 'bad-path'
  /** A file that is not what its author said. */
  | 'bad-file'
  /** There is a file at that path already. */
  | 'file-exists'
  /** The room's files may not take that much. */
  | 'quota'
  /** A block, or something it depends on, that is too large or not valid. */
  | 'cannot-have'
  /** What was waited for was let go of. */
  | 'cancelled'
  /** Not a multiaddr, or not one that can be listened on or dialled. */
  | 'bad-address'
  /** A name with nothing to see in it, too long, or with characters that it may not have; the message names the character. */
  | 'bad-name'
  /** A value that this call does not take; the message says what it must be. */
  | 'bad-value'
  /** A configuration file with a mistake, or an app that a node cannot have. */
  | 'bad-config'
  /** This node does not have such an app. */
  | 'unknown-app'
  /** The room is of another app, or of one that this node does not have. */
  | 'wrong-app'
  /** The room's root document has not arrived. */
  | 'waiting'
  /** More than a document or a request may hold. */
  | 'too-large'
  /** This node only carries the room. */
  | 'carried'
  /** This node is a member of the room, and keeps all of it anyway. */
  | 'is-member'
  /** A limit on the number of such things. */
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
  /** The data folder is damaged. */
  | 'corrupt'
  /** The data folder was written by a newer version. */
  | 'newer-data'
  /** The disk cannot be read or written. */
  | 'disk-error'
  /** The node has stopped. */
  | 'stopped'
  /** What a command of an app cannot do, in the app's own words. */
  | AppErrorCode

/** A code that an app has for its commands, behind its name, such as `todo/no-such-item`. */
export type AppErrorCode = `${string}/${string}`

/** An error with one line for the user that says what to do, and a code for programs. */
export class KithError extends Error {
  override readonly name = 'KithError'
  readonly code: KithErrorCode

  /** Also true for errors of another copy of this library, such as the one that an app's file imports. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'KithError' && 'code' in value
  }

  constructor(code: KithErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
