/** The interface of the machine of directories apart from the wire: what it reads and writes, its commands, and its events. */
import type { Effects } from '../wire/effects.ts'
import type { PeerId, RoomId, TopicKey } from '../wire/ids.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { Place } from './key.ts'
import type { Rights } from './prefix-node.ts'
import type { DirectoryRecord, SignedRecord } from './record.ts'
import type { DirectoryRecordOnWire } from './records.ts'

/** The machine's environment, read synchronously. */
export interface DirectoryPorts {
  self: PeerId
  /** The directory with a topic key that is open here. */
  roomOf(topic: TopicKey): RoomId | undefined
  /** Whether the author of a record signed it for a room: see `isSigned`. */
  isSigned(room: RoomId, record: SignedRecord): boolean
  /** What authors may do in a directory now. */
  rights(room: RoomId): Rights
  /** Whether a neighbour may read the directory, and so hold it. */
  isReader(room: RoomId, peer: PeerId): boolean
  /** Whether there is space for what others write in a directory. */
  hasSpace(room: RoomId): boolean
  /** What the store has of a node, packed: see stored.ts. */
  node(room: RoomId, prefix: Place): Uint8Array | undefined
  /** The records of a node, packed. */
  records(room: RoomId, prefix: Place): readonly Uint8Array[]
  /** How many records of an author are stored in the nodes of a directory. */
  authorRecords(room: RoomId, author: PeerId): number
  /** What is stored of a directory, or, with undefined, of all. */
  held(room: RoomId | undefined): { nodes: number; records: number }
  /** Some of the nodes of a directory, packed, after the last one that was read before. */
  nodes(room: RoomId, after: string | undefined, limit: number): readonly { key: string; packed: Uint8Array }[]
}

export type DirectoryWrite =
  | { type: 'put-directory-node'; room: RoomId; prefix: Place; packed: Uint8Array }
  | { type: 'delete-directory-node'; room: RoomId; prefix: Place }
  | { type: 'put-directory-record'; room: RoomId; prefix: Place; row: Place; author: PeerId; packed: Uint8Array }
  | { type: 'delete-directory-record'; room: RoomId; prefix: Place; row: Place }

export type DirectoryCommand =
  /** Writes records that were signed here, and answers with a `placed`. */
  | { type: 'place'; task: number; room: RoomId; records: readonly DirectoryRecord[] }
  /** Looks for entries, and answers with a `found`. `after`: the `next` of the page before. */
  | { type: 'find'; task: number; room: RoomId; prefix: Place; after?: Place; limit: number }
  | { type: 'neighbour'; room: RoomId; peer: PeerId }
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  | { type: 'closed'; room: RoomId }
  /** Other records count than before. */
  | { type: 'revise'; room: RoomId }

/** What a search took. */
export interface FindCost {
  /** How often peers were asked, one after another. */
  rounds: number
  /** Bytes of what was sent and received for it, as records. */
  bytes: number
  /** Peers that answered. */
  peers: number
}

export type DirectoryEvent =
  /** `copies`: how many holders have the one that fewest have. `refused`: how many are over a quota, or without a right. */
  | { type: 'placed'; task: number; copies: number; refused: number }
  /** `next`: to go on after these; undefined: there are no more. `isIncomplete`: holders of a part did not answer. */
  | {
      type: 'found'
      task: number
      entries: readonly DirectoryRecord[]
      next: Place | undefined
      isIncomplete: boolean
      cost: FindCost
    }
  | { type: 'too-many'; task: number }

export type DirectoryTimer =
  | { type: 'expired'; serial: number }
  /** Looks what was left behind by nodes that became too full. */
  | { type: 'left'; room: RoomId }
  /** Goes on with the nodes after the last one that was looked at. */
  | { type: 'repair'; room: RoomId; run: number; after?: string; revises?: true }

export type DirectoryInput = Input<DirectoryCommand, DirectoryRecordOnWire, DirectoryTimer>
export type DirectoryEffect = Effect<DirectoryWrite, DirectoryRecordOnWire, DirectoryEvent, DirectoryTimer>
export type DirectoryEffects = Effects<DirectoryWrite, DirectoryRecordOnWire, DirectoryEvent, DirectoryTimer>
