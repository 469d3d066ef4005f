/** What the store keeps of rooms with members: who may do what in them, and the keys of private ones. */
import type { DocumentId, RoomId } from '../../protocols/wire/ids.ts'

/** A set of acts that documents of a room know: see `src/room/access`. */
export interface AccessRow {
  /** From 0 on, without gaps. */
  version: number
  /** Versions with the acts of which this one begins. */
  bases: readonly number[]
  /** The act that it adds. */
  act?: DocumentId
  /** How much that act knows of the documents of whom it takes something from. */
  reach?: AccessReach
}

/** Documents of one author up to a place in its chain, but for those beside it. */
export interface AccessReach {
  /** -1: none. */
  seq: number
  /** Of that document; 0: none. */
  clock: number
  beside: readonly DocumentId[]
}

/** An epoch of a private room, by the id of its key: see `src/room/sealing`. */
export interface EpochRow {
  /** In lower-case hex. */
  id: string
  /** Undefined if it is not here. */
  key?: Uint8Array
  /** How many documents came while it was not here. */
  unread: number
  /** To whom the key was given after its rekey, by the beginnings of their public keys in hex. */
  given: readonly string[]
}

export type AccessWrite =
  | { type: 'put-access'; room: RoomId; row: AccessRow }
  /** What a document of a room knows, itself included. */
  | { type: 'put-known'; room: RoomId; id: DocumentId; version: number }
  | { type: 'put-epoch'; room: RoomId; row: EpochRow }

export interface AccessReads {
  /** By version. */
  accessRows(room: RoomId): AccessRow[]
  knownVersion(room: RoomId, id: DocumentId): number | undefined
  /** By id. */
  epochs(room: RoomId): EpochRow[]
}
