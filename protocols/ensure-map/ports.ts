/** What the ensure-map machine reads, is told, and tells: its whole surface beside the wire. */
import type { BlockId, DocumentId, PeerId, RoomId } from '../wire/ids.ts'
import type { Effects } from '../wire/effects.ts'
import type { Effect, Input } from '../wire/machine.ts'
import type { Position } from '../wire/order.ts'
import type { EnsureMapRecord } from './records.ts'

/** The room whose members are asked for a block and may have it; undefined: everybody is asked, nobody is given it. */
export type Scope = RoomId | undefined

/** A block to hold with everything it depends on, as it is kept. */
export interface Ensured {
  room: Scope
  id: BlockId
  state: 'searching' | 'complete' | 'failed'
  failure: EnsureFailure | undefined
  pinned: boolean
  /** It fails once its blocks have more bytes; undefined: no limit of its own. */
  maxBytes: number | undefined
  /** Names of what is to be done once it is complete. */
  jobs: readonly string[]
  addedAtMs: number
  /** Of all its blocks; 0 until it is complete for the first time. */
  blocks: number
  sizeBytes: number
}

/**
 * Why something cannot be had. `too-large`: it has more bytes than were allowed. `too-many-blocks`,
 * `too-deep`: a limit of the protocol. `bad-block`: a block is not in the form that its id says.
 * `unsupported-link`: it depends on something that cannot be asked for.
 */
export type EnsureFailure = 'too-large' | 'too-many-blocks' | 'too-deep' | 'bad-block' | 'unsupported-link'

/** What the machine reads of the store, synchronously. */
export interface EnsureMapPorts {
  /** Bytes of a block or document that is here; undefined where it is not. */
  sizeBytes(id: BlockId): number | undefined
  /** A block or document that is here. */
  block(id: BlockId): Uint8Array | undefined
  /** A block that members of a room may have: its documents, and what they or others of its roots need. */
  given(room: RoomId, id: BlockId): Uint8Array | undefined
  /** Whether a peer that is in a room is given anything of it. */
  isGiving(room: RoomId, peer: PeerId): boolean
  /** Whether a document waits in its room for its ancestors. */
  isPending(room: RoomId, id: BlockId): boolean
  /** The largest clock of a room's documents. */
  clock(room: RoomId): number
  /** `previous` and parents of a held document. */
  ancestors(id: DocumentId): Position[]
  /** Something that was ensured before. */
  ensured(scope: Scope, id: BlockId): Ensured | undefined
  /** All that was ensured in a scope and is not complete. */
  searching(scope: Scope): Ensured[]
}

export type EnsureMapCommand =
  | { type: 'open'; room: RoomId }
  | { type: 'close'; room: RoomId }
  /** A peer proved to know a room. */
  | { type: 'neighbour'; room: RoomId; peer: PeerId }
  | { type: 'neighbour-left'; room: RoomId; peer: PeerId }
  /** Sets out to hold a block with everything it depends on, or says more about one that was: pinned stays, limits widen, jobs add up. */
  | {
      type: 'ensure'
      room: Scope
      id: BlockId
      pinned: boolean
      maxBytes?: number
      job?: string
      /** By the wall clock, as rows outlive the process: the oldest roots go first where space is needed. */
      addedAtMs: number
    }
  /** Visits a complete root again, as some of it may have been lost, and fetches that. */
  | { type: 'recheck'; room: Scope; id: BlockId }
  /** Lets go of a root, and of what only it needed. */
  | { type: 'release'; room: Scope; id: BlockId }
  /** A root may be let go of where space is needed. */
  | { type: 'unpin'; room: Scope; id: BlockId }
  /** A job of a complete root has been done. */
  | { type: 'job-done'; room: Scope; id: BlockId; job: string }
  /**
   * Documents of a room wait for these ancestors. `from`: who may have them. `isPatient`: they may be on their way.
   * `isAlone`: they are wanted without what is before them.
   */
  | {
      type: 'missing'
      room: RoomId
      ids: readonly DocumentId[]
      from: PeerId | undefined
      isPatient: boolean
      isAlone?: boolean
    }
  /** Nothing waits any more for an ancestor. */
  | { type: 'unwanted'; room: RoomId; id: DocumentId }
  /** Documents were accepted into their room. */
  | { type: 'stored'; room: RoomId; ids: readonly DocumentId[] }
  /**
   * What became of documents that a peer sent on request: some wait for ancestors, some were not taken.
   * `ancestors`: what must be here before these can be, where there is no place for them to wait in.
   */
  | {
      type: 'validated'
      room: RoomId
      from: PeerId
      pending: readonly DocumentId[]
      refused: readonly DocumentId[]
      ancestors?: readonly DocumentId[]
    }
  /** Whether anything is to be asked for now: not where there is no space for it. */
  | { type: 'pause'; isPaused: boolean }
  /** Blocks came into the store by another way, such as a file that was added. */
  | { type: 'added'; ids: readonly BlockId[] }

/** Where a root stands, as far as it is known to this run of the node. */
export interface EnsureProgress {
  known: number
  have: number
  sizeBytes: number
  bytesPerSecond: number
  /** Bytes that peers sent, since the node started. */
  from: ReadonlyMap<PeerId, number>
  /** Peers known not to have one of the missing blocks. */
  absentAt: number
  /** Peers asked for missing blocks now. */
  asked: number
}

export type EnsureMapEvent =
  /** Documents came that were asked for, or their ancestors; what becomes of them is the room's to say. */
  | { type: 'documents'; room: RoomId; from: PeerId; blocks: readonly Uint8Array[] }
  /** A root is complete or has failed. */
  | { type: 'ensured'; root: Ensured }
  /**
   * No peer that can be asked has something that a root needs, here `missing`: it may be worth looking for others that
   * have the root, or for the blocks elsewhere.
   */
  | { type: 'absent'; room: Scope; id: BlockId; missing: readonly BlockId[] }
  /** No peer that can be asked has an ancestor that documents of a room wait for. */
  | { type: 'ancestor-absent'; room: RoomId; id: DocumentId }

export type EnsureMapWrite =
  | { type: 'put-ensured'; row: Ensured }
  | { type: 'delete-ensured'; room: Scope; id: BlockId }
  | { type: 'put-needs'; room: Scope; root: BlockId; needs: { id: BlockId; depth: number }[] }
  | { type: 'put-block'; id: BlockId; block: Uint8Array }

export type EnsureMapTimer =
  /** Peers are looked at that were asked and may have fallen silent. */
  | { type: 'silence'; peer: PeerId; session: number }
  /** A peer may have said nothing of what it was sent. */
  | { type: 'unreported'; peer: PeerId; session: number }
  /** More of what a peer wants can be answered. */
  | { type: 'answer'; peer: PeerId; session: number }
  /** Something is to be asked for again. */
  | { type: 'retry' }
  /** A DAG is walked on. */
  | { type: 'walk' }

export type EnsureMapInput = Input<EnsureMapCommand, EnsureMapRecord, EnsureMapTimer>
export type EnsureMapEffect = Effect<EnsureMapWrite, EnsureMapRecord, EnsureMapEvent, EnsureMapTimer>
export type EnsureMapEffects = Effects<EnsureMapWrite, EnsureMapRecord, EnsureMapEvent, EnsureMapTimer>
