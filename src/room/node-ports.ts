/** What goes into a node's machine and what comes out of it. */
import type { BatchSyncInput, BatchSyncRecord, BatchSyncTimer, Sharing } from '../../protocols/batch-sync/index.ts'
import type { Document } from '../../protocols/document/document.ts'
import type {
  Ensured,
  EnsureMapInput,
  EnsureMapRecord,
  EnsureMapTimer,
  Scope,
} from '../../protocols/ensure-map/index.ts'
import type { RoomStateInput, RoomStateRecord, RoomStateTimer } from '../../protocols/room-state/index.ts'
import type { BlockId, DocumentId, PeerId, RoomId } from '../../protocols/wire/ids.ts'
import type { MisbehaviourReason } from '../../protocols/wire/machine.ts'
import type { Position } from '../../protocols/wire/order.ts'
import type { KithError } from '../kith.ts'

export type NodeCommand =
  | { type: 'create'; name: string; app: string }
  | { type: 'join'; room: RoomId; newestFirst?: boolean }
  | { type: 'leave'; room: RoomId }
  /** Keeps and passes on a room's documents and what they link to, without being a member. */
  | { type: 'carry'; room: RoomId; maxBytes: number }
  /** Decides how a room is shared, with one peer or with all about whom nothing else was decided. */
  | { type: 'share'; room: RoomId; peer: PeerId | undefined; sharing: Partial<Sharing> }
  | { type: 'write'; room: RoomId; kind: string; body: Uint8Array; links?: readonly BlockId[] }
  /** Sets out to hold a block with everything it depends on. */
  | { type: 'ensure'; room: Scope; id: BlockId; maxBytes?: number; job?: string }
  /** Lets go of what was ensured. */
  | { type: 'release'; room: Scope; id: BlockId }
  /** Keeps what was ensured only while there is space. */
  | { type: 'unpin'; room: RoomId; id: BlockId }
  /** Whether anything is to be fetched now. */
  | { type: 'pause'; isPaused: boolean }
  | { type: 'job-done'; room: Scope; id: BlockId; job: string }
  /** Changes what a room keeps of its files. */
  | { type: 'limit-files'; room: RoomId; autoFetchBytesMax?: number; bytesMax?: number }
  /** Stores blocks that something is going to need and that may be nowhere else. */
  | { type: 'put-blocks'; blocks: readonly { id: BlockId; block: Uint8Array }[] }
  /** Looks at so many blocks, from where the last time ended, and deletes those that nothing needs, or only counts them. */
  | { type: 'collect-garbage'; limit: number; after: BlockId | undefined; isDryRun?: boolean }
  /** Makes what can be recomputed durable too, before a clean stop. */
  | { type: 'persist' }

/** The protocols of a node, and the records that each sends. */
export interface ProtocolRecords {
  'room-state': RoomStateRecord
  'batch-sync': BatchSyncRecord
  'ensure-map': EnsureMapRecord
}

export type ProtocolName = keyof ProtocolRecords

export type NodeInput =
  | { type: 'room-state'; input: RoomStateInput }
  | { type: 'batch-sync'; input: BatchSyncInput }
  | { type: 'ensure-map'; input: EnsureMapInput }
  /** A document came by gossip and passed the gate. */
  | { type: 'gossip'; room: RoomId; block: Uint8Array; from: PeerId }
  | { type: 'command'; requestId: number; command: NodeCommand }

/** What a command came to: what it wrote or deleted, if anything, or why it could not. */
export type CommandResult = CommandOutcome | { error: KithError }

export interface CommandOutcome {
  room?: RoomId
  /** The document it wrote. */
  document?: Position
  collected?: Collected
}

/** Blocks that were deleted, or counted. */
export interface Collected {
  blocks: number
  sizeBytes: number
  /** After which block to look on; undefined where all have been looked at. */
  next: BlockId | undefined
}

export type NodeEvent =
  | { type: 'reply'; requestId: number; result: CommandResult }
  | { type: 'document'; room: RoomId; document: Document }
  /** The room opened, was joined or left, or its neighbours changed. */
  | { type: 'room'; room: RoomId }
  | { type: 'refused'; room: RoomId; id: DocumentId }
  | { type: 'fork'; room: RoomId; author: PeerId; seq: number }
  | { type: 'suggestion'; peerRecord: Uint8Array }
  /** Something that was ensured is complete, or cannot be had. */
  | { type: 'ensured'; root: Ensured }
  /** No connected peer has what is to be ensured. */
  | { type: 'absent'; room: Scope; id: BlockId }
  /** Something that was ensured was let go of; nothing may need its blocks any more. */
  | { type: 'released' }

export type NodeTimer =
  | { protocol: 'room-state'; timer: RoomStateTimer }
  | { protocol: 'batch-sync'; timer: BatchSyncTimer }
  | { protocol: 'ensure-map'; timer: EnsureMapTimer }

/** Records for one peer, by one protocol. */
export type NodeSend = {
  [Protocol in ProtocolName]: { type: 'send'; protocol: Protocol; to: PeerId; record: ProtocolRecords[Protocol] }
}[ProtocolName]

export type NodeEffect =
  | NodeSend
  /** For the room's gossip, where some of its peers are no neighbours. */
  | { type: 'publish'; room: RoomId; block: Uint8Array }
  | { type: 'emit'; event: NodeEvent }
  | { type: 'timer'; timer: NodeTimer; afterMs: number }
  | { type: 'misbehaviour'; protocol: ProtocolName; peer: PeerId; reason: MisbehaviourReason }

/** What a timer is as an input. */
export function timerInput(timer: NodeTimer): NodeInput {
  switch (timer.protocol) {
    case 'room-state':
      return { type: timer.protocol, input: { type: 'timer', timer: timer.timer } }
    case 'batch-sync':
      return { type: timer.protocol, input: { type: 'timer', timer: timer.timer } }
    case 'ensure-map':
      return { type: timer.protocol, input: { type: 'timer', timer: timer.timer } }
  }
}
